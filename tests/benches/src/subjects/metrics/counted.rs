//! What a library shows of the calls that it counted, beside what was done.

use crate::samples::sum;
use crate::subject::{Exports, Subject};
use std::net::SocketAddr;

/// The numbers of a library, all series together; `None` is what it should show and does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Totals {
    /// Of metered calls.
    Calls {
        /// How many are finished.
        finished: Option<i64>,
        /// Of how many the duration was measured.
        measured: Option<i64>,
        /// How many are under way, which is none between two batches.
        in_progress: Option<i64>,
    },
    /// Of a counter and nothing else.
    Counter(Option<i64>),
}

impl Totals {
    /// Of a text with the families `NAME_total`, `NAME_duration_seconds` and `NAME_in_progress`.
    pub(super) fn of_calls(text: &str, name: &str) -> Self {
        Self::Calls {
            finished: sum(text, &format!("{name}_total")),
            measured: sum(text, &format!("{name}_duration_seconds_count")),
            in_progress: sum(text, &format!("{name}_in_progress")),
        }
    }

    /// Of a text with the family `counted_total`.
    pub(super) fn of_counter(text: &str) -> Self {
        Self::Counter(sum(text, "counted_total"))
    }

    fn check(self, operations: u64) -> Result<(), String> {
        let done = i64::try_from(operations).ok();
        let expected = match self {
            Self::Calls { .. } => Self::Calls { finished: done, measured: done, in_progress: Some(0) },
            Self::Counter(_) => Self::Counter(done),
        };
        if self == expected {
            Ok(())
        } else {
            Err(format!("{operations} operations were done, and the library shows {self:?}"))
        }
    }
}

/// The same subject, whose library is asked for its numbers at the end.
pub(super) fn checked(
    subject: Result<Box<dyn Subject>, String>,
    totals: impl FnMut() -> Result<Totals, String> + 'static,
) -> Result<Box<dyn Subject>, String> {
    Ok(Box::new(Checked { subject: subject?, totals }))
}

struct Checked<F> {
    subject: Box<dyn Subject>,
    totals: F,
}

impl<F: FnMut() -> Result<Totals, String>> Subject for Checked<F> {
    fn run(&mut self, operations: u64) {
        self.subject.run(operations);
    }

    fn settle(&mut self) -> Option<Exports> {
        self.subject.settle()
    }

    fn check(&mut self, operations: u64) -> Result<(), String> {
        (self.totals)()?.check(operations)
    }

    fn address(&self) -> Option<SocketAddr> {
        self.subject.address()
    }

    fn extra_operations(&self) -> u64 {
        self.subject.extra_operations()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "work_total{method=\"get\"} 3\nwork_total{method=\"post\"} 4\n\
        work_duration_seconds_count 7\nwork_in_progress{method=\"get\"} 0\n";

    #[test]
    fn a_library_that_counted_everything_passes() {
        assert_eq!(Totals::of_calls(TEXT, "work").check(7), Ok(()));
        assert_eq!(Totals::of_counter("counted_total 7\n").check(7), Ok(()));
    }

    #[test]
    fn a_library_that_forgets_is_found_out() {
        let shows = |text: &str| Totals::of_calls(text, "work").check(7);
        assert!(shows(&TEXT.replace("} 3", "} 2")).is_err());
        assert!(shows(&TEXT.replace("count 7", "count 6")).is_err());
        assert!(shows(&TEXT.replace("} 0", "} -1")).is_err());
        assert!(shows(&TEXT.replace("work_in_progress", "other")).is_err());
        assert!(Totals::of_counter("").check(7).is_err());
    }
}
