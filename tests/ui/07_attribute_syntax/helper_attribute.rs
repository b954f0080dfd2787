use observe::{Label, redact};

#[derive(Label)]
#[label]
#[label(rename_all = "snake-case")]
enum Model {
    #[label = "gpt-4"]
    Gpt4,
    #[label(rename = claude)]
    Claude,
}

#[redact]
struct Patient {
    #[redact]
    name: String,
    #[redact = "hash"]
    mrn: String,
    #[redact(hash = true)]
    card: String,
}

fn main() {
    let patient = Patient { name: String::new(), mrn: String::new(), card: String::new() };
    println!("{patient:?} {}", [Model::Gpt4, Model::Claude].len());
    drop((patient.name, patient.mrn, patient.card));
}
