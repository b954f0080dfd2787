use observe::redact;

#[derive(serde::Serialize)]
#[redact(serialize)]
struct Patient {
    name: String,
}

fn main() {
    drop(Patient { name: String::new() });
}
