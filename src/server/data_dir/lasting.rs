//! Whether what is written somewhere lasts: on a container's own layer or in memory it does not. Linux
//! says so in `/proc/self/mountinfo` (proc_pid_mountinfo(5)); elsewhere nothing is known.

use std::{fs, path::Path};

/// What to tell the operator when the directory is on something that does not last.
pub fn fleeting(dir: &Path) -> Option<String> {
    let (dir, mounts) = (dir.canonicalize().ok()?, fs::read_to_string("/proc/self/mountinfo").ok()?);
    warning(&dir, file_system(&mounts, &dir)?)
}

fn warning(dir: &Path, kind: &str) -> Option<String> {
    let (lies, lost) = match kind {
        "tmpfs" | "ramfs" | "devtmpfs" => ("in memory", "when this machine or container stops"),
        "overlay" | "aufs" | "rootfs" => ("in a container's own layer or on a live system", "when the container is removed"),
        _ => return None,
    };
    Some(format!(
        "THE DATA WILL BE LOST: {} lies {lies} ({kind}) and is gone {lost}. Mount a volume there, or set OUTLAY_DATA_DIR to a \
         directory on a disk.",
        dir.display()
    ))
}

/// The kind of file system that `path`, which is absolute and without links, lies on.
fn file_system<'m>(mounts: &'m str, path: &Path) -> Option<&'m str> {
    let mount = |line: &'m str| {
        let (place, file_system) = line.split_once(" - ")?;
        let point = unescaped(place.split(' ').nth(4)?);
        let inside = path.starts_with(&point);
        inside.then_some((point.len(), file_system.split(' ').next()?))
    };
    // Of two mounts on one point the later one is seen.
    mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

/// Blanks and the like are written as `\040`.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                out.push(char::from(byte));
                out.push_str(&part[3..]);
            }
            None => {
                out.push('\\');
                out.push_str(part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTAINER: &str = "\
1003 843 0:61 / / rw,relatime master:327 - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d
1004 1003 0:64 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
1005 1003 0:65 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
1013 1003 254:1 /var/lib/docker/volumes/outlay/_data /data rw,relatime master:1 - ext4 /dev/vda1 rw,discard
1014 1013 0:70 / /data/my\\040cache rw - tmpfs none rw
1015 1003 0:71 / /srv rw shared:5 master:7 - ext4 /dev/vdb rw
1016 1015 0:72 / /srv rw - ramfs none rw
";

    #[test]
    fn the_innermost_and_latest_mount_counts() {
        for (path, kind) in [
            ("/", "overlay"),
            ("/var/lib/outlay", "overlay"),
            ("/data", "ext4"),
            ("/data/deep/er", "ext4"),
            ("/database", "overlay"),
            ("/data/my cache/x", "tmpfs"),
            ("/data/my", "ext4"),
            ("/dev/shm", "tmpfs"),
            ("/srv/outlay", "ramfs"),
        ] {
            assert_eq!(file_system(CONTAINER, Path::new(path)), Some(kind), "{path}");
        }
        assert_eq!(file_system("", Path::new("/")), None);
        assert_eq!(file_system("a line of something else\n- - -\n", Path::new("/")), None);
    }

    #[test]
    fn only_what_does_not_last_is_told() {
        for kind in ["tmpfs", "ramfs", "overlay"] {
            let told = warning(Path::new("/data"), kind).expect("told");
            assert!(told.contains("/data") && told.contains(kind) && told.contains("OUTLAY_DATA_DIR"), "{told}");
        }
        for kind in ["ext4", "xfs", "btrfs", "zfs", "nfs4", "9p", "fuse.sshfs"] {
            assert_eq!(warning(Path::new("/data"), kind), None);
        }
    }
}
