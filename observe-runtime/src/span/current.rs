//! The current span, for who wants to say more about it.

use super::data::AttributeValue;
use super::open::words::AttributeKey;
use super::open_span::OpenSpan;
use super::record::{Record, Value, flatten, seen};
use super::subscriber::open_span;
use super::{Key, SpanContext};
use crate::fields::error_text;
use crate::redact::{MASK, hides, scrub_display};
use std::any::type_name;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use tracing::Span;

/// The span that runs on this thread, to say more about it: what a function learns on its way.
///
/// All of it is quiet where there is none, or where nobody records it.
///
/// ```
/// use observe::{current_span, testing, traced};
///
/// #[traced]
/// fn lookup(key: u64) -> Option<u64> {
///     let found = key.checked_sub(1);
///     current_span().set("cache.hit", found.is_some()).event("looked up", &[("key", &key)]);
///     found
/// }
///
/// let capture = testing::capture();
/// lookup(0);
/// let span = capture.span("lookup");
/// assert_eq!(span.attribute("cache.hit"), Some(&observe::AttributeValue::Bool(false)));
/// assert_eq!(span.events[0].name, "looked up");
/// ```
#[must_use = "this only finds the span; say something about it"]
pub fn current_span() -> CurrentSpan {
    CurrentSpan(Span::current())
}

/// See [`current_span`]. It stays the same span, also where it is taken elsewhere.
#[derive(Clone, Debug)]
pub struct CurrentSpan(Span);

impl CurrentSpan {
    pub(super) fn open(&self) -> Option<OpenSpan> {
        self.0.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten()
    }

    /// Whether somebody records what is said: where that takes an effort, ask before.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.open().is_some_and(OpenSpan::takes_fields)
    }

    /// Sets an attribute; a later value takes the place of an earlier one. What stands under the name of
    /// personal data or of a secret is hidden.
    pub fn set(&self, name: &'static str, value: impl Record) -> &Self {
        if let Some(span) = self.open() {
            // Asked for its value before anything is locked.
            attributes(name, &value, &mut |name, value| {
                span.record(AttributeKey::Text(name), || Cow::Owned(name.to_owned()), value);
            });
        }
        self
    }

    /// Records that something happens now.
    pub fn event(&self, name: &'static str, fields: &[(&'static str, &dyn Record)]) -> &Self {
        if let Some(span) = self.open() {
            let mut all = Vec::with_capacity(fields.len());
            for (name, value) in fields {
                attributes(name, *value, &mut |name, value| {
                    all.extend(value.into_attribute().map(|value| (Cow::Owned(name.to_owned()), value)));
                });
            }
            span.add_event(Cow::Borrowed(name), all);
        }
        self
    }

    /// Records an error as an event `exception`, with those that caused it, and makes it the span's
    /// status. Its text goes through the scrubber.
    ///
    /// Source: OpenTelemetry semantic conventions, "Exceptions in spans".
    pub fn error<E: Error + ?Sized>(&self, error: &E) -> &Self {
        let Some(span) = self.open() else { return self };
        let (causes, status) = (error_text(error), scrub_display(error));
        let name = type_name::<E>();
        // Of a `dyn Error` the type is not known.
        let known = Some(name).filter(|name| !name.starts_with("dyn "));
        let text = |text: &str| AttributeValue::Text(Cow::Owned(text.to_owned()));
        let mut fields: Vec<(Key, AttributeValue)> = vec![(Cow::Borrowed("exception.message"), text(&causes))];
        if let Some(name) = known {
            fields.push((Cow::Borrowed("exception.type"), text(name)));
            span.put(AttributeKey::Text("error.type"), || Cow::Borrowed("error.type"), Value::from(name));
        }
        span.add_event(Cow::Borrowed("exception"), fields);
        span.fail(Some(&status));
        self
    }

    /// Makes the span's status an error, for this reason, which goes through the scrubber.
    pub fn fail(&self, why: &(impl Display + ?Sized)) -> &Self {
        if let Some(span) = self.open() {
            span.fail(Some(&scrub_display(why)));
        }
        self
    }

    /// Takes an error back that was recorded before: the operation succeeded after all.
    #[expect(clippy::must_use_candidate, reason = "it returns what it was called on")]
    pub fn succeed(&self) -> &Self {
        if let Some(span) = self.open() {
            span.set_ok();
        }
        self
    }

    /// Links the span to another one.
    #[expect(clippy::must_use_candidate, reason = "it returns what it was called on")]
    pub fn link(&self, other: SpanContext) -> &Self {
        if let Some(span) = self.open() {
            span.add_link(other);
        }
        self
    }

    /// Where the span stands in its trace; `None` where nobody records it.
    #[must_use]
    pub fn context(&self) -> Option<SpanContext> {
        self.open().map(OpenSpan::context)
    }
}

