//! Metrics and spans in every form. Most are never called, and some can't be.
#![allow(dead_code, reason = "records are there of what nobody calls, too")]

use observe::{Calls, Capped, Counter, Gauge, Histogram, Info, Label, LabelSet, Summary, metered, metric, span, traced};
use words::LIMIT;

#[derive(Label, Clone, Copy)]
pub enum Model {
    Gpt,
    #[label(rename = "claude-3")]
    Claude,
}

#[derive(Label, Debug)]
pub enum Failure {
    Timeout,
    Refused,
}

#[derive(LabelSet)]
pub struct Client {
    internal: bool,
    cached: Option<bool>,
}

#[derive(LabelSet)]
pub struct Caller<'a> {
    tenant: Capped<'a, 8>,
    #[label(flatten)]
    client: Client,
}

struct ByHand;

impl Label for ByHand {
    const CARDINALITY: usize = 3;
    fn index(&self) -> usize {
        0
    }
    fn value(_: usize) -> &'static str {
        "x"
    }
}

const SUCCESS: f64 = 99.9;
const BOUNDS: [f64; 3] = [0.5, 1.0, 2.5];
const NAME: &str = "named by a constant";

/// Answers a question
#[metered(labels(model), objective(success = SUCCESS, latency = 0.25, target = 99), max_series = LIMIT, error = Failure)]
pub fn called(model: Model) -> Result<(), Failure> {
    let _ = model;
    Ok(())
}

#[metered(name = "dead", calls = "corpses_total", in_progress = off, outcome = "result", buckets = BOUNDS)]
fn dead() {}

#[metered(buckets = ai)]
fn generic<T>(_value: T) {}

#[metered(name = "of_a_set", duration = off, labels(..caller))]
fn of_a_set(caller: Caller<'_>) {}

pub struct Holder<T>(pub T);

impl<T> Holder<T> {
        #[metered(name = "held")]
    #[traced]
    fn hold(&self) {}
}

pub trait Work {
    #[metered(name = "default_work")]
    fn work(&self) {}
}

#[inline(always)]
#[metered]
fn inlined() {}

#[metered]
#[traced(name = "wait a moment", kind = client, fields(note = scrub(note), who = hash(note), label = "x"))]
async fn never_polled(note: &str) {}

#[traced(name = NAME)]
fn constant_name() {
    span!("within"; {})
}

mod unreferenced {
    use super::*;

        #[metered]
    fn forgotten() {}

    /// Things that wait.
        #[metric(labels(by_hand))]
    static WAITING: Gauge<ByHand>;
}

/// Tokens that were read.
#[metric(labels(model, plan), init = all)]
pub static TOKENS_TOTAL: Counter<(Model, words::Plan)>;

/// Size of letters.
#[metric]
pub static LETTER_SIZE_BYTES: Histogram;

/// How long it was waited.
#[metric(quantiles = [0.5, 0.99])]
pub static WAIT_SECONDS: Summary<Client>;

/// What was built.
#[metric(labels(version, commit))]
pub static BUILD_INFO: Info;

/// Calls of anybody
#[metric(labels(model))]
pub static SHARED: Calls<Model>;

#[metered(into = SHARED, labels(model))]
fn shares(model: Model) {}
