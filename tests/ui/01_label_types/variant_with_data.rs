use observe::{Label, metered};

#[derive(Label)]
enum Outcome {
    Accepted,
    Refused(String),
    Failed { code: u16 },
}

#[metered(name = "answer", labels(outcome))]
fn answer(outcome: &Outcome) {
    let _ = outcome;
}

fn main() {
    answer(&Outcome::Accepted);
    answer(&Outcome::Refused(String::new()));
    answer(&Outcome::Failed { code: 1 });
}
