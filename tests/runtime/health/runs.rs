//! How checks are asked: together, each for itself, once for all who want to know.

use super::{FAR, Gate, Tally, ask, ask_until};
use observe::health::{Check, Health, Outcome, Status};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(30);

fn fine(name: &str) -> Check {
    Check::new(name, || async {})
}

/// Waits for what never comes.
fn hanging(name: &str) -> Check {
    Check::new(name, std::future::pending::<()>).timeout(FAR)
}

#[tokio::test]
async fn one_that_hangs_is_unknown_and_the_others_are_what_they_are() {
    let health = Health::new();
    health.register(fine("a")).keep();
    health.register(hanging("b").timeout(SHORT).degrading()).keep();
    let (status, answer) = ask(&health, "/health").await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("degraded")));
    assert_eq!(answer["components"]["a"]["status"], "healthy");
    assert_eq!(answer["components"]["b"]["status"], "unknown");
    assert_eq!(answer["components"]["b"]["output"], "no answer within 30ms");
}

/// On the only thread that this runtime has.
#[tokio::test]
async fn one_that_blocks_its_thread_holds_up_nobody_and_is_not_started_again() {
    let (health, gate, runs) = (Health::new(), Gate::default(), Tally::default());
    let (there, counted) = (gate.clone(), runs.clone());
    let stuck = Check::new("stuck", move || {
        let (gate, runs) = (there.clone(), counted.clone());
        async move {
            runs.add();
            gate.block();
        }
    });
    health.register(stuck.timeout(SHORT).cached_for(Duration::ZERO)).keep();
    for _ in 0..3 {
        let (status, answer) = ask(&health, "/health/ready").await;
        assert_eq!((status, answer["checks"]["stuck"]["status"].as_str()), (503, Some("unknown")));
    }
    assert_eq!(runs.count(), 1, "the first run has not ended");
    gate.open();
    ask_until(&health, "/health/ready", |answer| answer["status"] == "ready").await;
    assert!(runs.count() > 1, "what came too late was no answer");
}

#[tokio::test]
async fn a_blocking_check_that_hangs_is_not_started_again() {
    let (health, gate, runs) = (Health::new(), Gate::default(), Tally::default());
    let (there, counted) = (gate.clone(), runs.clone());
    let stuck = Check::blocking("stuck", move || {
        counted.add();
        there.block();
    });
    health.register(stuck.timeout(SHORT).cached_for(Duration::ZERO)).keep();
    for _ in 0..3 {
        let (status, answer) = ask(&health, "/health").await;
        assert_eq!((status, answer["status"].as_str()), (503, Some("unhealthy")));
    }
    assert_eq!(runs.count(), 1);
    gate.open();
    ask_until(&health, "/health", |answer| answer["status"] == "healthy").await;
}

fn panics() -> Outcome {
    panic!("hunter2")
}

#[tokio::test]
async fn one_that_panics_fails_and_does_not_say_why_in_public() {
    // The first backtrace of a program reads its symbols, which on a busy machine takes longer than an answer may.
    let _ = std::thread::spawn(panics).join();
    let health = Health::new();
    health.register(Check::new("a", || async { panics() })).keep();
    health.register(Check::blocking("b", panics)).keep();
    health.register(Check::new("c", || -> std::future::Ready<()> { panic!("hunter2") })).keep();
    let (status, answer) = ask(&health, "/health").await;
    assert_eq!(status, 503);
    for name in ["a", "b", "c"] {
        assert_eq!(answer["components"][name]["status"], "unhealthy");
        assert_eq!(answer["components"][name]["output"], "the check panicked");
    }
    assert!(!answer.to_string().contains("hunter2"));
}

