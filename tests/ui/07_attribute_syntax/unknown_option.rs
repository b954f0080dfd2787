use observe::{Label, metered, redact, traced};

#[traced(nmae = "answer", short_name = true, enter_on_poll = true, colour = red)]
#[metered(lables(cached), name = "answer")]
fn answer(cached: bool) -> bool {
    cached
}

#[derive(Label)]
#[label(rename = "model")]
enum Model {
    #[label(rename_all = "lowercase")]
    Gpt4,
}

#[redact(crates = observe)]
struct Patient {
    #[redact(mask)]
    name: String,
}

fn main() {
    answer(true);
    let patient = Patient { name: String::new() };
    println!("{patient:?} {}", Model::Gpt4.index());
    drop(patient.name);
}
