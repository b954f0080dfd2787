//! Payments: checks them, and takes them to the bank.

use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use observe::{Counter, metered, metric, traced};
use serde_json::{Value, json};

use crate::card::{Payment, charge};
use crate::error::ServiceError;

/// Money taken, in cents.
#[metric(init = all)]
static PAYMENTS_CENTS_TOTAL: Counter;

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
#[metered(name = "payment", calls = "payments_total", in_progress = off, outcome = "outcome", error = ServiceError)]
async fn pay(payment: &Payment) -> Result<(), ServiceError> {
    payment.check()?;
    observe::span!("charge card", kind = client; bank = "stand-in", { charge(payment) })?;
    PAYMENTS_CENTS_TOTAL.add(payment.amount_cents.into());
    Ok(())
}
