//! Gauges that are declared: set, and read by a function.

use super::{Provider, on, refused, shows, value};
use observe::{Gauge, metric};

#[test]
fn a_gauge_goes_up_and_down() {
    /// Sessions.
    #[metric]
    static SESSIONS_OPEN: Gauge;
    /// States.
    #[metric(labels(provider))]
    static BREAKER_STATE: Gauge<Provider>;
    let _on = on();
    assert_eq!(value("sessions_open"), None);
    SESSIONS_OPEN.inc();
    SESSIONS_OPEN.add(4.0);
    SESSIONS_OPEN.sub(1.5);
    SESSIONS_OPEN.dec();
    assert_eq!(value("sessions_open"), Some(2.5));
    SESSIONS_OPEN.set(-3.0);
    assert_eq!(value("sessions_open"), Some(-3.0));
    BREAKER_STATE.with(Provider::OpenAi).set(1.0);
    assert_eq!(value("breaker_state{provider=\"open_ai\"}"), Some(1.0));
    assert_eq!(value("breaker_state{provider=\"anthropic\"}"), None);
    BREAKER_STATE.with(Provider::OpenAi).set(0.0);
    assert_eq!(value("breaker_state{provider=\"open_ai\"}"), Some(0.0));
}

#[test]
fn a_gauge_shows_what_is_no_number() {
    /// Strange.
    #[metric]
    static STRANGE_LEVEL: Gauge;
    let _on = on();
    // Every NaN, also one with the bits of a mark, is shown.
    for bits in (0x7ff8_6f62_7365_7270..0x7ff8_6f62_7365_7280).chain([f64::NAN.to_bits()]) {
        STRANGE_LEVEL.set(f64::from_bits(bits));
        assert!(value("strange_level").is_some_and(f64::is_nan));
    }
    STRANGE_LEVEL.set(f64::INFINITY);
    assert_eq!(value("strange_level"), Some(f64::INFINITY));
}

fn pool_size() -> f64 {
    12.0
}

/// Connections of the pool.
#[metric(read = pool_size)]
static POOL_CONNECTIONS: Gauge;

/// Also open.
#[metric(read = || 4.5)]
static POOL_WAITING: Gauge;

#[test]
fn a_gauge_is_read_by_each_scrape() {
    /// By provider.
    #[metric(labels(provider))]
    static QUEUE_LENGTH: Gauge<Provider>;
    let _on = on();
    assert_eq!(value("pool_connections"), Some(12.0));
    assert_eq!(value("pool_waiting"), Some(4.5));
    let scrapes = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = std::sync::Arc::clone(&scrapes);
    QUEUE_LENGTH.with(Provider::OpenAi).read_with(|| 1.0);
    QUEUE_LENGTH
        .with(Provider::OpenAi)
        .read_with(move || f64::from(counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed)));
    let series = "queue_length{provider=\"open_ai\"}";
    let (first, second) = (value(series).unwrap(), value(series).unwrap());
    assert!(second > first, "{first} {second}");
    assert_eq!(value("queue_length{provider=\"anthropic\"}"), None);
    POOL_WAITING.read_with(|| 7.0);
    assert_eq!(value("pool_waiting"), Some(7.0));
}

#[test]
fn a_reading_that_panics_gives_no_sample_and_stops_no_scrape() {
    /// Broken.
    #[metric(read = broken)]
    static BROKEN_LEVEL: Gauge;
    fn broken() -> f64 {
        panic!("no connection")
    }
    let _on = on();
    let before = refused("panicked");
    assert_eq!(value("broken_level"), None);
    assert!(shows("# TYPE broken_level gauge"));
    assert!(refused("panicked") > before);
}

/// Recursive.
#[metric(read = scrape)]
static RECURSIVE_LEVEL: Gauge;

#[expect(clippy::cast_precision_loss, reason = "a short text")]
fn scrape() -> f64 {
    observe::exposition().len() as f64
}

#[test]
fn a_reading_that_scrapes_is_not_called_for_ever() {
    let _on = on();
    assert!(value("recursive_level").is_some_and(|length| length > 100.0));
    assert!(refused("recursive") > 0.0);
}
