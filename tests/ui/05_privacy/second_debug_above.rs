use observe::redact;

/// A `derive` above has run before `redact` sees the type.
#[derive(Debug)]
#[redact]
struct Patient {
    name: String,
}

fn main() {
    let patient = Patient { name: String::new() };
    println!("{patient:?}");
    drop(patient.name);
}
