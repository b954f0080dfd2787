use observe::{metered, redact};

#[redact]
struct Plan {
    #[redact(clear)]
    name: String,
}

struct Request {
    plan: Plan,
    note: String,
}

#[metered(name = "ask", labels(plan: Plan = request.plan, note: String = observe::scrub(&request.note).into_owned()))]
fn ask(request: Request) {}

#[metered(name = "tell", labels(who: String = observe::pseudonym(who), mask: &'static str = observe::MASK))]
fn tell(who: &str) {
    let _ = who;
}

#[metered(name = "hear", labels(who = hash(who)))]
fn hear(who: &str) {
    let _ = who;
}

fn main() {}
