//! What operators read: all families, as one text.

use super::encode::{Format, Kept, Lines, OpenMetrics, Syntax, Text};
use super::registry::{Reading, registry};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// What the scrapes of one format use again and again.
struct Scraper<S> {
    scratch: Mutex<Option<Scratch<S>>>,
    /// What the scratch took after the latest scrape.
    bytes: AtomicUsize,
}

#[derive(Default)]
struct Scratch<S> {
    kept: Kept<S>,
    /// How long the latest text was.
    length: usize,
}

/// What the numbers are read into, whatever the format; `None` while a scrape has it.
static READING: Mutex<Option<Reading>> = Mutex::new(None);

/// What that took after the latest scrape.
static READING_BYTES: AtomicUsize = AtomicUsize::new(0);

static TEXT: Scraper<Text> = Scraper::new();
static OPEN_METRICS: Scraper<OpenMetrics> = Scraper::new();

/// All metrics of this process, in the Prometheus text format 0.0.4.
///
/// Serve it with the content type [`CONTENT_TYPE`](crate::CONTENT_TYPE). Families are in the order
/// of their names. [`exposition_as`] is the same in other formats.
///
/// ```
/// assert!(observe::exposition().contains("# TYPE observe_spans_lost_total counter"));
/// ```
#[must_use]
pub fn exposition() -> String {
    exposition_as(Format::Text)
}

/// All metrics of this process, in this format.
///
/// Serve it with the format's [`content_type`](Format::content_type). A family that a format can't
/// show, because its name is taken there by another one, is left out and said in the log, once.
///
/// ```
/// use observe::Format;
///
/// let text = observe::exposition_as(Format::OpenMetrics);
/// assert!(text.contains("# TYPE observe_spans_lost counter\n"));
/// assert!(text.ends_with("# EOF\n"));
/// ```
#[must_use]
pub fn exposition_as(format: Format) -> String {
    let mut text = String::new();
    exposition_into(format, &mut text);
    text
}

/// Adds the exposition in this format to a text: one that is cleared and used again costs no
/// allocation, once every series has been shown.
///
/// ```
/// use observe::Format;
///
/// let mut text = String::new();
/// for _ in 0..3 {
///     text.clear();
///     observe::exposition_into(Format::Text, &mut text);
///     assert!(text.contains("# TYPE observe_spans_lost_total counter"));
/// }
/// ```
pub fn exposition_into(format: Format, text: &mut String) {
    match format {
        Format::Text => TEXT.scrape(text),
        Format::OpenMetrics => OPEN_METRICS.scrape(text),
    }
}

/// What scrapes keep for the next ones, in bytes.
pub(super) fn kept_bytes() -> usize {
    TEXT.bytes.load(Relaxed) + OPEN_METRICS.bytes.load(Relaxed) + READING_BYTES.load(Relaxed)
}

fn reading() -> MutexGuard<'static, Option<Reading>> {
    READING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<S: Syntax> Scraper<S> {
    const fn new() -> Self {
        Self { scratch: Mutex::new(None), bytes: AtomicUsize::new(0) }
    }

    fn scrape(&self, text: &mut String) {
        let left_out = match self.scratch.try_lock() {
            Ok(mut scratch) => {
                let scratch = scratch.get_or_insert_default();
                let left_out = scratch.scrape(text);
                self.bytes.store(scratch.bytes(), Relaxed);
                left_out
            }
            Err(TryLockError::Poisoned(poisoned)) => {
                // Whoever panicked may have left half a line.
                self.scratch.clear_poison();
                poisoned.into_inner().insert(Scratch::default()).scrape(text)
            }
            // Another scrape is under way, maybe one that waits for this: a user's function may scrape.
            Err(TryLockError::WouldBlock) => {
                Scratch::<S>::default().scrape(text);
                return;
            }
        };
        // Said when nothing is locked any more: whoever writes the line may scrape.
        for family in left_out {
            tracing::error!(
                target: "observe",
                family,
                "a metric is not in this format, where its name is taken or not allowed: rename it",
            );
        }
    }
}

