//! Figures for the documentation: what observe costs beside its peers, and beside doing nothing.
//!
//! One binary is everything: the driver that asks, and each subject that is asked. A subject is a
//! process of its own, because dispatchers, reporters and registries belong to a process, and
//! would meet each other in a common one.

pub mod clock;
pub mod driver;
pub mod samples;
pub mod serve;
pub mod subject;
pub mod subjects;
