//! What no suite of the field asks of a span: how it tells a panic, a cancelled future and an error
//! apart, in every form that a function has. `docs/conformance.md` lists each behaviour with its test.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use async_trait::async_trait;
use observe::testing::{self, Capture};
use observe::{Label, SpanRecord, Status, traced};
use std::error::Error;
use std::fmt;
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// What a span says about the end of its call: status, `outcome` and `error.type`.
fn end(span: &SpanRecord) -> (Status, String, String) {
    let text = |key| span.attribute(key).map_or_else(String::new, ToString::to_string);
    (span.status.clone(), text("outcome"), text("error.type"))
}

#[track_caller]
fn assert_ok(capture: &Capture, name: &str) {
    assert_eq!(end(&capture.span(name)), (Status::Unset, String::new(), String::new()), "{name}");
}

#[track_caller]
fn assert_panicked(capture: &Capture, name: &str) {
    let (status, outcome, error_type) = end(&capture.span(name));
    assert!(matches!(status, Status::Error(_)), "{name}: {status:?}");
    assert_eq!((outcome.as_str(), error_type.as_str()), ("panicked", "panic"), "{name}");
}

#[track_caller]
fn assert_cancelled(capture: &Capture, name: &str) {
    assert_eq!(end(&capture.span(name)), (Status::Unset, "cancelled".to_owned(), String::new()), "{name}");
}

#[track_caller]
fn assert_failed(capture: &Capture, name: &str, text: &str, error_type: &str) {
    let failed = (Status::Error(text.to_owned().into()), "error".to_owned(), error_type.to_owned());
    assert_eq!(end(&capture.span(name)), failed, "{name}");
}

/// Runs a future that never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match poll_once(pin!(future)) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

fn poll_once<T>(future: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls once, and drops the future where it waits.
fn poll_and_drop<T>(future: impl Future<Output = T>) {
    assert!(poll_once(pin!(future)).is_pending());
}

fn unwinds<T>(run: impl FnOnce() -> T) {
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
}

// Panics.

#[traced]
fn panics(yes: bool) -> u8 {
    assert!(!yes, "patient 123-45-6789 is unknown");
    1
}

#[test]
fn a_panic_is_the_status_and_goes_on() {
    let capture = testing::capture();
    let payload = catch_unwind(|| panics(true)).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"patient 123-45-6789 is unknown"));
    assert_panicked(&capture, "panics");
}

#[traced]
fn catches() -> bool {
    catch_unwind(|| panics(true)).is_err()
}

#[test]
fn who_catches_a_panic_has_not_panicked() {
    let capture = testing::capture();
    assert!(catches());
    assert_panicked(&capture, "panics");
    assert_ok(&capture, "catches");
}

#[traced]
fn clean_up() {}

#[traced]
#[track_caller]
fn clean_up_where_called() {}

struct CleansUp;

impl Drop for CleansUp {
    fn drop(&mut self) {
        clean_up();
        clean_up_where_called();
    }
}

#[test]
fn what_runs_while_a_panic_unwinds_is_not_blamed_for_it() {
    let capture = testing::capture();
    unwinds(|| {
        let _cleans_up = CleansUp;
        panics(true)
    });
    assert_panicked(&capture, "panics");
    assert_ok(&capture, "clean_up");
    assert_ok(&capture, "clean_up_where_called");
}

#[traced]
async fn panics_when_polled() -> u8 {
    panics(true)
}

#[traced]
async fn waits() {
    pending::<()>().await;
}

#[test]
fn a_future_that_panics_is_panicked_and_the_one_beside_it_cancelled() {
    let capture = testing::capture();
    unwinds(|| {
        let mut beside = pin!(waits());
        assert!(poll_once(beside.as_mut()).is_pending());
        ready(panics_when_polled())
    });
    assert_panicked(&capture, "panics_when_polled");
    assert_cancelled(&capture, "waits");
}

// Cancellation.

#[test]
fn a_future_that_is_dropped_between_two_polls_is_cancelled() {
    let capture = testing::capture();
    poll_and_drop(waits());
    assert_cancelled(&capture, "waits");
}

/// As `select!` and a timeout do it: the outer future goes on, within one poll of its own.
#[traced]
async fn gives_up() -> u8 {
    poll_and_drop(waits());
    7
}

#[test]
fn a_future_that_is_dropped_inside_the_poll_of_another_is_cancelled_alone() {
    let capture = testing::capture();
    assert_eq!(ready(gives_up()), 7);
    assert_cancelled(&capture, "waits");
    assert_ok(&capture, "gives_up");
    assert_eq!(capture.span("waits").parent_id, Some(capture.span("gives_up").span_id));
}

#[traced]
async fn waits_for_another() {
    waits().await;
}

