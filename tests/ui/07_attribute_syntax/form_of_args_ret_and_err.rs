use observe::traced;

const LOUD: &str = "error";

#[traced(args = some, level = 6, ret = debug, err = on)]
fn words(count: usize) -> usize {
    count
}

#[traced(args(all), level = loud, ret(loud), err(level = "loud"))]
fn groups(count: usize) -> usize {
    count
}

#[traced(name = loud, ret(scrub, hash), err(level = warn, level = info), level(info))]
fn twice(count: usize) -> usize {
    count
}

#[traced(fields(%count, total = ?count, {LOUD} = count))]
fn sigils(count: usize) -> usize {
    count
}

fn main() {
    words(1);
    groups(1);
    twice(1);
    sigils(1);
}
