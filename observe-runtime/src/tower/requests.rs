//! What is counted of requests.
//!
//! Routes are numbered as they are met, and so are the combinations of route and method, and of these with the status:
//! a request looks its numbers up without a lock, and adds to cells of its own thread. All of it is bounded: routes
//! beyond the first thousand, and combinations beyond the budget of one metric, are counted together as `other`.

use super::combinations::Combinations;
use crate::clock::Ticks;
use crate::metric::{Exemplar, Exemplars, HttpMethod, Label, Table, Values, is_enabled};
use observe_rules::bucket::BYTES;
use observe_rules::families::{MOST_ENDINGS, MOST_ERRORS, MOST_PAIRS, MOST_ROUTES, SECONDS};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

pub(super) const DURATIONS: usize = SECONDS.len() + 1;
pub(super) const SIZES: usize = BYTES.len() + 1;

/// So many endings are for `other` and `unmatched` alone: a client that asks every route with every method fills the
/// rest, and must not hide the status of what fails later.
const RESERVED: usize = 100;
/// A route, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route(u32);

impl Route {
    /// That of a request which no route matched.
    pub(crate) const UNMATCHED: Self = Self(1023);
    /// All that have no number of their own.
    const OTHER: Self = Self(1022);

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::UNMATCHED => "unmatched",
            Self::OTHER => "other",
            Self(number) => requests().routes.text(number as usize).unwrap_or("other"),
        }
    }
}

/// The numbers in the row of a pair.
pub(super) mod pair {
    use super::SIZES;

    pub(in crate::tower) const BEGUN: usize = 0;
    pub(in crate::tower) const ENDED: usize = 1;
    pub(in crate::tower) const RECEIVED: Histogram = Histogram { sum: 2, buckets: 4 };
    pub(in crate::tower) const SENT: Histogram = Histogram { sum: 3, buckets: 4 + SIZES };
    pub(in crate::tower) const LENGTH: usize = 4 + 2 * SIZES;

    /// Where a histogram's sum is, and where its buckets begin.
    #[derive(Clone, Copy)]
    pub(in crate::tower) struct Histogram {
        pub(in crate::tower) sum: usize,
        pub(in crate::tower) buckets: usize,
    }
}

/// The numbers in the row of an ending: the sum of nanoseconds, and from here on the buckets.
pub(super) const BUCKETS: usize = 1;

/// The requests of this process, whichever server they came through.
pub(crate) struct Requests {
    routes: Values,
    pub(super) pairs: Combinations,
    pub(super) by_pair: Table,
    pub(super) endings: Combinations,
    pub(super) by_ending: Table,
    pub(super) exemplars: Exemplars,
    pub(super) errors: Mutex<BTreeMap<(Route, &'static str), u64>>,
}

/// The one table of the process.
pub(crate) fn requests() -> &'static Requests {
    static REQUESTS: LazyLock<Requests> = LazyLock::new(Requests::new);
    &REQUESTS
}

/// A request that is counted as under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    method: HttpMethod,
    pair: usize,
    is_https: bool,
}

/// What is known of a request once it is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) route: Route,
    pub(crate) status: u16,
    /// What kind of error it was; `None` for none.
    pub(crate) error: Option<&'static str>,
    pub(crate) nanos: u64,
    pub(crate) at: Ticks,
    /// Bytes of the request's body; `None` where nobody has said how many there are.
    pub(crate) received: Option<u64>,
    /// Bytes of the response's body; `None` where there was no response.
    pub(crate) sent: Option<u64>,
}

impl Requests {
    fn new() -> Self {
        let new = Self {
            routes: Values::with_cap(MOST_ROUTES),
            pairs: Combinations::new(MOST_PAIRS),
            by_pair: Table::new(MOST_PAIRS, pair::LENGTH, usize::MAX),
            endings: Combinations::new(MOST_ENDINGS),
            by_ending: Table::new(MOST_ENDINGS, BUCKETS + DURATIONS, usize::MAX),
            exemplars: Exemplars::new(),
            errors: Mutex::default(),
        };
        // Room that is always there, for what has none of its own.
        new.pairs.row(combination(Route::OTHER, HttpMethod::Other, 0), false);
        new.endings.row(combination(Route::OTHER, HttpMethod::Other, 0), false);
        new
    }

    /// The number of a route.
    pub(crate) fn route(&self, template: &str) -> Route {
        let number = self.routes.intern(template).and_then(|number| u32::try_from(number).ok());
        number.map_or(Route::OTHER, Route)
    }

    /// Counts a request as under way; `None` where metrics are switched off.
    pub(crate) fn begin(&self, route: Route, method: HttpMethod, is_https: bool) -> Option<Begun> {
        if !is_enabled() {
            return None;
        }
        let pair = self.pair(route, method, is_https);
        add(&self.by_pair, pair, &[(pair::BEGUN, 1)]);
        Some(Begun { method, pair, is_https })
    }