#[test]
fn with_a_future_those_inside_of_it_are_cancelled() {
    let capture = testing::capture();
    poll_and_drop(waits_for_another());
    assert_cancelled(&capture, "waits_for_another");
    assert_cancelled(&capture, "waits");
}

#[test]
fn a_future_may_be_cancelled_on_another_thread() {
    let capture = testing::capture();
    let mut future = Box::pin(waits());
    assert!(poll_once(future.as_mut()).is_pending());
    std::thread::spawn(move || drop(future)).join().unwrap();
    assert_cancelled(&capture, "waits");
}

#[test]
fn a_future_that_is_done_is_not_cancelled_when_it_is_dropped() {
    let capture = testing::capture();
    let mut future = Box::pin(async_error(true));
    assert!(poll_once(future.as_mut()).is_ready());
    drop(future);
    assert_ok(&capture, "async_error");
}

#[test]
fn a_future_that_is_never_polled_is_no_call() {
    let capture = testing::capture();
    drop(waits());
    assert_eq!(capture.spans(), []);
}

// Errors by their type.

#[derive(Label, Debug)]
enum StoreError {
    NotFound,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no bed for jane@example.org")
    }
}

impl Error for StoreError {}

/// It has no text.
struct Silent;

type Alias<T> = Result<T, StoreError>;

#[traced]
fn alias() -> Alias<u8> {
    Err(StoreError::NotFound)
}

#[traced]
fn boxed_error() -> Result<u8, Box<dyn Error>> {
    Ok(alias()?)
}

#[traced]
fn silent() -> Result<u8, Silent> {
    Err(Silent)
}

#[traced]
fn borrowed(error: &StoreError) -> Result<u8, &StoreError> {
    Err(error)
}

#[traced]
async fn async_error(ok: bool) -> Result<u8, StoreError> {
    if ok { Ok(1) } else { alias() }
}

#[traced]
fn nothing() -> Option<u8> {
    None
}

#[traced]
fn no_result(error: StoreError) -> StoreError {
    error
}

const TEXT: &str = "no bed for [REDACTED:email]";

#[test]
fn an_error_is_the_status_with_its_type_and_its_scrubbed_text() {
    let capture = testing::capture();
    boxed_error().unwrap_err();
    assert_failed(&capture, "alias", TEXT, "conformance::StoreError");
    assert_failed(&capture, "boxed_error", TEXT, "alloc::boxed::Box<dyn core::error::Error>");
}

#[test]
fn an_error_of_a_future_is_its_status() {
    let capture = testing::capture();
    ready(async_error(false)).unwrap_err();
    assert_failed(&capture, "async_error", TEXT, "conformance::StoreError");
}

#[test]
fn an_error_may_be_borrowed_and_may_have_no_text() {
    let capture = testing::capture();
    borrowed(&StoreError::NotFound).unwrap_err();
    assert!(silent().is_err());
    assert_failed(&capture, "borrowed", TEXT, "&conformance::StoreError");
    assert_failed(&capture, "silent", "", "conformance::Silent");
}

#[test]
fn what_is_no_result_is_no_error() {
    let capture = testing::capture();
    assert_eq!(nothing(), None);
    no_result(StoreError::NotFound);
    assert_ok(&capture, "nothing");
    assert_ok(&capture, "no_result");
}

// Blocks of methods.

#[derive(Default)]
struct Ledger<T>(Vec<T>);

#[traced]
impl<T: Clone> Ledger<T> {
    fn open() -> Self {
        Self(Vec::new())
    }

    fn add(&mut self, entry: T) -> Result<usize, String> {
        self.0.push(entry);
        if self.0.len() > 1 { Err("full".to_owned()) } else { Ok(self.0.len()) }
    }

    async fn settle(self) -> Vec<T> {
        pending::<()>().await;
        self.0
    }

    #[traced(skip)]
    fn len(&self) -> usize {
        self.0.len()
    }
}

#[test]
fn every_method_of_a_block_ends_as_it_ends_but_one_that_is_kept_out() {
    let capture = testing::capture();
    let mut ledger = Ledger::open();
    ledger.add(1).unwrap();
    assert_eq!(ledger.len(), 1);
    assert_ok(&capture, "add");
    let capture = testing::capture();
    ledger.add(2).unwrap_err();
    poll_and_drop(ledger.settle());
    assert_failed(&capture, "add", "full", "alloc::string::String");
    assert_cancelled(&capture, "settle");
    assert_eq!(capture.spans().len(), 2);
}

// Methods of traits.

trait Store {
    #[traced]
    fn by_default(&self, key: u8) -> Result<u8, StoreError> {
        if key == 0 { Err(StoreError::NotFound) } else { Ok(key) }
    }