/// The attributes that a value becomes, as they may be seen.
fn attributes(name: &'static str, value: &dyn Record, see: &mut dyn FnMut(&str, Value<'_>)) {
    if hides(name) {
        see(name, Value::from(MASK));
    } else {
        flatten(&mut name.to_owned(), seen(value.value()), see);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{LogFilter, Logs, TelemetryFilter};
    use crate::sampling::Sampling;
    use crate::span::{ObserveSubscriber, Recorder, SpanRecord, SpanSink, Status};
    use std::sync::{Arc, Mutex};
    use tracing::level_filters::LevelFilter;

    #[derive(Default)]
    struct Seen(Mutex<Vec<SpanRecord>>);

    impl SpanSink for Seen {
        fn finished(&self, span: &SpanRecord) {
            self.0.lock().unwrap().push(span.clone());
        }
    }

    /// The span in which `run` ran.
    fn span_of(run: impl FnOnce()) -> SpanRecord {
        let seen = Arc::new(Seen::default());
        let recorder = Recorder::new(Sampling::ALL, None, vec![Arc::clone(&seen) as Arc<dyn SpanSink>]);
        let filter = TelemetryFilter { logs: LogFilter::default(), spans: LevelFilter::TRACE };
        let subscriber = ObserveSubscriber::new(recorder, filter, Logs::default());
        tracing::subscriber::with_default(subscriber, || tracing::info_span!("s").in_scope(run));
        seen.0.lock().unwrap().pop().unwrap()
    }

    fn shown(attributes: &[(Key, AttributeValue)]) -> Vec<String> {
        attributes.iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    #[test]
    fn nothing_is_there_and_nothing_happens() {
        let none = current_span();
        none.set("a", 1).event("b", &[]).error(&std::fmt::Error).fail("c").succeed();
        assert!(!none.is_recorded());
        assert_eq!(none.context(), None);
    }

    #[test]
    fn a_sensitive_name_hides_what_stands_under_it() {
        let span = span_of(|| {
            current_span().set("password", 7).set("retries", 2).set("retries", 3).event("e", &[("ssn", &1), ("n", &2)]);
        });
        assert_eq!(shown(&span.attributes), ["password=[REDACTED]", "retries=3"]);
        assert_eq!(shown(&span.events[0].attributes), ["ssn=[REDACTED]", "n=2"]);
    }

    #[derive(Debug)]
    struct Outer(std::io::Error);

    impl Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("no bed")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn an_error_comes_with_its_causes() {
        let error = Outer(std::io::Error::other("disk of jane@example.org"));
        let span = span_of(|| {
            current_span().error(&error);
        });
        assert_eq!(span.status, Status::Error("no bed".into()));
        assert_eq!(span.attribute("error.type").map(ToString::to_string), Some(type_name::<Outer>().to_owned()));
        assert_eq!(span.events[0].name, "exception");
        let text = &shown(&span.events[0].attributes)[0];
        assert_eq!(text, "exception.message=no bed: disk of [REDACTED:email]");

        let boxed: Box<dyn Error> = error.into();
        let span = span_of(|| {
            current_span().error(&*boxed);
        });
        assert_eq!((span.events[0].attributes.len(), span.attribute("error.type")), (1, None));
    }

    #[test]
    fn an_error_can_be_taken_back() {
        let span = span_of(|| {
            current_span().fail("123-45-6789 is unknown").succeed();
        });
        assert_eq!(span.status, Status::Unset);
        let span = span_of(|| {
            current_span().fail("123-45-6789 is unknown");
        });
        assert_eq!(span.status, Status::Error("[REDACTED:ssn] is unknown".into()));
    }
}
