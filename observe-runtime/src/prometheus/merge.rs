//! Metrics of a registry of the crate `prometheus` among ours.

use super::family;
use crate::families;
use crate::metric::{Foreign, ForeignFamily, MergeFailures, registry};
use ::prometheus::Registry;
use std::sync::Once;

/// Shows all metrics of a registry beside observe's own, in [`exposition`](crate::exposition()),
/// `/metrics` and exports, for the rest of the process.
///
/// Names stay as they are: `OBSERVE_NAMESPACE` goes before none of them. A family is left out where
/// its name, or one of its samples' names, is taken by one of observe's metrics or by a registry
/// that was merged earlier, and where it can't be shown without breaking the exposition (a name
/// that is none, two series with equal labels). The log says so once for each family, and
/// `observe_merge_failures_total` counts it. A collector that panics makes all of its registry
/// left out for that reading, which is counted too.
///
/// ```
/// // What the macros of the crate register.
/// observe::prometheus::merge(prometheus::default_registry());
/// ```
pub fn merge(merged: &Registry) {
    static SHOWN: Once = Once::new();
    SHOWN.call_once(|| {
        families::mark(families::MERGED);
        registry().add(&MergeFailures);
    });
    // For the rest of the process, as all sources are.
    registry().merge(Box::leak(Box::new(Merged(merged.clone()))));
}

struct Merged(Registry);

impl Foreign for Merged {
    fn gather(&self) -> Vec<ForeignFamily> {
        self.0.gather().into_iter().map(family::from).collect()
    }
}
