use observe::{Capped, Counter, Label, LabelSet, metered, metric};

#[derive(Label)]
enum Gender {
    Female,
    Male,
    Other,
}

#[metered(name = "lookup", labels(diagnosis: Capped<50> = Capped::new(diagnosis), gender))]
fn lookup(diagnosis: &str, gender: Gender) {
    let _ = (diagnosis, gender);
}

#[derive(LabelSet)]
struct Caller<'a> {
    maiden_name: Capped<'a, 64>,
    #[label(rename = "userEmail")]
    mail: Capped<'a, 64>,
}

/// Cards that were seen.
#[metric(labels(card_number))]
static CARDS_TOTAL: Counter<Capped<'static, 5>>;

#[metered(name = "login", outcome = "password")]
fn login() {}

fn main() {}
