//! The machine: what a process may open, and how full the disk is.

use super::finding::Finding;
use super::variables::Variables;

const TOPIC: &str = "machine";
/// A server with a thousand connections, and what else it has open.
#[cfg(unix)]
const FILES: u64 = 4_096;
/// What should be free of a disk that lines are written to.
#[cfg(unix)]
const FREE: u64 = 1 << 30;

#[cfg(unix)]
pub(super) fn check(variables: &Variables) -> Vec<Finding> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let files = match limit {
        Some(limit) if limit < FILES => {
            Finding::warning(TOPIC, format!("a process may open {limit} files: a busy server runs out of connections"))
                .help(format!("raise it: `ulimit -n {FILES}`, LimitNOFILE= in systemd"))
        }
        Some(limit) => Finding::ok(TOPIC, format!("a process may open {limit} files")),
        None => Finding::ok(TOPIC, "a process may open as many files as it likes"),
    };
    let log = variables.get("OBSERVE_LOG_FILE").map(std::path::Path::new);
    let folder = log.and_then(std::path::Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(std::path::Path::new("."));
    let disk = match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let what = format!("{} MiB are free at {}", free >> 20, folder.display());
            if free < FREE { Finding::warning(TOPIC, what).help("make room") } else { Finding::ok(TOPIC, what) }
        }
        Err(error) => Finding::failed(TOPIC, format!("{}: {error}", folder.display())).help("make the folder"),
    };
    vec![files, disk]
}

#[cfg(not(unix))]
pub(super) fn check(_variables: &Variables) -> Vec<Finding> {
    vec![Finding::skipped(TOPIC, "limits are known on Unix only")]
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_log_file_in_a_folder_that_is_missing_fails() {
        let findings = check(&[("OBSERVE_LOG_FILE", "/no/such/folder/log")].into_iter().collect());
        assert_eq!(findings[1].state, State::Failed);
        assert_eq!(check(&Variables::default()).len(), 2);
    }
}
