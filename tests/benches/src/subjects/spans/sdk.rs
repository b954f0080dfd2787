//! `opentelemetry_sdk` itself. It has no attribute; each span is current during its call, as a
//! child's parent has to be.

use super::annotated::{Annotated, Worked};
use crate::subjects::telemetry::tracer;
use crate::subjects::work::{Pause, step};
use opentelemetry::context::FutureExt as _;
use opentelemetry::trace::{SpanBuilder, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};

pub(super) struct Sdk;

fn builder(id: u64, kind: &'static str) -> SpanBuilder {
    tracer().span_builder("work").with_attributes([KeyValue::new("id", id.cast_signed()), KeyValue::new("kind", kind)])
}

#[inline(never)]
fn work_plain(id: u64, kind: &'static str) -> Worked {
    tracer().in_span("work", |_| step(id, kind))
}

#[inline(never)]
fn work_fields(id: u64, kind: &'static str) -> Worked {
    let span = builder(id, kind).start(tracer());
    let _current = Context::current_with_span(span).attach();
    step(id, kind)
}

fn work_async(id: u64, kind: &'static str, polls: u64) -> impl Future<Output = Worked> {
    let span = builder(id, kind).start(tracer());
    let work = async move {
        Pause(polls).await;
        step(id, kind)
    };
    work.with_context(Context::current_with_span(span))
}

impl Annotated for Sdk {
    fn root(children: u64, call: impl Fn(u64)) {
        tracer().in_span("root", |_| (0..children).for_each(call));
    }

    fn plain(id: u64, kind: &'static str) -> Worked {
        work_plain(id, kind)
    }

    fn fields(id: u64, kind: &'static str) -> Worked {
        work_fields(id, kind)
    }

    fn waiting(id: u64, kind: &'static str, polls: u64) -> impl Future<Output = Worked> {
        work_async(id, kind, polls)
    }
}
