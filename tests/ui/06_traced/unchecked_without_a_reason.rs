use observe::traced;

#[traced(args = all, unchecked)]
fn no_reason(note: &str) {}

#[traced(args = all, unchecked = " ")]
fn empty_reason(note: &str) {}

#[traced(unchecked = "nothing personal passes here")]
fn no_arguments(note: &str) {}

#[traced(ret(Debug), err(level = "warn", Debug))]
fn by_debug() -> Result<u8, String> {
    Ok(1)
}

#[traced(args = all, ret(Display))]
fn by_display() -> u8 {
    1
}

fn main() {
    no_reason("");
    empty_reason("");
    no_arguments("");
    by_debug().unwrap();
    by_display();
}
