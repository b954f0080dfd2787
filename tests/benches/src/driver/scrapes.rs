//! Scrapes of a service that is busy counting: whether each is answered, and whether all adds up.

use super::bars::{self, Bar};
use super::child::Child;
use super::figures::{float, short};
use super::sink::body_length;
use super::table::Grid;
use super::{Bench, progress, say};
use crate::samples::sum;
use crate::subject::{Entry, Section};
use crate::subjects;
use crate::subjects::load::METRIC;
use std::io::{BufReader, Error, ErrorKind, Read, Result as IoResult, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// How long a scrape may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long all of them may take: what is not asked by then is not answered.
const ALL: Duration = Duration::from_mins(5);

/// Between two scrapes the processors are the callers'. Without it a scrape can follow the one before
/// so closely that nobody has counted since.
const PAUSE: Duration = Duration::from_millis(1);

/// What became of the scrapes, and of the calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Scrapes {
    pub(super) asked: u64,
    /// Answered in time, whole, and with no count that went back.
    pub(super) answered: u64,
    /// Answers that show more calls than the one before: the others counted meanwhile.
    pub(super) moved: u64,
    /// Calls that were made.
    pub(super) made: u64,
    /// Calls that the last scrape shows: those of the counter, and those of the histogram.
    pub(super) shown: Option<[i64; 2]>,
    /// How long the answered ones took, in milliseconds, shortest first.
    pub(super) millis: Vec<f64>,
    /// Lines of the last answer that are samples of the metric.
    pub(super) series: usize,
}

impl Scrapes {
    pub(super) fn percent_answered(&self) -> f64 {
        100.0 * float(self.answered) / float(self.asked)
    }

    /// Whether the counts are those of the calls, to the last one.
    pub(super) fn is_exact(&self) -> bool {
        self.shown.is_some_and(|shown| shown.iter().all(|shown| u64::try_from(*shown) == Ok(self.made)))
    }

    fn table(&self, entry: &Entry) -> Grid {
        let title = format!("load: {} scrapes, one after the other, {PATIENCE:?} for each", self.asked);
        let head = [
            "subject",
            "name",
            "series",
            "in time",
            "with new calls",
            "ms median",
            "ms slowest",
            "calls made",
            "shown at the end",
        ];
        let mut grid = Grid::new(title, &head);
        let millis = |at: usize| self.millis.get(at).map_or_else(String::new, |millis| short(*millis));
        grid.row(vec![
            entry.what.to_owned(),
            entry.name.to_owned(),
            self.series.to_string(),
            self.answered.to_string(),
            self.moved.to_string(),
            millis(self.millis.len() / 2),
            millis(self.millis.len().wrapping_sub(1)),
            self.made.to_string(),
            self.shown.map_or_else(String::new, |[calls, durations]| format!("{calls}, {durations}")),
        ]);
        grid
    }
}

/// Scrapes, prints what became of it, and judges.
pub(super) fn run(bench: &Bench) -> Result<Bar, String> {
    let entry = subjects::all().into_iter().find(|entry| entry.section == Section::Load);
    let entry = entry.ok_or("there is nothing to put under load")?;
    progress(&format!("{entry:?}: {} scrapes", bench.options.scrapes));
    let mut child = Child::start(bench, &bench.program, &entry, true)?;
    let address = child.address.ok_or_else(|| format!("{entry:?} is no server"))?;
    let mut client = Client { address, connection: None };
    let mut scrapes = Scrapes { asked: bench.options.scrapes, ..Scrapes::default() };
    let end = Instant::now() + ALL;
    let mut last = [0; 2];
    for _ in 0..bench.options.scrapes {
        thread::sleep(PAUSE);
        let start = Instant::now();
        if start >= end {
            progress(&format!("{entry:?}: no more scrapes after {ALL:?}"));
            break;
        }
        let text = client.scrape();
        let took = start.elapsed();
        match text.as_deref().map(counts) {
            Ok(Some(counts)) if took <= PATIENCE && counts[0] >= last[0] && counts[1] >= last[1] => {
                scrapes.answered += 1;
                scrapes.millis.push(took.as_secs_f64() * 1e3);
                scrapes.moved += u64::from(counts[0] > last[0]);
                last = counts;
            }
            Ok(counts) => progress(&format!("{entry:?}: {counts:?} after {took:?}, and before it {last:?}")),
            Err(error) => progress(&format!("{entry:?}: no answer after {took:?}: {error}")),
        }
    }
    scrapes.millis.sort_by(f64::total_cmp);
    // Being asked for its state ends the calls.
    scrapes.made = child.state()?.operations;
    if let Ok(text) = client.scrape() {
        scrapes.shown = counts(&text);
        scrapes.series = text.lines().filter(|line| line.starts_with(METRIC)).count();
    }
    say(&scrapes.table(&entry).to_string());
    Ok(bars::load(&scrapes))
}

/// Calls by the counter, and by the histogram. They may differ while calls are under way.
fn counts(text: &str) -> Option<[i64; 2]> {
    Some([sum(text, &format!("{METRIC}_total"))?, sum(text, &format!("{METRIC}_duration_seconds_count"))?])
}

/// One who scrapes, on a connection that is kept until it fails.
struct Client {
    address: SocketAddr,
    connection: Option<BufReader<Patient>>,
}

impl Client {
    /// One text, or why there is none in time.
    fn scrape(&mut self) -> IoResult<String> {
        let until = Instant::now() + PATIENCE;
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(PATIENCE))?;
                BufReader::new(Patient { stream, until })
            }
        };
        connection.get_mut().until = until;
        connection.get_mut().stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: bench\r\naccept: text/plain\r\n\r\n")?;
        let length = body_length(&mut connection)?.ok_or(ErrorKind::UnexpectedEof)?;
        let mut text = String::new();
        connection.by_ref().take(length).read_to_string(&mut text)?;
        if u64::try_from(text.len()) != Ok(length) {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.connection = Some(connection);
        Ok(text)
    }
}

/// A stream that is read until a moment and no longer, however slowly it comes.
struct Patient {
    stream: TcpStream,
    until: Instant,
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::from(ErrorKind::TimedOut));
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader};
    use std::net::{Ipv4Addr, TcpListener};

    /// Answers each request with the next of these.
    fn server(answers: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let mut reader = BufReader::new(listener.accept().unwrap().0);
            for answer in answers {
                while reader.read_line(&mut String::new()).unwrap() > 2 {}
                reader.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        address
    }

    #[test]
    fn half_an_answer_is_none() {
        let address = server(&[
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\na 1",
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\na 1",
        ]);
        let mut client = Client { address, connection: None };
        assert_eq!(client.scrape().unwrap(), "a 1");
        assert!(client.scrape().is_err());
    }

    #[test]
    fn exact_is_to_the_last_call() {
        let scrapes = Scrapes {
            made: 7,
            shown: counts("loaded_total 7\nloaded_duration_seconds_count 7\n"),
            ..Scrapes::default()
        };
        assert!(scrapes.is_exact());
        assert!(!Scrapes { made: 8, ..scrapes.clone() }.is_exact());
        assert!(!Scrapes { shown: counts("loaded_total 7\n"), ..scrapes }.is_exact());
    }
}
