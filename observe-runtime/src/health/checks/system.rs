//! The machine: what is left of its disks and its memory.

use crate::health::{Check, Kind, Outcome};
use std::path::{Path, PathBuf};
use sysinfo::{DiskRefreshKind, Disks, System};

/// From here on somebody should look.
const WARN: f64 = 85.0;
/// From here on something is about to fail.
const FAIL: f64 = 95.0;

/// How full the disk is that this path is on; the figure is `usage_percent`. Warns at 85 %, fails at 95 %.
///
/// ```
/// use observe::health::checks;
/// let check = checks::disk("/var/lib/app");
/// ```
pub fn disk(path: impl Into<PathBuf>) -> Check {
    let path = path.into();
    Check::blocking("disk", move || usage_of_disk(&path)).kind(Kind::System).degrading().quiet()
}

/// How much of the memory is in use, of the machine's or of the container's where that has a limit; the figure is
/// `usage_percent`. Warns at 85 %, fails at 95 %.
///
/// ```
/// use observe::health::checks;
/// let check = checks::memory().critical();
/// ```
pub fn memory() -> Check {
    Check::blocking("memory", usage_of_memory).kind(Kind::System).degrading().quiet()
}

fn usage_of_disk(path: &Path) -> Result<Outcome, String> {
    let path = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
    let figures = DiskRefreshKind::nothing().with_storage();
    let disks = Disks::new_with_refreshed_list_specifics(figures).map_err(|error| error.to_string())?;
    let on = disks.iter().filter(|disk| path.starts_with(disk.mount_point()));
    match on.max_by_key(|disk| disk.mount_point().as_os_str().len()) {
        Some(disk) if disk.total_space() > 0 => Ok(usage("disk", disk.available_space(), disk.total_space())),
        _ => Ok(Outcome::unknown(format!("no disk is known that {} is on", path.display()))),
    }
}

fn usage_of_memory() -> Result<Outcome, String> {
    let mut system = System::new().map_err(|error| error.to_string())?;
    system.refresh_memory();
    Ok(match system.cgroup_limits() {
        Some(limits) if limits.total_memory > 0 && limits.total_memory < system.total_memory() => {
            // Not what is free: the kernel fills that with files, and gives it back.
            usage("memory", limits.total_memory.saturating_sub(limits.rss), limits.total_memory)
        }
        _ if system.total_memory() > 0 => usage("memory", system.available_memory(), system.total_memory()),
        _ => Outcome::unknown("this platform does not tell its memory"),
    })
}

/// Which part is not available.
#[expect(clippy::cast_precision_loss, reason = "a percentage needs no more than 53 bits")]
fn usage(of: &str, available: u64, total: u64) -> Outcome {
    let percent = (1.0 - available as f64 / total as f64) * 100.0;
    // A tenth is as much as anybody reads.
    let percent = (percent * 10.0).round() / 10.0;
    let outcome = if percent >= FAIL {
        Outcome::fail(format!("{percent} % of the {of} is in use"))
    } else if percent >= WARN {
        Outcome::warn(format!("{percent} % of the {of} is in use"))
    } else {
        Outcome::pass()
    };
    outcome.with("usage_percent", percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Status;

    #[test]
    fn a_full_disk_fails_and_a_nearly_full_one_warns() {
        let status = |available| usage("disk", available, 1000).status();
        assert_eq!((status(151), status(150), status(50)), (Status::Pass, Status::Warn, Status::Fail));
        assert_eq!(usage("disk", 250, 1000), Outcome::pass().with("usage_percent", 75.0));
    }

    #[test]
    fn this_machine_has_a_disk_and_memory() {
        for outcome in [usage_of_disk(Path::new("/")), usage_of_memory()] {
            let outcome = outcome.unwrap();
            assert!(
                outcome.figures.iter().any(|(name, value)| *name == "usage_percent" && *value > 0.0),
                "{outcome:?}"
            );
        }
        assert!(usage_of_disk(Path::new("/no/such/place")).is_err());
    }
}
