use observe::{Capped, LabelSet, metered};

#[derive(LabelSet)]
struct Wrong<'a> {
    user_id: Capped<'a, 10>,
    le: bool,
    #[label(rename = "isInternal")]
    internal: bool,
    plan: bool,
    #[label(rename = "plan")]
    tariff: bool,
}

#[derive(LabelSet)]
struct Client {
    mobile: bool,
}

#[derive(LabelSet)]
struct Nested {
    mobile: bool,
    #[label(flatten)]
    client: Client,
}

#[derive(LabelSet)]
struct Nesting {
    #[label(flatten)]
    client: Client,
    plan: bool,
    mobile: bool,
}

#[derive(LabelSet)]
struct Ending {
    status: bool,
}

#[metered(name = "answer", labels(mobile: bool = true, ..client))]
fn answer(client: &Client) {
    let _ = client.mobile;
}

#[metered(name = "ask", labels(..ending))]
fn ask(ending: &Ending) {
    let _ = ending.status;
}

fn main() {
    answer(&Client { mobile: true });
    ask(&Ending { status: true });
}
