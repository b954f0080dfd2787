//! What requests share.

use std::path::Path;

use observe::alerts::alert_model_failure;
use observe::health::Check;

use crate::error::ServiceError;
use crate::model::Model;
use crate::model_file::{LoadError, load};

/// The service without its routes.
pub(crate) struct App {
    model: Result<Model, LoadError>,
}

impl App {
    /// The service with the model at `file`, or without one where it can't be loaded.
    pub(crate) fn start(file: &Path) -> Self {
        let model = load(file);
        if let Err(error) = &model {
            tracing::error!(%error, "no predictions until there is a model");
            alert_model_failure("iit-ml", error);
        }
        Self { model }
    }

    /// Says in `/health` whether there is a model. Without one the service answers still, and is degraded.
    pub(crate) fn check(&self) -> Check {
        let model = self.model().map(|_| ()).map_err(|error| error.to_string());
        Check::new("model", move || std::future::ready(model.clone())).degrading()
    }

    /// The model, or why there is none.
    pub(crate) fn model(&self) -> Result<&Model, LoadError> {
        self.model.as_ref().map_err(|error| *error)
    }

    /// The model, for a request that needs it.
    pub(crate) fn model_for_request(&self) -> Result<&Model, ServiceError> {
        self.model().map_err(ServiceError::NoModel)
    }
}

#[cfg(test)]
pub(crate) fn with_model(model: Model) -> App {
    App { model: Ok(model) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    // CV-H1: a service that can do less says so, and is ready still.
    #[tokio::test]
    async fn without_a_model_health_is_degraded() {
        observe::health::register(App::start(Path::new("/no/such/model.json")).check()).keep();
        let (status, _, body) = observe::health::answer("/health", None, None, true).await;
        assert!(status == 200 && body.contains("degraded") && body.contains("the model's file is missing"), "{body}");
        assert_eq!(observe::health::answer("/health/ready", None, None, true).await.0, 200);
    }
}
