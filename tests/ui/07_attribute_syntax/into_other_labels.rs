use observe::{Calls, Counter, Label, metered, metric};

#[derive(Label, Clone, Copy)]
enum Model {
    Gpt4,
}

#[derive(Label, Clone, Copy)]
enum Plan {
    Free,
}

/// Retrieval over all stores.
#[metric(labels(model))]
static RAG_QUERY: Calls<Model>;

/// Retrieval by plan.
#[metric(labels(model, plan))]
static PLAN_QUERY: Calls<(Model, Plan)>;

/// No calls.
#[metric(labels(model))]
static TOKENS_TOTAL: Counter<Model>;

struct Query {
    model: Model,
    plan: Plan,
}

// A value of another type than the function says.
#[metered(into = RAG_QUERY, labels(model: Model = q.plan))]
fn value(q: &Query) {}

// Both of another type than the static says.
#[metered(into = RAG_QUERY, labels(model: Plan = q.plan))]
fn both(q: &Query) {}

#[metered(into = PLAN_QUERY, labels(model: Model = q.model, plan: Model = q.model))]
fn second(q: &Query) {}

// Too few, too many, none.
#[metered(into = PLAN_QUERY, labels(model: Model = q.model))]
fn few(q: &Query) {}

#[metered(into = RAG_QUERY, labels(model: Model = q.model, plan: Plan = q.plan))]
async fn many(q: &Query) {}

#[metered(into = RAG_QUERY)]
fn none() {}

#[metered(into = TOKENS_TOTAL, labels(model))]
fn counter(model: Model) {}

#[metered(into = NOWHERE)]
fn nowhere() {}

fn main() {
    let q = Query { model: Model::Gpt4, plan: Plan::Free };
    value(&q);
    both(&q);
    second(&q);
    few(&q);
    let _ = many(&q);
    none();
    counter(Model::Gpt4);
    nowhere();
}
