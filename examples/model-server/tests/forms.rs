//! The forms and the faults, as a client meets them.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};

/// A server that ends with the test's runtime.
async fn start() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(model_server::serve(listener));
    address
}

/// The whole of an answer; the body is as it was sent, chunks and all.
async fn send(address: SocketAddr, request: &str, header: &str, body: String) -> String {
    let head = format!("{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}content-length: {}", body.len());
    let talk = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "{head}\r\n\r\n{body}").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8(answer).unwrap()
    };
    tokio::task::spawn_blocking(talk).await.unwrap()
}

async fn ask(address: SocketAddr, path: &str, stream: bool, header: &str) -> String {
    let question = json!({
        "model": "some-model", "stream": stream, "stream_options": {"include_usage": true},
        "messages": [{"role": "user", "content": "Where is Ubud and what is a warung?"}],
    });
    send(address, &format!("POST {path}"), header, question.to_string()).await
}

/// The objects in an answer, whatever stands around them.
fn objects(answer: &str) -> Vec<Value> {
    let lines = answer.lines().map(|line| line.trim_start_matches("data: "));
    lines.filter(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap()).collect()
}

const PATHS: [&str; 2] = ["/v1/chat/completions", "/api/chat"];

#[tokio::test]
async fn a_stream_has_the_text_and_the_tokens_of_the_whole_answer() {
    let address = start().await;
    let [openai, ollama] = PATHS;

    let streamed = objects(&ask(address, openai, true, "").await);
    let text = |object: &Value| object["choices"][0]["delta"]["content"].as_str().map(str::to_owned);
    let pieces: String = streamed.iter().filter_map(text).collect();
    let usage = &streamed.last().unwrap()["usage"];
    assert_eq!((&usage["prompt_tokens"], usage["completion_tokens"].as_u64().unwrap() > 5), (&json!(8), true));
    let whole = ask(address, openai, false, "").await;
    // It comes in two halves, each with its length before it.
    let chunks = whole.split("\r\n\r\n").nth(1).unwrap().split("\r\n");
    let whole: Value = serde_json::from_str(&chunks.skip(1).step_by(2).collect::<String>()).unwrap();
    assert!(pieces.contains("Ubud") && whole["choices"][0]["message"]["content"] == pieces, "{pieces}\n{whole}");
    assert_eq!(whole["usage"], *usage);

    let streamed = objects(&ask(address, ollama, true, "").await);
    let last = streamed.last().unwrap();
    assert_eq!((&last["prompt_eval_count"], &last["done"]), (&json!(8), &json!(true)));
    assert_eq!(last["eval_count"], usage["completion_tokens"]);
}

#[tokio::test]
async fn a_fault_comes_when_it_is_asked_for_and_goes_again() {
    let address = start().await;
    for path in PATHS {
        assert!(ask(address, path, true, "x-fault: broken\r\n").await.starts_with("HTTP/1.1 500"), "{path}");
        let limited = ask(address, path, true, "x-fault: limited\r\n").await;
        assert!(limited.starts_with("HTTP/1.1 429") && limited.contains("retry-after: 1"), "{limited}");
        // The last chunk, an empty one, is what a whole body ends with.
        assert!(!ask(address, path, true, "x-fault: cut\r\n").await.ends_with("0\r\n\r\n"), "{path}");
        assert!(ask(address, path, true, "").await.ends_with("0\r\n\r\n"), "{path}");
    }
    assert!(send(address, "PUT /fault", "", "broken".to_owned()).await.starts_with("HTTP/1.1 204"));
    assert!(ask(address, PATHS[0], false, "").await.starts_with("HTTP/1.1 500"));
    assert!(send(address, "PUT /fault", "", "odd".to_owned()).await.starts_with("HTTP/1.1 400"));
    assert!(send(address, "PUT /fault", "", "none".to_owned()).await.starts_with("HTTP/1.1 204"));
    assert!(ask(address, PATHS[0], false, "").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn what_is_no_question_is_refused() {
    let address = start().await;
    let answer = send(address, "POST /api/chat", "", "{\"model\":1}".to_owned()).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("\"error\":"), "{answer}");
}
