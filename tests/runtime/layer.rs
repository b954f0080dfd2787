//! The layer, for those who compose a subscriber of their own.

use observe::{SpanRecord, Status, metered, traced};
use std::sync::{Arc, LazyLock, Mutex};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;

type Ended = Arc<Mutex<Vec<SpanRecord>>>;

/// A process has one layer: it is put under a filter for each test, and cloned for none.
struct Installed(Ended);

static INSTALLED: LazyLock<(Ended, tracing::Dispatch)> = LazyLock::new(|| {
    let ended = Ended::default();
    let seen = Arc::clone(&ended);
    let see = move |span: &SpanRecord| seen.lock().expect("a lock of the test").push(span.clone());
    let (layer, guard) = observe::Builder::new("layer", "1").on_span_end(see).layer().expect("the first");
    // For as long as the process: tests have no end that all of them know.
    std::mem::forget(guard);
    let hidden = filter_fn(|metadata| metadata.name() != "hidden");
    let subscriber = tracing_subscriber::registry().with(LevelFilter::DEBUG).with(layer.with_filter(hidden));
    (ended, tracing::Dispatch::new(subscriber))
});

impl Installed {
    /// The layer for this thread, until the guard is dropped.
    fn here() -> (Self, DefaultGuard) {
        let (ended, dispatch) = &*INSTALLED;
        (Self(Arc::clone(ended)), tracing::dispatcher::set_default(dispatch))
    }

    fn span(&self, name: &str) -> SpanRecord {
        let spans = self.0.lock().expect("a lock of the test");
        let mut found = spans.iter().filter(|span| span.name == name);
        let span = found.next().unwrap_or_else(|| panic!("no span `{name}` has ended")).clone();
        assert!(found.next().is_none(), "two spans `{name}` have ended");
        span
    }
}

#[traced(kind = client, fields(rows, note = scrub(note)))]
#[metered(name = "layered_query")]
fn layered_query(rows: u64, note: &str) -> Result<u64, String> {
    if rows == 0 { Err("no rows for 123-45-6789".to_owned()) } else { Ok(rows) }
}

#[test]
fn a_traced_call_keeps_its_types_its_outcome_and_its_parent() {
    let (installed, _guard) = Installed::here();
    tracing::info_span!("request of rows").in_scope(|| drop(layered_query(0, "mail jane@example.org")));
    let span = installed.span("layered_query");
    assert_eq!(span.attribute("rows"), Some(&observe::AttributeValue::U64(0)));
    assert_eq!(span.attribute("note").map(ToString::to_string).as_deref(), Some("mail [REDACTED:email]"));
    assert_eq!(span.attribute("outcome").map(ToString::to_string).as_deref(), Some("error"));
    assert_eq!(
        (span.kind, &span.status),
        (observe::SpanKind::Client, &Status::Error("no rows for [REDACTED:ssn]".into()))
    );
    assert_eq!(span.parent_id, Some(installed.span("request of rows").span_id));
}

#[traced]
async fn layered_future() {
    tokio::task::yield_now().await;
    tracing::info!("in the middle");
}

#[tokio::test]
async fn a_future_has_one_span_with_the_events_in_it() {
    let (installed, _guard) = Installed::here();
    layered_future().await;
    let span = installed.span("layered_future");
    assert_eq!(span.events.iter().map(|event| &*event.name).collect::<Vec<_>>(), ["in the middle"]);
}

#[test]
fn spans_of_others_are_redacted_and_linked() {
    let (installed, _guard) = Installed::here();
    let cause = tracing::info_span!("layered cause");
    let span = tracing::info_span!("layered foreign", password = "hunter2", n = 3_u8, later = tracing::field::Empty);
    span.record("later", "202-555-0143");
    span.follows_from(&cause);
    drop((span, cause));
    let span = installed.span("layered foreign");
    let shown: Vec<String> = span.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(shown, ["password=[REDACTED]", "n=3", "later=[REDACTED:phone]"]);
    assert_eq!(span.links.len(), 1);
}

#[test]
fn a_span_that_a_filter_keeps_away_is_no_gap() {
    let (installed, _guard) = Installed::here();
    let outer = tracing::info_span!("layered outer").entered();
    tracing::info_span!("hidden").in_scope(|| tracing::info_span!("layered inner").in_scope(|| {}));
    drop(outer);
    assert_eq!(installed.span("layered inner").parent_id, Some(installed.span("layered outer").span_id));
}

#[test]
fn a_span_that_is_held_elsewhere_ends_with_its_function() {
    #[traced]
    fn layered_handed_out() -> tracing::Span {
        tracing::Span::current()
    }
    let (installed, _guard) = Installed::here();
    let held = layered_handed_out();
    let _ended = installed.span("layered_handed_out");
    drop(held);
    let _once = installed.span("layered_handed_out");
}

#[test]
fn a_second_layer_says_that_it_is_one() {
    let (_installed, _guard) = Installed::here();
    let again = observe::Builder::new("layer", "1").layer();
    assert!(matches!(again, Err(observe::Error::AlreadyInitialised)));
}
