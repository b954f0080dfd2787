//! Lints that look at generated code as if the user had written it.

#![deny(warnings)]
#![deny(trivial_casts, trivial_numeric_casts, unused_qualifications, unused_lifetimes, unused_results, let_underscore_drop)]

use futures_core::Stream;
use observe::{metered, span, traced};

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

#[traced]
#[metered]
fn returns_a_stream(end: u8) -> impl Stream<Item = u8> + Send + Unpin {
    if end == 0 {
        return Numbers(1);
    }
    Numbers(end)
}

#[traced]
fn returns_a_boxed_stream(end: &u8) -> std::pin::Pin<Box<dyn Stream<Item = u8> + '_>> {
    Box::pin(Numbers(*end))
}

struct Numbers(u8);

impl Stream for Numbers {
    type Item = u8;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<u8>> {
        let number = self.0.checked_sub(1);
        self.0 = number.unwrap_or_default();
        std::task::Poll::Ready(number)
    }
}

fn has_blocks(number: u8) -> Option<u8> {
    let half = span!("half", number, { number.checked_div(2) })?;
    let _span = span!("rest", kind = client; half);
    span!("one", { half });
    for round in 0..half {
        span!("round", round, {
            if round == 1 {
                break;
            }
        });
    }
    span!("early", {
        if half > 100 {
            return None;
        }
        Some(half)
    })
}

async fn has_later_blocks(text: String) -> usize {
    let length = span!("borrows", length = text.len(), async { text.len() }).await;
    span!("moves", async move { text.len() + length }).await
}

fn is_still_to_do() -> u8 {
    span!("not yet", { todo!() })
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
    drop(returns_a_stream(1));
    drop(returns_a_boxed_stream(&1));
    assert_eq!(has_blocks(4), Some(2));
    assert_eq!(has_later_blocks("ab".to_owned()).await, 4);
    let _: fn() -> u8 = is_still_to_do;
    assert_eq!(patterns(1, &2, (3, 4)), 6);
}
