//! Answers that were given before: in Redis where there is one, in memory else.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use observe::traced;
use redis::AsyncCommands as _;
use redis::aio::MultiplexedConnection;

/// How long an answer is good.
const LIFETIME: Duration = Duration::from_mins(1);

/// How many answers are kept in memory.
const MAX_ENTRIES: usize = 1000;

/// How often Redis is asked for its memory.
const MEMORY_INTERVAL: Duration = Duration::from_secs(15);

/// A cache that never fails: what Redis does not answer, memory does.
#[derive(Default)]
pub(crate) struct Cache {
    redis: Option<MultiplexedConnection>,
    memory: Mutex<HashMap<String, (Instant, String)>>,
}

impl Cache {
    /// The cache at this URL. Without one, or where nobody answers there, it is in memory.
    pub(crate) async fn connect(url: Option<&str>) -> Self {
        let Some(url) = url else { return Self::default() };
        let connection = match redis::Client::open(url) {
            Ok(client) => client.get_multiplexed_async_connection().await,
            Err(error) => Err(error),
        };
        match connection {
            Ok(connection) => {
                tokio::spawn(observe::redis::watch_memory(connection.clone(), MEMORY_INTERVAL));
                Self { redis: Some(connection), ..Self::default() }
            }
            Err(error) => {
                tracing::warn!(%error, "no Redis at BALIBLISSED_REDIS: the cache is in memory");
                Self::default()
            }
        }
    }

    /// The connection to Redis, to look after it.
    pub(crate) fn redis(&self) -> Option<&MultiplexedConnection> {
        self.redis.as_ref()
    }

    /// The answer under this key.
    pub(crate) async fn get(&self, key: &str) -> Option<String> {
        if let Some(redis) = &self.redis {
            match get_in_redis(redis.clone(), key).await {
                Ok(found) => return found,
                Err(error) => tracing::warn!(%error, "Redis does not answer"),
            }
        }
        self.get_in_memory(key)
    }

    /// Keeps an answer.
    pub(crate) async fn set(&self, key: &str, value: &str) {
        if let Some(redis) = &self.redis {
            match set_in_redis(redis.clone(), key, value).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "Redis does not answer"),
            }
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.len() >= MAX_ENTRIES {
            memory.clear();
        }
        memory.insert(key.to_owned(), (Instant::now(), value.to_owned()));
    }

    #[traced(cache(system = "memory", operation = "get"))]
    fn get_in_memory(&self, key: &str) -> Option<String> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, value) = memory.get(key)?;
        (since.elapsed() < LIFETIME).then(|| value.clone())
    }
}

#[traced(cache(system = "redis", operation = "get"))]
async fn get_in_redis(mut redis: MultiplexedConnection, key: &str) -> redis::RedisResult<Option<String>> {
    redis.get(key).await
}

#[traced(cache(system = "redis", operation = "set"))]
async fn set_in_redis(mut redis: MultiplexedConnection, key: &str, value: &str) -> redis::RedisResult<()> {
    redis.set_ex(key, value, LIFETIME.as_secs()).await
}
