//! Asking all checks at once, within one budget.

use super::slot::{Asking, Finding, Slot};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// One component, and what is known of it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: Arc<str>,
    pub(super) kind: super::Kind,
    pub(super) is_critical: bool,
    pub(super) finding: Finding,
}

/// When a round ends before all have answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// Not before: all of them are wanted.
    All,
    /// As soon as it is clear that the service can't be used.
    Decided,
}

/// Asks all of them at the same time, and says what is known when all have answered, or the time is over.
pub(super) async fn round(slots: &[Arc<Slot>], budget: Duration, until: Until, asking: Asking<'_>) -> Vec<Row> {
    let mut asked: Vec<Pin<Box<dyn Future<Output = ()> + Send + '_>>> =
        slots.iter().map(|slot| Box::pin(Arc::clone(slot).ask(asking)) as _).collect();
    let answered = poll_fn(|context| {
        asked.retain_mut(|one| one.as_mut().poll(context).is_pending());
        let is_decided = until == Until::Decided && slots.iter().any(|slot| slot.is_down());
        if asked.is_empty() || is_decided { Poll::Ready(()) } else { Poll::Pending }
    });
    // Who has not answered by then is in the rows as it is.
    let _ = tokio::time::timeout(budget, answered).await;
    known(slots)
}

/// What is known, without asking anybody.
pub(super) fn known(slots: &[Arc<Slot>]) -> Vec<Row> {
    let row = |slot: &Arc<Slot>| Row {
        name: Arc::clone(&slot.name),
        kind: slot.kind,
        is_critical: slot.is_critical,
        finding: slot.known(),
    };
    slots.iter().map(row).collect()
}
