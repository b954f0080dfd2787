//! The late decision: a trace that failed or was slow is kept, whatever was decided at its start.
//!
//! What is judged is a local root, the first span of a request in this process, and all below it. Two
//! requests of one upstream trace have two local roots, and each is judged alone.
//!
//! Finished spans are held until their local root ends. A span that fails decides at once, so that
//! from then on nothing is held. What is kept for what became of it is kept with certainty, and its
//! threshold is zero, also where the sampler would have kept it: so each counts once. All else keeps
//! the sampler's decision and its threshold. Whatever is done here depends on what a trace did, on
//! limits and on time, and never on the sampler's decision; therefore counts stay unbiased.

mod chains;
mod counts;
#[cfg(test)]
mod tests;
mod verdicts;

pub(crate) use counts::{COUNTS, Counts};

use crate::count::Count;
use chains::{Chain, Chains};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};
use verdicts::Verdicts;

/// The limits of a judge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JudgeSettings {
    /// A local root that took longer has its trace kept; `None` where only failing does that.
    pub(crate) slow: Option<Duration>,
    /// The most spans that are held of one trace.
    pub(crate) max_spans_per_trace: usize,
    /// The most bytes that are held of one trace.
    pub(crate) max_bytes_per_trace: usize,
    /// The most traces that spans are held of, and about as many are remembered after that.
    pub(crate) max_traces: usize,
    /// The most bytes that are held of all traces.
    pub(crate) max_bytes: usize,
    /// How long the end of a local root is waited for, from the first span on that ended below it.
    pub(crate) patience: Duration,
}

impl JudgeSettings {
    /// The settings for what a user may choose, with limits for memory and time beside it.
    pub(crate) fn new(slow: Option<Duration>, max_spans_per_trace: usize) -> Self {
        Self {
            slow,
            max_spans_per_trace,
            max_bytes_per_trace: 1 << 20,
            max_traces: 10_000,
            max_bytes: 32 << 20,
            patience: Duration::from_mins(1),
        }
    }

    fn has_room(&self, group: &Group, bytes: usize) -> bool {
        group.spans < self.max_spans_per_trace && group.bytes.saturating_add(bytes) <= self.max_bytes_per_trace
    }
}

/// What is to be known about a finished span in order to judge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finished {
    pub(crate) trace_id: u128,
    /// Tells the local roots of one trace apart, such as the root's span id. Where all have the same,
    /// the first local root to end decides for the spans that are there, and the others follow it.
    pub(crate) local_root: u64,
    pub(crate) is_local_root: bool,
    pub(crate) has_failed: bool,
    /// Whether the sampler decided to keep it.
    pub(crate) sampled: bool,
    /// How long it took.
    pub(crate) nanos: u64,
    /// How much memory the item takes.
    pub(crate) bytes: usize,
}

/// By what a span is kept, if it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// By the sampler's decision: what it said about the threshold stays.
    AsSampled,
    /// By what became of its trace: its threshold is zero.
    Always,
}

/// Holds spans until it is known what became of their trace. Items that are not kept are dropped.
#[derive(Debug)]
pub(crate) struct Judge<T> {
    settings: JudgeSettings,
    counts: &'static Counts,
    /// The groups whose local root hasn't ended. Hashed with keys of the process, because trace ids come
    /// from anybody.
    groups: HashMap<Key, Group>,
    held: Chains<(T, bool)>,
    held_bytes: usize,
    /// The groups in the order of their beginning. Some are judged by now, and are skipped.
    begun: VecDeque<(Key, u64)>,
    /// The number of the group that began last.
    serial: u64,
    verdicts: Verdicts,
}

/// The spans below one local root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    trace_id: u128,
    local_root: u64,
}

#[derive(Debug)]
struct Group {
    /// Its spans, each with the sampler's decision.
    chain: Chain,
    spans: usize,
    bytes: usize,
    /// Spans that were neither held nor sampled.
    let_go: usize,
    /// Whether it is to be kept, so that nothing is held any more.
    stands_out: bool,
    since: Instant,
    /// Tells it from an earlier group with the same key.
    serial: u64,
}

impl<T> Judge<T> {
    /// A judge that counts what it could not wait for.
    pub(crate) fn new(settings: JudgeSettings, counts: &'static Counts) -> Self {
        Self {
            settings,
            counts,
            groups: HashMap::new(),
            held: Chains::new(),
            held_bytes: 0,
            begun: VecDeque::new(),
            serial: 0,
            verdicts: Verdicts::new(settings.max_traces),
        }
    }

