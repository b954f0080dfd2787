//! The checks of the process: declared by the attribute, asked by themselves, seen in `/metrics`.

use observe::health::{self, Check, Outcome, Status};
use observe::health_check;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// Whether the component below works.
static WORKS: AtomicBool = AtomicBool::new(true);

#[health_check(name = "declared_ledger", kind = database, timeout = "500ms", cached_for = "0s", degrading)]
async fn ledger() -> Result<(), &'static str> {
    tokio::task::yield_now().await;
    if WORKS.load(Ordering::SeqCst) { Ok(()) } else { Err("no such table") }
}

#[health_check]
fn declared_files() -> std::io::Result<Outcome> {
    std::fs::metadata("/").map(|_| Outcome::warn("many").with("files", 3.0))
}

mod elsewhere {
    /// Its name is taken.
    #[observe::health_check(name = "declared_files", critical)]
    fn other() {}
}

fn sample(name: &str, component: &str) -> Option<f64> {
    let series = format!("{name}{{component=\"{component}\"}} ");
    observe::exposition().lines().find_map(|line| line.strip_prefix(&series)?.parse().ok())
}

/// Waits for what is to come by itself.
async fn eventually<T>(what: &str, get: impl Fn() -> Option<T>) -> T {
    for _ in 0..6000 {
        if let Some(value) = get() {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what}: it did not come");
}

/// One test, as it is about the one process that there is.
#[tokio::test]
async fn va_m7_the_state_of_each_component_is_in_the_metrics_though_nobody_asks() {
    let (say, told) = mpsc::channel();
    health::on_change(move |change| drop(say.send(change.clone())));
    let builder = observe::Builder::new("ward", "2.0.1").setting("OBSERVE_HEALTH_INTERVAL", "1s");
    let _guard = builder.setting("OBSERVE_SIGNALS", "off").init().unwrap();

    let of = |component| move || sample("health_check_status", component);
    assert!((eventually("a first answer", of("declared_ledger")).await - 1.0).abs() < f64::EPSILON);
    assert!((eventually("a warning", of("declared_files")).await - 0.5).abs() < f64::EPSILON);
    // The name was taken, and neither of the two is lost.
    assert!((eventually("the other", of("declared_files_2")).await - 1.0).abs() < f64::EPSILON);
    assert!(sample("health_check_duration_seconds", "declared_ledger").is_some_and(|seconds| seconds >= 0.0));
    assert!(observe::exposition().contains("# TYPE health_check_status gauge"));

    WORKS.store(false, Ordering::SeqCst);
    let down = eventually("the failure", || told.try_iter().find(|change| change.name == "declared_ledger"));
    let change = down.await;
    assert_eq!((change.now, change.is_critical, &*change.text), (Status::Fail, false, "no such table"));
    eventually("the metric", || of("declared_ledger")().filter(|value| *value < 0.25)).await;
    WORKS.store(true, Ordering::SeqCst);

    let (status, _, body) = health::answer("/health/ready", None, None, false).await;
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, answer["version"].as_str()), (200, Some("2.0.1")));
    assert_eq!(answer["checks"]["declared_files"]["files"], 3.0);

    let registered = health::register(Check::blocking("for_a_while", || ()));
    eventually("one that came later", of("for_a_while")).await;
    drop(registered);
    assert_eq!(sample("health_check_status", "for_a_while"), None);
}
