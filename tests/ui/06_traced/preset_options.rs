use observe::traced;

#[traced(db(sytem = "sqlite", operation = "select"))]
fn unknown() {}

#[traced(db = "sqlite")]
fn no_list() {}

#[traced(chat(provider = "openai"))]
fn lacks() {}

#[traced(chat(provider = "openai", model = hash(model), metrics = none))]
fn hashed(model: &str) {}

#[traced(db(system = "sqlite", operation = "select", table = table))]
fn no_form(table: &str) {}

#[traced(messaging(system = "kafka", operation = "send", destination = number))]
fn no_text(number: u64) {}

fn main() {
    unknown();
    no_list();
    lacks();
    hashed("gpt-4");
    no_form("users");
    no_text(1);
}
