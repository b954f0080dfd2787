//! Signatures and attributes around a body, each of which some expansion has broken.

#![forbid(unsafe_code)]
#![deny(warnings)]

use observe::{AttributeValue, metered, testing, traced};
use std::panic::catch_unwind;
use std::pin::Pin;
use std::process::{Command, Output};

#[traced]
#[metered(name = "searchable")]
trait Search {
    fn search(&self, word: &str) -> Option<usize>;

    fn finds(&self, word: &str) -> bool {
        self.search(word).is_some()
    }

    async fn finds_later(&self, word: &str) -> bool
    where
        Self: Sync,
    {
        self.finds(word)
    }

    fn made<'a>(&'a self, word: &'a str) -> Pin<Box<dyn Future<Output = bool> + 'a>> {
        Box::pin(async move { self.finds(word) })
    }

    #[traced(skip)]
    #[metered(skip)]
    fn is_small(&self) -> bool {
        true
    }
}

impl Search for &str {
    fn search(&self, word: &str) -> Option<usize> {
        self.find(word)
    }
}

#[tokio::test]
async fn an_attribute_on_a_trait_is_on_each_method_with_a_body() {
    let capture = testing::capture();
    let text = "a b c";
    assert!(text.finds("b") && text.finds_later("c").await && !text.made("d").await && text.is_small());
    let mut names: Vec<_> = capture.spans().iter().map(|span| span.name.to_string()).collect();
    names.sort();
    assert_eq!(names, ["finds", "finds", "finds", "finds_later", "made"]);
    assert!((capture.metric("searchable_finds_total", &[("status", "ok")]) - 3.0).abs() < 0.1);
    assert!(!observe::exposition().contains("searchable_is_small"));
}

#[traced]
#[async_trait::async_trait]
trait Above {
    async fn above(&self, numbers: &[u8]) -> Result<u8, String> {
        numbers.first().copied().ok_or_else(|| "empty".to_owned())
    }
}

#[async_trait::async_trait]
#[traced]
trait Below {
    async fn below(&mut self, mut number: u8) -> u8 {
        number += 1;
        tokio::task::yield_now().await;
        number
    }
}

struct Unit;

impl Above for Unit {}
impl Below for Unit {}

#[tokio::test]
async fn an_attribute_stands_above_and_below_async_trait() {
    let capture = testing::capture();
    assert!(Unit.above(&[]).await.is_err());
    assert_eq!(Unit.below(1).await, 2);
    assert_eq!(capture.span("above").status, observe::Status::Error("empty".into()));
    assert_eq!(capture.span("below").parent_id, None);
}

#[traced]
extern "C" fn unwinds_nowhere(number: u8) -> u8 {
    number.wrapping_add(1)
}

#[traced]
extern "C-unwind" fn unwinds(number: u8) -> u8 {
    assert!(number > 0, "as it should");
    number
}

/// `extern "C"` does not unwind: whoever called it may be no Rust. `extern "C-unwind"` does.
#[test]
fn foreign_functions_return_and_unwind_as_they_did() {
    let capture = testing::capture();
    assert_eq!(unwinds_nowhere(255), 0);
    assert!(catch_unwind(|| unwinds(0)).is_err());
    assert_eq!(unwinds(2), 2);
    let outcomes: Vec<_> = capture.spans().iter().map(|span| span.attribute("outcome").is_some()).collect();
    assert_eq!(outcomes, [false, true, false]);
}

extern "C" fn plainly(number: u8) -> u8 {
    assert!(number > 0, "as it should");
    number
}

#[traced]
#[metered(name = "observed")]
extern "C" fn observed(number: u8) -> u8 {
    assert!(number > 0, "as it should");
    number
}

/// Which of the two a process of this test is to call.
const CALLED: &str = "OBSERVE_TEST_FOREIGN";

fn process_that_panics_in(called: &str) -> Output {
    let this = std::env::current_exe().expect("a test is a program");
    let name = "a_panic_in_a_foreign_function_ends_the_process_as_it_did";
    Command::new(this).args(["--exact", name, "--nocapture"]).env(CALLED, called).output().expect("it starts")
}

