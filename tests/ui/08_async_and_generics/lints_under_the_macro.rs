//! What rustc says about a function, it says about an annotated one too, and on the same tokens.
#![deny(unused_variables, unused_mut, unreachable_code, unused_must_use, unused_assignments)]

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
    Ok(must())
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

fn main() {
    sync_body(1).unwrap();
    drop(async_body(1));
}
