//! Futures: the span is current in each poll, and in nothing else.

use crate::support::{block_on, expect_only, in_both_forms, new_span, once_as, one_wait, span, text, with_event};
use async_trait::async_trait;
use observe::traced;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tracing_mock::event::ExpectedEvent;
use tracing_mock::{expect, subscriber};

/// The event of `tracing::trace!(name = true)`.
fn said(name: &str) -> ExpectedEvent {
    expect::event().with_fields(expect::field(name).with_value(&true).only())
}

in_both_forms! {
    #[traced]
    pub(super) async fn waits_twice(_polls: usize) -> Result<(), ()> {
        tracing::trace!(awaiting = true);
        one_wait().await;
        one_wait().await;
        Ok(())
    }

    #[traced]
    pub(super) async fn outer() {
        inner().await;
    }

    #[traced]
    pub(super) async fn inner() {
        tracing::trace!(nested = true);
    }

    #[traced]
    #[allow(clippy::manual_async_fn)]
    pub(super) fn block() -> impl Future<Output = ()> {
        async {
            tracing::trace!(polled = true);
        }
    }

    #[traced]
    pub(super) fn boxed_block() -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async {
            tracing::trace!(polled = true);
        })
    }
}

#[test]
fn a_span_is_entered_for_each_poll() {
    let name = "waits_twice";
    let expected = || {
        subscriber::mock()
            .new_span(span(name))
            .enter(span(name))
            .event(said("awaiting"))
            .exit(span(name))
            .enter(span(name))
            .exit(span(name))
            .enter(span(name))
            .exit(span(name))
            .drop_span(span(name))
    };
    expect_only(expected(), || block_on(private::waits_twice(2))).unwrap();
    expect_only(expected(), || block_on(unchecked::waits_twice(2))).unwrap();
}

#[test]
fn a_future_in_a_future_is_a_span_in_a_span() {
    let expected = || {
        subscriber::mock()
            .new_span(span("outer"))
            .enter(span("outer"))
            .new_span(span("inner").with_ancestry(expect::has_contextual_parent("outer")))
            .enter(span("inner"))
            .event(said("nested"))
            .exit(span("inner"))
            .drop_span(span("inner"))
            .exit(span("outer"))
            .drop_span(span("outer"))
    };
    expect_only(expected(), || block_on(private::outer()));
    expect_only(expected(), || block_on(unchecked::outer()));
}

#[test]
fn a_function_that_is_an_async_block_is_one() {
    expect_only(with_event("block", said("polled")), || block_on(private::block()));
    expect_only(with_event("block", said("polled")), || block_on(unchecked::block()));
}

#[test]
fn a_function_that_is_a_boxed_async_block_is_one() {
    expect_only(with_event("boxed_block", said("polled")), || block_on(private::boxed_block()));
    expect_only(with_event("boxed_block", said("polled")), || block_on(unchecked::boxed_block()));
}

#[async_trait]
trait Store {
    async fn put(&mut self, value: usize);
    async fn get(&self);
    async fn peek(&self);
    async fn compute(&mut self, _value: usize);
    async fn types(&self);
    async fn types_mut(&mut self);
}

#[derive(Clone, Debug)]
struct Unchecked(usize);

#[async_trait]
impl Store for Unchecked {
    #[traced(args = all, unchecked = "nobody's data")]
    async fn put(&mut self, value: usize) {
        self.peek().await;
        self.0 = value;
        self.get().await;
    }

    #[traced(args = all, unchecked = "nobody's data")]
    async fn get(&self) {
        tracing::trace!(value = self.0);
    }

    #[traced(args = all, unchecked = "nobody's data", skip(self))]
    async fn peek(&self) {
        tracing::trace!(value = self.0);
    }

    #[traced(args = all, unchecked = "nobody's data",
        fields(own = self.own(), cloned = Self::clone(self).own(), sum = %_value + 5), skip(self))]
    async fn compute(&mut self, _value: usize) {}

    #[traced(args = all, unchecked = "nobody's data", fields(self_type = std::any::type_name::<Self>()), skip(self))]
    async fn types(&self) {
        self.made().await;
    }

    #[traced(args = all, unchecked = "nobody's data", fields(self_type = std::any::type_name::<Self>()), skip(self))]
    async fn types_mut(&mut self) {}
}

impl Unchecked {
    fn own(&self) -> usize {
        self.0
    }

    #[traced(args = all, unchecked = "nobody's data", fields(self_type = std::any::type_name::<Self>()), skip(self))]
    fn made(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let value = self.clone();
        Box::pin(async move {
            drop(value);
        })
    }
}

#[derive(Clone)]
struct Private(usize);

#[async_trait]
impl Store for Private {
    #[traced]
    async fn put(&mut self, value: usize) {
        self.peek().await;
        self.0 = value;
        self.get().await;
    }

    #[traced]
    async fn get(&self) {
        tracing::trace!(value = self.0);
    }

    #[traced(skip(self))]
    async fn peek(&self) {
        tracing::trace!(value = self.0);
    }

