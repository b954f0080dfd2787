use super::*;
use crate::sampling::{Randomness, Sampler, Threshold};
use Verdict::{Always, AsSampled};

const SETTINGS: JudgeSettings = JudgeSettings {
    slow: Some(Duration::from_secs(2)),
    max_spans_per_trace: 4,
    max_bytes_per_trace: 1000,
    max_traces: 3,
    max_bytes: 10_000,
    patience: Duration::from_mins(1),
};

/// A successful child of an unsampled trace that is judged late.
const CHILD: Finished = Finished {
    trace_id: 1,
    local_root: 1,
    is_local_root: false,
    has_failed: false,
    sampled: false,
    nanos: 1_000,
    bytes: 10,
};
const ROOT: Finished = Finished { is_local_root: true, ..CHILD };
const FAILED: Finished = Finished { has_failed: true, ..CHILD };
const SLOW_ROOT: Finished = Finished { nanos: 2_000_000_001, ..ROOT };

fn sampled(span: Finished) -> Finished {
    Finished { sampled: true, ..span }
}

fn of_root(local_root: u64, span: Finished) -> Finished {
    Finished { local_root, ..span }
}

fn of_trace(trace_id: u128, span: Finished) -> Finished {
    Finished { trace_id, ..span }
}

/// A judge with a clock of its own, whose items are numbered in the order they come.
struct Court {
    judge: Judge<u32>,
    counts: &'static Counts,
    now: Instant,
    offered: u32,
}

impl Court {
    fn new(settings: JudgeSettings) -> Self {
        let counts: &'static Counts = Box::leak(Box::default());
        Self { judge: Judge::new(settings, counts), counts, now: Instant::now(), offered: 0 }
    }

    /// What comes out when this span goes in.
    fn offer(&mut self, span: Finished) -> Vec<(u32, Verdict)> {
        let mut kept = Vec::new();
        let item = self.offered;
        self.offered += 1;
        self.judge.offer(span, item, self.now, &mut |item, verdict| kept.push((item, verdict)));
        kept
    }

    fn offer_all(&mut self, spans: &[Finished]) -> Vec<(u32, Verdict)> {
        spans.iter().flat_map(|span| self.offer(*span)).collect()
    }

    fn expire_after(&mut self, seconds: u64) -> Vec<(u32, Verdict)> {
        self.now += Duration::from_secs(seconds);
        let mut kept = Vec::new();
        self.judge.expire(self.now, &mut |item, verdict| kept.push((item, verdict)));
        kept
    }

    fn flush(&mut self) -> Vec<(u32, Verdict)> {
        let mut kept = Vec::new();
        self.judge.flush(&mut |item, verdict| kept.push((item, verdict)));
        kept
    }

    fn early(&self) -> [u64; 3] {
        self.counts.early().map(|(_, count)| count)
    }
}

#[test]
fn a_trace_without_anything_special_keeps_the_sampler_s_decision() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer_all(&[CHILD, CHILD, ROOT]), []);
    let spans = [CHILD, CHILD, ROOT].map(|span| sampled(of_trace(2, span)));
    assert_eq!(court.offer_all(&spans), [(3, AsSampled), (4, AsSampled), (5, AsSampled)]);
    assert_eq!(court.early(), [0; 3]);
}

#[test]
fn nothing_of_a_trace_comes_out_before_its_root_ends() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer_all(&[sampled(CHILD), sampled(CHILD)]), []);
}

#[test]
fn a_failed_root_keeps_all_of_its_trace() {
    let mut court = Court::new(SETTINGS);
    let failed_root = Finished { has_failed: true, ..ROOT };
    assert_eq!(court.offer_all(&[CHILD, CHILD, failed_root]), [(0, Always), (1, Always), (2, Always)]);
}

#[test]
fn a_failed_span_keeps_what_came_before_and_what_comes() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer(CHILD), []);
    assert_eq!(court.offer(FAILED), [(0, Always), (1, Always)]);
    assert_eq!(court.offer(CHILD), [(2, Always)]);
    assert_eq!(court.offer(ROOT), [(3, Always)]);
    assert_eq!(court.offer(CHILD), [(4, Always)], "a child that ends after its root");
}

#[test]
fn a_slow_root_keeps_its_trace_and_a_slow_child_does_not() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer_all(&[CHILD, SLOW_ROOT]), [(0, Always), (1, Always)]);
    let slow_child = Finished { is_local_root: false, ..SLOW_ROOT };
    let exactly = Finished { nanos: 2_000_000_000, ..ROOT };
    assert_eq!(court.offer_all(&[slow_child, exactly].map(|span| of_trace(2, span))), []);
    let mut court = Court::new(JudgeSettings { slow: None, ..SETTINGS });
    assert_eq!(court.offer_all(&[CHILD, SLOW_ROOT]), []);
}