#[test]
fn a_panic_in_a_foreign_function_ends_the_process_as_it_did() {
    match std::env::var(CALLED).as_deref() {
        Ok("plainly") => assert_eq!(plainly(0), 0),
        Ok(_) => {
            let _capture = testing::capture();
            assert_eq!(observed(0), 0);
        }
        Err(_) => {
            let (plain, observed) = (process_that_panics_in("plainly"), process_that_panics_in("observed"));
            assert_eq!((plain.status.code(), plain.status), (None, observed.status), "a signal ends both");
            for output in [plain, observed] {
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(text.contains("as it should"), "{text}");
            }
        }
    }
}

#[traced(fields(n))]
fn factorial(n: u64) -> u64 {
    if n < 2 { 1 } else { n * factorial(n - 1) }
}

#[test]
fn a_recursive_call_is_below_the_one_that_made_it() {
    let capture = testing::capture();
    assert_eq!(factorial(4), 24);
    let spans = capture.spans();
    for pair in spans.windows(2) {
        assert_eq!(pair[0].parent_id, Some(pair[1].span_id));
    }
    assert_eq!(spans.len(), 4);
}

#[traced]
fn nested(numbers: &[u8]) -> Option<u8> {
    #[traced]
    fn double(number: u8) -> u8 {
        number * 2
    }
    let first = numbers.first()?;
    let last = |numbers: &[u8]| numbers.last().copied();
    Some(double(*first) + last(numbers)?)
}

#[test]
fn functions_in_functions_have_spans_of_their_own() {
    let capture = testing::capture();
    assert_eq!((nested(&[1, 2]), nested(&[])), (Some(4), None));
    assert_eq!(capture.span("double").parent_id, Some(capture.spans()[1].span_id));
}

#[traced]
fn elided(text: &str, _: impl Fn(&str) -> bool) -> &str {
    text.trim()
}

#[traced]
fn fixed() -> &'static str {
    "fixed"
}

#[traced]
fn picks<'a, 'b: 'a, T: ?Sized + AsRef<str>>(one: &'a T, _other: &'b T) -> impl Iterator<Item = char> + use<'a, 'b, T> {
    one.as_ref().chars()
}

#[traced]
fn gives<'a>(words: &'a [&'a str]) -> impl Fn(usize) -> &'a str {
    move |at| words[at]
}

#[traced(fields(a, b, rest = rest.len()))]
fn destructured((a, mut b): (u8, u8), Pair { one, .. }: Pair, [_, rest @ ..]: [u8; 3]) -> u8 {
    b += one;
    a + b + rest[0]
}

struct Pair {
    one: u8,
    #[expect(dead_code, reason = "a pattern leaves it out")]
    two: u8,
}

#[traced]
fn under_conditions(
    #[cfg(not(any()))] there: u8,
    #[cfg(any())] not_there: Missing,
    #[expect(unused_variables, reason = "it is odd")] odd: u8,
) -> u8 {
    there
}

#[traced]
#[must_use]
#[inline(always)]
#[deprecated(note = "on purpose")]
fn decorated() -> u8 {
    1
}

#[traced]
fn refers_to_self<T>() -> usize
where
    T: Above,
{
    size_of::<T>()
}

#[test]
#[expect(deprecated, reason = "what is deprecated still is")]
fn signatures_are_what_they_were() {
    let capture = testing::capture();
    assert_eq!((elided(" a ", |_| true), fixed()), ("a", "fixed"));
    assert_eq!((picks("ab", "c").count(), gives(&["a", "b"])(1)), (2, "b"));
    assert_eq!(destructured((1, 2), Pair { one: 3, two: 0 }, [0, 4, 5]), 10);
    assert_eq!((under_conditions(1, 2), decorated(), refers_to_self::<Unit>()), (1, 1, 0));
    assert_eq!(capture.span("destructured").attribute("b"), Some(&AttributeValue::U64(2)));
    assert_eq!(capture.spans().len(), 8);
}
