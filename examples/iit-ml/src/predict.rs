//! From a patient to a prediction.

use observe::alerts::alert_high_risk_prediction;
use observe::{Capped, Counter, Label, metered, metric, redact, traced};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::ServiceError;
use crate::features::{COUNT, Features};

/// From here on an interruption is more likely than not.
const LIKELY: f64 = 0.5;

/// From here on somebody should call the patient.
const HIGH: f64 = 0.8;

/// Longest identifier of a patient, in bytes.
const MAX_ID: usize = 64;

/// Predictions by what was predicted.
#[metric(labels(model, outcome), init = all)]
static PREDICTIONS_TOTAL: Counter<(Capped<'static, 4>, Counted)>;

/// Predictions that somebody should act on.
#[metric(labels(model), init = all)]
static HIGH_RISK_PREDICTIONS_TOTAL: Counter<Capped<'static, 4>>;

/// What is asked.
#[redact]
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// Who it is about. As a pseudonym it joins the predictions about one patient.
    #[redact(hash)]
    patient_id: String,
    /// What is known of them.
    features: Features,
}

/// What is likely to happen.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The treatment goes on.
    Continues,
    /// The treatment is interrupted.
    Interrupts,
}

/// How much there is to do.
#[derive(Label, Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Risk {
    /// Nothing.
    Low,
    /// Ask at the next visit.
    Moderate,
    /// Call.
    High,
}

/// How a request is counted: by its outcome, or by why it has none.
#[derive(Label, Clone, Copy)]
enum Counted {
    Continues,
    Interrupts,
    /// The request was wrong.
    Refused,
    /// There was no model.
    Failed,
}

/// What is answered.
#[derive(Debug, Serialize)]
pub(crate) struct Prediction<'a> {
    outcome: Outcome,
    probability: f64,
    risk: Risk,
    model: &'a str,
    version: &'a str,
}

/// Predicts, and counts what came of it.
#[traced(name = "predict", fields(request = request))]
#[metered(
    name = "prediction",
    calls = off,
    in_progress = off,
    buckets = [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0],
    objective(latency = 0.1, target = 99),
)]
pub(crate) fn predict<'a>(app: &'a App, request: &Request) -> Result<Prediction<'a>, ServiceError> {
    let predicted = predict_with(app, request);
    let counted = match &predicted {
        Ok(Prediction { outcome: Outcome::Continues, .. }) => Counted::Continues,
        Ok(Prediction { outcome: Outcome::Interrupts, .. }) => Counted::Interrupts,
        Err(ServiceError::NoModel(_)) => Counted::Failed,
        Err(_) => Counted::Refused,
    };
    let model = Capped::new(app.model().map_or("none", |model| model.name.as_str()));
    PREDICTIONS_TOTAL.with((model, counted)).inc();
    if let Ok(Prediction { risk: Risk::High, probability, model: name, .. }) = &predicted {
        HIGH_RISK_PREDICTIONS_TOTAL.with(model).inc();
        alert_high_risk_prediction(name, *probability, HIGH);
    }
    predicted
}

fn predict_with<'a>(app: &'a App, request: &Request) -> Result<Prediction<'a>, ServiceError> {
    let model = app.model_for_request()?;
    if !(1..=MAX_ID).contains(&request.patient_id.len()) {
        return Err(ServiceError::BadInput(format!("patient_id must have 1 to {MAX_ID} bytes")));
    }
    let standard = observe::span!("feature_extraction", features = COUNT, {
        request.features.values().map(|values| model.standardise(&values))
    })?;
    let probability = observe::span!("inference", { model.probability(&standard) });
    let outcome = if probability < LIKELY { Outcome::Continues } else { Outcome::Interrupts };
    let risk = match probability {
        low if low < LIKELY => Risk::Low,
        moderate if moderate < HIGH => Risk::Moderate,
        _ => Risk::High,
    };
    observe::current_span().set("prediction.outcome", outcome).set("prediction.risk", risk);
    Ok(Prediction { outcome, probability, risk, model: &model.name, version: &model.version })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::with_model;
    use crate::features::tests::at_risk;
    use crate::train::trained;
    use observe::{AttributeValue, testing};
    use std::path::Path;

    fn request(features: Features) -> Request {
        Request { patient_id: "p-4711".to_owned(), features }
    }

    // ML-T1
    #[test]
    fn a_prediction_has_a_span_for_each_step_and_no_health_data() {
        let app = with_model(trained());
        let capture = testing::capture();
        let predicted = predict(&app, &request(at_risk())).unwrap();
        assert_eq!((predicted.outcome, predicted.risk), (Outcome::Interrupts, Risk::High));
        assert!(predicted.probability > HIGH && predicted.probability <= 1.0);
        let span = capture.span("predict");
        for step in ["feature_extraction", "inference"] {
            assert_eq!(capture.span(step).parent_id, Some(span.span_id), "{step}");
        }
        assert_eq!(span.attribute("prediction.risk").unwrap().to_string(), "high");
        let patient = span.attribute("request.patient_id").unwrap().to_string();
        assert!(patient.starts_with("h:"), "{patient}");
        assert_eq!(span.attribute("request.features"), Some(&AttributeValue::Text("[REDACTED]".into())));
    }

    #[test]
    fn who_comes_on_time_goes_on() {
        let app = with_model(trained());
        let punctual = Features {
            age_years: 55.0,
            months_on_treatment: 80.0,
            missed_visits: 0.0,
            days_late: 0.0,
            distance_km: 2.0,
            suppressed: true,
        };
        let predicted = predict(&app, &request(punctual)).unwrap();
        assert_eq!((predicted.outcome, predicted.risk), (Outcome::Continues, Risk::Low));
    }

    // ML-X1: failed calls are traced and counted.
    #[test]
    fn without_a_model_a_call_fails_and_is_counted() {
        let app = App::start(Path::new("/no/such/model.json"));
        let capture = testing::capture();
        assert!(matches!(predict(&app, &request(at_risk())), Err(ServiceError::NoModel(_))));
        assert!(capture.metric("predictions_total", &[("model", "none"), ("outcome", "failed")]) >= 1.0);
        assert!(capture.metric("prediction_duration_seconds_count", &[("status", "error")]) >= 1.0);
        assert_eq!(capture.span("predict").status, observe::Status::Error("no model is loaded".into()));
    }

    #[test]
    fn nobody_in_particular_is_refused() {
        let app = with_model(trained());
        for id in [String::new(), "x".repeat(65)] {
            let error = predict(&app, &Request { patient_id: id, features: at_risk() }).unwrap_err();
            assert_eq!(error.to_string(), "patient_id must have 1 to 64 bytes");
        }
    }
}
