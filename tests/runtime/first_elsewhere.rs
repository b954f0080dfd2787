//! A span that a thread without a capture comes to first is captured all the same. Alone in its process: any other
//! subscriber would hide what is looked at.

use observe::{testing, traced};

#[traced]
fn work() {}

#[test]
fn a_thread_without_a_capture_switches_nothing_off() {
    let capture = testing::capture();
    std::thread::spawn(work).join().unwrap();
    work();
    assert_eq!(capture.span("work").name, "work");
}
