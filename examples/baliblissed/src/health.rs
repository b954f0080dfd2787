//! What the service depends on.

use std::io;
use std::sync::Arc;

use observe::health::{Check, Kind, checks, register as add};

use crate::app::App;

/// Registers every check. Offers have to be there; without the rest the service goes on.
pub(crate) fn register(app: &Arc<App>) {
    let shared = Arc::clone(app);
    let has_offers = move || {
        if shared.offers.len() == 0 { Err(io::Error::other("there are no offers")) } else { Ok(()) }
    };
    add(Check::blocking("database", has_offers).kind(Kind::Database)).keep();
    add(checks::disk("/").degrading()).keep();
    add(checks::memory().degrading()).keep();
    if let Some(redis) = app.cache.redis() {
        add(checks::redis("redis", redis.clone()).degrading()).keep();
    }
    let url = reqwest::Url::parse(&app.model_url).ok();
    if let Some((host, port)) = url.as_ref().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?))) {
        add(checks::tcp("model", format!("{host}:{port}")).degrading()).keep();
    }
}
