//! Space on the machine's own disks. Network file systems are not asked: they may not answer.

use crate::redact::scrub::scrub;
use observe_rules::families::MOST_DISKS;
use std::collections::BTreeMap;
use std::ffi::OsString;
use sysinfo::{DiskRefreshKind, Disks};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Disk {
    /// Where it is mounted; of several places the shortest.
    pub(super) mountpoint: String,
    pub(super) available: u64,
    pub(super) used: u64,
}

/// The disks, in the order of their mount points.
pub(super) fn disks() -> Vec<Disk> {
    let kind = DiskRefreshKind::nothing().with_storage();
    let Ok(disks) = Disks::new_with_refreshed_list_specifics(kind) else { return Vec::new() };
    let found = disks.iter().map(|disk| {
        let (total, available) = (disk.total_space(), disk.available_space());
        // A path may be named after somebody.
        let mountpoint = scrub(&disk.mount_point().to_string_lossy()).into_owned();
        (disk.name().to_owned(), Disk { mountpoint, available, used: total.saturating_sub(available) })
    });
    distinct(found)
}

/// One entry for each device with space on it: containers mount one many times.
fn distinct(found: impl Iterator<Item = (OsString, Disk)>) -> Vec<Disk> {
    let mut by_device: BTreeMap<OsString, Disk> = BTreeMap::new();
    for (device, disk) in found.filter(|(_, disk)| disk.available + disk.used > 0) {
        let known = by_device.entry(device).or_insert_with(|| disk.clone());
        if disk.mountpoint.len() < known.mountpoint.len() {
            *known = disk;
        }
    }
    let by_mountpoint: BTreeMap<String, Disk> =
        by_device.into_values().map(|disk| (disk.mountpoint.clone(), disk)).collect();
    by_mountpoint.into_values().take(MOST_DISKS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(device: &str, mountpoint: &str) -> (OsString, Disk) {
        (device.into(), Disk { mountpoint: mountpoint.to_owned(), available: 1, used: 1 })
    }

    #[test]
    fn a_device_is_shown_once_and_devices_are_bounded() {
        let found = [disk("a", "/etc/hosts"), disk("a", "/data"), disk("b", "/"), disk("c", "/data")];
        let shown: Vec<_> = distinct(found.into_iter()).into_iter().map(|disk| disk.mountpoint).collect();
        assert_eq!(shown, ["/", "/data"]);
        let many = (0..100).map(|number| disk(&format!("d{number}"), &format!("/{number}")));
        assert_eq!(distinct(many).len(), MOST_DISKS);
    }
}