#[tokio::test]
async fn readiness_answers_within_its_budget_when_half_the_checks_hang() {
    let health = Health::new().ready_budget(Duration::from_millis(1500));
    for number in 0..5 {
        health.register(fine(&format!("fine_{number}"))).keep();
        health.register(hanging(&format!("hangs_{number}")).degrading()).keep();
    }
    let (status, answer) = ask(&health, "/health/ready").await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("ready")));
    for number in 0..5 {
        assert_eq!(answer["checks"][format!("fine_{number}")]["status"], "pass", "{answer}");
        // Not `no answer within 5s`, which is what their own time-out would say.
        assert_eq!(answer["checks"][format!("hangs_{number}")]["output"], "no answer yet", "{answer}");
        assert_eq!(answer["checks"][format!("hangs_{number}")]["status"], "unknown");
    }
}

#[tokio::test]
async fn readiness_is_refused_while_a_critical_check_hangs() {
    let health = Health::new().ready_budget(SHORT);
    health.register(hanging("ledger")).keep();
    let (status, answer) = ask(&health, "/health/ready").await;
    assert_eq!((status, answer["status"].as_str()), (503, Some("not_ready")));
}

#[tokio::test]
async fn readiness_is_refused_at_once_when_a_critical_check_fails() {
    let health = Health::new().ready_budget(FAR);
    health.register(hanging("slow")).keep();
    health.register(Check::new("ledger", || async { Err::<(), _>("refused") })).keep();
    let (status, answer) = ask(&health, "/health/ready").await;
    assert_eq!(status, 503);
    assert_eq!(answer["checks"]["ledger"]["status"], "fail");
    assert_eq!(answer["checks"]["slow"]["output"], "no answer yet", "it was not waited for");
}

#[tokio::test]
async fn readiness_is_refused_at_once_when_a_critical_check_takes_too_long() {
    let health = Health::new().ready_budget(FAR);
    health.register(hanging("slow").degrading()).keep();
    health.register(hanging("ledger").timeout(SHORT)).keep();
    let (status, answer) = ask(&health, "/health/ready").await;
    assert_eq!(status, 503);
    assert_eq!(answer["checks"]["ledger"]["output"], "no answer within 30ms");
    assert_eq!(answer["checks"]["slow"]["output"], "no answer yet", "it was not waited for");
}

#[tokio::test]
async fn a_degrading_check_that_fails_leaves_the_service_ready() {
    let health = Health::new();
    health.register(Check::new("cache", || async { Err::<(), _>("refused") }).degrading()).keep();
    health.register(Check::new("disk", || async { Outcome::warn("nearly full") })).keep();
    let (status, answer) = ask(&health, "/health/ready").await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("ready")));
    assert_eq!(
        (&answer["checks"]["cache"]["status"], &answer["checks"]["disk"]["status"]),
        (&"fail".into(), &"warn".into())
    );
    assert_eq!(ask(&health, "/health").await.1["status"], "degraded");
}

/// A component that takes a while within its time is no reason to send requests elsewhere.
#[tokio::test]
async fn while_a_run_is_under_way_the_answer_before_it_counts() {
    let (health, runs) = (Health::new().ready_budget(SHORT), Tally::default());
    let counted = runs.clone();
    let first_is_quick = Check::new("ledger", move || {
        let is_first = counted.add() == 0;
        async move {
            if !is_first {
                std::future::pending::<()>().await;
            }
        }
    });
    health.register(first_is_quick.timeout(FAR).cached_for(Duration::ZERO)).keep();
    ask_until(&health, "/health/ready", |answer| answer["status"] == "ready").await;
    assert_eq!(ask(&health, "/health/ready").await.0, 200);
    assert!(runs.count() > 1);
}

#[tokio::test]
async fn a_hundred_who_ask_at_once_share_one_run() {
    let (health, gate, runs) = (Arc::new(Health::new().ready_budget(FAR)), Gate::default(), Tally::default());
    let (there, counted) = (gate.clone(), runs.clone());
    let slow = Check::new("ledger", move || {
        counted.add();
        let gate = there.clone();
        async move { gate.wait().await }
    });
    health.register(slow.timeout(FAR).cached_for(Duration::ZERO)).keep();
    let (mut asking, asked) = (tokio::task::JoinSet::new(), Tally::default());
    for _ in 0..100 {
        let (health, asked) = (Arc::clone(&health), asked.clone());
        asking.spawn(async move {
            asked.add();
            ask(&health, "/health/ready").await.0
        });
    }
    // This runtime has one thread: who was counted has asked before this goes on.
    while asked.count() < 100 {
        tokio::task::yield_now().await;
    }
    gate.open();
    assert_eq!(asking.join_all().await, [200; 100]);
    assert_eq!(runs.count(), 1);
}

