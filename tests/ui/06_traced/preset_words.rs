use observe::traced;

#[traced(db(system = "postgres", operation = "selects", table = "users"))]
fn load() {}

#[traced(cache(system = "varnish", operation = "fetch"))]
fn cached() {}

#[traced(chat(provider = "open_ai", model = "gpt-4"))]
fn ask() {}

#[traced(http_client(provider = "stripe", method = "post"))]
fn charge() {}

fn main() {
    load();
    cached();
    ask();
    charge();
}
