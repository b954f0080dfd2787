//! `Display` of redacted types, and errors on their ways out.

#![expect(dead_code, reason = "fields that are hidden are not read, which is the point")]

use observe::{redact, testing, traced};
use std::error::Error;
use std::io;

#[redact]
#[derive(thiserror::Error)]
enum StoreError {
    #[redact(display = "could not reach {host} as {user}")]
    Unreachable {
        #[redact(clear)]
        host: String,
        user: String,
        #[source]
        error: io::Error,
    },
    #[redact(display = "patient {0} is gone: {1}")]
    Gone(#[redact(hash)] u64, #[redact(scrub)] String),
    #[redact(display = "no answer")]
    Io(#[from] io::Error),
    Other {
        #[redact(clear)]
        code: u8,
        text: String,
    },
    #[redact(display = "{{}} {0}")]
    Nested(#[redact(clear)] Card),
}

#[redact(display = "card {number}")]
struct Card {
    #[redact(keep_last = 4)]
    number: String,
    owner: String,
}

const SECRETS: [&str; 4] = ["jane", "Roe", "4111 1111", "81237"];

fn errors() -> Vec<StoreError> {
    let error = || io::Error::other("refused jane@example.org");
    vec![
        StoreError::Unreachable { host: "db-1".into(), user: "jane".into(), error: error() },
        StoreError::Gone(81_237, "written to jane@example.org".into()),
        error().into(),
        StoreError::Other { code: 3, text: "Jane Roe".into() },
        StoreError::Nested(Card { number: "4111 1111 1111 1111".into(), owner: "Jane Roe".into() }),
    ]
}

#[test]
fn an_error_shows_what_its_template_names() {
    let texts: Vec<String> = errors().iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "could not reach db-1 as [REDACTED]",
            &format!("patient {} is gone: written to [REDACTED:email]", observe::pseudonym("81237")),
            "no answer",
            "Other { code: 3, text: [REDACTED] }",
            "{} card ***1111",
        ]
    );
    for error in errors() {
        let shown = format!("{error} {error:?} {error:#?} {error:>40}");
        assert!(!SECRETS.iter().any(|secret| shown.contains(secret)), "{shown}");
    }
}

#[test]
fn the_source_is_that_of_thiserror() {
    let mut sources = errors().into_iter().map(|error| error.source().is_some());
    assert_eq!(sources.by_ref().take(5).collect::<Vec<_>>(), [true, false, true, false, false]);
}

/// The text of `anyhow` goes down the chain, whose end is an error of somebody else: the way out scrubs that.
#[test]
fn a_chain_of_anyhow_is_clean_once_it_is_out() {
    #[traced(err(Display))]
    fn fails(error: StoreError) -> anyhow::Result<()> {
        Err(anyhow::Error::new(error).context("reading"))
    }

    #[traced(err)]
    fn fails_typed(error: StoreError) -> Result<(), StoreError> {
        Err(error)
    }

    let capture = testing::capture();
    for error in errors() {
        let chain = anyhow::Error::new(error);
        let ours = chain.to_string();
        assert!(!SECRETS.iter().any(|secret| ours.contains(secret)), "{ours}");
    }
    for error in errors() {
        assert!(fails(error).is_err());
    }
    for error in errors() {
        assert!(fails_typed(error).is_err());
    }
    for error in errors() {
        let chain = format!("{:#}", anyhow::Error::new(error));
        tracing::error!(error = chain, "chain");
    }
    for error in errors() {
        let span = tracing::info_span!("foreign", error = tracing::field::Empty);
        span.record("error", tracing::field::display(&error));
        tracing::error!(parent: &span, error = &error as &dyn Error, "failed: {error} {error:?}");
    }
    let out = format!("{:?} {:?}", capture.spans(), capture.log_lines());
    assert!(out.contains("no answer") && out.contains("db-1"), "{out}");
    assert!(!SECRETS.iter().any(|secret| out.contains(secret)), "{out}");
}

#[test]
fn display_without_a_template_is_debug() {
    #[redact(display)]
    struct Plain<T> {
        #[redact(clear)]
        id: T,
        name: String,
    }
    let plain = Plain { id: 7, name: "Jane".into() };
    assert_eq!(plain.to_string(), "Plain { id: 7, name: [REDACTED] }");
    assert_eq!(format!("{plain:#}"), plain.to_string());
    assert_eq!(format!("{plain:>90.3}"), plain.to_string());
}

/// A value that is clear is shown by its `Display`; what has none, by its `Debug`.
#[test]
fn templates_of_generic_types() {
    #[redact(display = "{id} {some} {text}/{text}")]
    struct Any<'a, T> {
        #[redact(clear)]
        id: T,
        #[redact(clear)]
        some: Option<u8>,
        #[redact(clear)]
        text: &'a str,
    }
    assert_eq!(Any { id: "x", some: Some(1), text: "t" }.to_string(), "x Some(1) t/t");
}
