//! How the sending of alerts goes, for who looks at the service.

use super::counters::COUNTS;
use super::manager::Manager;
use super::outbox::MOST;
use crate::export::known::{State, course};

/// That of all channels together.
pub(crate) fn state() -> State {
    let outboxes = Manager::of_process().lock().outboxes.clone();
    let names: Vec<&str> = outboxes.iter().map(|outbox| outbox.channel.name()).collect();
    let loads: Vec<(usize, bool)> = outboxes.iter().map(|outbox| outbox.load()).collect();
    // Delivered is the first of the outcomes.
    let sent = outboxes.iter().map(|outbox| COUNTS.of_channel(outbox.channel)[0].1).sum();
    let errors = names.iter().filter_map(|name| course(name).last_error);
    let [queue_full, (_, refused), shutdown] = COUNTS.lost();
    State {
        signal: "alerts",
        destination: if names.is_empty() { "nowhere".to_owned() } else { names.join(", ") },
        waiting: loads.iter().map(|(waiting, _)| waiting).sum(),
        capacity: (!names.is_empty()).then_some(MOST * names.len()),
        sent,
        lost: [queue_full, ("export_failed", refused), shutdown],
        is_failing: loads.iter().any(|(_, is_failing)| *is_failing),
        last_error: errors.max_by_key(|(_, at)| *at),
    }
}
