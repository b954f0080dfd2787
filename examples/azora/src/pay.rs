//! Payments: checks them, and takes them to the bank.

use std::sync::OnceLock;

use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use observe::alerts::{alert_system_down, resolve};
use observe::{Counter, metered, metric, traced};
use serde_json::{Value, json};

use crate::card::{Payment, charge};
use crate::error::ServiceError;

/// Money taken, in cents.
#[metric(init = all)]
static PAYMENTS_CENTS_TOTAL: Counter;

/// The key of the alert that the bank does not answer.
static BANK_DOWN: OnceLock<String> = OnceLock::new();

/// The routes.
pub(crate) fn router() -> Router {
    Router::new().route("/v1/payments", post(payments)).fallback(async || ServiceError::NotFound("no such route"))
}

async fn payments(body: Result<Json<Payment>, JsonRejection>) -> Result<(StatusCode, Json<Value>), ServiceError> {
    let Json(payment) = body?;
    pay(&payment).await?;
    Ok((StatusCode::CREATED, Json(json!({ "paid_cents": payment.amount_cents }))))
}

/// Takes a payment.
#[traced(name = "take payment", fields(payment))]
#[metered(
    name = "payment",
    calls = "payments_total",
    in_progress = off,
    outcome = "outcome",
    error = ServiceError,
    objective(success = 99),
)]
async fn pay(payment: &Payment) -> Result<(), ServiceError> {
    payment.check()?;
    let charged = observe::span!("charge card", kind = client; bank = "stand-in", { charge(payment) });
    match &charged {
        // One key for all of them: somebody is called once, and told when it is over.
        Err(ServiceError::Unavailable(how)) => drop(BANK_DOWN.set(alert_system_down("bank", how))),
        _ => drop(BANK_DOWN.get().map(|key| resolve(key))),
    }
    charged?;
    PAYMENTS_CENTS_TOTAL.add(payment.amount_cents.into());
    Ok(())
}