/// Or else a failed trace would count ten times at a ratio of 0.1 where it was sampled.
#[test]
fn a_sampled_trace_that_failed_stands_for_itself_alone() {
    let mut court = Court::new(SETTINGS);
    let kept = court.offer_all(&[CHILD, FAILED, ROOT].map(sampled));
    assert_eq!(kept, [(0, Always), (1, Always), (2, Always)]);
    let kept = court.offer_all(&[CHILD, SLOW_ROOT].map(|span| sampled(of_trace(2, span))));
    assert_eq!(kept, [(3, Always), (4, Always)]);
}

#[test]
fn late_spans_follow_the_verdict() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer_all(&[ROOT, CHILD]), []);
    let spans = [ROOT, CHILD].map(|span| sampled(of_trace(2, span)));
    assert_eq!(court.offer_all(&spans), [(2, AsSampled), (3, AsSampled)]);
    let spans = [SLOW_ROOT, CHILD].map(|span| of_trace(3, span));
    assert_eq!(court.offer_all(&spans), [(4, Always), (5, Always)]);
}

#[test]
fn a_late_failed_span_of_a_dropped_trace_is_kept_alone() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer_all(&[CHILD, ROOT, FAILED, CHILD]), [(2, Always)]);
    let spans = [ROOT, FAILED, CHILD].map(|span| sampled(of_trace(2, span)));
    assert_eq!(court.offer_all(&spans), [(4, AsSampled), (5, Always), (6, AsSampled)]);
}

#[test]
fn two_requests_of_one_trace_are_judged_each_for_itself() {
    let mut court = Court::new(SETTINGS);
    let [first, second] = [1, 2];
    assert_eq!(court.offer_all(&[of_root(first, CHILD), of_root(second, CHILD)]), []);
    assert_eq!(court.offer(of_root(first, ROOT)), [], "and the other's span is still held");
    assert_eq!(court.offer(of_root(second, SLOW_ROOT)), [(1, Always), (3, Always)]);
    let third = [CHILD, FAILED].map(|span| of_root(3, span));
    assert_eq!(court.offer_all(&third), [(4, Always), (5, Always)], "one that comes afterwards");
}

#[test]
fn where_roots_are_not_told_apart_the_first_decides_and_the_others_follow() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer_all(&[sampled(CHILD), CHILD, ROOT]), [(0, AsSampled)], "each by its own decision");
    assert_eq!(court.offer_all(&[CHILD, sampled(CHILD), SLOW_ROOT]), [(4, AsSampled), (5, Always)]);
}

#[test]
fn spans_over_the_limit_of_a_trace_go_by_the_sampler_s_decision() {
    let mut court = Court::new(SETTINGS);
    let four = [CHILD; 4];
    assert_eq!(court.offer_all(&four.map(sampled)), []);
    assert_eq!(court.offer(sampled(CHILD)), [(4, AsSampled)], "a sampled trace loses nothing");
    let held: Vec<_> = (0..4).map(|item| (item, Always)).chain([(5, Always)]).collect();
    assert_eq!(court.offer(sampled(SLOW_ROOT)), held);
    assert_eq!(court.counts.spans_let_go.load(), 0);
}

#[test]
fn spans_let_go_are_counted_once_their_trace_is_kept() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer_all(&[CHILD; 6]), []);
    assert_eq!(court.counts.spans_let_go.load(), 0, "nobody misses them yet");
    assert_eq!(court.offer(FAILED).len(), 5);
    assert_eq!(court.offer(CHILD).len(), 1, "what is kept in any case needs no room");
    assert_eq!(court.offer(SLOW_ROOT).len(), 1);
    assert_eq!(court.counts.spans_let_go.load(), 2);
    court.offer_all(&[CHILD; 6].map(|span| of_trace(2, span)));
    court.offer(of_trace(2, ROOT));
    assert_eq!(court.counts.spans_let_go.load(), 2, "a dropped trace has lost nothing");
}

#[test]
fn large_spans_have_the_limit_of_bytes() {
    let mut court = Court::new(SETTINGS);
    let large = Finished { bytes: 600, ..CHILD };
    let huge = Finished { bytes: usize::MAX, ..CHILD };
    assert_eq!(court.offer_all(&[large, large, huge, Finished { bytes: 400, ..CHILD }]), []);
    assert_eq!(court.offer(SLOW_ROOT), [(0, Always), (3, Always), (4, Always)]);
    assert_eq!(court.counts.spans_let_go.load(), 2);
}

