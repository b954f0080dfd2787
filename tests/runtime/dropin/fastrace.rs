//! `#[traced]` in the place of `#[fastrace::trace]`: the forms of functions that its tests hold up.
//!
//! Left out are its options `short_name`, which is what ours does anyway, and `enter_on_poll`, spans of
//! single polls; both are refused with what to write. Streams have a rule of their own.

#![deny(warnings)]

use crate::support::block_on;
use async_trait::async_trait;
use observe::testing::{self, Capture};
use observe::{AttributeValue, traced};
use std::future::Future;
use std::pin::Pin;

/// Runs, and returns what was captured.
fn captured<T>(run: impl FnOnce() -> T) -> Capture {
    let capture = testing::capture();
    run();
    capture
}

trait Work {
    async fn work(&self) -> usize;
}

struct Worker;

impl Work for Worker {
    #[traced]
    async fn work(&self) -> usize {
        1
    }
}

#[test]
fn an_async_method_of_a_trait() {
    let _ = captured(|| block_on(Worker.work())).span("work");
}

#[async_trait]
trait BoxedWork {
    async fn boxed_work(&self) -> usize;
    async fn future() -> Result<MyFuture, OuterError>;
}

#[async_trait]
impl BoxedWork for Worker {
    #[allow(clippy::unused_async, reason = "another attribute beside ours")]
    #[traced]
    async fn boxed_work(&self) -> usize {
        2
    }

    #[traced]
    async fn future() -> Result<MyFuture, OuterError> {
        let inner = async { Err(InnerError) };
        let mapped = async move { inner.await.map_err(OuterError) };
        Ok(Box::pin(mapped))
    }
}

#[test]
fn a_method_of_an_async_trait_below_another_attribute() {
    let _ = captured(|| block_on(Worker.boxed_work())).span("boxed_work");
}

#[derive(Debug)]
struct InnerError;

#[derive(Debug)]
struct OuterError(#[allow(dead_code, reason = "only its `Debug` reads it")] InnerError);

type MyFuture = Pin<Box<dyn Future<Output = Result<u32, OuterError>> + Send>>;

#[traced]
async fn future() -> Result<MyFuture, OuterError> {
    let inner = async { Err(InnerError) };
    let mapped = async move { inner.await.map_err(OuterError) };
    Ok(Box::pin(mapped))
}

/// The call is over when the future is made: it is a value like another.
#[test]
fn an_async_function_that_returns_a_future() {
    let capture = captured(|| block_on(async { future().await.unwrap().await.unwrap_err() }));
    assert_eq!(capture.span("future").attributes, []);
    let capture = captured(|| block_on(async { Worker::future().await.unwrap().await.unwrap_err() }));
    assert_eq!(capture.span("future").attributes, []);
}

use observe as telemetry;

#[traced(crate = telemetry)]
async fn relative_crate(number: u32) -> u32 {
    number
}

#[traced(crate = ::observe, ret(level = "debug"), err(level = "warn"))]
fn absolute_crate() -> i32 {
    42
}

#[test]
fn the_runtime_has_another_path() {
    let capture = captured(|| (block_on(relative_crate(1)), absolute_crate()));
    assert_eq!(capture.spans().len(), 2);
}

#[traced(name = "sync-span")]
fn named(mut number: u32) -> u32 {
    number += 1;
    number
}

#[traced(name = "async-span")]
async fn named_async(mut number: u32) -> u32 {
    number += 1;
    number
}

#[traced]
fn without_arguments(number: u32) -> u32 {
    number
}

#[test]
fn names_with_and_without_async_and_mut() {
    let capture = captured(|| (named(1), block_on(named_async(1)), without_arguments(1)));
    let names: Vec<_> = capture.spans().iter().map(|span| span.name.to_string()).collect();
    assert_eq!(names, ["sync-span", "async-span", "without_arguments"]);
}

#[derive(Debug)]
struct Bar;

#[traced(fields(k1 = "v1", a, text = scrub(format!("argument a is {a:?}")), b = scrub(format!("{b:?}{{}}"))))]
async fn properties(a: i64, b: &Bar, c: Bar) -> i64 {
    drop(c);
    a
}

#[traced(fields())]
async fn no_properties(number: u32) -> u32 {
    number
}

#[test]
fn formatted_properties_are_fields() {
    let capture = captured(|| (block_on(properties(1, &Bar, Bar)), block_on(no_properties(1))));
    let span = capture.span("properties");
    let text = |name| span.attribute(name).unwrap().to_string();
    assert_eq!((text("k1"), text("text"), text("b")), ("v1".into(), "argument a is 1".into(), "Bar{}".into()));
    assert_eq!(span.attribute("a"), Some(&AttributeValue::I64(1)));
    assert_eq!(capture.span("no_properties").attributes, []);
}
