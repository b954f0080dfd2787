//! How many connections the pools have, all of them together: asked when metrics are read.

use crate::families;
use crate::metric::{Gauge, GaugeCore, MetricDefinition};
use crate::operation::calls::{DATABASE, DATABASE_CONNECTIONS, announce};
use observe_rules::families::DATABASE_POOL;
use std::sync::{Mutex, Once, PoisonError, Weak};

/// A pool, as far as it is counted.
pub(super) trait Connections: Send + Sync {
    /// Those that are in use.
    fn active(&self) -> u32;

    /// Those that wait to be used.
    fn idle(&self) -> u32;

    /// How many there may be.
    fn most(&self) -> u32;
}

/// Those that are still there.
static POOLS: Mutex<Vec<Weak<dyn Connections>>> = Mutex::new(Vec::new());

macro_rules! gauges {
    ($($name:ident = $place:literal, $read:ident;)*) => {$(
        static $name: Gauge = {
            static CORE: GaugeCore = GaugeCore::new(
                MetricDefinition {
                    name: DATABASE_POOL.families[$place].name,
                    help: DATABASE_POOL.families[$place].help,
                    unit: "",
                    labels: &[],
                    init_all: false,
                    module: families::DATABASE_POOL,
                    line: line!(),
                },
                Some(|| sum(|pool| pool.$read())),
            );
            Gauge::new(&CORE)
        };
    )*};
}

gauges! {
    IDLE = 1, idle;
    MOST = 2, most;
}

/// Counts a pool from now on, until it is gone.
pub(super) fn add(pool: Weak<dyn Connections>) {
    static FIRST: Once = Once::new();
    FIRST.call_once(|| {
        announce([DATABASE.declaration()]);
        announce([DATABASE_CONNECTIONS.declaration(), IDLE.declaration(), MOST.declaration()]);
        DATABASE_CONNECTIONS.with(()).read_with(|| sum(|pool| pool.active()));
    });
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    pools.retain(|pool| pool.strong_count() > 0);
    pools.push(pool);
}

fn sum(number: impl Fn(&dyn Connections) -> u32) -> f64 {
    // Nothing of a pool runs under the lock: the last owner may be this one.
    let pools: Vec<_> = POOLS.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade).collect();
    pools.iter().map(|pool| f64::from(number(&**pool))).sum()
}
