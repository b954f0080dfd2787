//! Calls that several functions count together. Each test has metrics of its own: they belong to the process.

use observe::{Calls, Capped, Label, LabelSet, metered, metric, testing, traced};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

#[derive(Label, Clone, Copy)]
enum Model {
    Gpt4,
    Claude,
    Local,
}

struct Query {
    model: Model,
    is_cached: bool,
}

/// The value of a series, as it stands in the exposition; `None` where it is not shown.
fn value(series: &str) -> Option<f64> {
    let text = observe::exposition();
    let line = text.lines().find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Runs a future that never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

#[test]
fn functions_and_calls_by_hand_count_together_outcome_by_outcome() {
    /// Retrieval over all stores.
    #[metric(labels(model), buckets = ai)]
    static RAG_QUERY: Calls<Model>;

    #[metered(into = RAG_QUERY, labels(model: Model = q.model))]
    fn search(q: &Query, fails: bool) -> Result<(), String> {
        assert!(!matches!(q.model, Model::Local), "no such store");
        if fails { Err("nothing found".into()) } else { Ok(()) }
    }

    #[metered(into = RAG_QUERY, labels(model: Model = Model::Claude))]
    async fn scan(waits: bool) {
        if waits {
            std::future::pending::<()>().await;
        }
    }

    let query = |model| Query { model, is_cached: false };
    search(&query(Model::Claude), false).unwrap();
    search(&query(Model::Claude), true).unwrap_err();
    search(&query(Model::Gpt4), false).unwrap();
    catch_unwind(AssertUnwindSafe(|| search(&query(Model::Local), false))).unwrap_err();
    ready(scan(false));
    let mut waiting = Box::pin(scan(true));
    assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let by_hand = RAG_QUERY.start(Model::Claude);
    assert_eq!(value("rag_query_in_progress{model=\"claude\"}"), Some(2.0));
    by_hand.finish_ok();
    drop(waiting);
    RAG_QUERY.start(Model::Claude).finish_error();
    drop(RAG_QUERY.start(Model::Claude));

    let total = |model: &str, status: &str| value(&format!("rag_query_total{{model=\"{model}\",status=\"{status}\"}}"));
    assert_eq!(total("claude", "ok"), Some(3.0));
    assert_eq!(total("claude", "error"), Some(2.0));
    assert_eq!(total("claude", "cancelled"), Some(1.0));
    assert_eq!(total("claude", "panicked"), Some(1.0));
    assert_eq!(total("gpt4", "ok"), Some(1.0));
    assert_eq!(total("gpt4", "error"), None);
    assert_eq!(total("local", "panicked"), Some(1.0));
    assert_eq!(value("rag_query_duration_seconds_count{model=\"claude\",status=\"ok\"}"), Some(3.0));
    assert_eq!(value("rag_query_in_progress{model=\"claude\"}"), Some(0.0));

    let text = observe::exposition();
    for line in [
        "# HELP rag_query_total Finished calls: Retrieval over all stores",
        "# TYPE rag_query_duration_seconds histogram",
        "# TYPE rag_query_in_progress gauge",
    ] {
        assert_eq!(text.lines().filter(|shown| *shown == line).count(), 1, "{line}\n{text}");
    }
    assert!(text.contains("rag_query_duration_seconds_bucket{model=\"claude\",status=\"ok\",le=\"60\"} 3"), "{text}");
}

#[test]
fn calls_without_labels_are_shared() {
    /// Jobs of any kind.
    #[metric]
    static ANY_JOB: Calls;

    #[metered(into = ANY_JOB)]
    fn first() {}

    #[metered(into = ANY_JOB)]
    fn second() {}

    first();
    second();
    ANY_JOB.start(()).finish_ok();
    assert_eq!(value("any_job_total{status=\"ok\"}"), Some(3.0));
}

#[test]
fn several_labels_are_given_in_the_order_of_their_types() {
    /// Answers from anywhere.
    #[metric(name = "shared_answer", labels(model, is_cached, tenant))]
    static ANSWER: Calls<(Model, bool, Capped<'static, 4>)>;

    #[metered(into = ANSWER, labels(model: Model = q.model, is_cached: bool = q.is_cached, tenant: Capped<4> = Capped::new(tenant)))]
    fn answer(q: &Query, tenant: &str) {
        let _ = (q, tenant);
    }

    #[metered(into = ANSWER, labels(model, is_cached, tenant))]
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a label may be behind a reference")]
    fn recall(model: Model, is_cached: &bool, tenant: Capped<'_, 4>) {
        let _ = (model, is_cached, tenant);
    }

    let name = String::from("acme");
    answer(&Query { model: Model::Gpt4, is_cached: true }, &name);
    recall(Model::Gpt4, &true, Capped::new(&name));
    recall(Model::Claude, &false, Capped::new("other"));
    ANSWER.start((Model::Gpt4, true, Capped::new("acme"))).finish_ok();
    let total = |labels: &str| value(&format!("shared_answer_total{{{labels},status=\"ok\"}}"));
    assert_eq!(total("model=\"gpt4\",is_cached=\"true\",tenant=\"acme\""), Some(3.0));
    assert_eq!(total("model=\"claude\",is_cached=\"false\",tenant=\"other\""), Some(1.0));
}

#[derive(LabelSet)]
struct Caller {
    model: Model,
    is_internal: bool,
}

#[test]
fn a_set_alone_is_all_labels() {
    /// Requests of callers.
    #[metric(name = "caller_request", duration = off, in_progress = off, outcome = "result")]
    static REQUEST: Calls<Caller>;

    #[metered(into = REQUEST, labels(..caller))]
    fn request(caller: &Caller) {
        let _ = caller;
    }

    request(&Caller { model: Model::Claude, is_internal: true });
    REQUEST.start(Caller { model: Model::Claude, is_internal: true }).finish_ok();
    assert_eq!(value("caller_request_total{model=\"claude\",is_internal=\"true\",result=\"ok\"}"), Some(2.0));
    assert!(!observe::exposition().contains("caller_request_duration_seconds"));
}

mod store {
    use super::{Calls, Model, metric};

    /// Calls of stores.
    #[metric(labels(model))]
    pub static STORE_CALL: Calls<Model>;
}

struct Store;

#[metered(into = store::STORE_CALL, labels(model))]
impl Store {
    fn read(model: Model) -> Option<Model> {
        Some(model)
    }

    fn write(&self, model: Model) -> Result<Model, String> {
        let Self = self;
        Ok(model)
    }
}

#[test]
fn the_methods_of_a_block_count_together() {
    Store::read(Model::Gpt4).unwrap();
    Store.write(Model::Gpt4).unwrap();
    store::STORE_CALL.start(Model::Gpt4).finish_ok();
    assert_eq!(value("store_call_total{model=\"gpt4\",status=\"ok\"}"), Some(3.0));
}

#[test]
fn a_function_with_a_span_keeps_its_own_name() {
    /// Traced work.
    #[metric]
    static TRACED_WORK: Calls;

    #[traced]
    #[metered(into = TRACED_WORK)]
    fn fast_path() {}

    #[metered(into = TRACED_WORK)]
    #[traced]
    async fn slow_path() {}

    let capture = testing::capture();
    fast_path();
    ready(slow_path());
    let spans = capture.spans();
    let names: Vec<_> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["fast_path", "slow_path"]);
    assert_eq!(value("traced_work_total{status=\"ok\"}"), Some(2.0));
}

#[test]
fn functions_of_every_form_are_counted() {
    /// Work in any form.
    #[metric(labels(is_cached), objective(success = 99.9, latency = 0.25, target = 99))]
    static ANY_FORM: Calls<bool>;

    #[metered(into = ANY_FORM, labels(is_cached))]
    fn generic<T: Default>(is_cached: bool) -> Result<T, String> {
        if is_cached { Ok(T::default()) } else { Err("nothing there".into()) }
    }

    #[metered(into = ANY_FORM, labels(is_cached: bool = true))]
    #[track_caller]
    fn located() -> u32 {
        std::panic::Location::caller().line()
    }

    #[metered(into = ANY_FORM, labels(is_cached: bool = true))]
    fn boxed<'a>(text: &'a str) -> std::pin::Pin<Box<dyn Future<Output = &'a str> + Send + 'a>> {
        Box::pin(async move { text })
    }

    assert_eq!(generic::<u8>(true), Ok(0));
    generic::<String>(false).unwrap_err();
    assert_eq!(located(), line!());
    assert_eq!(ready(boxed("text")), "text");
    assert_eq!(value("any_form_total{is_cached=\"true\",status=\"ok\"}"), Some(3.0));
    assert_eq!(value("any_form_total{is_cached=\"false\",status=\"error\"}"), Some(1.0));
}

#[test]
fn a_call_by_hand_ends_on_another_thread() {
    /// Work that moves.
    #[metric]
    static MOVED_WORK: Calls;

    let call = MOVED_WORK.start(());
    std::thread::spawn(move || call.finish_ok()).join().unwrap();
    assert_eq!(value("moved_work_total{status=\"ok\"}"), Some(1.0));
    assert_eq!(value("moved_work_in_progress"), Some(0.0));
}
