use observe::traced;

#[traced(db(sytem = "sqlite", operation = "select"))]
fn unknown() {}

#[traced(db = "sqlite")]
fn no_list() {}

#[traced(chat(provider = "openai"))]
fn lacks() {}

#[traced(chat(provider = "openai", model = hash(model), metrics = none))]
fn hashed(model: &str) {
    assert!(!model.is_empty());
}

fn main() {
    unknown();
    no_list();
    lacks();
    hashed("gpt-4");
}
