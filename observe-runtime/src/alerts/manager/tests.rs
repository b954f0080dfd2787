use super::*;
use crate::alerts::EventType;
use crate::alerts::outbox::Next;

/// A state with these channels, whose queues nobody empties but the test.
fn state(channels: &[Channel]) -> State {
    let outboxes = channels.iter().map(|channel| Arc::new(Outbox::new(*channel))).collect();
    State { outboxes, ..State::new(LIMITS) }
}

fn message(severity: Severity, key: &str) -> Arc<Message> {
    let alert = Alert::new(EventType::SystemDown, severity, "down").dedup_key(key);
    Arc::new(Message::new(alert, &Speaker::default()))
}

/// All that waits for a channel, in the order in which it is sent.
fn waiting(state: &State, channel: Channel) -> Vec<(Action, String)> {
    let outbox = state.outboxes.iter().find(|outbox| outbox.channel == channel).unwrap();
    let now = Some(Instant::now());
    let next = || match outbox.next(|_| None, now) {
        Next::Send(delivery) => Some((delivery.action, delivery.message.summary.clone())),
        _ => None,
    };
    std::iter::from_fn(next).collect()
}

fn said(action: Action, summary: &str) -> (Action, String) {
    (action, summary.to_owned())
}

#[test]
fn a_resolve_goes_wherever_its_trigger_went_and_behind_it() {
    let mut state = state(&[Channel::PagerDuty, Channel::Slack]);
    state.accept(&message(Severity::Warning, "a"), Instant::now());
    assert!(state.resolve("a".to_owned()));
    assert!(!state.resolve("a".to_owned()), "it is over already");
    let both = [said(Action::Trigger, "down"), said(Action::Resolve, "down")];
    assert_eq!(waiting(&state, Channel::Slack), both);
    assert_eq!(waiting(&state, Channel::PagerDuty), [], "warnings don't go there");
    state.accept(&message(Severity::Critical, "a"), Instant::now());
    assert!(state.resolve("a".to_owned()));
    assert_eq!((waiting(&state, Channel::Slack), waiting(&state, Channel::PagerDuty)), (both.to_vec(), both.to_vec()));
}

#[test]
fn what_was_held_back_needs_no_resolve_and_is_told_of_once() {
    let mut state = state(&[Channel::Slack]);
    let (start, one) = (Instant::now(), message(Severity::Error, "a"));
    let fates: Vec<Fate> = (0..5).map(|_| state.accept(&one, start).fate).collect();
    assert_eq!(fates, [Fate::Sent, Fate::HeldBack, Fate::HeldBack, Fate::HeldBack, Fate::HeldBack]);
    assert_eq!(waiting(&state, Channel::Slack), [said(Action::Trigger, "down")]);
    state.end_windows(start + Duration::from_mins(5));
    assert_eq!(waiting(&state, Channel::Slack), [said(Action::Trigger, "4 more within 5m: down")]);
    assert!(state.resolve("a".to_owned()));
    state.end_windows(start + Duration::from_mins(15));
    assert_eq!(waiting(&state, Channel::Slack), [said(Action::Resolve, "4 more within 5m: down")]);
}

#[test]
fn what_comes_after_the_resolve_opens_it_again_when_the_window_ends() {
    let mut state = state(&[Channel::Slack]);
    let (start, one) = (Instant::now(), message(Severity::Error, "a"));
    state.accept(&one, start);
    state.resolve("a".to_owned());
    state.accept(&one, start);
    assert_eq!(waiting(&state, Channel::Slack), [said(Action::Trigger, "down"), said(Action::Resolve, "down")]);
    // The next alert of whatever kind notices that it is due.
    state.accept(&message(Severity::Critical, "b"), start + Duration::from_mins(5));
    assert_eq!(
        waiting(&state, Channel::Slack),
        [said(Action::Trigger, "down"), said(Action::Trigger, "1 more within 5m: down")]
    );
    assert!(state.resolve("a".to_owned()));
}

#[test]
fn a_key_that_nobody_knows_is_resolved_and_acknowledged_at_pagerduty_once() {
    let mut state = state(&[Channel::PagerDuty, Channel::Slack]);
    assert!(state.resolve("before the restart".to_owned()) && !state.resolve("before the restart".to_owned()));
    assert!(state.acknowledge("other"));
    let sent: Vec<Action> = waiting(&state, Channel::PagerDuty).into_iter().map(|(action, _)| action).collect();
    assert_eq!(sent, [Action::Resolve, Action::Acknowledge]);
    assert_eq!(waiting(&state, Channel::Slack), []);
}

#[test]
fn an_alert_that_no_channel_takes_is_a_line_and_has_no_resolve() {
    let mut state = state(&[]);
    assert_eq!(state.accept(&message(Severity::Critical, "a"), Instant::now()).fate, Fate::Logged);
    assert!(!state.resolve("a".to_owned()));
    assert_eq!(state.history.all().count(), 1);
}

#[test]
fn the_history_is_bounded() {
    let mut state = state(&[]);
    for number in 0..3000 {
        state.accept(&message(Severity::Critical, &number.to_string()), Instant::now());
    }
    let keys: Vec<&str> = state.history.all().map(|past| past.dedup_key.as_str()).collect();
    assert_eq!((keys.len(), keys[0], keys[999]), (1000, "2000", "2999"));
    assert_eq!((state.history.clear(), state.history.all().count()), (1000, 0));
}
