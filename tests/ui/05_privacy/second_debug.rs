use observe::redact;

#[redact]
#[derive(Clone, Debug)]
struct Patient {
    name: String,
}

#[redact]
#[derive(Clone, std::fmt::Debug)]
enum Event {
    Admitted(Patient),
}

fn main() {
    let patient = Patient { name: String::new() };
    println!("{:?}", Event::Admitted(patient.clone()));
    drop(patient.name);
}
