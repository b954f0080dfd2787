//! A function that nobody calls is reported, and one that somebody calls is not.
#![deny(dead_code)]

use observe::{metered, traced};

#[traced]
fn nobody_calls_it() {}

#[traced(args = all, ret)]
#[metered(name = "nobody_awaits_it")]
async fn nobody_awaits_it(number: u8) -> u8 {
    number
}

struct Store;

#[traced]
impl Store {
    fn nobody_calls_this_either(&self) {}

    fn somebody_does(&self) {}
}

fn main() {
    Store.somebody_does();
}
