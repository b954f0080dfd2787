use observe::{LabelSet, metered};

#[derive(LabelSet)]
struct Client {
    mobile: bool,
}

#[derive(LabelSet)]
#[label(rename = "caller", flaten)]
struct Caller {
    #[label(flaten)]
    a: bool,
    #[label(rename_all = "lowercase")]
    b: bool,
    #[label(flatten, rename = "client")]
    client: Client,
    #[label(flatten = true)]
    d: bool,
    #[label(rename = e)]
    e: bool,
    #[label]
    f: bool,
    #[label(rename = "x", rename = "y")]
    g: bool,
}

#[metered(name = "answer", labels(.., ..caller:, ..self))]
fn answer(caller: &Caller) {
    let _ = caller;
}

fn main() {}
