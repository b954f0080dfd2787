//! Log events on their way out: a bounded queue, and who sends what is in it.

mod queue;

pub(crate) use queue::LogQueue;

use queue::BATCH_BYTES;

use super::ExportError;
use super::backlog::Backlog;
use super::worker::{Intake, Signal};
use crate::log::LogEvent;
use crate::span::Held;
use std::sync::Arc;
use std::time::Duration;

/// Sends batches of log events somewhere. Runs on the export thread only, so it may block.
pub(crate) trait LogExporter: Send {
    /// Sends one batch, within `timeout`.
    fn export(&mut self, events: &[LogEvent], timeout: Duration) -> Result<(), ExportError>;
}

/// The queue of log events, and where they go.
pub(super) struct LogEvents {
    queue: Arc<LogQueue>,
    exporter: Box<dyn LogExporter>,
    /// The most events in one export.
    batch: usize,
}

impl LogEvents {
    pub(super) fn new(queue: Arc<LogQueue>, exporter: Box<dyn LogExporter>, batch: usize) -> Self {
        Self { queue, exporter, batch }
    }

    /// Moves a batch of the oldest into the backlog; how many there were.
    fn take(&self, backlog: &mut Backlog<Vec<LogEvent>>) -> usize {
        let events = self.queue.take(self.batch);
        let held = Held { items: events.len(), bytes: events.iter().map(LogEvent::bytes).sum() };
        if held.items > 0 {
            let most = Held { items: self.batch, bytes: BATCH_BYTES };
            backlog.push_or_join(events, held, most, |last, mut events| last.append(&mut events));
        }
        held.items
    }
}

impl Signal for LogEvents {
    type Batch = Vec<LogEvent>;

    const NAME: &'static str = "logs";

    fn is_due(&self) -> bool {
        self.queue.is_due()
    }

    fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    fn take_batch(&mut self, backlog: &mut Backlog<Vec<LogEvent>>) -> usize {
        if self.is_due() { self.take(backlog) } else { 0 }
    }

    fn take_all(&mut self, backlog: &mut Backlog<Vec<LogEvent>>, _: bool) {
        let mut left = self.waiting();
        while left > 0
            && let taken @ 1.. = self.take(backlog)
        {
            left = left.saturating_sub(taken);
        }
    }

    fn set_held(&self, held: Held) {
        self.queue.set_held(held);
    }

    fn export(&mut self, batch: &Vec<LogEvent>, timeout: Duration) -> Result<(), ExportError> {
        self.exporter.export(batch, timeout)
    }
}

impl Intake for LogQueue {
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
