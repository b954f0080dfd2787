//! How the sending of alerts goes, for who looks at the service.

use super::counters::COUNTS;
use super::manager::Manager;
use super::outbox::{MOST, Outbox};
use crate::export::known::{State, course};
use std::sync::Arc;

/// That of all channels together.
pub(crate) fn state() -> State {
    let outboxes = Manager::of_process().lock().outboxes.clone();
    of(&outboxes)
}

fn of(outboxes: &[Arc<Outbox>]) -> State {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::message::{Message, Speaker};
    use crate::alerts::outbox::{Action, Delivery};
    use crate::alerts::{Alert, Channel, EventType, Severity};

    #[test]
    fn what_waits_for_all_channels_is_told_together() {
        let outboxes = [Channel::Slack, Channel::Webhook].map(|channel| Arc::new(Outbox::new(channel)));
        let alert = Alert::new(EventType::Custom, Severity::Info, "x");
        let message = Arc::new(Message::new(alert, &Speaker::default()));
        for outbox in [&outboxes[0], &outboxes[1], &outboxes[1]] {
            assert!(outbox.push(Delivery::new(Action::Trigger, Arc::clone(&message))));
        }
        let State { signal, destination, waiting, capacity, is_failing, .. } = of(&outboxes);
        assert_eq!((signal, destination.as_str(), waiting), ("alerts", "slack, webhook", 3));
        assert_eq!((capacity, is_failing), (Some(2 * MOST), false));
        let none = of(&[]);
        assert_eq!((none.destination.as_str(), none.waiting, none.capacity), ("nowhere", 0, None));
    }
}
