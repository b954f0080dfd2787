//! Courses, and who takes part in them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use observe::{health, metered, redact, traced};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::card::{Card, Payment};
use crate::courses::{Course, Courses};
use crate::error::{ServiceError, StartError};
use crate::role::Role;
use crate::upstream::{USER, Upstream};

/// What is passed on to the next service.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The service without its routes.
struct Education {
    courses: Courses,
    pay: Upstream,
}

/// Who wants to take part in what.
#[redact]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enrolment {
    #[redact(scrub)]
    course: String,
    /// Where the course costs something.
    card: Option<Card>,
}

/// A student, as the gateway names them.
#[redact]
struct Student {
    #[redact(hash)]
    user: String,
}

/// The routes, over a database that is opened here.
pub(crate) async fn router() -> Result<Router, StartError> {
    let education = Education { courses: Courses::open().await?, pay: Upstream::of(Role::Pay)? };
    health::register(education.pay.check()).keep();
    Ok(Router::new()
        .route("/v1/courses", get(list))
        .route("/v1/enrolments", post(enrolments))
        .fallback(async || ServiceError::NotFound("no such route"))
        .with_state(Arc::new(education)))
}

async fn list(State(education): State<Arc<Education>>) -> Result<Json<Vec<Course>>, ServiceError> {
    education.courses.all().await.map(Json)
}

async fn enrolments(
    State(education): State<Arc<Education>>,
    headers: HeaderMap,
    body: Result<Json<Enrolment>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), ServiceError> {
    let user = headers.get(USER).and_then(|user| user.to_str().ok());
    let student = Student { user: user.ok_or(ServiceError::Unauthorized("come through the gateway"))?.to_owned() };
    let id = headers.get(REQUEST_ID).map(|id| (REQUEST_ID, id.clone()));
    let course = enrol(&education, student, body?.0, id.into_iter().collect()).await?;
    Ok((StatusCode::CREATED, Json(json!({ "course": course.id, "paid_cents": course.fee_cents }))))
}

/// Takes a place for the student, and has it paid; gives it back where it is not.
#[traced(name = "enrol", fields(student, enrolment))]
#[metered(name = "enrollment", calls = "enrollments_total", in_progress = off, outcome = "outcome", error = ServiceError)]
async fn enrol(
    education: &Education,
    student: Student,
    enrolment: Enrolment,
    headers: HeaderMap,
) -> Result<Course, ServiceError> {
    let course = education.courses.find(&enrolment.course).await?;
    let payment = match (course.fee_cents, enrolment.card) {
        (0, _) => None,
        (amount_cents, Some(card)) => Some(Payment { amount_cents, card }),
        (_, None) => return Err(ServiceError::BadInput("this course costs something: send a card")),
    };
    education.courses.take_place(&student.user, &course).await?;
    if let Some(payment) = payment
        && let Err(error) = pay(&education.pay, headers, &payment).await
    {
        education.courses.give_back(&student.user, &course).await?;
        return Err(error);
    }
    Ok(course)
}

/// Has the service for payments take `payment`.
async fn pay(service: &Upstream, headers: HeaderMap, payment: &Payment) -> Result<(), ServiceError> {
    let body = serde_json::to_vec(payment).map_err(|error| ServiceError::Internal(error.to_string()))?;
    match service.send(Method::POST, "/v1/payments", headers, Bytes::from(body)).await?.status {
        StatusCode::CREATED => Ok(()),
        StatusCode::PAYMENT_REQUIRED => Err(ServiceError::PaymentRefused("the card was refused")),
        StatusCode::BAD_REQUEST => Err(ServiceError::BadInput("the card's data is wrong")),
        _ => Err(ServiceError::Unavailable("the course could not be paid")),
    }
}
