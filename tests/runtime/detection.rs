//! What the scrubber finds in labelled text, and what it leaves alone in the logs of servers.

use observe::scrub::{Kind, scrub};
use observe_tests::detection::{LOG_LINES, RECALLS, decidable, own, read, score, scores, seen_in_logs, shared};
use observe_tests::server_logs;

/// Kinds that have lines of their own beside this file, with the least F1 for each.
const OWN: &[(&str, f64)] = &[
    ("account", 0.97),
    ("address", 0.97),
    ("birth_date", 0.97),
    ("date", 0.97),
    ("device", 0.97),
    ("driving_licence", 0.97),
    ("field", 0.97),
    ("health_plan", 0.97),
    ("iban", 0.97),
    ("mac", 0.97),
    ("medical_licence", 0.97),
    ("mrn", 0.97),
    ("national_id", 0.97),
    ("passport", 0.97),
    ("ssn", 0.97),
    ("url_credential", 0.97),
    ("vehicle", 0.97),
];

/// The lines of others are not part of the repository.
fn labelled(name: &str) -> Option<Vec<observe_tests::detection::Line>> {
    let path = shared().join(name);
    let lines = read(&path);
    if lines.is_none() {
        eprintln!("SKIPPED: there is no labelled text in {}", path.display());
    }
    lines
}

#[test]
fn labelled_text_scores_at_least_097_and_few_negatives_are_touched() {
    let Some(lines) = labelled("pii.jsonl") else { return };
    let scores = score(decidable(&lines));
    eprintln!("{scores}\n{:#?}", scores.wrong);
    assert!(scores.total().f1() >= 0.97, "{scores}{:#?}", scores.wrong);
    assert!(scores.touched.len() <= 5, "{:#?}", scores.touched);
}

/// Most values in this file are bare numbers of one country or another: without a label only those
/// with a form and check digit of their own are found, so the floor is what that gives.
#[test]
fn the_numbers_of_states_are_found_where_their_form_tells() {
    let Some(lines) = labelled("pii_extended.jsonl") else { return };
    let scores = score(&lines);
    eprintln!("{scores}");
    let total = scores.total();
    assert!(total.recall() >= EXTENDED_RECALL, "{scores}");
    assert!(total.precision() >= EXTENDED_PRECISION, "{scores}{:#?}", scores.wrong);
}

const EXTENDED_RECALL: f64 = 0.40;
const EXTENDED_PRECISION: f64 = 0.90;

#[test]
fn every_kind_is_found_in_lines_of_its_own() {
    for (kind, least) in OWN {
        let lines = read(&own().join(kind).with_extension("jsonl")).unwrap_or_else(|| panic!("no lines for {kind}"));
        let values: usize = lines.iter().map(|line| line.values.len()).sum();
        let asked = RECALLS.iter().find(|(name, _)| name == kind);
        assert!(values >= if asked.is_some() { 50 } else { 20 }, "{kind} has {values} values only");
        assert!(lines.iter().any(|line| line.values.is_empty()), "{kind} has no negatives");
        let scores = score(&lines);
        eprintln!("{scores}");
        assert!(scores.total().f1() >= *least, "{scores}{:#?}", scores.wrong);
        if let Some((_, recall)) = asked {
            assert!(scores.total().recall() >= *recall, "{scores}{:#?}", scores.wrong);
        }
    }
}

#[test]
fn labels_and_values_are_where_the_lines_say() {
    for (kind, _) in OWN {
        for line in read(&own().join(kind).with_extension("jsonl")).unwrap_or_default() {
            for (name, range) in line.values {
                assert!(Kind::ALL.iter().any(|kind| kind.name() == name), "{name}");
                assert!(line.text.get(range).is_some_and(|value| !value.is_empty()), "{}", line.id);
            }
        }
    }
}

#[test]
fn scrubbing_labelled_text_twice_changes_nothing_more() {
    let files = OWN.iter().map(|(kind, _)| own().join(kind).with_extension("jsonl"));
    let shared = ["pii.jsonl", "pii_extended.jsonl"].map(|name| shared().join(name));
    for line in files.chain(shared).filter_map(|path| read(&path)).flatten() {
        let once = scrub(&line.text);
        assert_eq!(scrub(&once), once, "{:?}", line.text);
    }
}

#[test]
fn server_logs_are_left_alone() {
    let seen = seen_in_logs(LOG_LINES);
    for (kind, (lines, example)) in &seen {
        eprintln!("{kind}: {lines} of {LOG_LINES} lines, as {example}");
    }
    for kind in Kind::ALL {
        let most = match kind {
            // The addresses of clients are in the logs.
            Kind::Ip => continue,
            Kind::Phone => LOG_LINES / 200,
            Kind::Card => LOG_LINES / 1000,
            Kind::BirthDate | Kind::Date => 0,
            _ => LOG_LINES / 2000,
        };
        let lines = seen.get(kind.name()).map_or(0, |(lines, _)| *lines);
        assert!(lines <= most, "{} on {lines} lines: {:?}", kind.name(), seen.get(kind.name()));
    }
}

#[test]
fn the_logs_have_at_least_ten_formats_and_the_same_lines_every_time() {
    let lines = server_logs::lines(1000);
    let formats: std::collections::HashSet<_> = lines.iter().map(|(format, _)| format).collect();
    assert!(formats.len() >= 10, "{formats:?}");
    assert_eq!(lines, server_logs::lines(1000));
}

/// As a benchmark prints them.
#[test]
fn every_bar_is_kept() {
    for bar in scores() {
        let verdict = if bar.is_kept() { "ok" } else { "short" };
        eprintln!("bar {} measured {:.4} limit {} {verdict}", bar.name, bar.measured, bar.limit);
        assert!(bar.is_kept(), "{bar:?}");
    }
}
