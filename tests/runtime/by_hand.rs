//! Spans that no function stands for: blocks, guards, and requests that are answered by hand.

#![forbid(unsafe_code)]
#![deny(warnings)]

use observe::{SpanContext, SpanKind, Status, redact, span, testing, traced};
use std::future::{Future, pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Waker};

/// Polls once, and drops the future.
fn poll_and_drop(future: impl Future) {
    let mut future = pin!(future);
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// A span's attribute as text; empty where there is none.
fn shown(span: &observe::SpanRecord, key: &str) -> String {
    span.attribute(key).map(ToString::to_string).unwrap_or_default()
}

mod blocks {
    use super::*;

    #[redact]
    struct Question {
        #[redact(clear)]
        id: u64,
        text: String,
    }

    #[test]
    fn a_block_has_a_value_and_its_span_has_fields() {
        let capture = testing::capture();
        let question = Question { id: 7, text: "Jane Roe asks".to_owned() };
        let note = "mail jane@example.org";
        let words = span!("feature_extraction", question, rows = 3_u8, note = scrub(note), {
            tracing::info!("inside");
            question.text.split(' ').count()
        });
        assert_eq!(words, 3);
        let span = capture.span("feature_extraction");
        assert_eq!((shown(&span, "question.id"), shown(&span, "rows")), ("7".to_owned(), "3".to_owned()));
        assert_eq!(
            (shown(&span, "question.text").as_str(), shown(&span, "note").as_str()),
            ("[REDACTED]", "mail [REDACTED:email]")
        );
        assert_eq!((&span.status, span.kind, span.target), (&Status::Unset, SpanKind::Internal, "by_hand::blocks"));
        assert!(capture.log_lines().concat().contains(&span.span_id.to_string()));
    }

    #[test]
    fn options_stand_before_a_semicolon() {
        let capture = testing::capture();
        let context = SpanContext::from_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        span!("one", kind = client, level = debug, target = "billing", parent = context; rows = 1, {});
        span!("two", links = context; {});
        tracing::info_span!("current").in_scope(|| span!("three", root; {}));
        let (one, two, three) = (capture.span("one"), capture.span("two"), capture.span("three"));
        assert_eq!(
            (one.kind, one.target, one.parent_id),
            (SpanKind::Client, "billing", context.map(|it| it.span_id()))
        );
        assert_eq!((shown(&one, "rows"), two.links), ("1".to_owned(), Vec::from_iter(context)));
        assert_eq!(three.parent_id, None);
    }

    #[traced]
    fn outer() -> Result<u8, String> {
        let parsed = span!("parsed", { "x".parse::<u8>() });
        assert!(parsed.is_err());
        span!("inner", {
            span!("innermost", {});
            Err("nothing found".to_owned())
        })
    }

    #[test]
    fn a_blocks_result_says_how_it_ended() {
        let capture = testing::capture();
        assert!(outer().is_err());
        let (parsed, inner, outer) = (capture.span("parsed"), capture.span("inner"), capture.span("outer"));
        assert_eq!(shown(&parsed, "error.type"), "core::num::error::ParseIntError");
        assert_eq!(inner.status, Status::Error("nothing found".into()));
        assert_eq!((inner.parent_id, parsed.parent_id), (Some(outer.span_id), Some(outer.span_id)));
        assert_eq!(capture.span("innermost").parent_id, Some(inner.span_id));
    }

    /// Of `?` as of `return` the block's span sees only that it was left.
    fn leaves(how: u8) -> Result<u8, String> {
        let mut rounds = 0;
        let value = loop {
            rounds += 1;
            span!("left", rounds, {
                match how {
                    0 => return Ok(0),
                    1 => Err::<(), _>("no".to_owned())?,
                    _ if rounds == 1 => continue,
                    _ => break rounds,
                }
            });
        };
        Ok(value)
    }

    #[test]
    fn a_block_may_be_left_early() {
        for (how, result, spans) in [(0, Ok(0), 1), (1, Err("no".to_owned()), 1), (2, Ok(2), 2)] {
            let capture = testing::capture();
            assert_eq!(leaves(how), result);
            assert_eq!(capture.spans().len(), spans);
            assert!(
                capture.spans().iter().all(|span| span.status == Status::Unset && shown(span, "outcome").is_empty())
            );
            assert!(tracing::Span::current().is_none());
        }
    }

    #[test]
    fn a_block_that_panics_is_an_error() {
        let capture = testing::capture();
        let caught = catch_unwind(|| span!("panics", { [0_u8; 0].first().expect("there is none") == &1 }));
        assert!(caught.is_err());
        assert_eq!(shown(&capture.span("panics"), "outcome"), "panicked");
        assert!(tracing::Span::current().is_none());
    }

    struct NotDisplay;

    /// The type of the whole is that of the block, as is what is expected of it.
    #[test]
    fn a_block_is_typed_by_what_is_expected() {
        fn expected() -> Result<Box<dyn Fn(u8) -> u8>, NotDisplay> {
            span!("typed", { Ok(Box::new(|number| number + 1)) })
        }
        let capture = testing::capture();
        assert_eq!(expected().map(|add| add(1)).ok(), Some(2));
        let mut rows = vec![1, 2];
        *span!("borrows", rows = rows.len(), { &mut rows[0] }) = 5;
        let moved = span!("moves", { rows });
        assert_eq!((moved, capture.spans().len()), (vec![5, 2], 3));
    }

    #[tokio::test]
    async fn an_async_block_is_a_future_in_a_span() {
        let capture = testing::capture();
        let text = "text".to_owned();
        let borrowed = span!("borrowed", length = text.len(), async { ready(&text).await.len() });
        assert_eq!(capture.spans().len(), 0);
        assert_eq!(borrowed.await, 4);
        let moved = span!("moved", length = text.len(), async move {
            tokio::task::yield_now().await;
            span!("within", {});
            Err::<u8, String>(text)
        });
        assert_eq!(tokio::spawn(moved).await.ok(), Some(Err("text".to_owned())));
        assert_eq!(shown(&capture.span("borrowed"), "length"), "4");
        let span = capture.span("moved");
        assert_eq!(
            (&span.status, capture.span("within").parent_id),
            (&Status::Error("text".into()), Some(span.span_id))
        );
    }

    #[test]
    fn an_async_block_that_is_dropped_is_cancelled() {
        let capture = testing::capture();
        poll_and_drop(span!("dropped", async { pending::<()>().await }));
        drop(span!("never polled", async {}));
        assert_eq!((capture.spans().len(), shown(&capture.span("dropped"), "outcome").as_str()), (1, "cancelled"));
    }
}

mod guards {
    use super::*;

    #[traced]
    fn inner() {}

    #[test]
    fn a_guard_is_a_span_until_it_is_dropped() {
        let capture = testing::capture();
        {
            let _span = span!("rest", rows = 3_u8);
            inner();
        }
        inner();
        let rest = capture.span("rest");
        let parents: Vec<_> =
            capture.spans().iter().filter(|span| span.name == "inner").map(|it| it.parent_id).collect();
        assert_eq!(parents, [Some(rest.span_id), None]);
        assert_eq!((shown(&rest, "rows").as_str(), rest.status), ("3", Status::Unset));
    }

    #[test]
    fn a_guard_that_is_unwound_says_so() {
        let capture = testing::capture();
        let caught = catch_unwind(|| {
            let _span = span!("unwound", kind = client;);
            panic!("as it should")
        });
        assert!(caught.is_err());
        let span = capture.span("unwound");
        assert_eq!((shown(&span, "outcome").as_str(), span.kind), ("panicked", SpanKind::Client));
    }
}

mod requests {
    use super::*;

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[traced]
    async fn answer() -> u16 {
        tokio::task::yield_now().await;
        200
    }

    #[tokio::test]
    async fn a_request_is_a_server_span_below_its_caller() {
        let capture = testing::capture();
        let caller = SpanContext::from_traceparent(HEADER).expect("it is one");
        let mut request = observe::request("GET", "/ask/{id}").parent(caller);
        let status = request.run(answer()).await;
        request.in_scope(|| tracing::info!("answered"));
        assert_eq!(capture.spans().len(), 1, "it is not over before it is finished");
        request.finish(status);
        let span = capture.span("GET /ask/{id}");
        assert_eq!((span.kind, &span.status, span.trace_id), (SpanKind::Server, &Status::Unset, caller.trace_id()));
        assert_eq!(span.parent_id, Some(caller.span_id()));
        let keys = ["http.request.method", "http.route", "http.response.status_code", "error.type"];
        assert_eq!(keys.map(|key| shown(&span, key)), ["GET", "/ask/{id}", "200", ""]);
        assert_eq!(capture.span("answer").parent_id, Some(span.span_id));
    }

    #[test]
    fn a_status_of_500_is_an_error_and_one_of_404_is_none() {
        let capture = testing::capture();
        observe::request("POST", "/ask").finish(503);
        observe::request("BREW", "/pot").finish(404);
        let (failed, missed) = (capture.span("POST /ask"), capture.span("OTHER /pot"));
        assert_eq!((failed.status.clone(), shown(&failed, "error.type").as_str()), (Status::Error("".into()), "503"));
        assert_eq!(
            (missed.status.clone(), shown(&missed, "http.response.status_code").as_str()),
            (Status::Unset, "404")
        );
    }

    #[test]
    fn a_request_that_is_dropped_says_why() {
        let capture = testing::capture();
        poll_and_drop(async {
            let mut request = observe::request("GET", "/slow");
            request.run(pending::<()>()).await;
            request.finish(200);
        });
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let mut request = observe::request("GET", "/broken");
            request.in_scope(|| panic!("as it should"))
        }));
        assert!(caught.is_err());
        drop(observe::request("GET", "/nothing"));
        let (slow, broken) = (capture.span("GET /slow"), capture.span("GET /broken"));
        assert_eq!((shown(&slow, "outcome").as_str(), &slow.status), ("cancelled", &Status::Unset));
        assert_eq!(shown(&broken, "error.type"), "panic");
        assert_eq!(capture.spans().len(), 2);
    }

    #[test]
    fn without_a_caller_a_request_is_below_the_current_span() {
        let capture = testing::capture();
        tracing::info_span!("connection").in_scope(|| observe::request("GET", "/a").finish(200));
        observe::request("GET", "/b").finish(200);
        assert_eq!(capture.span("GET /a").parent_id, Some(capture.span("connection").span_id));
        assert_eq!(capture.span("GET /b").parent_id, None);
    }
}