    #[traced(fields(own = self.own(), cloned = Self::clone(self).own(), sum = _value + 5))]
    async fn compute(&mut self, _value: usize) {}

    #[traced(fields(self_type = fixed(std::any::type_name::<Self>())))]
    async fn types(&self) {
        self.made().await;
    }

    #[traced(fields(self_type = fixed(std::any::type_name::<Self>())))]
    async fn types_mut(&mut self) {}
}

impl Private {
    fn own(&self) -> usize {
        self.0
    }

    #[traced(fields(self_type = fixed(std::any::type_name::<Self>())))]
    fn made(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let value = self.clone();
        Box::pin(async move {
            drop(value);
        })
    }
}

#[test]
fn the_methods_of_an_async_trait_are_spans_in_spans() {
    let value = |value: u64| expect::event().with_fields(expect::field("value").with_value(&value));
    let expected = |put, peek, get| {
        subscriber::mock()
            .new_span(put)
            .enter(span("put"))
            .new_span(peek)
            .enter(span("peek"))
            .event(value(2))
            .exit(span("peek"))
            .drop_span(span("peek"))
            .new_span(get)
            .enter(span("get"))
            .event(value(5))
            .exit(span("get"))
            .drop_span(span("get"))
            .exit(span("put"))
            .drop_span(span("put"))
    };
    let argument = expect::field("value").with_value(&5_usize);
    let put = new_span("put", [text("self", "Unchecked(2)"), argument]);
    let unchecked = expected(put, new_span("peek", []), new_span("get", [text("self", "Unchecked(5)")]));
    expect_only(unchecked, || block_on(Unchecked(2).put(5)));
    let private = expected(new_span("put", []), new_span("peek", []), new_span("get", []));
    expect_only(private, || block_on(Private(2).put(5)));
}

#[test]
fn a_field_of_an_async_trait_is_computed_from_the_receiver() {
    let number = |name, number: u64| expect::field(name).with_value(&number);
    let fields = [number("_value", 5), number("own", 42), number("cloned", 42), text("sum", "10")];
    expect_only(once_as("compute", new_span("compute", fields)), || block_on(Unchecked(42).compute(5)));
    let fields = [number("own", 42), number("cloned", 42), number("sum", 10)];
    expect_only(once_as("compute", new_span("compute", fields)), || block_on(Private(42).compute(5)));
}

#[test]
fn a_field_of_an_async_trait_knows_the_type_of_the_receiver() {
    let expected = |name: &str| {
        let new = |function| new_span(function, [text("self_type", name)]);
        subscriber::mock()
            .new_span(new("types"))
            .enter(span("types"))
            .new_span(new("made"))
            .enter(span("made"))
            .exit(span("made"))
            .drop_span(span("made"))
            .exit(span("types"))
            .drop_span(span("types"))
            .new_span(new("types_mut"))
            .enter(span("types_mut"))
            .exit(span("types_mut"))
            .drop_span(span("types_mut"))
    };
    expect_only(expected("dropin::async_fn::Unchecked"), || {
        block_on(Unchecked(1).types());
        block_on(Unchecked(1).types_mut());
    });
    expect_only(expected("dropin::async_fn::Private"), || {
        block_on(Private(1).types());
        block_on(Private(1).types_mut());
    });
}

struct Service {
    metrics: Arc<()>,
}

impl Service {
    #[traced(args = all, unchecked = "nobody's data", skip(self, _request), fields(app_id))]
    fn unchecked(&mut self, _request: ()) -> Pin<Box<dyn Future<Output = Arc<()>> + Send + Sync>> {
        let metrics = self.metrics.clone();
        Box::pin(async move { metrics })
    }

    #[traced(skip(self, _request), fields(app_id = None::<u64>))]
    fn private(&mut self, _request: ()) -> Pin<Box<dyn Future<Output = Arc<()>> + Send + Sync>> {
        let metrics = self.metrics.clone();
        Box::pin(async move { metrics })
    }
}

#[test]
fn a_future_may_use_what_the_function_made_before() {
    let mut service = Service { metrics: Arc::new(()) };
    expect_only(once_as("unchecked", new_span("unchecked", [])), || block_on(service.unchecked(())));
    expect_only(once_as("private", new_span("private", [])), || block_on(service.private(())));
}

// What need not run: it compiles, and without a warning.

#[traced(args = all, err, ret)]
#[deny(unused_braces)]
#[allow(clippy::manual_async_fn, dead_code)]
fn a_one_line_future() -> impl Future<Output = Result<u8, Infallible>> {
    async { Ok(1) }
}

#[traced(args = all, err)]
#[allow(dead_code)]
async fn a_type_without_a_name_in_a_result(number: i32) -> Result<impl Iterator<Item = i32>, &'static str> {
    Ok((0..10).filter(move |other| *other < number))
}

#[traced(args = all)]
#[deny(unused_variables)]
#[allow(dead_code, clippy::mixed_attributes_style)]
async fn inner_attributes() {
    #![allow(unused_variables)]
    let number = 42;
}
