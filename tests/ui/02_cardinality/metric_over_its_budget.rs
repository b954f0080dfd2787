use observe::{Counter, Gauge, Histogram, Label, LabelSet, Summary, metric};

#[derive(Label)]
enum Model {
    Gpt4,
    Claude,
}

#[derive(LabelSet)]
struct Caller {
    model: Model,
    cached: bool,
}

/// Tokens.
#[metric(labels(model, cached), max_series = 3)]
static TOKENS_TOTAL: Counter<(Model, bool)>;

/// Levels.
#[metric(name = "model_level", labels(model), max_series = 1)]
static LEVEL: Gauge<Model>;

/// Sizes: nine bounds, and three series more.
#[metric(buckets = bytes, max_series = 40)]
static SIZE_BYTES: Histogram<Caller>;

const BUDGET: usize = 7;

/// Waits.
#[metric(labels(model), quantiles = [0.5, 0.99], max_series = BUDGET)]
static WAIT_SECONDS: Summary<Model>;

fn main() {
    TOKENS_TOTAL.with((Model::Gpt4, true)).inc();
    LEVEL.with(Model::Claude).inc();
    SIZE_BYTES.with(Caller { model: Model::Gpt4, cached: true }).observe(1.0);
    WAIT_SECONDS.with(Model::Gpt4).observe(1.0);
}
