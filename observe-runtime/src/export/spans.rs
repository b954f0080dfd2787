//! Finished spans on their way out of their queue: judged where that is due, and exported in batches.

use super::backlog::Backlog;
use super::worker::{Intake, Signal};
use super::{ExportError, Exporter};
use crate::sampling::{self, COUNTS, Judge, JudgeSettings, Verdict};
use crate::span::{Batch, Finished, Flags, Held, Owned, Queue};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The most memory of one batch, where there is more than one span in it: a request of it is below the
/// 4 MiB that gRPC takes by default.
const BATCH_BYTES: usize = 2 << 20;

/// The queue of finished spans, what judges them, and where they go.
pub(super) struct Spans {
    queue: Arc<Queue>,
    judge: Judge<Owned>,
    /// `None` where they are only shown.
    exporter: Option<Box<dyn Exporter>>,
    #[cfg(feature = "dev-page")]
    page: Option<&'static crate::dev_page::Page>,
    /// Where spans go that `exporter` can't hand over.
    fallback: Option<Box<dyn Exporter>>,
    /// The most spans in one export.
    batch: usize,
    /// Kept for its memory.
    spare: Batch,
}

impl Spans {
    pub(super) fn new(
        queue: Arc<Queue>,
        exporter: Option<Box<dyn Exporter>>,
        fallback: Option<Box<dyn Exporter>>,
        batch: usize,
        judge: JudgeSettings,
    ) -> Self {
        Self {
            queue,
            judge: Judge::new(judge, &COUNTS),
            exporter,
            #[cfg(feature = "dev-page")]
            page: None,
            fallback,
            batch,
            spare: Batch::default(),
        }
    }

    /// The same, shown on this page too.
    #[cfg(feature = "dev-page")]
    pub(super) fn shown_on(self, page: Option<&'static crate::dev_page::Page>) -> Self {
        Self { page, ..self }
    }

    /// Moves full blocks into the backlog, oldest first, as far as they make one batch; how many spans.
    fn take_full(&mut self, backlog: &mut Backlog<Batch>) -> usize {
        let mut batch = std::mem::take(&mut self.spare);
        self.queue.read_full(&mut batch);
        let spans = batch.len();
        self.keep(batch, backlog);
        spans
    }

    /// The same for all blocks that are full now.
    fn take_all_full(&mut self, backlog: &mut Backlog<Batch>) {
        let mut left = self.queue.full();
        while left > 0
            && let taken @ 1.. = self.take_full(backlog)
        {
            left = left.saturating_sub(taken);
        }
    }

    /// Puts into the backlog what is to be kept of a batch, and not more at once than a request takes.
    fn keep(&mut self, mut batch: Batch, backlog: &mut Backlog<Batch>) {
        self.judge(&mut batch);
        self.push(batch, backlog, |_, _| true);
    }

    /// The same for what there may be no room for: in an outage, what threads leave in their blocks adds up too.
    fn keep_if_there_is_room(&mut self, mut batch: Batch, backlog: &mut Backlog<Batch>) {
        self.judge(&mut batch);
        self.push_if_there_is_room(batch, backlog);
    }

    fn push_if_there_is_room(&mut self, batch: Batch, backlog: &mut Backlog<Batch>) {
        let queue = Arc::clone(&self.queue);
        self.push(batch, backlog, |held, more| queue.has_room(held, more));
    }

    fn push(&mut self, mut batch: Batch, backlog: &mut Backlog<Batch>, has_room: impl Fn(Held, Held) -> bool) {
        while !batch.is_empty() {
            let mut front = batch.take_front(self.batch, BATCH_BYTES);
            if !backlog.is_empty() {
                // It will lie there for a while.
                front.shrink();
            }
            let held = Held { items: front.len(), bytes: front.bytes() };
            if has_room(backlog.held(), held) {
                let most = Held { items: self.batch, bytes: BATCH_BYTES };
                backlog.push_or_join(front, held, most, Batch::append);
            } else {
                self.queue.lose(held.items);
            }
        }
        self.spare = batch;
    }

