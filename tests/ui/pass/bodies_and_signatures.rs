//! Lints that look at generated code as if the user had written it.

#![deny(warnings)]
#![deny(trivial_casts, trivial_numeric_casts, unused_qualifications, unused_lifetimes, unused_results, let_underscore_drop)]

use observe::{metered, traced};

#[traced(fields(number))]
#[metered]
fn returns_early(number: u8) -> Option<u8> {
    if number == 0 {
        return None;
    }
    let half = number.checked_div(2)?;
    Some(half)
}

#[traced]
async fn returns_early_later(number: u8) -> Result<u8, std::num::ParseIntError> {
    if number == 0 {
        return Ok(1);
    }
    let parsed: u8 = "2".parse()?;
    Ok(parsed)
}

#[traced]
async fn returns_nothing() {}

#[traced]
async fn never_returns() -> ! {
    panic!("as it should")
}

#[traced]
async fn returns_a_reference<'a>(text: &'a str, _other: &str) -> &'a str {
    text
}

#[traced]
async fn returns_some_iterator(end: u8) -> impl Iterator<Item = u8> {
    0..end
}

#[traced]
fn returns_many_futures() -> Vec<std::pin::Pin<Box<dyn Future<Output = u8>>>> {
    Vec::new()
}

#[traced(fields(mutable, reference = *reference))]
fn patterns(mut mutable: u8, reference: &u8, (a, _): (u8, u8)) -> u8 {
    mutable += a;
    mutable + reference
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(returns_early(4), Some(2));
    assert_eq!(returns_early_later(1).await, Ok(2));
    returns_nothing().await;
    drop(never_returns());
    assert_eq!(returns_a_reference("a", "b").await, "a");
    assert_eq!(returns_some_iterator(2).await.count(), 2);
    assert_eq!(returns_many_futures().len(), 0);
    assert_eq!(patterns(1, &2, (3, 4)), 6);
}
