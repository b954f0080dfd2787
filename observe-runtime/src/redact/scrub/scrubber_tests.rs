use super::{Kind, Scrubber, scrub};

fn without_names(text: &str) -> String {
    Scrubber::new().without(Kind::Field).scrub(text).into_owned()
}

#[test]
fn a_kind_that_is_off_is_not_found() {
    let text = "ann@example.com from 192.0.2.7";
    assert_eq!(Scrubber::new().without(Kind::Email).scrub(text), "ann@example.com from [REDACTED:ip]");
    assert_eq!(Scrubber::new().only(&[Kind::Email]).scrub(text), "[REDACTED:email] from 192.0.2.7");
    assert_eq!(Scrubber::new().only(&[]).scrub(text), text);
}

#[test]
fn strict_forms_hide_what_form_alone_does_not_tell() {
    for (kind, text, hidden) in [
        (Kind::Ssn, "a 219450187 b 000121234", "a [REDACTED:ssn] b 000121234"),
        (Kind::Phone, "a 4155550132 b 1155550132", "a [REDACTED:phone] b 1155550132"),
        (Kind::Date, "on 2024-01-31, 3/12/80 and 1.2.3", "on [REDACTED:date], [REDACTED:date] and 1.2.3"),
        (Kind::UrlCredential, "see https://example.com/a?b=c.", "see [REDACTED:url_credential]."),
    ] {
        assert!(kind.has_strict_form());
        assert_eq!(scrub(text), text);
        let strict = Scrubber::new().strict(kind);
        assert_eq!(strict.scrub(text), hidden);
        assert_eq!(strict.scrub(hidden), hidden);
    }
}

#[test]
fn a_kind_without_a_strict_form_stays_as_it_is() {
    assert_eq!(Scrubber::new().strict(Kind::Email).scrub("ann at example.com"), "ann at example.com");
}

#[test]
fn a_pattern_of_a_user_is_found_and_counted_under_its_name() -> Result<(), super::PatternError> {
    let scrubber = Scrubber::new().pattern("badge_of_test", r"\bB-\d{6}\b")?;
    assert_eq!(scrubber.scrub("B-204418, B-2"), "[REDACTED:badge_of_test], B-2");
    let counts = || crate::redact::counters::all().find(|(name, _)| *name == "badge_of_test").map(|(_, count)| count);
    let before = counts();
    let _ = scrubber.scrub("B-204418");
    assert_eq!(counts(), before.map(|count| count + 1));
    Ok(())
}

#[test]
fn a_pattern_does_not_find_placeholders() -> Result<(), super::PatternError> {
    let scrubber = Scrubber::new().pattern("word", "[A-Za-z]+")?;
    let once = scrubber.scrub("hello 192.0.2.7").into_owned();
    assert_eq!(once, "[REDACTED:word] [REDACTED:ip]");
    assert_eq!(scrubber.scrub(&once), once);
    Ok(())
}

#[test]
fn a_bad_pattern_says_what_is_wrong() {
    for (name, regex, wrong) in [
        ("", "x", "no name"),
        ("Badge", "x", "no name"),
        ("a]b", "x", "no name"),
        ("email", "x", "name of a kind"),
        ("open", "(", "no regular expression"),
        ("empty", "x*", "empty text"),
        ("large", r"(?:\w{100}){1000}", "too large"),
    ] {
        let said =
            Scrubber::new().pattern(name, regex).map_or_else(|error| error.to_string(), |_| "nothing".to_owned());
        assert!(said.contains(wrong), "{name}: {said}");
    }
}

#[test]
fn there_is_a_limit_to_patterns() {
    let add = |scrubber: Scrubber, n: u8| scrubber.pattern(&format!("many_{}", char::from(b'a' + n % 26)), "xyz");
    let all = (0..64).try_fold(Scrubber::new(), add);
    let said = all
        .and_then(|scrubber| scrubber.pattern("last", "xyz"))
        .map_or_else(|error| error.to_string(), |_| String::new());
    assert!(said.contains("one too many"), "{said}");
}

