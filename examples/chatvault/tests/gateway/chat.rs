//! Questions and answers over real HTTP, and what is seen of them.

use crate::service::{FREE, PRO, Service, models};
use serde_json::{Value, json};

/// The console line of a span of this name that has all these parts.
fn span<'a>(out: &'a str, name: &str, parts: &[&str]) -> &'a str {
    let is_it = |line: &&str| line.contains(&format!(" {name} trace_id=")) && parts.iter().all(|it| line.contains(it));
    out.lines().find(is_it).unwrap_or_else(|| panic!("no span {name} with {parts:?} in {out}"))
}

fn trace_id(line: &str) -> &str {
    line.split("trace_id=").nth(1).unwrap().split(' ').next().unwrap()
}

// CV-M2, CV-T2
#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_cost_are_counted_by_model_provider_and_user_type() {
    let url = models("none").await;
    let service = Service::start(&[("CHATVAULT_OPENAI_URL", &url), ("CHATVAULT_OLLAMA_URL", &url)]);

    let response = service.ask(PRO, "gpt4o-mini", false).await;
    assert_eq!(response.status(), 200);
    let plain: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!((&plain["model"], &plain["provider"]), (&json!("gpt4o-mini"), &json!("openai")));
    let (input, output) = (plain["tokens"]["input"].as_u64().unwrap(), plain["tokens"]["output"].as_u64().unwrap());
    assert!(input == 8 && output > 5, "{plain}");

    // The other provider's form, in pieces: the same text and the same tokens.
    let streamed = service.ask(FREE, "llama3", true).await.text().await.unwrap();
    let data = |line: &str| line.strip_prefix("data: ").map(|data| serde_json::from_str::<Value>(data).unwrap());
    let events: Vec<Value> = streamed.lines().filter_map(data).collect();
    let text: String = events.iter().filter_map(|event| event["text"].as_str()).collect();
    assert_eq!(text, plain["text"].as_str().unwrap());
    assert_eq!(events.last().unwrap()["tokens"], plain["tokens"]);
    assert!(streamed.contains("event: done"), "{streamed}");

    let sum = input + output;
    let metrics = service
        .metrics_with(&[
            &format!(
                r#"chatvault_tokens_processed_total{{model="gpt4o-mini",provider="openai",user_type="pro"}} {sum}"#
            ),
            &format!(r#"chatvault_tokens_processed_total{{model="llama3",provider="ollama",user_type="free"}} {sum}"#),
            r#"chatvault_model_requests_total{provider="openai",model="gpt4o-mini",status="ok"} 1"#,
            r#"chatvault_model_requests_total{provider="ollama",model="llama3",status="ok"} 1"#,
            r#"chatvault_authentication_attempts_total{outcome="ok"} 2"#,
        ])
        .await;
    // CV-M3, CV-M5, CV-M2: the ledger's database, the memory of telemetry itself, what the process uses.
    for family in [
        "chatvault_db_connections_active ",
        "observe_metrics_memory_bytes",
        "process_cpu_seconds_total ",
        "process_resident_memory_bytes ",
        "chatvault_up 1",
    ] {
        assert!(metrics.contains(family), "{family} is not in {metrics}");
    }
    let cost = metrics.lines().find(|line| line.starts_with("chatvault_requests_cost_total{model=\"gpt4o-mini\""));
    let cost: f64 = cost.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!((cost - plain["cost_usd"].as_f64().unwrap()).abs() < 1e-12, "{cost}: {plain}");

    // Each user sees what they have used, and nothing of others.
    let mut used = json!([]);
    for _ in 0..200 {
        used = service.get("/v1/usage", FREE).await.1;
        if used != json!([]) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(used.as_array().unwrap().len(), 1, "{used}");
    assert_eq!((&used[0]["model"], &used[0]["output_tokens"]), (&json!("llama3"), &json!(output)));

    let (out, _) = service.stop();
    let tokens = format!("gen_ai.usage.output_tokens={output}");
    let plain = span(&out, "chat completion", &["gen_ai.request.model=gpt4o-mini", "user.hash=h:", &tokens]);
    let server = span(&out, "POST /v1/chat", &[&format!("trace_id={}", trace_id(plain))]);
    // CV-T4
    assert!(server.contains(" server ") && server.contains("user.hash=h:"), "{server}");
    // One trace joins the request with the call of the provider and the ledger.
    let trace = format!("trace_id={}", trace_id(plain));
    span(&out, "POST", &[&trace, "http.response.status_code=200"]);
    span(&out, "INSERT usage", &[&trace, "db.system.name=sqlite"]);
    span(&out, "chat llama3", &["gen_ai.provider.name=ollama", "gen_ai.request.stream=true", &tokens]);
    span(&out, "authentication", &["authentication.method=api_key", "user.hash=h:"]);
    span(
        &out,
        "rate limit",
        &["rate_limit.allowed=true", "rate_limit.current=1", "rate_limit.limit=60", "user.hash=h:"],
    );
}

// CV-X1: failed calls are traced and counted.
#[tokio::test(flavor = "multi_thread")]
async fn cv_x1_a_provider_that_fails_is_traced_counted_and_replaced() {
    let (broken, limited, well) = (models("broken").await, models("limited").await, models("none").await);
    let service = Service::start(&[
        ("CHATVAULT_OPENAI_URL", &broken),
        ("CHATVAULT_MISTRAL_URL", &limited),
        ("CHATVAULT_OLLAMA_URL", &well),
    ]);
    for stream in [false, true] {
        let response = service.ask(PRO, "gpt4o-mini", stream).await;
        assert_eq!(response.status(), 200);
        assert!(response.text().await.unwrap().contains(r#""provider":"ollama""#));
    }
    service
        .metrics_with(&[
            r#"chatvault_model_requests_total{provider="openai",model="gpt4o-mini",status="error"} 2"#,
            r#"chatvault_model_requests_total{provider="mistral",model="mistral-small",status="error"} 2"#,
            r#"chatvault_model_requests_total{provider="ollama",model="llama3",status="ok"} 2"#,
            r#"chatvault_model_fallbacks_total{provider="openai"} 2"#,
        ])
        .await;
    let (out, err) = service.stop();
    for (openai, mistral) in [("chat completion", "chat completion"), ("chat gpt4o-mini", "chat mistral-small")] {
        span(&out, openai, &["gen_ai.provider.name=openai", "the provider answered with status 500"]);
        span(&out, mistral, &["gen_ai.provider.name=mistral", "the provider answered with status 429"]);
    }
    assert!(err.contains("a model gave no answer"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_provider_the_answer_says_so() {
    // A port on which nobody listens any more.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (gone, slow) = (format!("http://{gone}"), models("slow").await);
    let variables = [("CHATVAULT_OLLAMA_URL", gone.as_str()), ("CHATVAULT_TIMEOUT_MS", "150")];
    let service = Service::start(&[&variables[..], &[("CHATVAULT_MISTRAL_URL", &slow)]].concat());
    let response = service.ask(PRO, "llama3", false).await;
    assert_eq!(response.status(), 502);
    assert!(response.text().await.unwrap().contains("the provider can't be reached"));
    let metrics = service.metrics().await;
    assert!(!metrics.contains("chatvault_tokens_processed_total{"), "{metrics}");
    service.stop();
}

// CV-T2: tokens and cost of a stream are there however it ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_cut_or_left_is_paid_for_as_far_as_it_came() {
    let (cut, slow) = (models("cut").await, models("slow").await);
    let service = Service::start(&[("CHATVAULT_OPENAI_URL", &cut), ("CHATVAULT_OLLAMA_URL", &slow)]);

    let answer = service.ask(PRO, "gpt4o-mini", true).await.text().await.unwrap();
    assert!(answer.contains("event: error\ndata: {\"error\":\"the answer was cut\"}"), "{answer}");
    let pieces = answer.matches("\"text\"").count();

    let mut left = service.ask(PRO, "llama3", true).await;
    assert!(left.chunk().await.unwrap().is_some());
    drop(left);

    let paid = 8 + pieces;
    service
        .metrics_with(&[
            &format!(
                r#"chatvault_tokens_processed_total{{model="gpt4o-mini",provider="openai",user_type="pro"}} {paid}"#
            ),
            r#"chatvault_model_requests_total{provider="openai",model="gpt4o-mini",status="error"} 1"#,
            r#"chatvault_model_requests_total{provider="ollama",model="llama3",status="cancelled"} 1"#,
        ])
        .await;
    let (out, _) = service.stop();
    let tokens = format!("gen_ai.usage.output_tokens={pieces}");
    span(&out, "chat gpt4o-mini", &["the answer was cut", &tokens, "chatvault.usage.estimated=true"]);
    span(&out, "chat llama3", &["outcome=cancelled", "gen_ai.usage.cost.amount="]);
}

// CV-M2, CV-T2
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_is_told_to_wait() {
    let url = models("none").await;
    let service = Service::start(&[("CHATVAULT_OLLAMA_URL", &url), ("CHATVAULT_RATE_LIMIT", "2")]);
    for (key, status) in [(FREE, 200), (FREE, 200), (FREE, 429), (PRO, 200), (FREE, 429)] {
        let response = service.ask(key, "llama3", false).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().contains_key("retry-after"), status == 429);
    }
    service.metrics_with(&["chatvault_rate_limit_violations_total 2"]).await;
    let (out, _) = service.stop();
    span(
        &out,
        "rate limit",
        &["rate_limit.allowed=false", "rate_limit.current=3", "rate_limit.limit=2", "user.hash=h:"],
    );
}

// CV-M2
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_refused_with_a_sentence() {
    let service = Service::start(&[]);
    for key in ["", "no-key-0123456789", "pro-key-012345678"] {
        let response = service.ask(key, "llama3", false).await;
        assert_eq!(
            (response.status().as_u16(), &response.headers()["www-authenticate"]),
            (401, &"Bearer".parse().unwrap())
        );
    }
    let response = service.ask(PRO, "gpt-12", false).await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("GET /v1/models lists the models"));
    assert_eq!(service.get("/v1/models", "").await.1.as_array().unwrap().len(), 3);
    service.metrics_with(&[r#"chatvault_authentication_attempts_total{outcome="error"} 3"#]).await;
    service.stop();
}

#[test]
fn a_wrong_setting_ends_the_program_with_a_sentence() {
    let key = "ada:pro:0123456789abcdef";
    for (name, value) in
        [("CHATVAULT_KEYS", "ada:pro:short"), ("CHATVAULT_RATE_LIMIT", "0"), ("CHATVAULT_OPENAI_URL", "x")]
    {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_chatvault"));
        let output = program.env_clear().env("CHATVAULT_KEYS", key).env(name, value).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(&format!("\nchatvault: {name} must be ")), "{said}");
        assert!(!said.contains("short"), "{said}");
    }
}
