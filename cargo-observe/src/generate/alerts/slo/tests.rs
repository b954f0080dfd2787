//! The tests of an objective's rules: a new service, a healthy one, a quiet one, one that hardly anybody calls, and a page
//! that comes and goes.

use super::super::promtool::{Course, Sample, State, Test, TestFile};
use super::rules::labels;
use super::{Objective, Terms, Tier};

/// Calls each minute: so many that the smallest threshold is some of them.
const CALLS: f64 = 1_000_000_000.0;
const HOUR: u64 = 60;
/// A day, and little more: a test takes as long as the history that it has.
const GOOD: u64 = 24 * HOUR;

/// The tests of a service's objectives.
pub(in super::super) fn tests(file_name: &str, objectives: &[Objective<'_>], terms: &Terms) -> TestFile {
    let mut file = TestFile::of(&format!("{file_name}.yml"));
    file.tests.extend(objectives.iter().flat_map(|objective| tests_of(objective, terms)));
    file
}

fn tests_of(objective: &Objective<'_>, terms: &Terms) -> Vec<Test> {
    let id = &objective.id;
    let thresholds = |tier: Tier| tier.burns().filter_map(|burn| burn.threshold(objective, terms)).collect::<Vec<_>>();
    let highest = Tier::ALL.into_iter().flat_map(thresholds).fold(objective.budget(), f64::max);
    // Over all thresholds, and no more than all.
    let share = (highest * 1.25).min(1.0);
    let samples = objective.samples(CALLS, share);
    let own = format!("{{slo=\"{id}\"}}");
    let ratio = format!("count(slo:sli_error:ratio_rate1h{own})");
    let remaining = "slo:period_error_budget_remaining:ratio";
    let fires = |test: Test, minutes: u64, tier: Tier| match labels(tier, objective, terms) {
        Some(labels) if !thresholds(tier).is_empty() => test.expect_fires(minutes, tier.alert(), &labels),
        _ => test.expect_silent(minutes, Some(tier.alert())),
    };
    let all_silent = |test: Test, minutes: u64| {
        Tier::ALL.into_iter().fold(test, |test, tier| test.expect_silent(minutes, Some(tier.alert())))
    };

    // Every window of a new service is as long as its life, so both alerts fire; Alertmanager holds the ticket back.
    let cold = Test::new(format!("{id}: a new service burns"), &samples, &[(State::Unwell, 75)]);
    let cold = Tier::ALL.into_iter().fold(cold, |test, tier| fires(test, 70, tier));

    let left = objective.labels();
    let healthy =
        Test::new(format!("{id}: half of the budget is spent, and all is well"), &samples, &[(State::Well, 3 * HOUR)])
            .expect(3 * HOUR - 1, format!("round({remaining}{own}, 0.01)"), &[(&left, 0.5)]);
    let quiet = Test::new(format!("{id}: nobody calls"), &samples, &[(State::Quiet, 3 * HOUR)])
        .expect(2 * HOUR, &ratio, &[])
        .expect(2 * HOUR, format!("{remaining}{own}"), &[]);
    let absent = Test::new(format!("{id}: there is no series"), [], &[]).expect(10, &ratio, &[]).expect(
        10,
        format!("{remaining}{own}"),
        &[],
    );
    let mut tests = vec![cold, all_silent(healthy, 3 * HOUR - 1), all_silent(quiet, 2 * HOUR), all_silent(absent, 10)];

    // Three calls, which all fail, wake nobody.
    if terms.min_calls > 3 {
        let rare = objective.samples(1.0, 1.0);
        let course: Vec<_> = (0..3).flat_map(|_| [(State::Quiet, 119), (State::Unwell, 1)]).collect();
        let rare = Test::new(format!("{id}: three calls fail, and there are no others"), &rare, &course);
        tests.push(all_silent(rare, 6 * HOUR - 1));
    }

    // After good days an hour of trouble is a page and no ticket. Only the first pair is that fast.
    let is_fast = Tier::Page.burns().next().is_some_and(|burn| burn.threshold(objective, terms).is_some());
    if is_fast {
        let good: Vec<_> = samples.iter().map(Sample::without_failures).collect();
        let course = [(State::Well, GOOD), (State::Unwell, 75), (State::Well, 2 * HOUR)];
        let page = Test::new(format!("{id}: a fast burn pages, and ends"), &good, &course);
        let page = all_silent(page, GOOD - 1);
        let page = fires(page, GOOD + 70, Tier::Page).expect_silent(GOOD + 70, Some(Tier::Ticket.alert()));
        tests.push(page.expect_silent(GOOD + 75 + 110, Some(Tier::Page.alert())));
    }
    tests
}

impl Sample {
    /// The same where nothing fails while the service is well.
    fn without_failures(&self) -> Self {
        let Course::Counter { well, near, unwell } = self.course else { return self.clone() };
        let well = if well < CALLS / 2.0 { 0.0 } else { CALLS };
        Self { series: self.series.clone(), course: Course::Counter { well, near, unwell } }
    }
}