impl<S: Syntax> Scratch<S> {
    /// Adds to the text, and returns the names of families that are left out for the first time.
    fn scrape(&mut self, text: &mut String) -> Vec<String> {
        // As long as the latest, and some more for numbers that have grown.
        text.reserve(self.length + self.length / 16);
        let before = text.len();
        let mut lines = Lines::new(text, &mut self.kept);
        // Held by nobody meanwhile: two scrapes at the same time have one each, and one of them stays.
        let mut numbers = reading().take().unwrap_or_default();
        registry().encode(&mut numbers, &mut lines);
        numbers.shrink();
        READING_BYTES.store(numbers.bytes(), Relaxed);
        *reading() = Some(numbers);
        lines.end();
        self.length = text.len() - before;
        self.kept.left_out()
    }

    fn bytes(&self) -> usize {
        self.kept.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::model::{Descriptor, Encoder, FamilyType, Labels, Number, Series, Source};
    use std::cell::Cell;
    use std::panic::catch_unwind;
    use std::sync::Once;

    /// A source that looks at what its thread wants of it.
    struct Odd;

    #[derive(Clone, Copy, Default)]
    enum Wanted {
        #[default]
        Nothing,
        Scrape(Format),
        Panic,
    }

    thread_local! {
        static WANTED: Cell<Wanted> = const { Cell::new(Wanted::Nothing) };
        static INNER: Cell<String> = const { Cell::new(String::new()) };
    }

    impl Source for Odd {
        fn families(&self) -> Vec<Descriptor> {
            vec![Descriptor::new("odd", FamilyType::Gauge, "A gauge of this test").absolute()]
        }

        fn read(&self, _: &mut Vec<u64>) {}

        fn show(&self, _: usize, _: &[u64], encoder: &mut dyn Encoder) {
            match WANTED.take() {
                Wanted::Nothing => {}
                Wanted::Scrape(format) => INNER.set(exposition_as(format)),
                Wanted::Panic => panic!("wanted"),
            }
            let labels: &dyn Labels = &[("at", "here")];
            encoder.number(Series { index: Some(0), labels }, Number::Unsigned(1));
        }
    }

    fn registered() {
        static REGISTERED: Once = Once::new();
        REGISTERED.call_once(|| registry().add(&Odd));
    }

    #[track_caller]
    fn is_whole(format: Format, text: &str) {
        assert_eq!(text.matches("odd{at=\"here\"} 1\n").count(), 1, "{text}");
        assert_eq!(text.matches("\nobserve_metrics_memory_bytes ").count(), 1, "{text}");
        assert_eq!(text.ends_with("\n# EOF\n"), format == Format::OpenMetrics, "{text}");
    }

    #[test]
    fn a_source_may_scrape_while_it_is_scraped() {
        registered();
        for outer in [Format::Text, Format::OpenMetrics] {
            for inner in [Format::Text, Format::OpenMetrics] {
                WANTED.set(Wanted::Scrape(inner));
                is_whole(outer, &exposition_as(outer));
                is_whole(inner, &INNER.take());
            }
        }
    }

    #[test]
    fn scrapes_at_the_same_time_are_all_whole() {
        registered();
        std::thread::scope(|scope| {
            for format in [Format::Text, Format::OpenMetrics, Format::Text, Format::OpenMetrics] {
                scope.spawn(move || (0..100).for_each(|_| is_whole(format, &exposition_as(format))));
            }
        });
    }

    #[test]
    fn a_source_that_panics_breaks_no_later_scrape() {
        registered();
        for format in [Format::Text, Format::OpenMetrics] {
            WANTED.set(Wanted::Panic);
            assert!(catch_unwind(|| exposition_as(format)).is_err());
            for _ in 0..2 {
                is_whole(format, &exposition_as(format));
            }
        }
    }

    #[test]
    fn the_text_is_added_to_what_is_there() {
        registered();
        let mut text = "before\n".to_owned();
        exposition_into(Format::OpenMetrics, &mut text);
        assert!(text.starts_with("before\n# TYPE "), "{text}");
        is_whole(Format::OpenMetrics, &text);
    }

    #[test]
    fn what_scrapes_keep_is_counted() {
        let mut scratch = Scratch::<Text>::default();
        let before = scratch.bytes();
        let mut text = String::new();
        scratch.scrape(&mut text);
        // All of the lines' beginnings and descriptions, so nearly the whole text.
        assert!(scratch.bytes() - before > text.len() / 2, "{} of {}", scratch.bytes(), text.len());
    }
}
