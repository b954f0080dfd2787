//! The HTTP side: `POST /ask`, `POST /documents` and `GET /topics`.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::error::ServiceError;
use crate::model::{Answer, Document, Question, Stored, TopicCount};
use crate::store::Store;
use crate::{answer, documents};

/// Largest body of a question: 2000 characters, each written as an escape, and the rest.
const MAX_QUESTION_BODY: usize = 64 * 1024;

/// Largest body of a document: 200 kB, each byte written as an escape, and the rest.
const MAX_DOCUMENT_BODY: usize = 1280 * 1024;

const QUESTION_SHAPE: &str = "expected an object with id and text, and optionally topic and \
     patient (name, mrn, phone, birth_date); GET /topics lists the topics";

const DOCUMENT_SHAPE: &str = "expected an object with title, topic and text; GET /topics lists the topics";

/// The service's routes over `store`.
pub(crate) fn router(store: Arc<Store>) -> Router {
    let ask = post(ask).layer(DefaultBodyLimit::max(MAX_QUESTION_BODY));
    let add = post(add).layer(DefaultBodyLimit::max(MAX_DOCUMENT_BODY));
    Router::new()
        .route("/ask", ask)
        .route("/documents", add)
        .route("/topics", get(topics))
        .fallback(unknown_route)
        .with_state(store)
        .layer(observe::axum::layer())
}

/// `POST /ask`: answers a question.
async fn ask(
    State(store): State<Arc<Store>>,
    body: Result<Json<Question>, JsonRejection>,
) -> Result<Json<Answer>, ServiceError> {
    let question = accept(body, QUESTION_SHAPE)?;
    answer::answer(store, question).await.map(Json)
}

/// `POST /documents`: stores a further document.
async fn add(
    State(store): State<Arc<Store>>,
    body: Result<Json<Document>, JsonRejection>,
) -> Result<(StatusCode, Json<Stored>), ServiceError> {
    let document = accept(body, DOCUMENT_SHAPE)?;
    let stored = documents::add_document(store, document).await?;
    Ok((StatusCode::CREATED, Json(stored)))
}

/// `GET /topics`: the topics and how many passages there are of each.
async fn topics(State(store): State<Arc<Store>>) -> Result<Json<Vec<TopicCount>>, ServiceError> {
    documents::count_topics(store).await.map(Json)
}

/// Every other path.
async fn unknown_route() -> ServiceError {
    ServiceError::NotFound("no such route")
}

/// The value of a body, or an error that says what is wrong and repeats nothing of it.
fn accept<T>(body: Result<Json<T>, JsonRejection>, shape: &'static str) -> Result<T, ServiceError> {
    let message = match body {
        Ok(Json(value)) => return Ok(value),
        Err(JsonRejection::JsonDataError(_)) => shape,
        Err(JsonRejection::JsonSyntaxError(_)) => "the body is not valid JSON",
        Err(JsonRejection::MissingJsonContentType(_)) => "the content type must be application/json",
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => "the body is too large",
        Err(_) => "the body could not be read",
    };
    Err(ServiceError::BadInput(message))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpStream};

    use serde_json::{Value, json};

    use super::*;

    /// Serves on a free port until the test ends.
    async fn start() -> SocketAddr {
        let store = Arc::new(Store::in_memory().unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router(store)).await });
        addr
    }

    /// Sends one request and returns status and JSON.
    async fn send(addr: SocketAddr, line: &str, kind: &str, body: &str) -> (u16, Value) {
        let request = format!(
            "{line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let exchange = move || {
            let mut stream = TcpStream::connect(addr).unwrap();
            // The server may answer before it has read a body that is too large.
            let _ = stream.write_all(request.as_bytes());
            let mut response = Vec::new();
            let _ = stream.read_to_end(&mut response);
            String::from_utf8(response).unwrap()
        };
        let response = tokio::task::spawn_blocking(exchange).await.unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    async fn post_json(addr: SocketAddr, path: &str, body: &Value) -> (u16, Value) {
        send(addr, &format!("POST {path}"), "application/json", &body.to_string()).await
    }

    #[tokio::test]
    async fn a_question_is_answered() {
        let addr = start().await;
        let asked = json!({
            "id": "q-7", "topic": "infection", "text": "Which tests in the first hour of sepsis?",
            "patient": {"name": "Ilda Quorn", "birth_date": "1950-02-28"}
        });
        let (status, body) = post_json(addr, "/ask", &asked).await;
        assert_eq!((status, &body["id"]), (200, &json!("q-7")));
        assert!(body["text"].as_str().unwrap().contains("[Sepsis: the first hour]"));
        assert_eq!(body["passages"][0]["topic"], "infection");
        assert!(body["passages"][0].get("body").is_none());
        assert!(!body.to_string().contains("Quorn"));
    }

    #[tokio::test]
    async fn a_document_can_be_uploaded_and_asked_about() {
        let addr = start().await;
        let document = json!({"title": "Snake bite", "topic": "general", "text": "Give antivenom."});
        let (status, body) = post_json(addr, "/documents", &document).await;
        assert_eq!(status, 201);
        assert_eq!(body, json!({"title": "Snake bite", "topic": "general", "passages": 1}));
        let (status, body) = post_json(addr, "/ask", &json!({"id": "1", "text": "antivenom"})).await;
        assert_eq!(status, 200);
        assert_eq!(body["text"], "Give antivenom. [Snake bite]");
    }

    #[tokio::test]
    async fn bad_input_is_explained_and_not_repeated() {
        let addr = start().await;
        let secret = "Zyxquorn";
        for (path, body) in [
            ("/ask", json!({"id": "1", "text": "ab"})),
            ("/ask", json!({"id": "1", "text": "sepsis", "topic": secret})),
            ("/ask", json!({"id": "1", "text": "sepsis", secret: 1})),
            ("/ask", json!({"id": "1", "text": "sepsis", "patient": {"birth_date": secret}})),
            ("/ask", json!({"id": secret})),
            ("/ask", json!({"id": "1", "text": secret.repeat(MAX_QUESTION_BODY / secret.len())})),
            ("/documents", json!({"title": "", "topic": "renal", "text": secret})),
            ("/documents", json!({"title": secret, "topic": "renal", "text": "a".repeat(200_001)})),
            ("/documents", json!({"title": secret, "topic": 3, "text": "a"})),
        ] {
            let (status, answer) = post_json(addr, path, &body).await;
            assert_eq!(status, 400, "{answer}");
            assert!(answer["error"].as_str().is_some_and(|message| message.len() > 10));
            assert!(!answer.to_string().contains(secret), "{answer}");
        }
        for (kind, body) in [("application/json", "{\"Zyxquorn"), ("text/plain", "{}")] {
            let (status, answer) = send(addr, "POST /ask", kind, body).await;
            assert_eq!(status, 400);
            assert!(!answer.to_string().contains(secret));
        }
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        let addr = start().await;
        let asked = json!({"id": "1", "text": "zebrafish"});
        assert_eq!(post_json(addr, "/ask", &asked).await.0, 404);
        let (status, body) = send(addr, "GET /nowhere", "text/plain", "").await;
        assert_eq!((status, body), (404, json!({"error": "no such route"})));
    }

    #[tokio::test]
    async fn topics_are_counted() {
        let addr = start().await;
        let (status, body) = send(addr, "GET /topics", "text/plain", "").await;
        assert_eq!((status, body.as_array().unwrap().len()), (200, 6));
        assert_eq!(body[0]["topic"], "cardiology");
        assert!(body.as_array().unwrap().iter().all(|it| it["passages"].as_u64() > Some(0)));
    }
}
