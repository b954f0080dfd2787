//! Lines out of a stream that comes in pieces.

use std::io::{self, BufRead, BufReader, Read};

/// The longest line: one of a request or a log event is far below that.
const LONGEST: u64 = 1 << 20;

/// The lines of a stream.
#[derive(Debug)]
pub(super) struct Lines<R>(BufReader<R>);

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Text(String),
    /// Something that is no text, or too long to be a line.
    Garbage,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(stream: R) -> Self {
        Self(BufReader::new(stream))
    }

    /// The next line, without its end; `None` where the stream is over. What stands behind the last end of a line is
    /// cut off somewhere, and no line.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        (&mut self.0).take(LONGEST).read_until(b'\n', &mut line)?;
        if line.last() == Some(&b'\n') {
            line.pop();
            return Ok(Some(String::from_utf8(line).map_or(Line::Garbage, Line::Text)));
        }
        if (line.len() as u64) < LONGEST {
            return Ok(None);
        }
        self.skip()?;
        Ok(Some(Line::Garbage))
    }

    /// Leaves out the rest of a line.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let there = self.0.fill_buf()?;
            let (end, length) = (there.iter().position(|byte| *byte == b'\n'), there.len());
            self.0.consume(end.map_or(length, |end| end + 1));
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(stream: &[u8]) -> Vec<Line> {
        let mut lines = Lines::new(stream);
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    fn text(text: &str) -> Line {
        Line::Text(text.to_owned())
    }

    #[test]
    fn what_is_cut_off_at_the_end_is_no_line() {
        assert_eq!(lines("a\n\nü\nb".as_bytes()), [text("a"), text(""), text("ü")]);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn what_is_no_text_or_too_long_is_left_out_and_the_next_is_not() {
        let long = "x".repeat(usize::try_from(LONGEST).unwrap() + 70_000);
        let stream = [b"\xff\n", long.as_bytes(), b"\nb\n"].concat();
        assert_eq!(lines(&stream), [Line::Garbage, Line::Garbage, text("b")]);
        let fits = "x".repeat(usize::try_from(LONGEST).unwrap() - 1);
        assert_eq!(lines(format!("{fits}\nb\n").as_bytes()), [text(&fits), text("b")]);
    }
}