#[tokio::test]
async fn who_goes_away_takes_no_run_with_him() {
    let (health, gate, runs) = (Health::new().ready_budget(FAR), Gate::default(), Tally::default());
    let (there, counted) = (gate.clone(), runs.clone());
    let slow = Check::new("ledger", move || {
        counted.add();
        let gate = there.clone();
        async move { gate.wait().await }
    });
    health.register(slow.timeout(FAR)).keep();
    assert!(tokio::time::timeout(SHORT, ask(&health, "/health/ready")).await.is_err(), "it waits");
    gate.open();
    assert_eq!(ask(&health, "/health/ready").await.0, 200);
    assert_eq!(runs.count(), 1);
}

#[tokio::test]
async fn an_answer_is_kept_for_as_long_as_the_check_says() {
    for (kept, expected) in [(Duration::from_hours(1), 1), (Duration::ZERO, 3)] {
        let (health, runs) = (Health::new().ready_budget(FAR), Tally::default());
        let counted = runs.clone();
        let check = Check::blocking("a", move || {
            counted.add();
        });
        health.register(check.cached_for(kept)).keep();
        for _ in 0..3 {
            assert_eq!(ask(&health, "/health/ready").await.0, 200);
        }
        assert_eq!(runs.count(), expected, "kept for {kept:?}");
    }
}

#[tokio::test]
async fn liveness_asks_nobody() {
    let (health, runs) = (Health::new(), Tally::default());
    let counted = runs.clone();
    let check = Check::blocking("a", move || {
        counted.add();
    });
    health.register(check).keep();
    let (status, answer) = ask(&health, "/health/live").await;
    assert_eq!((status, answer.to_string()), (200, r#"{"status":"alive"}"#.to_owned()));
    assert_eq!(runs.count(), 0);
}

#[tokio::test]
async fn a_check_uses_the_runtime_that_it_was_made_in() {
    // Its timer is one of this runtime; the check has a thread of its own.
    let health = Health::new().ready_budget(FAR);
    health.register(Check::new("timer", || tokio::time::sleep(Duration::from_millis(1)))).keep();
    assert_eq!(ask(&health, "/health/ready").await.0, 200);
}

#[tokio::test]
async fn a_change_is_told_once_and_to_all() {
    let (health, runs, told) = (Health::new().ready_budget(FAR), Tally::default(), Arc::new(Mutex::new(Vec::new())));
    let counted = runs.clone();
    let second_fails = Check::blocking("ledger", move || match counted.add() {
        1 | 2 => Err("the mail of ada@example.org is refused"),
        _ => Ok(()),
    });
    health.register(second_fails.cached_for(Duration::ZERO)).keep();
    health.on_change(|_| panic!("as if somebody made a mistake"));
    let seen = Arc::clone(&told);
    health.on_change(move |change| seen.lock().unwrap().push(change.clone()));
    for _ in 0..5 {
        ask(&health, "/health/ready").await;
    }
    // The last run may still be telling: it has answered first.
    let told = || told.lock().unwrap().clone();
    while told().len() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let states: Vec<_> = told().iter().map(|change| (change.before, change.now)).collect();
    assert_eq!(states, [(Some(Status::Pass), Status::Fail), (Some(Status::Fail), Status::Pass)]);
    let text = &told()[0].text;
    assert!(text.contains("is refused") && !text.contains("ada@"), "{text}");
    assert!(told()[0].is_critical && told()[1].text.is_empty());
}
