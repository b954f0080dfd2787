//! What a workspace can emit: its metrics, spans, redacted types and health checks, as they are declared.
//!
//! A catalogue is made of the records of built programs, or read from a file that `cargo observe catalog` wrote. Everything in
//! it is sorted, so that the same workspace has the same catalogue, whatever order the linker left.

mod command;
mod from_records;
mod markdown;
mod model;
mod schema;
mod table;

pub(crate) use command::{Args, run};
pub(crate) use from_records::{Conflict, catalogue};
pub(crate) use markdown::markdown;
pub(crate) use model::{
    Catalogue, Exception, Field, HealthCheck, How, Kind, Label, Latency, Metric, Objective, Place, Policy, Program,
    RedactedField, Redaction, SCHEMA, Scope, Span, Values,
};
pub(crate) use schema::{read, schema};
pub(crate) use table::table;
