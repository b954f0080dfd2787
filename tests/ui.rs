//! What the compiler says about code that breaks a rule, and that it says nothing about code that doesn't.
//!
//! After a change of a text: `TRYBUILD=overwrite cargo test -p observe-tests --test ui`, then read the difference.

/// Each case stands beside the text that it gives, in a folder by range of codes.
#[test]
fn every_broken_rule_is_explained() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/[0-9]*/*.rs");
}

/// Apart from the others, which are only checked: these are built and run.
#[test]
fn what_is_allowed_compiles_without_a_warning() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
}