#[test]
fn of_too_many_traces_the_oldest_is_judged_early() {
    let mut court = Court::new(SETTINGS);
    let begin = |trace| sampled(of_trace(trace, CHILD));
    assert_eq!(court.offer_all(&[begin(1), begin(2), begin(3)]), []);
    assert_eq!(court.offer(begin(4)), [(0, AsSampled)]);
    assert_eq!(court.early(), [1, 0, 0]);
    // What comes of the first trace then is late; the second is the oldest now.
    assert_eq!(court.offer(begin(1)), [(4, AsSampled)]);
    assert_eq!(court.offer(begin(5)), [(1, AsSampled)]);
    assert_eq!(court.early(), [2, 0, 0]);
}

#[test]
fn traces_that_have_ended_take_no_room() {
    let mut court = Court::new(SETTINGS);
    court.offer(CHILD);
    for trace in 2..100 {
        court.offer_all(&[of_trace(trace, CHILD), of_trace(trace, ROOT)]);
    }
    assert_eq!(court.early(), [0; 3]);
    assert_eq!(court.offer(SLOW_ROOT).len(), 2);
}

#[test]
fn failed_traces_that_never_end_are_not_remembered_for_ever() {
    let mut court = Court::new(SETTINGS);
    for trace in 0..1000 {
        assert_eq!(court.offer(of_trace(trace, FAILED)).len(), 1);
    }
    assert_eq!(court.early(), [997, 0, 0]);
    assert_eq!(court.judge.groups.len(), SETTINGS.max_traces);
    assert!(court.judge.begun.len() <= 2 * SETTINGS.max_traces);
}

#[test]
fn of_too_many_bytes_the_oldest_trace_is_judged_early() {
    let mut court = Court::new(JudgeSettings { max_bytes: 2000, ..SETTINGS });
    let large = |trace| sampled(of_trace(trace, Finished { bytes: 900, ..CHILD }));
    assert_eq!(court.offer_all(&[large(1), large(2)]), []);
    assert_eq!(court.offer(large(3)), [(0, AsSampled)]);
    assert_eq!(court.early(), [1, 0, 0]);
}

#[test]
fn a_judge_without_room_still_keeps_what_failed() {
    let mut court = Court::new(JudgeSettings { max_traces: 0, max_bytes: 0, max_spans_per_trace: 0, ..SETTINGS });
    assert_eq!(court.offer_all(&[sampled(CHILD), CHILD, FAILED, ROOT]), [(0, AsSampled), (2, Always)]);
    assert_eq!(court.judge.groups.len(), 0);
}

#[test]
fn a_root_that_does_not_end_in_time_is_not_waited_for() {
    let mut court = Court::new(SETTINGS);
    court.offer(sampled(CHILD));
    assert_eq!(court.expire_after(30), []);
    court.offer_all(&[of_trace(2, CHILD), sampled(of_trace(3, CHILD))]);
    assert_eq!(court.expire_after(30), [(0, AsSampled)]);
    assert_eq!(court.early(), [0, 1, 0]);
    assert_eq!(court.expire_after(30), [(2, AsSampled)]);
    assert_eq!(court.early(), [0, 3, 0]);
    assert_eq!(court.offer(CHILD), []);
    assert_eq!(court.offer(SLOW_ROOT), [(4, Always)], "it ends after all, and was slow");
}

/// A worker that runs for ever would have everything kept after its first failure.
#[test]
fn a_failure_keeps_a_trace_no_longer_than_it_is_waited_for() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer_all(&[FAILED, CHILD]).len(), 2);
    assert_eq!(court.expire_after(60), []);
    assert_eq!(court.offer_all(&[CHILD, FAILED, CHILD]), [(3, Always)]);
}

#[test]
fn a_clock_that_goes_back_does_no_harm() {
    let mut court = Court::new(SETTINGS);
    court.offer(CHILD);
    court.now -= Duration::from_mins(5);
    assert_eq!(court.expire_after(0), []);
}

#[test]
fn at_shutdown_all_traces_are_judged_by_what_is_there() {
    let mut court = Court::new(SETTINGS);
    court.offer_all(&[sampled(CHILD), of_trace(2, CHILD), of_trace(3, ROOT)]);
    assert_eq!(court.flush(), [(0, AsSampled)]);
    assert_eq!(court.early(), [0, 0, 2]);
    assert_eq!(court.flush(), []);
    assert_eq!(court.offer(sampled(ROOT)), [(3, AsSampled)]);
}

#[test]
fn late_spans_of_a_forgotten_trace_are_held_anew() {
    let mut court = Court::new(SETTINGS);
    assert_eq!(court.offer(SLOW_ROOT).len(), 1);
    assert_eq!(court.offer(CHILD), [(1, Always)]);
    // More than there are places for.
    court.offer_all(&[2, 3, 4, 5].map(|trace| of_trace(trace, ROOT)));
    assert_eq!(court.offer(CHILD), []);
    assert_eq!(court.judge.groups.len(), 1);
    assert_eq!(court.offer(SLOW_ROOT).len(), 2);
}

