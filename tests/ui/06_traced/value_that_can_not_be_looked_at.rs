use observe::traced;

#[traced(ret)]
#[track_caller]
fn line() -> u32 {
    std::panic::Location::caller().line()
}

#[traced(ret(level = "debug"))]
fn never() -> ! {
    panic!("as it should")
}

#[traced(ret, fields(return = count))]
fn doubles(count: u32) -> u32 {
    2 * count
}

fn main() {
    line();
    doubles(2);
    never();
}
