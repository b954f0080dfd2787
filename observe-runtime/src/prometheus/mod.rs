//! Metrics to and from registries of the crate `prometheus`, version 0.14.
//!
//! A service that has such a registry already keeps it, and one text shows all metrics: either ours
//! in the registry's text, by a [`Collector`], or the registry's in ours, by [`merge`]. With `merge`
//! they are exported over OTLP too.
//!
//! ```
//! use prometheus::{IntCounter, Registry};
//!
//! let registry = Registry::new();
//! let jobs = IntCounter::new("jobs_total", "Jobs done")?;
//! registry.register(Box::new(jobs.clone()))?;
//! observe::prometheus::merge(&registry);
//!
//! jobs.inc();
//! assert!(observe::exposition().contains("\njobs_total 1\n"));
//! # Ok::<(), prometheus::Error>(())
//! ```

mod collector;
mod family;
mod merge;

pub use collector::Collector;
pub use merge::merge;
