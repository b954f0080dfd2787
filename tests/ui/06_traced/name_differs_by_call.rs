use observe::traced;

#[traced(name = "user {id}")]
fn load(id: u64) -> u64 {
    id
}

#[traced(name = " ")]
fn unnamed() {}

#[traced(name = "two\nlines")]
fn lines() {}

#[traced(name = "a name that explains in many words what could be said in a few, and that no list of traces has the room for")]
fn talkative() {}

fn main() {
    load(1);
    unnamed();
    lines();
    talkative();
}
