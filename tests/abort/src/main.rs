//! Records spans and panics, on the thread that its first argument names. `tests/runtime/aborts.rs`
//! builds it with `panic = "abort"`.

use observe::traced;
use std::thread;

#[traced]
fn work(number: u32) -> u32 {
    number
}

fn main() -> observe::Result<()> {
    let _guard = observe::init!()?;
    for number in 0..300 {
        work(number);
    }
    match std::env::args().nth(1).as_deref() {
        Some("main") => panic!("patient jane@example.org is gone"),
        Some("thread") => {
            let thread = thread::spawn(|| panic!("patient jane@example.org is gone"));
            let _ = thread.join();
        }
        _ => std::process::abort(),
    }
    Ok(())
}
