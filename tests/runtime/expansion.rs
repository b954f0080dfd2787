//! Functions that a careless expansion breaks: each must compile, and do what it did before.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![expect(
    clippy::ptr_arg,
    clippy::let_and_return,
    clippy::float_cmp,
    clippy::unwrap_used,
    reason = "the functions are odd on purpose, and counts are whole numbers"
)]

use observe::{metered, testing, traced};
use std::fmt::Display;
use std::panic::Location;
use std::pin::Pin;

/// A body in `FnMut` could not give the reference away.
#[traced]
#[metered(name = "first_mut")]
fn first_mut(values: &mut Vec<u8>) -> &mut u8 {
    &mut values[0]
}

#[traced]
fn longest<'a>(a: &'a str, b: &'a str) -> &'a str {
    if a.len() > b.len() { a } else { b }
}

/// Arguments that are recorded and then moved into the future.
#[traced(fields(name = scrub(&name), count = items.len()))]
#[metered(name = "consume")]
async fn consume(name: String, items: Vec<String>) -> Result<usize, std::num::ParseIntError> {
    tokio::task::yield_now().await;
    let number: usize = name.parse()?;
    Ok(number + items.len())
}

#[traced]
async fn borrow(text: &str) -> &str {
    text.trim()
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn futures_are_send_and_move_their_arguments() {
    let capture = testing::capture();
    assert_eq!(is_send(consume("3".into(), vec!["a".into()])).await, Ok(4));
    assert!(is_send(consume("x".into(), vec![])).await.is_err());
    assert_eq!(is_send(borrow(" a ")).await, "a");
    assert_eq!(capture.spans().len(), 3);
    assert_eq!(capture.metric("consume_total", &[("status", "error")]), 1.0);
}

#[test]
fn references_pass_through() {
    let mut values = vec![1, 2];
    *first_mut(&mut values) = 9;
    assert_eq!(values, [9, 2]);
    assert_eq!(longest("ab", "c"), "ab");
}

#[traced]
#[track_caller]
fn whose() -> &'static Location<'static> {
    Location::caller()
}

#[test]
fn track_caller_still_tells_the_caller() {
    let capture = testing::capture();
    let location = whose();
    assert_eq!((location.file(), location.line()), (file!(), line!() - 1));
    assert_eq!(capture.span("whose").attribute("outcome"), None);
}

#[traced(name = "checked")]
#[metered(name = "checked")]
#[track_caller]
fn checked(value: Option<u8>) -> u8 {
    value.unwrap()
}

#[test]
fn track_caller_sees_panics() {
    let capture = testing::capture();
    assert!(std::panic::catch_unwind(|| checked(None)).is_err());
    assert_eq!(checked(Some(1)), 1);
    assert_eq!(capture.metric("checked_total", &[("status", "panicked")]), 1.0);
    assert_eq!(capture.metric("checked_total", &[("status", "ok")]), 1.0);
}

struct Store<T> {
    rows: Vec<T>,
}

impl<T: Clone + Display> Store<T> {
    const LIMIT: usize = 2;

    #[traced(fields(limit = Self::LIMIT, rows = self.rows.len()))]
    fn take(&mut self) -> Vec<T> {
        self.rows.drain(..Self::LIMIT).collect()
    }

    #[traced]
    #[metered(name = "store_into_inner")]
    fn into_inner(self: Box<Self>) -> impl Iterator<Item = T> {
        self.rows.into_iter()
    }

    #[traced]
    async fn find<'a>(&'a self, matches: impl Fn(&T) -> bool) -> Option<&'a T> {
        self.rows.iter().find(|row| matches(row))
    }
}

trait Search {
    fn search(&self, word: &str) -> Result<Self, String>
    where
        Self: Sized;

    #[traced]
    fn by_default(&self) -> usize {
        1
    }
}

impl Search for u8 {
    #[traced]
    fn search(&self, word: &str) -> Result<Self, String> {
        if word.is_empty() {
            return Err("empty".into());
        }
        let length: u8 = word.len().try_into().map_err(|_| "too long")?;
        Ok(self + length)
    }
}

#[tokio::test]
async fn methods_generics_and_traits() {
    let capture = testing::capture();
    let mut store = Store { rows: vec!["a", "b", "c"] };
    assert_eq!(store.take(), ["a", "b"]);
    assert_eq!(store.find(|row| *row == "c").await, Some(&"c"));
    assert_eq!(Box::new(store).into_inner().count(), 1);
    assert_eq!((1_u8.search("ab"), 1_u8.search("").is_err(), 1_u8.by_default()), (Ok(3), true, 1));
    assert_eq!(capture.spans().len(), 6);
    let take = capture.span("take");
    assert_eq!(take.attribute("rows"), Some(&observe::AttributeValue::U64(3)));
}

#[traced]
fn never() -> ! {
    panic!("as it should")
}

#[traced(fields(r#type))]
#[metered(name = "raw")]
fn r#match(r#type: u8, (a, b): (u8, u8), [first, ..]: [u8; 2], _: u8, mut own: u8) -> u8 {
    own += 1;
    r#type + a + b + first + own
}

#[traced]
extern "C" fn foreign(number: u8) -> u8 {
    number
}

#[traced]
fn pinned(value: Pin<&mut u8>) -> u8 {
    *value
}

#[traced]
fn with_const<const N: usize, T>(values: [T; N]) -> usize
where
    T: Copy,
{
    values.len()
}

#[test]
fn odd_signatures() {
    let capture = testing::capture();
    assert!(std::panic::catch_unwind(|| never()).is_err());
    assert_eq!(r#match(1, (2, 3), [4, 0], 0, 5), 16);
    assert_eq!(foreign(3), 3);
    assert_eq!(pinned(Pin::new(&mut 4)), 4);
    assert_eq!(with_const([1, 2]), 2);
    assert_eq!(capture.span("match").attribute("type"), Some(&observe::AttributeValue::U64(1)));
    assert_eq!(capture.spans().len(), 5);
}

/// Names in generated code and in a body do not meet.
#[traced(fields(own = __observe_call))]
#[metered(name = "hygienic")]
fn hygienic(__observe_call: u8) -> u8 {
    let __observe_result = __observe_call + 1;
    __observe_result
}

#[test]
fn bodies_keep_their_names() {
    assert_eq!(hygienic(1), 2);
}
