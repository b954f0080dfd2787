use super::*;
use crate::catalogue::Exception;

#[test]
fn nothing_personal_is_shown_on_a_span_without_a_reason() {
    let shown = |reason: &str| {
        let mut span = span("open", "app::open", &[("reader.email", How::Clear)]);
        span.fields[0].reason = reason.to_owned();
        found(&of_spans([span]))
    };
    assert_eq!(shown(""), ["OBS1035 open.reader.email"]);
    assert_eq!(shown("the address of the service itself"), NOTHING);
    for how in [How::Hashed, How::Scrubbed, How::Typed] {
        assert_eq!(found(&of_spans([span("open", "app::open", &[("reader.email", how)])])), NOTHING, "{how:?}");
    }
}

fn of_types(redactions: impl Into<Vec<Redaction>>) -> Vec<String> {
    found(&Catalogue { redactions: redactions.into(), ..catalogue() })
}

#[test]
fn nothing_personal_is_shown_of_a_type_without_a_reason() {
    assert_eq!(of_types([redaction("Reader", &[("email", Policy::Clear, "")])]), ["OBS1035 Reader.email"]);
    assert_eq!(of_types([redaction("Reader", &[("Mail.email", Policy::Clear, "")])]), ["OBS1035 Reader.Mail.email"]);
    assert_eq!(of_types([redaction("Reader", &[("email", Policy::Clear, "the address of the desk")])]), NOTHING);
    assert_eq!(of_types([redaction("Reader", &[("email", Policy::Hashed, "")])]), NOTHING);
    assert_eq!(of_types([redaction("Reader", &[("shelf", Policy::Clear, "")])]), NOTHING);
}

#[test]
fn a_reason_says_something() {
    let excepted = |reason: &str| {
        let exception = Exception {
            kind: "clear field".to_owned(),
            name: "Reader.email".to_owned(),
            reason: reason.to_owned(),
            place: place(7),
        };
        found(&Catalogue { exceptions: vec![exception], ..catalogue() })
    };
    for reason in ["todo", "x", "ok", "not sensitive", "is fine for now", "..."] {
        assert_eq!(excepted(reason), ["OBS1036 Reader.email"], "{reason}");
    }
    for reason in ["", "a number of ours", "printed on the page", "Adresse der Praxis"] {
        assert_eq!(excepted(reason), NOTHING, "{reason}");
    }
}

#[test]
fn what_one_type_hides_another_does_not_show_for_no_reason() {
    let hidden = redaction("Reader", &[("favourite", Policy::Hashed, "")]);
    let shown = |reason| redaction("Loan", &[("favourite", Policy::Clear, reason)]);
    assert_eq!(of_types([hidden.clone(), shown("")]), ["OBS1037 Loan.favourite"]);
    assert_eq!(of_types([hidden.clone(), shown("the library's own favourite")]), NOTHING);
    let by_default = redaction("Reader", &[("favourite", Policy::Hidden, "")]);
    assert_eq!(of_types([by_default, shown("")]), NOTHING, "nobody has decided to hide it");
    let both = redaction("Reader", &[("favourite", Policy::Hashed, ""), ("Other.favourite", Policy::Clear, "")]);
    assert_eq!(of_types([both]), NOTHING, "one type is one decision");
}
