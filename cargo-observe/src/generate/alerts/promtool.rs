//! Tests of rules, as `promtool test rules` reads them, and the series that they begin with.

use super::promql::time;
use super::rule::Pairs;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// A file of tests.
#[derive(Debug, Serialize)]
pub(super) struct TestFile {
    rule_files: Vec<String>,
    evaluation_interval: &'static str,
    pub(super) tests: Vec<Test>,
}

/// What happens to series, and what then is so.
#[derive(Debug, Serialize)]
pub(super) struct Test {
    name: String,
    interval: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_series: Vec<Input>,
    promql_expr_test: Vec<Expectation>,
}

#[derive(Debug, Serialize)]
struct Input {
    series: String,
    values: String,
}

#[derive(Debug, Serialize)]
struct Expectation {
    expr: String,
    eval_time: String,
    exp_samples: Vec<Expected>,
}

#[derive(Debug, Serialize)]
struct Expected {
    labels: String,
    value: f64,
}

/// How a series goes on while its service is well, while it is nearly unwell, and while it is unwell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    /// The series with its labels.
    pub(super) series: String,
    pub(super) course: Course,
}

/// The course of a series, each figure for one minute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Course {
    /// Grows by so much.
    Counter { well: f64, near: f64, unwell: f64 },
    /// Is so much.
    Gauge { well: f64, near: f64, unwell: f64 },
    /// The time of something that happens each minute while the service is well, and no longer while it is not.
    Clock,
}

/// How a service is for some minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Well,
    Near,
    Unwell,
    /// It is well and nobody calls.
    Quiet,
}

impl TestFile {
    /// Tests of a file of rules in the folder beside.
    pub(super) fn of(rules: &str) -> Self {
        Self { rule_files: vec![format!("../rules/{rules}")], evaluation_interval: "1m", tests: Vec::new() }
    }
}

impl Test {
    /// A test over series that all go through these states, each for so many minutes.
    pub(super) fn new<'a>(
        name: impl Into<String>,
        samples: impl IntoIterator<Item = &'a Sample>,
        states: &[(State, u64)],
    ) -> Self {
        // One metric may be read by several alerts; the first one's course counts.
        let mut inputs = BTreeMap::new();
        for sample in samples {
            inputs.entry(sample.series.clone()).or_insert_with(|| sample.course.values(states));
        }
        let input_series = inputs.into_iter().map(|(series, values)| Input { series, values }).collect();
        Self { name: name.into(), interval: "1m", input_series, promql_expr_test: Vec::new() }
    }

    /// After so many minutes an expression has these values, each with its labels.
    pub(super) fn expect(mut self, minutes: u64, expr: impl Into<String>, values: &[(&Pairs, f64)]) -> Self {
        let exp_samples =
            values.iter().map(|(labels, value)| Expected { labels: text(labels), value: *value }).collect();
        let eval_time = time(Duration::from_secs(minutes * 60));
        self.promql_expr_test.push(Expectation { expr: expr.into(), eval_time, exp_samples });
        self
    }

    /// After so many minutes an alert of these labels fires.
    pub(super) fn expect_fires(self, minutes: u64, alert: &str, labels: &Pairs) -> Self {
        let mut all = labels.clone();
        all.insert("alertname".to_owned(), alert.to_owned());
        let names: Vec<_> = all.keys().map(String::as_str).collect();
        // Whatever else the series brings, as its instance.
        let expr = format!("count by ({}) ({})", names.join(", "), firing(Some(alert)));
        // Several instances may be unwell; one series of a kind is in the test.
        self.expect(minutes, format!("{expr} > bool 0"), &[(&all, 1.0)])
    }

    /// After so many minutes this alert does not fire, or none at all.
    pub(super) fn expect_silent(self, minutes: u64, alert: Option<&str>) -> Self {
        self.expect(minutes, firing(alert), &[])
    }
}

fn firing(alert: Option<&str>) -> String {
    let name = alert.map(|alert| format!("alertname=\"{alert}\",")).unwrap_or_default();
    format!("ALERTS{{{name}alertstate=\"firing\"}}")
}

fn text(labels: &Pairs) -> String {
    let labels: Vec<_> =
        labels.iter().map(|(name, value)| format!("{name}={}", super::promql::quoted(value))).collect();
    format!("{{{}}}", labels.join(", "))
}

impl Course {
    /// The values, in promtool's notation: `a+bxn` is `a` and `n` more, each by `b` greater.
    fn values(&self, states: &[(State, u64)]) -> String {
        let mut text = String::new();
        let (mut value, mut minute) = (0.0, 0_u64);
        for (state, minutes) in states.iter().filter(|(_, minutes)| *minutes > 0) {
            let more = minutes - 1;
            let (start, step) = match self {
                Self::Gauge { well, near, unwell } => (state.of(*well, *near, *unwell, *well), 0.0),
                Self::Counter { well, near, unwell } => {
                    let step = state.of(*well, *near, *unwell, 0.0);
                    (value + if minute == 0 { 0.0 } else { step }, step)
                }
                #[allow(clippy::cast_precision_loss, reason = "minutes of a test are few")]
                Self::Clock if *state != State::Unwell => (minute as f64 * 60.0, 60.0),
                Self::Clock => (value, 0.0),
            };
            let _ = write!(text, "{}{start}+{step}x{more}", if text.is_empty() { "" } else { " " });
            #[allow(clippy::cast_precision_loss, reason = "minutes of a test are few")]
            let last = start + step * more as f64;
            (value, minute) = (last, minute + minutes);
        }
        text
    }
}

impl State {
    fn of(self, well: f64, near: f64, unwell: f64, quiet: f64) -> f64 {
        match self {
            Self::Well => well,
            Self::Near => near,
            Self::Unwell => unwell,
            Self::Quiet => quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_grows_on_from_where_it_was() {
        let counter = Course::Counter { well: 60.0, near: 0.0, unwell: 1.0 };
        let values = counter.values(&[(State::Well, 3), (State::Unwell, 2), (State::Quiet, 1)]);
        assert_eq!(values, "0+60x2 121+1x1 122+0x0");
    }

    #[test]
    fn a_clock_stands_still_while_the_service_is_unwell_and_is_right_after() {
        let values = Course::Clock.values(&[(State::Well, 3), (State::Unwell, 2), (State::Well, 2)]);
        assert_eq!(values, "0+60x2 120+0x1 300+60x1");
    }
}
