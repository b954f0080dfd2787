//! The lines of a request: one when it starts, and one when it is over.

use tracing::info;

/// Where lines come from: whoever makes log events of them knows that all their texts are the layer's own.
pub(crate) const MODULE: &str = module_path!();

/// Says that a request has started.
pub(super) fn started(method: &'static str, route: &'static str) {
    info!(target: "observe::http", method, route, "request started");
}

/// Says how a request ended, after so many nanoseconds.
pub(super) fn done(method: &'static str, route: &'static str, status: u16, nanos: u64, outcome: Option<&'static str>) {
    #[expect(clippy::cast_precision_loss, reason = "to the microsecond: more digits are noise")]
    let duration_ms = (nanos / 1000) as f64 / 1e3;
    info!(target: "observe::http", method, route, status, duration_ms, outcome, "request done");
}
