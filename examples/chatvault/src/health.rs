//! What the gateway depends on: the ledger, its settings, the keys, telemetry, the providers and their models.

use std::io;
use std::sync::Arc;

use observe::health::checks::{self, Model};
use observe::health::register as add;
use tokio::net::TcpStream;

use crate::app::App;
use crate::catalog::CATALOG;

/// Registers every check. The ledger and the keys have to be there; of the providers one is enough.
pub(crate) fn register(app: &Arc<App>) {
    let keys = app.keys.clone();
    let has_keys = move || {
        let result = if keys.is_empty() { Err(io::Error::other("no key is configured")) } else { Ok(()) };
        async { result }
    };
    let telemetry = [checks::configuration(), checks::metrics(), checks::tracing()];
    for check in telemetry.into_iter().chain([app.ledger.check(), checks::authentication(has_keys)]) {
        add(check).keep();
    }
    for entry in &CATALOG {
        let name = format!("external_api_{}", entry.provider.name());
        add(checks::tcp(name, app.urls.address_of(entry.provider)).degrading()).keep();
    }
    let app = Arc::clone(app);
    add(checks::models(move || available(Arc::clone(&app)))).keep();
}

/// The models, and whether their providers can be reached.
async fn available(app: Arc<App>) -> Vec<Model> {
    let mut models = Vec::new();
    for entry in &CATALOG {
        let is_available = TcpStream::connect(app.urls.address_of(entry.provider)).await.is_ok();
        models.push(Model { name: entry.model.name().to_owned(), is_available });
    }
    models
}
