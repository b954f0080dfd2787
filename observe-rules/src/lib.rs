//! What observe allows, said once.
//!
//! The macros ask these functions while a program compiles, the runtime asks them about what is
//! known only when it runs, and tools ask them about what a binary declares. So the three can't
//! disagree. The crate depends on nothing.
//!
//! - [`Code`]: the number of every refusal
//! - [`metric`] and [`mod@unit`]: names of metrics, units in them; [`label`]: names and values of labels;
//!   [`label_set`]: what holds for several of them
//! - [`cardinality`]: how many series a metric has, and how many it may have
//! - [`bucket`]: histogram bounds; [`quantile`]: quantiles of summaries; [`objective`]: what a service promises
//! - [`privacy`]: names that promise personal data; [`policy`]: what a workspace decides about them
//! - [`health`]: names and times of health checks
//! - [`span`]: names of spans and their fields
//! - [`catalogue`]: what annotations leave in a binary
//! - [`convention`]: names of what services do for others; [`families`]: the metrics that observe brings
//! - [`variable`]: variables of the environment, and names that look like them
//! - [`case`], [`suggest`]: spelling

pub mod bucket;
pub mod cardinality;
pub mod case;
pub mod catalogue;
mod code;
pub mod convention;
pub mod families;
pub mod health;
pub mod label;
pub mod label_set;
pub mod metric;
pub mod objective;
pub mod policy;
pub mod privacy;
pub mod quantile;
pub mod span;
pub mod suggest;
mod text;
pub mod unit;
pub mod variable;
mod violation;

pub use code::Code;
pub use violation::Violation;
