use observe::{LabelSet, metered};

#[derive(LabelSet)]
struct Caller {
    internal: bool,
    mobile: bool,
}

/// A type without names, a value of another type, a set that is no parameter.
#[metered(name = "answer", labels(..flags, ..caller: Caller = flags, ..client))]
fn answer(flags: &(bool, bool)) -> bool {
    flags.0
}

#[metered(name = "ask", labels(..flags, ..caller: Caller = &flags.0))]
fn ask(flags: &(bool, bool)) -> bool {
    flags.0
}

/// A set where a label is expected.
#[metered(name = "reply", labels(caller))]
fn reply(caller: &Caller) -> bool {
    caller.internal && caller.mobile
}

fn main() {
    answer(&(true, false));
    ask(&(true, false));
    reply(&Caller { internal: true, mobile: false });
}
