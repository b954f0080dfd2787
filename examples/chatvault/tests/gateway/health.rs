//! `/health`, with all its components.

use crate::service::{Service, models};

/// CV-H2: what has to be among the components.
const COMPONENTS: [&str; 9] = [
    "database",
    "configuration",
    "authentication",
    "metrics",
    "tracing",
    "external_api_openai",
    "external_api_mistral",
    "external_api_ollama",
    "models",
];

// CV-H1, CV-H2, CV-X1
#[tokio::test(flavor = "multi_thread")]
async fn cv_x1_health_names_every_component_and_how_it_is() {
    let url = models("none").await;
    let urls = [("CHATVAULT_OPENAI_URL", &*url), ("CHATVAULT_MISTRAL_URL", &*url), ("CHATVAULT_OLLAMA_URL", &*url)];
    let service = Service::start(&urls);
    let (status, health) = service.get("/health", "").await;
    assert_eq!((status, health["status"].as_str()), (200, Some("healthy")), "{health}");
    for component in COMPONENTS {
        assert_eq!(health["components"][component]["status"], "healthy", "{component}: {health}");
        assert!(health["components"][component]["response_ms"].is_number(), "{component}: {health}");
    }
    assert_eq!(health["components"]["models"]["available"], 3.0);
    assert!(health["timestamp"].is_string() && health["version"] == env!("CARGO_PKG_VERSION"), "{health}");
    for figure in ["memory_usage_mb", "cpu_percent", "uptime_seconds"] {
        assert!(health["performance"].get(figure).is_some(), "{figure}: {health}");
    }
    service.stop();
}

// CV-H2, CV-H3: a provider that is gone degrades the gateway, which stays ready.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_gone_is_seen_and_does_not_end_the_service() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (gone, url) = (format!("http://{gone}"), models("none").await);
    let urls = [("CHATVAULT_OPENAI_URL", &*gone), ("CHATVAULT_MISTRAL_URL", &*url), ("CHATVAULT_OLLAMA_URL", &*url)];
    let service = Service::start(&urls);
    let (status, health) = service.get("/health", "").await;
    assert_eq!((status, health["status"].as_str()), (200, Some("degraded")), "{health}");
    assert_ne!(health["components"]["external_api_openai"]["status"], "healthy", "{health}");
    assert_eq!(health["components"]["models"]["available"], 2.0);
    let (status, ready) = service.get("/health/ready", "").await;
    assert_eq!((status, ready["status"].as_str()), (200, Some("ready")), "{ready}");
    let (_, err) = service.stop();
    assert!(err.contains("external_api_openai"), "{err}");
}