    /// Replaces the spans that are judged late by those whose trace has been judged by that, and is kept. The page
    /// shows all of them.
    fn judge(&mut self, batch: &mut Batch) {
        #[cfg(feature = "dev-page")]
        if let Some(page) = self.page {
            page.take(batch);
        }
        if self.exporter.is_none() {
            batch.clear();
        }
        if !batch.iter().any(|span| span.has(Flags::JUDGED)) {
            return;
        }
        let (now, mut kept) = (Instant::now(), Vec::new());
        batch.take_if(
            |span| span.has(Flags::JUDGED),
            |span| {
                if let Some(facts) = span.view().map(facts) {
                    self.judge.offer(facts, span, now, &mut |span, verdict| kept.push((span, verdict)));
                }
            },
        );
        put_back(batch, kept);
    }

    /// Judges the traces that have been waited for too long; the last time, all.
    fn judge_rest(&mut self, batch: &mut Batch, is_last: bool) {
        let mut kept = Vec::new();
        let mut keep = |span, verdict| kept.push((span, verdict));
        if is_last {
            self.judge.flush(&mut keep);
        } else {
            self.judge.expire(Instant::now(), &mut keep);
        }
        put_back(batch, kept);
    }
}

impl Signal for Spans {
    type Batch = Batch;

    const NAME: &'static str = "spans";

    fn is_due(&self) -> bool {
        self.queue.is_due()
    }

    fn waiting(&self) -> usize {
        self.queue.full()
    }

    #[cfg(feature = "dev-page")]
    fn delay(&self, asked: Duration) -> Duration {
        self.page.map_or(asked, |page| asked.min(page.delay()))
    }

    #[cfg(feature = "dev-page")]
    fn tick(&self) {
        if let Some(page) = self.page {
            page.tick();
        }
    }

    fn take_batch(&mut self, backlog: &mut Backlog<Batch>) -> usize {
        if self.is_due() { self.take_full(backlog) } else { 0 }
    }

    fn take_all(&mut self, backlog: &mut Backlog<Batch>, is_last: bool) {
        // Full blocks before and after the others: a block may become full in between.
        self.take_all_full(backlog);
        let mut open = std::mem::take(&mut self.spare);
        self.queue.read_open(&mut open);
        self.keep_if_there_is_room(open, backlog);
        self.take_all_full(backlog);
        let mut rest = std::mem::take(&mut self.spare);
        self.judge_rest(&mut rest, is_last);
        self.push_if_there_is_room(rest, backlog);
    }

    fn set_held(&self, held: Held) {
        self.queue.set_held(held);
    }

    fn export(&mut self, batch: &Batch, timeout: Duration) -> Result<(), ExportError> {
        let spans: Vec<Finished<'_>> = batch.iter().collect();
        self.exporter.as_mut().map_or(Ok(()), |exporter| exporter.export(&spans, timeout))
    }

    fn recycle(&mut self, mut batch: Batch) {
        batch.clear();
        self.spare = batch;
    }

    fn has_fallback(&self) -> bool {
        self.fallback.is_some()
    }

    fn fall_back(&mut self, batch: &Batch) {
        if let Some(fallback) = &mut self.fallback {
            let spans: Vec<Finished<'_>> = batch.iter().collect();
            // The console is the last resort: there is nowhere to say that it failed too.
            let _ = fallback.export(&spans, Duration::MAX);
        }
    }

    /// Sampled spans that still waited for the end of their trace.
    fn abandon(&mut self) -> usize {
        let mut spans = 0;
        self.judge.flush(&mut |_, _| spans += 1);
        spans
    }
}

impl Intake for Queue {
    fn close(&self) {
        self.close();
    }

    fn waiting(&self) -> usize {
        self.waiting()
    }

    #[cfg(feature = "dev-page")]
    fn load(&self) -> usize {
        self.load()
    }
}

/// What is to be known about a span in order to judge.
fn facts(span: Finished<'_>) -> sampling::Finished {
    sampling::Finished {
        trace_id: span.trace_id().bits(),
        local_root: span.local_root(),
        is_local_root: span.has(Flags::LOCAL_ROOT),
        has_failed: span.has(Flags::FAILED),
        sampled: span.has(Flags::SAMPLED),
        nanos: span.nanos(),
        bytes: span.bytes(),
    }
}

fn put_back(batch: &mut Batch, kept: Vec<(Owned, Verdict)>) {
    for (mut span, verdict) in kept {
        if verdict == Verdict::Always {
            span.count_once();
        }
        // What has been judged is not judged again.
        span.set_judged();
        batch.push(span);
    }
}

#[cfg(test)]
#[path = "spans_tests.rs"]
mod tests;
