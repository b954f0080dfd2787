//! Two declarations of one metric, with labels whose values are known only at run time.
//!
//! Alone in its process: what happens to the first call of all is what can go wrong.

use std::collections::BTreeSet;

/// Two declarations that are equal add to one metric, so their values have to mean the same.
mod equal {
    macro_rules! declare {
        ($module:ident) => {
            pub(super) mod $module {
                pub(in super::super) fn count(tenant: &str) {
                    static METER: observe::__private::Meter =
                        observe::__private::Meter::new(observe::__private::MeterDefinition {
                            calls: Some("twin_total"),
                            duration: None,
                            in_progress: None,
                            outcome: "status",
                            help: "Twins",
                            labels: &[observe::__private::LabelInfo::of::<observe::Capped<4>>("tenant", "Capped<4>")],
                            ladder: &observe::__private::ladder::API_LADDER,
                            module: module_path!(),
                            line: line!(),
                        });
                    #[observe::__private::linkme::distributed_slice(observe::__private::DECLARATIONS)]
                    #[linkme(crate = observe::__private::linkme)]
                    static DECLARATION: observe::__private::DeclaredMetric = METER.declaration();
                    let label = observe::Capped::<4>::new(tenant);
                    let combination = observe::LabelSet::combination(&label, METER.interners(), 0);
                    METER.begin(combination).finish(observe::__private::outcome::Outcome::Ok);
                }
            }
        };
    }
    declare!(first);
    declare!(second);
}

#[test]
fn equal_declarations_share_their_values() {
    // The first call comes to the declaration that gives its numbers to the other one.
    equal::second::count("acme");
    equal::first::count("globex");
    equal::first::count("acme");
    equal::second::count("globex");
    equal::second::count("hooli");
    let text = observe::exposition();
    let shown: BTreeSet<&str> = text.lines().filter(|line| line.starts_with("twin_total{")).collect();
    let expected = [("acme", 2), ("globex", 2), ("hooli", 1)]
        .map(|(tenant, count)| format!(r#"twin_total{{tenant="{tenant}",status="ok"}} {count}"#));
    assert_eq!(shown, expected.iter().map(String::as_str).collect());
    let overflows = text.lines().filter(|line| line.starts_with(r#"observe_label_overflow_total{metric="twin_total"#));
    assert_eq!(overflows.count(), 1);
}
