use observe::{Counter, Gauge, Info, Label, metric};

#[derive(Label)]
enum Model {
    Gpt4,
}

/// A tuple.
#[metric]
static TOKENS_TOTAL: Counter<(Model, bool)>;

/// One type.
#[metric]
static ANSWERS_TOTAL: Counter<Model>;

/// A name too few.
#[metric(labels(model))]
static MODEL_LEVEL: Gauge<(Model, bool)>;

/// No facts.
#[metric]
static BUILD_INFO: Info;

fn main() {
    TOKENS_TOTAL.with((Model::Gpt4, true)).inc();
    ANSWERS_TOTAL.with(Model::Gpt4).inc();
    MODEL_LEVEL.with((Model::Gpt4, true)).inc();
    BUILD_INFO.set([]);
}
