//! One metric that two crates declare, with a label whose values are known only at run time.
//!
//! Alone in its process: what happens to the first call of all is what can go wrong.

use observe::{Capped, metered};
use std::collections::BTreeSet;

/// Twins.
#[metered(name = "twin", duration = off, in_progress = off, labels(tenant: Capped<4> = Capped::new(tenant)))]
fn count(tenant: &str) {
    std::hint::black_box(tenant);
}

#[test]
fn equal_declarations_share_their_values() {
    // The first call comes to one of them, and the other has the numbers and the values of it.
    observe_tests::twin("acme");
    count("globex");
    count("acme");
    observe_tests::twin("globex");
    observe_tests::twin("hooli");
    let text = observe::exposition();
    let shown: BTreeSet<&str> = text.lines().filter(|line| line.starts_with("twin_total{")).collect();
    let expected = [("acme", 2), ("globex", 2), ("hooli", 1)]
        .map(|(tenant, count)| format!(r#"twin_total{{tenant="{tenant}",status="ok"}} {count}"#));
    assert_eq!(shown, expected.iter().map(String::as_str).collect());
    let overflows = text.lines().filter(|line| line.starts_with(r#"observe_label_overflow_total{metric="twin_total"#));
    assert_eq!(overflows.count(), 1);
}
