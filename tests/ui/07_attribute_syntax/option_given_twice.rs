use observe::{Label, metered, redact, traced};

#[traced(name = "a", kind = client, name = "b")]
#[metered(name = "a", buckets = api, buckets = ai)]
fn answer() {}

#[traced]
#[traced(name = "b")]
fn twice() {}

#[derive(Label)]
enum Model {
    #[label(rename = "gpt-4", rename = "gpt4")]
    Gpt4,
}

#[redact]
struct Patient {
    #[redact(hash, hash)]
    mrn: String,
    #[redact(hash, scrub)]
    note: String,
}

fn main() {
    answer();
    twice();
    let patient = Patient { mrn: String::new(), note: String::new() };
    println!("{patient:?} {}", Model::Gpt4.index());
    drop((patient.mrn, patient.note));
}
