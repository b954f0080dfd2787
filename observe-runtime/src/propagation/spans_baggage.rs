//! The baggage of the current span.

use super::baggage::{Baggage, BaggageError};
use crate::span::{Record, innermost};

/// The baggage of this thread's innermost span: what its request came with, and what the program added.
///
/// ```
/// use observe::{extract, testing, traced};
///
/// #[traced(parent = extract(&[("baggage", "tenant=ward%203")]))]
/// fn answer() -> String {
///     observe::baggage().get("tenant").unwrap_or_default().into_owned()
/// }
///
/// let _capture = testing::capture();
/// assert_eq!(answer(), "ward 3");
/// ```
#[must_use]
pub fn baggage() -> Baggage {
    innermost().map(|span| span.carried().baggage).unwrap_or_default()
}

/// Adds a member to the baggage of this thread's innermost span, in place of one of the same name. What is opened below
/// that span from now on has it too, what is above or beside it doesn't, and [`inject`](crate::inject) sends it. Nothing,
/// as the `None` of an option, takes the member out.
///
/// It leaves the process, and whoever is called passes it on. So it follows the rule for fields of spans: numbers,
/// booleans, labels and the like are sent as they are, and a text says how, see [`form`](crate::form). For a scope that
/// is smaller than a function, open a span with [`span!`](macro@crate::span).
///
/// Where a trace is not recorded at all, as one that the sampler drops with `OBSERVE_TRACES_KEEP=none`, all of this
/// process is one span, and what is added stays for the rest of it.
///
/// # Errors
///
/// Where the name is none, or promises personal data; where the value is hidden or a structure; where there is no room
/// for it; and where this thread is in no span that is recorded. Then the baggage is what it was, and the loss is
/// counted in `observe_baggage_dropped_total`.
///
/// ```
/// use observe::{BaggageError, add_baggage, form, testing, traced};
///
/// #[traced]
/// fn call(tier: &str) -> Vec<(String, String)> {
///     add_baggage("tier", form::clear(&tier)).unwrap();
///     add_baggage("attempt", 2).unwrap();
///     assert_eq!(add_baggage("email", form::clear(&"jane@example.org")), Err(BaggageError::SensitiveName));
///     let mut headers = Vec::new();
///     observe::inject(&mut headers);
///     headers
/// }
///
/// let _capture = testing::capture();
/// assert_eq!(call("gold & silver").pop().unwrap().1, "tier=gold%20&%20silver,attempt=2");
/// ```
pub fn add_baggage(name: &str, value: impl Record) -> Result<(), BaggageError> {
    // A value of the user's is asked before anything is locked.
    let mut one = Baggage::default();
    one.set(name, value)?;
    let Some(span) = innermost() else { return Err(BaggageError::NoSpan.counted()) };
    span.change_carried(|carried| {
        if one.is_empty() {
            carried.baggage.remove(name);
        }
        carried.baggage.merge(&one)
    })
}

/// Takes a member out of the baggage of this thread's innermost span, and of what is opened below it from now on.
pub fn remove_baggage(name: &str) {
    if let Some(span) = innermost() {
        span.change_carried(|carried| carried.baggage.remove(name));
    }
}
