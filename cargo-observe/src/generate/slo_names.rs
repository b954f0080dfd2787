//! The names of what the recording rules of objectives record, as rules and dashboards both use them.

/// The part of calls that did not keep the promise, over a window: `slo:sli_error:ratio_rate1h`.
pub(crate) fn errors(window: &str) -> String {
    format!("slo:sli_error:ratio_rate{window}")
}

/// What is left of the error budget of the period: 1 is all of it, less than 0 is more than it allows.
pub(crate) const BUDGET_REMAINING: &str = "slo:period_error_budget_remaining:ratio";
/// The part of calls that may fail.
pub(crate) const BUDGET: &str = "slo:error_budget:ratio";