#[test]
fn a_trace_that_begins_anew_is_the_newest() {
    let mut court = Court::new(SETTINGS);
    court.offer_all(&[CHILD, ROOT]);
    court.offer_all(&[6, 7, 8, 9].map(|trace| of_trace(trace, ROOT)));
    assert_eq!(court.offer_all(&[2, 3, 1].map(|trace| sampled(of_trace(trace, CHILD)))), []);
    assert_eq!(court.offer(of_trace(4, CHILD)), [(6, AsSampled)], "the span of trace 2");
}

#[test]
fn items_that_are_not_kept_are_dropped_at_once() {
    let item = std::sync::Arc::new(());
    let mut judge = Judge::new(SETTINGS, Box::leak(Box::default()));
    for span in [CHILD, CHILD, ROOT, CHILD] {
        judge.offer(span, std::sync::Arc::clone(&item), Instant::now(), &mut |_, _| {});
    }
    assert_eq!(std::sync::Arc::strong_count(&item), 1);
}

/// The spans of a simulated trace, the last first: what it does depends on its number alone.
fn simulated(number: u64, trace_id: u128, sampled: bool) -> Vec<Finished> {
    let mut spans = vec![CHILD; (number % 7) as usize];
    if number % 5 == 1 {
        spans.insert(spans.len() / 2, FAILED);
    }
    spans.push(if number % 11 == 3 { SLOW_ROOT } else { ROOT });
    if number % 4 == 2 {
        spans.push(CHILD);
    }
    if number % 13 == 5 {
        spans.push(FAILED);
    }
    spans.into_iter().rev().map(|span| Finished { trace_id, sampled, ..span }).collect()
}

/// More traces at a time than are held, with more spans than are held, late ones and forgotten ones.
#[test]
fn kept_spans_add_up_to_all_spans() {
    let threshold = Threshold::from_probability(0.1).unwrap();
    let (mut random, sampler) = (fastrand::Rng::with_seed(7), Sampler::new(threshold));
    let mut judged = Court::new(JudgeSettings { max_traces: 6, ..SETTINGS });
    let mut under_way: Vec<Vec<Finished>> = Vec::new();
    let mut has_failed = Vec::new();
    let (mut estimate, mut squares, mut kept_failed) = (0.0, 0.0, Vec::new());
    for number in 0..100_000 {
        let trace_id = random.u128(..);
        let decision = sampler.decide(Randomness::of_trace(trace_id), None);
        let spans = simulated(number, trace_id, decision.sampled);
        squares += f64::from(u32::try_from(spans.len().pow(2)).unwrap());
        under_way.push(spans);
        while under_way.len() >= 8 {
            let at = random.usize(..8);
            let span = under_way[at].pop().unwrap();
            if under_way[at].is_empty() {
                under_way.swap_remove(at);
            }
            has_failed.push(span.has_failed);
            for (item, verdict) in judged.offer(span) {
                estimate += if verdict == Always { 1.0 } else { threshold.adjusted_count() };
                if has_failed[item as usize] {
                    kept_failed.push(verdict);
                }
            }
        }
    }
    assert!(judged.counts.spans_let_go.load() > 100, "the limit of spans was met");
    assert!(judged.early()[0] > 100, "the limit of traces was met");
    let failed = has_failed.iter().filter(|failed| **failed).count();
    assert_eq!(kept_failed, vec![Always; failed], "each failed span is kept, and stands for itself");
    // A trace of n spans at a probability of p adds at most n^2 (1/p - 1) to the variance.
    let deviation = f64::sqrt(squares * (threshold.adjusted_count() - 1.0));
    let difference = estimate - f64::from(judged.offered);
    assert!(difference.abs() < 5.0 * deviation, "{difference} is more than five times {deviation}");
    assert!(deviation < 0.015 * estimate, "{deviation} is too much to tell anything of {estimate}");
}

/// What is held, remembered and listed stays where it is once as much was needed as ever is.
#[test]
fn a_judge_that_is_warm_takes_no_more_memory() {
    let mut judge = Judge::new(SETTINGS, Box::leak(Box::default()));
    let round = |judge: &mut Judge<u32>, from: u128| {
        for trace in from..from + 1000 {
            for span in [CHILD, CHILD, ROOT, CHILD] {
                judge.offer(of_trace(trace, span), 0, Instant::now(), &mut |_, _| {});
            }
        }
        [judge.groups.capacity(), judge.begun.capacity(), judge.held.capacity()]
    };
    let warm = round(&mut judge, 0);
    assert_eq!(round(&mut judge, 1000), warm);
}
