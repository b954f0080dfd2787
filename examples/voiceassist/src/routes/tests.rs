//! The routes over real HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};

use super::*;
use crate::app;

/// Serves on a free port until the test ends.
async fn start() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(app::for_tests())).await });
    addr
}

/// Sends one request with these further header lines, and returns status and JSON.
async fn send(addr: SocketAddr, line: &str, headers: &str, body: &str) -> (u16, Value) {
    let request = format!(
        "{line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}\
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

/// Sends JSON as the one who has this token; empty for nobody.
async fn post_as(token: &str, addr: SocketAddr, path: &str, body: &Value) -> (u16, Value) {
    let headers = format!("Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n");
    send(addr, &format!("POST {path}"), &headers, &body.to_string()).await
}

async fn token_of(user: &str, addr: SocketAddr) -> String {
    let (status, body) = post_as("", addr, "/login", &json!({"user": user, "password": app::TEST_PASSWORD})).await;
    assert_eq!(status, 200, "{body}");
    body["token"].as_str().unwrap().to_owned()
}

/// Sends JSON as an admin, who may do everything.
async fn post_json(addr: SocketAddr, path: &str, body: &Value) -> (u16, Value) {
    post_as(&token_of("admin", addr).await, addr, path, body).await
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
        ("/login", json!({"user": secret})),
        ("/login", json!({"user": secret, "password": ""})),
        ("/login", json!({"user": "admin", "password": secret, "more": secret})),
        ("/login", json!({"user": "admin", "password": secret.repeat(MAX_LOGIN_BODY / secret.len())})),
        ("/documents", json!({"title": "", "topic": "renal", "text": secret})),
        ("/documents", json!({"title": secret, "topic": "renal", "text": "a".repeat(200_001)})),
        ("/documents", json!({"title": secret, "topic": 3, "text": "a"})),
    ] {
        let (status, answer) = post_json(addr, path, &body).await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer["error"].as_str().is_some_and(|message| message.len() > 10));
        assert!(!answer.to_string().contains(secret), "{answer}");
    }
    let token = token_of("clinician", addr).await;
    for (kind, body) in [("application/json", "{\"Zyxquorn"), ("text/plain", "{}")] {
        let headers = format!("Content-Type: {kind}\r\nAuthorization: Bearer {token}\r\n");
        let (status, answer) = send(addr, "POST /ask", &headers, body).await;
        assert_eq!(status, 400);
        assert!(!answer.to_string().contains(secret));
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let addr = start().await;
    let asked = json!({"id": "1", "text": "zebrafish"});
    assert_eq!(post_json(addr, "/ask", &asked).await.0, 404);
    let (status, body) = send(addr, "GET /nowhere", "", "").await;
    assert_eq!((status, body), (404, json!({"error": "no such route"})));
}

#[tokio::test]
async fn topics_are_counted() {
    let addr = start().await;
    let (status, body) = send(addr, "GET /topics", "", "").await;
    assert_eq!((status, body.as_array().unwrap().len()), (200, 6));
    assert_eq!(body[0]["topic"], "cardiology");
    assert!(body.as_array().unwrap().iter().all(|it| it["passages"].as_u64() > Some(0)));
}

#[tokio::test]
async fn who_is_not_logged_in_asks_in_vain() {
    let addr = start().await;
    let asked = json!({"id": "1", "text": "sepsis"});
    for path in ["/ask", "/documents"] {
        for token in ["", "0123456789abcdef"] {
            let (status, body) = post_as(token, addr, path, &asked).await;
            assert_eq!(status, 401, "{path} {token}");
            assert!(body["error"].as_str().unwrap().contains("POST /login"), "{body}");
        }
    }
}

#[tokio::test]
async fn a_clinician_asks_and_an_admin_adds() {
    let addr = start().await;
    let document = json!({"title": "Snake bite", "topic": "general", "text": "Give antivenom."});
    let clinician = token_of("clinician", addr).await;
    let (status, body) = post_as(&clinician, addr, "/documents", &document).await;
    assert_eq!((status, body), (403, json!({"error": "this needs the role admin"})));
    assert_eq!(post_as(&clinician, addr, "/ask", &json!({"id": "1", "text": "sepsis"})).await.0, 200);
    assert_eq!(post_as(&token_of("admin", addr).await, addr, "/documents", &document).await.0, 201);
}

#[tokio::test]
async fn a_log_in_tells_the_role_and_how_long() {
    let addr = start().await;
    let (status, body) = post_as("", addr, "/login", &json!({"user": "admin", "password": app::TEST_PASSWORD})).await;
    assert_eq!((status, &body["role"], &body["expires_in_seconds"]), (200, &json!("admin"), &json!(3600)));
    for (user, password) in [("admin", "wrong"), ("nobody", app::TEST_PASSWORD)] {
        let (status, body) = post_as("", addr, "/login", &json!({"user": user, "password": password})).await;
        assert_eq!((status, body), (401, json!({"error": "user or password is wrong"})));
    }
}
