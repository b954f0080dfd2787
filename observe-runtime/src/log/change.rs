//! Changing, while the program runs, which events become lines.

use super::{LogEvent, LogFilter};
use crate::error::{Error, Result};
use crate::span::{AttributeValue, our_dispatch};
use std::borrow::Cow;
use tracing::Level;

/// Changes which events and records become log lines from now on, in the words of `RUST_LOG`; returns the filter
/// that it takes the place of, to change it back with. Spans stay as they are.
///
/// The change is a log line itself, whatever the two filters say of it.
///
/// ```
/// let capture = observe::testing::capture();
/// let before = observe::set_log_filter("warn,ward=debug")?;
/// tracing::debug!(target: "ward", "a detail");
/// tracing::info!("nobody wants this");
/// assert_eq!(observe::set_log_filter(&before)?, "warn,ward=debug");
/// assert_eq!(capture.log_lines().len(), 3);
/// # Ok::<(), observe::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::LogFilter`] where the filter is not understood, and [`Error::NotInitialised`] where
/// [`init!`](crate::init!) was not called, or another subscriber decides about lines. Then nothing is changed.
pub fn set_log_filter(filter: &str) -> Result<String> {
    let refused = |reason: &str| Error::LogFilter { filter: filter.to_owned(), reason: reason.to_owned() };
    if filter.trim().is_empty() {
        return Err(refused("it is empty"));
    }
    let new = LogFilter::parse(filter.trim()).map_err(|reason| refused(&reason))?;
    let dispatch = our_dispatch().ok_or(Error::NotInitialised)?;
    let subscriber = dispatch.downcast_ref::<crate::span::ObserveSubscriber>().ok_or(Error::NotInitialised)?;
    let before = subscriber.filter.logs.change(&new);
    // Each place in the code remembers whether somebody wants what it says.
    tracing::callsite::rebuild_interest_cache();
    #[cfg(feature = "log")]
    super::bridge::change_level(new.max_level());
    let text = |text: &str| AttributeValue::Text(Cow::Owned(text.to_owned()));
    let fields = vec![("before", text(&before)), ("now", text(&new.shown()))];
    subscriber.say(LogEvent::own(Level::INFO, "the log filter was changed", fields));
    Ok(before)
}

/// The filter that decides about lines now; `None` where another subscriber does.
#[cfg(feature = "dev-page")]
pub(crate) fn log_filter() -> Option<String> {
    let dispatch = our_dispatch()?;
    Some(dispatch.downcast_ref::<crate::span::ObserveSubscriber>()?.filter.logs.shown())
}
