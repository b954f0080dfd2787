//! One line about how far the demo is.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use super::traffic::Tally;

/// How often a line is written where no terminal can show it in place.
const EVERY: Duration = Duration::from_secs(10);

/// Writes the line to standard error.
pub(super) struct Progress {
    length: Duration,
    in_place: bool,
    next: Duration,
}

impl Progress {
    /// For a demo of this length.
    pub(super) fn new(length: Duration) -> Self {
        Self { length, in_place: std::io::stderr().is_terminal(), next: EVERY }
    }

    /// Shows how far it is, if it is time to.
    pub(super) fn show(&mut self, elapsed: Duration, tally: Tally) {
        if !self.is_due(elapsed) {
            return;
        }
        let line = line(elapsed, self.length, tally);
        let (before, after) = if self.in_place { ("\r\x1b[2K", "") } else { ("", "\n") };
        let _ = write!(std::io::stderr(), "{before}{line}{after}");
    }

    fn is_due(&mut self, elapsed: Duration) -> bool {
        let due = self.in_place || elapsed >= self.next;
        if due {
            self.next = elapsed + EVERY;
        }
        due
    }
}

/// What follows begins on a line of its own, also where the demo was ended early.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.in_place {
            let _ = writeln!(std::io::stderr());
        }
    }
}

fn line(elapsed: Duration, length: Duration, tally: Tally) -> String {
    let Tally { answered, refused, .. } = tally;
    format!(
        "demo: {} of {} s, {answered} requests answered, {refused} of them refused",
        elapsed.as_secs(),
        length.as_secs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_in_ten_seconds_where_there_is_no_terminal() {
        let mut progress = Progress { length: Duration::from_mins(1), in_place: false, next: EVERY };
        let due = (0..=600).filter(|tenth| progress.is_due(Duration::from_millis(tenth * 100))).count();
        assert_eq!(due, 6);
        progress.in_place = true;
        assert!(progress.is_due(Duration::from_millis(1)));
        // Or its end would show in the test's output.
        progress.in_place = false;
    }

    #[test]
    fn the_line_says_how_far_and_how_well() {
        let tally = Tally { answered: 40, refused: 13, ..Tally::default() };
        let line = line(Duration::from_millis(2900), Duration::from_mins(1), tally);
        assert_eq!(line, "demo: 2 of 60 s, 40 requests answered, 13 of them refused");
    }
}
