//! Every option of `#[metered]`.

#![deny(warnings)]

use observe::{Label, metered};

#[derive(Label, Clone, Copy, PartialEq)]
enum Model {
    Gpt4,
    Claude,
}

struct Question<'a> {
    model: &'a Model,
    cached: Option<bool>,
}

const BOUNDS: [f64; 2] = [0.5, 1.0];
const MORE: &[f64] = &[0.5, 1.0, 3600.0];
const BUDGET: usize = 20_000;

#[metered]
fn nothing() {}

#[metered()]
fn r#match() {}

#[metered(
    name = "rag_query",
    help = "Answers from the notes",
    labels(model: Model = question.model, cached: Option<bool> = question.cached, dry, same: bool = *dry == true,),
    buckets = ai,
    max_series = 10_000,
    crate = ::observe,
)]
fn query(question: &Question<'_>, dry: &bool) -> bool {
    *dry
}

#[metered(name = "second", calls = "documents_total", duration = "document_seconds", in_progress = "documents_active")]
fn renamed() {}

#[metered(name = "third", calls = off, duration = off, in_progress = off, outcome = "result")]
fn off() {}

#[metered(buckets = api)]
fn preset() {}

#[metered(buckets = BOUNDS, max_series = BUDGET)]
fn constant() {}

#[metered(buckets = [0.5, 1.0])]
fn list() {}

#[metered(buckets = *MORE)]
fn slice() {}

#[metered(labels(models, model: Model = models.unwrap_or(&Model::Gpt4), is_gpt: bool = model == Model::Gpt4))]
fn lifetimes<'a>(mut models: Option<&'a Model>, model: Model) -> Option<&'a Model> {
    models.take().filter(|other| **other == model)
}

struct Store;

impl Store {
    const BOUNDS: [f64; 1] = [1.0];

    #[metered(buckets = Store::BOUNDS, labels(cached))]
    async fn load(&self, cached: bool) -> Result<bool, String> {
        Ok(cached)
    }
}

fn main() {
    nothing();
    r#match();
    query(&Question { model: &Model::Claude, cached: None }, &true);
    renamed();
    off();
    preset();
    constant();
    list();
    slice();
    lifetimes(None, Model::Gpt4);
    drop(Store.load(true));
}