#[test]
fn names_hide_what_no_detector_knows() {
    for (text, hidden) in [
        ("patient_name=Ann status=ok", "patient_name=[REDACTED:field] status=ok"),
        (r#"{"first_name": "Ann Lee", "n": 1}"#, r#"{"first_name": "[REDACTED:field]", "n": 1}"#),
        (r#"{\"lastName\":\"Lee\"}"#, r#"{\"lastName\":\"[REDACTED:field]\"}"#),
        ("diagnosis=F32.1", "diagnosis=[REDACTED:field]"),
    ] {
        assert_eq!(scrub(text), hidden);
        assert_eq!(without_names(text), text);
        assert_eq!(scrub(hidden), hidden);
    }
}

#[test]
fn a_detector_knows_better_than_a_name() {
    assert_eq!(scrub("email=ann@example.com"), "email=[REDACTED:email]");
    assert_eq!(scrub(r#"{"ssn": "219-45-0187"}"#), r#"{"ssn": "[REDACTED:ssn]"}"#);
}

#[test]
fn prose_stays_readable() {
    for text in ["email: not found", "Unexpected token: end of file", "phone=null", "request_id=req-77161", "user=root"]
    {
        assert_eq!(scrub(text), text);
    }
}

const PLANTED: &[&str] = &[
    "ann@example.com",
    "219-45-0187",
    "4111 1111 1111 1111",
    "+44 20 7946 0958",
    "192.0.2.7",
    "2001:db8::1",
    "password=hunter2",
    "https://ann:hunter2@example.com",
    "Bearer a1b2c3d4e5f6",
];

const SECRETS: &[&str] =
    &["ann@example", "219-45", "4111 1111", "7946 0958", "192.0.2", "2001:db8", "hunter2", "a1b2c3d4e5f6"];

#[test]
fn planted_values_never_come_out() {
    let fill =
        ["error", "at", "邮箱", "n=7", "{\"a\": 1}", "route=/ask", "12:30", "(x)", "\n", "[REDACTED:ip]", "é", "::"];
    let mut random = fastrand::Rng::with_seed(20_240_131);
    for _ in 0..3_000 {
        let mut parts: Vec<&str> = (0..random.usize(..12)).map(|_| fill[random.usize(..fill.len())]).collect();
        for _ in 0..random.usize(1..3) {
            parts.insert(random.usize(..=parts.len()), PLANTED[random.usize(..PLANTED.len())]);
        }
        let text = parts.join(" , ");
        let once = scrub(&text);
        for secret in SECRETS {
            assert!(!once.contains(secret), "{text:?} became {once:?}");
        }
        assert_eq!(scrub(&once), once, "{text:?}");
    }
}

#[test]
fn any_text_is_read_without_panic_and_twice_the_same() {
    let alphabet: Vec<char> = "aA1903.:-=@%<>/\\\"'[]() _#,;rRé邮１\u{200b}\u{a0}&?{}+\n".chars().collect();
    let mut random = fastrand::Rng::with_seed(99);
    for _ in 0..20_000 {
        let text: String = (0..random.usize(..90)).map(|_| alphabet[random.usize(..alphabet.len())]).collect();
        for finding in super::find(&text) {
            assert!(text.get(finding.range).is_some_and(|found| !found.is_empty()), "{text:?}");
        }
        let once = scrub(&text);
        assert_eq!(scrub(&once), once, "{text:?}");
    }
}

#[test]
fn a_label_may_be_part_of_the_number() {
    for text in ["MRN-330471", "of MRN-330471 today", "mrn: MRN-330471", "MRN00330471"] {
        assert!(!scrub(text).contains("330471"), "{}", scrub(text));
    }
    assert_eq!(scrub("mRNA-1273 CVE-2024-12345 log-20240131"), "mRNA-1273 CVE-2024-12345 log-20240131");
}