    /// Counts a request as over. It may have found its route meanwhile. Returns an exemplar's place.
    pub(crate) fn end(&self, begun: Begun, ended: &Ended, exemplar: impl FnOnce(f64) -> Option<Exemplar>) {
        let Begun { method, pair, is_https } = begun;
        add(&self.by_pair, pair, &[(pair::ENDED, 1)]);
        let pair = self.pair(ended.route, method, is_https);
        for (histogram, bytes) in [(pair::RECEIVED, ended.received), (pair::SENT, ended.sent)] {
            if let Some(bytes) = bytes {
                add(&self.by_pair, pair, &[(histogram.sum, bytes), (histogram.buckets + size_bucket(bytes), 1)]);
            }
        }
        let wanted = [(ended.route, method), (Route::OTHER, method), (Route::OTHER, HttpMethod::Other)];
        let mut rows = wanted.into_iter().map(|(route, method)| {
            let reserved = if route < Route::OTHER { RESERVED } else { 0 };
            self.endings.row_but(reserved, combination(route, method, ended.status), is_https)
        });
        let row = rows.find_map(|row| row).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a duration is a float in every format")]
        let seconds = ended.nanos as f64 / 1e9;
        let bucket = SECONDS.partition_point(|bound| *bound < seconds);
        add(&self.by_ending, row, &[(0, ended.nanos), (BUCKETS + bucket, 1)]);
        self.exemplars.offer(MOST_ENDINGS * DURATIONS, row * DURATIONS + bucket, ended.at, || exemplar(seconds));
        if let Some(error) = ended.error {
            self.count_error(ended.route, error);
        }
    }

    #[cold]
    fn count_error(&self, route: Route, error: &'static str) {
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = errors.len() >= MOST_ERRORS && !errors.contains_key(&(route, error));
        *errors.entry((if is_new { Route::OTHER } else { route }, error)).or_default() += 1;
    }

    fn pair(&self, route: Route, method: HttpMethod, is_https: bool) -> usize {
        let row = |route| self.pairs.row(combination(route, method, 0), is_https);
        row(route).or_else(|| row(Route::OTHER)).unwrap_or_default()
    }
}

/// Route, method and status in one number; the status is a number of three digits.
fn combination(route: Route, method: HttpMethod, status: u16) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "there are ten methods")]
    let method = method.index() as u32;
    route.0 << 14 | method << 10 | u32::from(status.min(1023))
}

/// The same apart again.
pub(super) fn parts(combination: u32) -> (Route, &'static str, u16) {
    let method = HttpMethod::value((combination >> 10 & 15) as usize);
    let status = (combination & 1023) as u16;
    (Route(combination >> 14), method, status)
}

fn size_bucket(bytes: u64) -> usize {
    #[expect(clippy::cast_precision_loss, reason = "bounds are floats")]
    let bytes = bytes as f64;
    BYTES.partition_point(|bound| *bound < bytes)
}

/// Adds to some numbers of a row.
fn add(table: &Table, row: usize, numbers: &[(usize, u64)]) {
    match table.row(row) {
        Some(own) => numbers.iter().for_each(|(number, by)| own.add(*number, *by)),
        None => numbers.iter().for_each(|(number, by)| table.add(|| table.new_cells(), row, *number, *by)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(route: Route, status: u16) -> Ended {
        let at = Ticks::now();
        Ended { route, status, error: None, nanos: 1, at, received: None, sent: None }
    }

    fn count(requests: &Requests, wanted: (Route, &str, u16)) -> u64 {
        let mut numbers = Vec::new();
        requests.by_ending.read(&mut numbers);
        let row = requests.endings.all().iter().position(|(one, _)| parts(*one) == wanted).unwrap();
        let length = BUCKETS + DURATIONS;
        numbers[row * length..][..length][BUCKETS..].iter().sum()
    }

    #[test]
    fn combinations_beyond_the_budget_are_counted_together_and_keep_their_status() {
        let requests = Requests::new();
        let ask = |route: Route, method: HttpMethod, status: u16| {
            let begun = requests.begin(route, method, false).unwrap();
            requests.end(begun, &ended(route, status), |_| None);
        };
        // One row is that of all others.
        let room = MOST_ENDINGS - RESERVED - 1;
        for number in 0..room + 50 {
            ask(requests.route(&format!("/{number}")), HttpMethod::Get, 200);
        }
        assert_eq!(count(&requests, (Route::OTHER, "GET", 200)), 50);
        ask(requests.route("/fails"), HttpMethod::Get, 500);
        assert_eq!(count(&requests, (Route::OTHER, "GET", 500)), 1);
        for status in 0..200 {
            ask(Route::UNMATCHED, HttpMethod::Put, 700 + status);
        }
        assert_eq!(requests.endings.all().len(), MOST_ENDINGS);
        // And what fits nowhere else has the row of all.
        assert!(count(&requests, (Route::OTHER, "OTHER", 0)) > 0);
    }

    #[test]
    fn routes_beyond_a_thousand_are_other() {
        let requests = Requests::new();
        let routes: Vec<Route> = (0..1100).map(|number| requests.route(&format!("/{number}"))).collect();
        assert!(routes[..1000].iter().all(|route| *route != Route::OTHER));
        assert!(routes[1000..].iter().all(|route| *route == Route::OTHER));
    }

    #[test]
    fn a_combination_comes_apart_as_it_was() {
        for route in [Route(0), Route(999), Route::OTHER, Route::UNMATCHED] {
            assert_eq!(parts(combination(route, HttpMethod::Other, 999)), (route, "OTHER", 999));
        }
    }
}
