//! What a workspace can emit: its metrics, spans, redacted types and health checks, as they are declared.
//!
//! A catalogue is made of the records of built programs, or read from a file that `cargo observe catalog` wrote. Everything in
//! it is sorted, so that the same workspace has the same catalogue, whatever order the linker left.

mod command;
mod from_records;
mod markdown;
mod model;
mod schema;
mod sections;
mod table;

pub(crate) use command::{Args, run};
pub(crate) use from_records::{Conflict, catalogue};
pub(crate) use markdown::markdown;
pub(crate) use model::{
    Catalogue, Exception, Field, HealthCheck, How, Kind, Label, Latency, Metric, Objective, Place, Policy, Program,
    RedactedField, Redaction, SCHEMA, Scope, Span, Values,
};
pub(crate) use schema::{json, read, schema};
pub(crate) use table::table;

/// A program that counts its jobs.
#[cfg(test)]
pub(crate) fn example() -> Catalogue {
    let status = Label { name: "status".to_owned(), values: Values::Known(vec!["ok".to_owned(), "error".to_owned()]) };
    let metric = Metric {
        name: "jobs_total".to_owned(),
        bare_name: "jobs_total".to_owned(),
        kind: Kind::Counter,
        unit: String::new(),
        help: "Jobs that were done".to_owned(),
        labels: vec![status],
        series: 2,
        max_series: 10_000,
        buckets: Vec::new(),
        quantiles: Vec::new(),
        base: None,
        outcome: Some("status".to_owned()),
        objective: None,
        scope: Scope::Business,
        programs: vec!["app".to_owned()],
        place: Place { module: "app".to_owned(), file: "src/main.rs".to_owned(), line: 3, column: 1 },
    };
    let program = Program { name: "app".to_owned(), ..Program::default() };
    Catalogue { schema: SCHEMA, programs: vec![program], metrics: vec![metric], ..Catalogue::default() }
}
