use observe::traced;

const NAME: &str = "load user {id}";
const NUMBER: u8 = 1;

#[traced(name = NAME)]
fn load() {}

#[traced(name = NUMBER)]
fn number() {}

fn main() {
    load();
    number();
}