    fn get(&self, key: u8) -> u8;

    fn later(&self, key: u8) -> impl Future<Output = Result<u8, StoreError>> + Send;
}

struct Memory;

#[traced]
impl Store for Memory {
    fn get(&self, key: u8) -> u8 {
        panics(key == 0)
    }

    async fn later(&self, key: u8) -> Result<u8, StoreError> {
        if key > 9 {
            pending::<()>().await;
        }
        self.by_default(key)
    }
}

#[test]
fn a_method_of_a_trait_ends_as_it_ends() {
    let capture = testing::capture();
    unwinds(|| Memory.get(0));
    ready(Memory.later(0)).unwrap_err();
    assert_panicked(&capture, "get");
    assert_failed(&capture, "by_default", TEXT, "conformance::StoreError");
    assert_failed(&capture, "later", TEXT, "conformance::StoreError");
    let capture = testing::capture();
    poll_and_drop(Memory.later(10));
    assert_cancelled(&capture, "later");
}

#[async_trait]
trait Remote: Sync {
    async fn fetch(&self, key: u8) -> Result<u8, StoreError>;

    #[traced]
    async fn fetch_first(&self) -> Result<u8, StoreError> {
        self.fetch(0).await
    }
}

#[async_trait]
impl Remote for Memory {
    #[traced]
    async fn fetch(&self, key: u8) -> Result<u8, StoreError> {
        match key {
            0 => Err(StoreError::NotFound),
            1 => Ok(panics(true)),
            _ => pending().await,
        }
    }
}

#[test]
fn a_method_of_an_async_trait_ends_as_it_ends() {
    let remote: &dyn Remote = &Memory;
    let capture = testing::capture();
    ready(remote.fetch_first()).unwrap_err();
    assert_failed(&capture, "fetch_first", TEXT, "conformance::StoreError");
    assert_failed(&capture, "fetch", TEXT, "conformance::StoreError");
    let capture = testing::capture();
    unwinds(|| ready(remote.fetch(1)));
    assert_panicked(&capture, "fetch");
    let capture = testing::capture();
    poll_and_drop(remote.fetch(2));
    assert_cancelled(&capture, "fetch");
}

// Futures that a function hands on, and doesn't make itself.

async fn made_elsewhere(key: u8) -> Result<u8, StoreError> {
    clean_up();
    match key {
        0 => Err(StoreError::NotFound),
        1 => Ok(panics(true)),
        2 => pending().await,
        key => Ok(key),
    }
}

#[traced]
fn hands_on(key: u8) -> impl Future<Output = Result<u8, StoreError>> {
    made_elsewhere(key)
}

#[traced]
fn hands_on_boxed(key: u8) -> Pin<Box<dyn Future<Output = Result<u8, StoreError>> + Send>> {
    if key > 9 {
        return Box::pin(async { Ok(9) });
    }
    Box::pin(made_elsewhere(key))
}

#[test]
fn a_future_that_is_handed_on_ends_the_call_and_its_making_does_not() {
    let capture = testing::capture();
    let future = hands_on(3);
    assert_eq!(capture.spans(), []);
    ready(future).unwrap();
    assert_ok(&capture, "hands_on");
    assert_eq!(capture.span("clean_up").parent_id, Some(capture.span("hands_on").span_id), "it is current inside");
}

#[test]
fn a_future_that_is_handed_on_ends_as_it_ends() {
    for (key, check) in [
        (0, (|capture, name| assert_failed(capture, name, TEXT, "conformance::StoreError")) as fn(&Capture, &str)),
        (1, assert_panicked),
        (2, assert_cancelled),
        (3, assert_ok),
    ] {
        let capture = testing::capture();
        let run = |mut future: Pin<Box<dyn Future<Output = Result<u8, StoreError>>>>| {
            drop(catch_unwind(AssertUnwindSafe(|| poll_once(future.as_mut()))));
        };
        run(Box::pin(hands_on(key)));
        run(hands_on_boxed(key));
        check(&capture, "hands_on");
        check(&capture, "hands_on_boxed");
    }
}

#[test]
fn a_future_that_is_handed_on_and_never_polled_is_cancelled() {
    let capture = testing::capture();
    drop(hands_on(3));
    assert_cancelled(&capture, "hands_on");
}

// Counters of what is lost: whole processes lose spans in `process.rs`.

#[test]
fn every_reason_to_lose_a_span_is_counted_from_the_start() {
    let text = observe::exposition();
    for reason in ["queue_full", "export_failed", "shutdown"] {
        let series = format!("observe_spans_lost_total{{reason=\"{reason}\"}} ");
        assert!(text.lines().any(|line| line.starts_with(&series)), "{series}: {text}");
    }
}
