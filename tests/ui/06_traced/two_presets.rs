use observe::traced;

#[traced(db(system = "sqlite", operation = "select"), cache(system = "memory", operation = "get"))]
fn load() {}

fn main() {
    load();
}
