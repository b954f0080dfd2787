//! Each preset stands where `#[traced]` does, with other options and attributes, in a crate without unsafe code.
#![forbid(unsafe_code)]
#![deny(warnings)]

use observe::{Label, operation, traced};

#[derive(Clone, Copy, Label)]
enum Model {
    Small,
}

struct Store;

impl Store {
    #[traced(db(system = "postgresql", operation = "select", table = "beds"), level = debug, fields(ward))]
    async fn beds(&self, ward: u8) -> Result<u8, std::io::Error> {
        Ok(ward)
    }
}

#[traced(http_client(provider = "stripe", method = "POST", endpoint = "/v1/charges/{id}"), name = "charge")]
pub fn charge() -> Result<(), String> {
    Ok(())
}

#[traced(messaging(system = "kafka", operation = "send", destination = "orders"))]
fn send() {}

#[traced(cache(system = "memory", operation = "get"))]
fn get<T: Clone>(value: Option<T>) -> Option<T> {
    value
}

#[traced(rpc(system = "grpc", service = "pay.Payments", method = "Refund"))]
fn refund() -> Result<(), String> {
    Err("nothing was paid".to_owned())
}

#[traced(gen_ai(provider = "openai", model = model, operation = "embeddings"))]
fn embed(model: Model) {
    operation::tokens(9, 0);
}

#[traced(chat(provider = "openai", model = clear(model), user_type = "free"))]
fn chat(model: &str) {
    operation::tokens(9, 3);
}

#[traced(authentication(method = "password"))]
fn log_in() -> Result<(), String> {
    Ok(())
}

#[traced(vector_search(system = "sqlite", collection = "passages", top_k = top_k))]
fn search(top_k: usize) -> usize {
    top_k
}

macro_rules! declare {
    ($name:ident, $table:literal) => {
        #[traced(db(system = "sqlite", operation = "delete", table = $table, metrics = off), crate = observe)]
        fn $name() {}
    };
}

declare!(made, "made");

fn main() {
    let capture = observe::testing::capture();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(Store.beds(3)).unwrap(), 3);
    charge().unwrap();
    send();
    assert_eq!(get(Some("ward")), Some("ward"));
    assert!(refund().is_err());
    embed(Model::Small);
    chat("small");
    log_in().unwrap();
    assert_eq!(search(5), 5);
    made();
    assert_eq!(capture.spans().len(), 10);
    assert_eq!(capture.span("charge").attribute("http.request.method").unwrap().to_string(), "POST");
}
