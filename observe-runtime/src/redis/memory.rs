//! What a server says about its memory.

use crate::families;
use crate::metric::{Gauge, GaugeCore, MetricDefinition};
use crate::operation::calls::{REDIS_MEMORY, announce};
use observe_rules::families as rules;
use redis::aio::ConnectionLike;
use std::convert::Infallible;
use std::time::Duration;

static MOST: Gauge = {
    static CORE: GaugeCore = GaugeCore::new(
        MetricDefinition {
            name: rules::REDIS_MEMORY.families[1].name,
            help: rules::REDIS_MEMORY.families[1].help,
            unit: rules::REDIS_MEMORY.families[1].unit,
            labels: &[],
            init_all: false,
            module: families::REDIS_MEMORY,
            line: line!(),
        },
        None,
    );
    Gauge::new(&CORE)
};

/// Asks a server each `interval` how much memory it uses, and shows it: `redis_memory_bytes` and
/// `redis_memory_max_bytes`.
///
/// It never ends: spawn it, and abort it if it is to end. Where the server doesn't answer, both are NaN until it does;
/// the questions themselves are no spans. One server: a second watch would write the same two numbers.
///
/// ```no_run
/// use std::time::Duration;
///
/// # async fn run(client: redis::Client) -> redis::RedisResult<()> {
/// let connection = client.get_multiplexed_async_connection().await?;
/// tokio::spawn(observe::redis::watch_memory(connection, Duration::from_secs(15)));
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// Outside of a runtime of tokio.
pub async fn watch_memory<C: ConnectionLike + Send>(mut connection: C, interval: Duration) -> Infallible {
    announce([REDIS_MEMORY.declaration(), MOST.declaration()]);
    let question = {
        let mut question = redis::cmd("INFO");
        question.arg("memory");
        question
    };
    loop {
        let answer: Option<String> = question.query_async(&mut connection).await.ok();
        let said = |name: &str| answer.as_deref().and_then(|answer| number(answer, name)).unwrap_or(f64::NAN);
        REDIS_MEMORY.set(said("used_memory"));
        MOST.set(said("maxmemory"));
        tokio::time::sleep(interval).await;
    }
}

/// The number under a name: `used_memory:1024`.
fn number(answer: &str, name: &str) -> Option<f64> {
    let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_found_under_their_whole_name() {
        let answer =
            "# Memory\r\nused_memory_rss:7\r\nused_memory:1024\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n";
        assert_eq!(["used_memory", "maxmemory"].map(|name| number(answer, name)), [Some(1024.0), Some(0.0)]);
        assert_eq!(["memory", "maxmemory_policy", ""].map(|name| number(answer, name)), [None; 3]);
    }
}
