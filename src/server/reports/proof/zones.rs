//! Which day it is somewhere, by the laws on summer time and not by a table of zones.

use crate::domain::{Day, Weekday};

/// Zones with summer time by either rule, and some without; and how many minutes they are ahead of UTC in winter.
pub const ZONES: [(&str, Summer, i64); 6] = [
    ("UTC", Summer::None, 0),
    ("Europe/Ljubljana", Summer::Europe, 60),
    ("America/New_York", Summer::America, -300),
    ("America/St_Johns", Summer::America, -210),
    ("Asia/Kathmandu", Summer::None, 345),
    ("Pacific/Kiritimati", Summer::None, 840),
];

#[derive(Clone, Copy)]
pub enum Summer {
    None,
    /// From the last Sunday of March to that of October, at 01:00 UTC everywhere (Directive 2000/84/EC).
    Europe,
    /// From the second Sunday of March to the first of November, at 02:00 as the clocks say (15 U.S.C. § 260a).
    America,
}

/// The day where somebody lives, so many seconds after 2023 began in UTC: by the laws, without a table of zones.
pub fn plain_today((_, summer, minutes): (&str, Summer, i64), second: i64) -> Day {
    let begin: Day = "2023-01-01".parse().expect("a day");
    let year = begin.plus(second.div_euclid(86_400)).year();
    let sunday = |month: i8, from: i8| {
        let first = Day::new(year, month, from).expect("a day");
        (0..7).map(|n| first.plus(n)).find(|day| day.weekday() == Weekday::Sunday).expect("a Sunday").since(begin) * 86_400
    };
    let shifted = match summer {
        Summer::None => false,
        Summer::Europe => (sunday(3, 25) + 3_600..sunday(10, 25) + 3_600).contains(&second),
        // By standard time: summer time ends at 01:00 of it.
        Summer::America => (sunday(3, 8) + 7_200..sunday(11, 1) + 3_600).contains(&(second + minutes * 60)),
    };
    begin.plus((second + minutes * 60 + i64::from(shifted) * 3_600).div_euclid(86_400))
}