    /// Takes a finished span, and gives `out` whatever is kept by that: nothing, this span, or all of
    /// its trace in the order of their ends.
    ///
    /// A span that ends after its local root follows the verdict, except that one which failed is kept
    /// in any case, alone.
    pub(crate) fn offer(&mut self, span: Finished, item: T, now: Instant, out: &mut dyn FnMut(T, Verdict)) {
        let key = Key { trace_id: span.trace_id, local_root: span.local_root };
        let stands_out = span.has_failed || self.is_slow(span);
        let mut entry = match self.groups.entry(key) {
            Entry::Occupied(entry) => entry,
            Entry::Vacant(place) => {
                let known = self.verdicts.of(key);
                if known.is_some() || span.is_local_root {
                    let verdict = if stands_out { Verdict::Always } else { known.unwrap_or(Verdict::AsSampled) };
                    if known.is_none() {
                        self.verdicts.remember(key, verdict);
                    }
                    return verdict.apply(item, span.sampled, out);
                }
                self.serial += 1;
                self.begun.push_back((key, self.serial));
                place.insert_entry(Group::new(now, self.serial))
            }
        };
        let group = entry.get_mut();
        if stands_out && !group.stands_out {
            group.stands_out = true;
            self.counts.spans_let_go.add(group.let_go);
            self.held_bytes -= group.release(Verdict::Always, &mut self.held, out);
        }
        if span.is_local_root {
            let mut group = entry.remove();
            let verdict = if group.stands_out { Verdict::Always } else { Verdict::AsSampled };
            self.held_bytes -= group.release(verdict, &mut self.held, out);
            self.verdicts.remember(key, verdict);
            return verdict.apply(item, span.sampled, out);
        }
        if group.stands_out {
            out(item, Verdict::Always);
        } else if self.settings.has_room(group, span.bytes) {
            group.spans += 1;
            group.bytes += span.bytes;
            self.held_bytes += span.bytes;
            self.held.push(&mut group.chain, (item, span.sampled));
        } else {
            group.let_go += usize::from(!span.sampled);
            Verdict::AsSampled.apply(item, span.sampled, out);
        }
        self.make_room(out);
    }

    /// Judges the traces whose local root has not ended in time: by what is there, and what comes
    /// later follows that.
    pub(crate) fn expire(&mut self, now: Instant, out: &mut dyn FnMut(T, Verdict)) {
        while let Some((key, since)) = self.oldest()
            && now.saturating_duration_since(since) >= self.settings.patience
        {
            self.judge_early(key, &self.counts.early_by_patience, out);
        }
    }

    /// Judges all traces by what is there.
    pub(crate) fn flush(&mut self, out: &mut dyn FnMut(T, Verdict)) {
        while let Some((key, _)) = self.oldest() {
            self.judge_early(key, &self.counts.early_by_shutdown, out);
        }
    }

    fn is_slow(&self, span: Finished) -> bool {
        span.is_local_root && self.settings.slow.is_some_and(|slow| Duration::from_nanos(span.nanos) > slow)
    }

    /// Judges the oldest traces early as long as there is more than may be held.
    fn make_room(&mut self, out: &mut dyn FnMut(T, Verdict)) {
        while (self.groups.len() > self.settings.max_traces || self.held_bytes > self.settings.max_bytes)
            && let Some((key, _)) = self.oldest()
        {
            self.judge_early(key, &self.counts.early_by_limit, out);
        }
        // All are looked through once in a while, so that those which are judged don't pile up.
        if self.begun.len() > 2 * self.settings.max_traces {
            self.begun.retain(|(key, serial)| group(&self.groups, *key, *serial).is_some());
        }
    }

    /// The group that began first.
    fn oldest(&mut self) -> Option<(Key, Instant)> {
        while let Some((key, serial)) = self.begun.front() {
            if let Some(group) = group(&self.groups, *key, *serial) {
                return Some((*key, group.since));
            }
            self.begun.pop_front();
        }
        None
    }

    /// Lets the sampler's decision stand for all that is held of a group and for what comes later.
    fn judge_early(&mut self, key: Key, count: &Count, out: &mut dyn FnMut(T, Verdict)) {
        if let Some(mut group) = self.groups.remove(&key) {
            count.add(1);
            self.held_bytes -= group.release(Verdict::AsSampled, &mut self.held, out);
            self.verdicts.remember(key, Verdict::AsSampled);
        }
    }
}

impl Verdict {
    fn apply<T>(self, item: T, sampled: bool, out: &mut dyn FnMut(T, Self)) {
        if sampled || self == Self::Always {
            out(item, self);
        }
    }
}

impl Group {
    fn new(since: Instant, serial: u64) -> Self {
        Self { chain: Chain::EMPTY, spans: 0, bytes: 0, let_go: 0, stands_out: false, since, serial }
    }

    /// Has the verdict applied to all that is held, and returns how many bytes that was.
    fn release<T>(&mut self, verdict: Verdict, held: &mut Chains<(T, bool)>, out: &mut dyn FnMut(T, Verdict)) -> usize {
        held.drain(&mut self.chain, |(item, sampled)| verdict.apply(item, sampled, out));
        self.spans = 0;
        std::mem::take(&mut self.bytes)
    }
}

/// The group with this number, if it is not judged yet.
fn group(groups: &HashMap<Key, Group>, key: Key, serial: u64) -> Option<&Group> {
    groups.get(&key).filter(|group| group.serial == serial)
}
