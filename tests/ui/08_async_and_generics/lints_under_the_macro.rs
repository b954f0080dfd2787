//! What rustc says about a function, it says about an annotated one too, and on the same tokens.
#![deny(unused_variables, unused_mut, dead_code, unreachable_code, unused_must_use, unused_assignments)]

use observe::{metered, traced};

#[must_use]
fn must() -> u8 {
    1
}

#[traced(err(level = "warn"))]
fn sync_body(argument: u8) -> Result<u8, String> {
    let local = 1;
    let mut never_changed = 2;
    must();
    return Ok(never_changed);
    must()
}

#[traced(ret)]
#[metered(name = "async_body")]
async fn async_body(argument: u8) -> u8 {
    let local = 1;
    let mut changed = 2;
    changed = 3;
    must();
    changed
}

#[traced]
fn nobody_calls_it() {}

#[traced(args = all)]
async fn nobody_awaits_it(number: u8) {}

struct Store;

#[traced]
impl Store {
    fn nobody_calls_this_either(&self) {}
}

fn main() {
    sync_body(1).unwrap();
    drop(async_body(1));
    let _ = Store;
}
