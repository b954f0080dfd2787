//! Every option of `#[metric]`.

#![deny(warnings)]
#![deny(missing_docs, unused_qualifications, unreachable_pub)]

use observe::{Capped, Counter, Gauge, Histogram, Info, Label, LabelSet, Summary, metric};

#[derive(Label, Clone, Copy)]
enum Model {
    Gpt4,
    Claude,
}

#[derive(LabelSet)]
struct Caller<'a> {
    model: Model,
    tenant: Capped<'a, 8>,
}

const BOUNDS: [f64; 2] = [0.5, 1.0];
const MORE: &[f64] = &[0.5, 1.0, 3600.0];
const QUANTILES: [f64; 2] = [0.5, 0.99];
const BUDGET: usize = 20_000;

/// The size of the pool.
fn pool_size() -> f64 {
    12.0
}

/// Nothing said.
#[metric]
static PLAIN_TOTAL: Counter;

/// Nothing said either.
#[metric()]
static r#STATIC: Gauge;

/// What the program says is the help.
#[metric(
    name = "tokens_processed_total",
    help = "Tokens that models have read and written",
    labels(model, cached,),
    init = all,
    max_series = BUDGET,
    crate = ::observe,
)]
pub static TOKENS: Counter<(Model, Option<bool>)>;

/// Cost.
#[metric(labels(model), init = touched)]
static COST_TOTAL: Counter<Model, f64>;

/// Whole numbers.
#[metric]
static WHOLE_TOTAL: Counter<(), u64>;

/// A set.
#[metric(max_series = 10_000)]
static CHATS_TOTAL: Counter<Caller>;

/// Read.
#[metric(read = pool_size)]
static POOL_CONNECTIONS: Gauge<()>;

/// Read by a closure.
#[metric(read = || 1.5)]
static POOL_LEVEL: Gauge;

/// A constant.
#[metric(buckets = BOUNDS)]
static FIRST_SECONDS: Histogram;

/// A slice.
#[metric(buckets = *MORE, labels(model))]
static SECOND_SECONDS: Histogram<Model>;

/// A preset.
#[metric(buckets = bytes)]
static THIRD_BYTES: Histogram;

/// No unit.
#[metric(buckets = [1.0, 10.0])]
static FOURTH_TOKENS: Histogram;

/// A constant.
#[metric(quantiles = QUANTILES, window = 60)]
static FIFTH_SECONDS: Summary<()>;

/// A list.
#[metric(quantiles = [0.5], labels(model))]
static SIXTH: Summary<Model>;

/// Facts.
#[metric(labels(version, r#type))]
static BUILD_INFO: Info;

/// A metric that is left out, and whose labels are none.
#[cfg(any())]
#[metric(labels(text))]
static MISSING_TOTAL: Counter<String>;

/// The same, below.
#[metric(labels(text))]
#[cfg(any())]
static MISSING_TOO_TOTAL: Counter<String>;

macro_rules! declare {
    ($name:ident, $ty:ty, $help:literal, $text:literal) => {
        #[doc = $help]
        #[metric(name = $text)]
        static $name: $ty;
    };
}

declare!(MADE, Counter, "Made by a macro.", "made_total");

fn main() {
    /// In a function, of a type of it.
    #[metric(labels(inner))]
    static INNER_TOTAL: Counter<Inner>;

    #[derive(Label)]
    enum Inner {
        Only,
    }

    INNER_TOTAL.with(Inner::Only).inc();
    PLAIN_TOTAL.inc();
    r#STATIC.inc();
    TOKENS.with((Model::Claude, None)).add(3);
    COST_TOTAL.with(Model::Gpt4).add(0.5);
    WHOLE_TOTAL.add(2);
    let tenant = String::from("acme");
    CHATS_TOTAL.with(Caller { model: Model::Gpt4, tenant: Capped::new(&tenant) }).inc();
    POOL_CONNECTIONS.read_with(pool_size);
    POOL_LEVEL.set(1.0);
    FIRST_SECONDS.observe(1.0);
    SECOND_SECONDS.with(Model::Gpt4).observe(1.0);
    THIRD_BYTES.observe(1.0);
    FOURTH_TOKENS.observe(1.0);
    FIFTH_SECONDS.observe(1.0);
    SIXTH.with(Model::Gpt4).observe(1.0);
    BUILD_INFO.set(["1.2.0", "release"]);
    MADE.inc();
    assert_eq!(observe::exposition().matches("made_total 1\n").count(), 1);
}
