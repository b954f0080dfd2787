use observe::{metered, traced};

#[traced]
const fn double(number: u32) -> u32 {
    2 * number
}

#[traced(name = "")]
#[metered(name = "Halve")]
pub const fn halve(number: u32) -> u32 {
    number / 2
}

const TWO: u32 = halve(double(2));

fn main() {
    assert_eq!(TWO, 2);
}
