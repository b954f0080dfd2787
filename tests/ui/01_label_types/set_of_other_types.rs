use observe::{Label, LabelSet, metered};

#[derive(Label)]
enum Plan {
    Free,
}

#[derive(LabelSet)]
struct Client {
    mobile: bool,
}

struct Session {
    id: u64,
}

/// Text, a set that is not flattened, a label that is, and what is neither.
#[derive(LabelSet)]
struct Caller<'a> {
    tenant: &'a str,
    client: Client,
    #[label(flatten)]
    plan: Plan,
    #[label(flatten)]
    session: Session,
    internal: bool,
}

#[metered(name = "answer", labels(..caller))]
fn answer(caller: &Caller<'_>) {
    let _ = (caller.internal, caller.client.mobile, caller.session.id);
}

/// Where any set will do.
fn combinations<S: LabelSet>(_: S) -> usize {
    S::COMBINATIONS
}

fn main() {
    combinations(3_u32);
    combinations((true, Some(false)));
    let (client, session) = (Client { mobile: true }, Session { id: 1 });
    answer(&Caller { tenant: "", client, plan: Plan::Free, session, internal: false });
}
