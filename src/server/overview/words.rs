//! Sizes and times as people read them.

/// `12.4 MB`; of 1,000, as disks are sold.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1_000 {
        return format!("{bytes} bytes");
    }
    let (mut tenths, mut unit) = (bytes / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1_000, unit + 1);
    }
    match tenths {
        ..1_000 => format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]),
        _ => format!("{} {}", tenths / 10, UNITS[unit]),
    }
}

/// `3 days`, `5 hours`, `1 minute`: the largest unit that fits.
pub fn lasting(seconds: i64) -> String {
    let (n, unit) = match seconds {
        86_400.. => (seconds / 86_400, "day"),
        3_600.. => (seconds / 3_600, "hour"),
        _ => (seconds.max(0) / 60, "minute"),
    };
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

/// `0.4 ms`, `1.2 s`.
pub fn took(time: std::time::Duration) -> String {
    match time.as_micros() {
        micros @ ..10_000 => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        micros @ ..1_000_000 => format!("{} ms", micros / 1_000),
        micros => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn in_words() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (99_999, "99.9 kB"),
            (100_000, "100 kB"),
            (999_999, "999 kB"),
            (1_000_000, "1.0 MB"),
            (12_450_000, "12.4 MB"),
            (81_000_000_000, "81.0 GB"),
            (1_500_000_000_000, "1.5 TB"),
            (u64::MAX, "18446 PB"),
        ] {
            assert_eq!(size(bytes), words);
        }
        for (seconds, words) in [
            (-1, "0 minutes"),
            (59, "0 minutes"),
            (60, "1 minute"),
            (7_199, "1 hour"),
            (86_399, "23 hours"),
            (86_400, "1 day"),
            (200_000, "2 days"),
        ] {
            assert_eq!(lasting(seconds), words);
        }
        for (micros, words) in
            [(0, "0.0 ms"), (450, "0.4 ms"), (9_999, "9.9 ms"), (10_000, "10 ms"), (999_999, "999 ms"), (1_250_000, "1.2 s")]
        {
            assert_eq!(took(Duration::from_micros(micros)), words);
        }
    }
}
