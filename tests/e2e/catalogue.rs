//! `cargo observe catalog` reads out of each example service whatever a scrape of the running service shows.
//!
//! Nothing that is scraped may be missing in the catalogue, and both say the same of it: type, help, labels and values.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../cargo/mod.rs"]
mod cargo;

use cargo::cargo;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

/// After that, what does not happen is the test's failure.
const PATIENCE: Duration = Duration::from_mins(2);

const TOOL: &str = env!("CARGO_BIN_EXE_cargo-observe");
const SERVICES: [&str; 5] = ["azora", "baliblissed", "chatvault", "iit-ml", "voiceassist"];

/// Where the services lie; built, where they are not.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = Path::new(TOOL).parent().unwrap();
    let mut build = cargo();
    build.args(["build", "--target-dir"]).arg(folder.parent().unwrap()).current_dir(workspace);
    build.args(SERVICES.iter().flat_map(|service| ["-p", service]));
    assert!(build.status().unwrap().success());
    folder.to_owned()
});

/// The catalogue of some of them.
fn catalogue(services: &[&str]) -> Value {
    let mut tool = Command::new(TOOL);
    tool.args(["observe", "catalog", "--format", "json"]);
    for service in services {
        tool.arg("--from-binary").arg(BUILT.join(service));
    }
    let output = tool.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A service, ended with the test that started it.
struct Service {
    child: Child,
    address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    /// Starts it with these variables, and no others of this machine; returns once it answers.
    fn start(name: &str, args: &[&str], address_variable: &str, variables: &[(&str, &str)]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = Command::new(BUILT.join(name));
        command
            .args(args)
            .env_clear()
            .env(address_variable, &address)
            .env("OBSERVE_HASH_KEY", "a key for this test only");
        command.envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut service = Self { child: command.spawn().unwrap(), address };
        let start = Instant::now();
        while TcpStream::connect(&service.address).is_err() {
            assert_eq!(service.child.try_wait().unwrap(), None, "{name} ended");
            assert!(start.elapsed() < PATIENCE, "{name} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        service
    }

    /// The body of the answer.
    fn send(&self, request: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {length}\r\n");
        write!(stream, "{head}content-type: application/json\r\n{headers}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// What a scrape says, after some requests of which a few find nothing.
    fn scrape(&self) -> String {
        for path in ["/nowhere", "/health", "/health/ready"] {
            self.send(&format!("GET {path}"), "", "");
        }
        self.send("GET /metrics", "", "")
    }
}

/// Fails where the scrape has something that the catalogue of this service has not, or has otherwise.
#[track_caller]
fn assert_complete(service: &str, scrape: &str) {
    let catalogue = catalogue(&[service]);
    let metrics: BTreeMap<&str, &Value> =
        catalogue["metrics"].as_array().unwrap().iter().map(|metric| (text(&metric["name"]), metric)).collect();
    let mut problems = Vec::new();
    let (mut family, mut described) = ("", 0);
    for line in scrape.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap_or((rest, ""));
            family = name;
            described += 1;
            match metrics.get(name) {
                None => problems.push(format!("{name} is not in the catalogue")),
                Some(metric) if text(&metric["help"]) != help => {
                    problems.push(format!("{name}: help is {help:?} and {}", metric["help"]));
                }
                Some(_) => {}
            }
            continue;
        }
        let Some(metric) = metrics.get(family) else { continue };
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            // The text format has no word for an info.
            let kind = text(&metric["kind"]).replace("info", "gauge");
            if rest != format!("{family} {kind}") {
                problems.push(format!("{family}: TYPE {rest}, and {kind} in the catalogue"));
            }
        } else {
            problems.extend(labels(line).into_iter().filter_map(|(label, value)| unknown(metric, label, value)));
        }
    }
    assert!(described > 20, "{service} describes {described} families:\n{scrape}");
    assert!(problems.is_empty(), "{service}:\n{}", problems.join("\n"));
}

/// What is wrong with a label of a sample, if anything is.
fn unknown(metric: &Value, name: &str, value: &str) -> Option<String> {
    let (family, kind) = (text(&metric["name"]), text(&metric["kind"]));
    if (name, kind) == ("le", "histogram") || (name, kind) == ("quantile", "summary") {
        return None;
    }
    let label = metric["labels"].as_array().unwrap().iter().find(|label| label["name"] == name);
    let Some(label) = label else { return Some(format!("{family} has a label `{name}`")) };
    let known = label["values"]["known"].as_array();
    let is_known = known.is_none_or(|known| known.iter().any(|known| known == value));
    (!is_known).then(|| format!("{family}: `{name}` is {value:?}, and that is none of its values"))
}

/// The labels of a sample; no value in these tests has a comma or a brace.
fn labels(sample: &str) -> Vec<(&str, &str)> {
    let Some((_, rest)) = sample.split_once('{') else { return Vec::new() };
    let all = rest.rsplit_once('}').map_or("", |(all, _)| all);
    let pairs = all.split("\",").filter_map(|label| label.split_once("=\""));
    pairs.map(|(name, value)| (name, value.trim_end_matches('"'))).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn all_that_a_scrape_of_azora_shows_is_in_the_catalogue() {
    let password = ("AZORA_DEMO_PASSWORD", "a password for this test");
    let auth = Service::start("azora", &["auth"], "AZORA_ADDR", &[password]);
    for password in ["a password for this test", "another one"] {
        auth.send("POST /v1/login", "", &json!({ "user": "ada", "password": password }).to_string());
    }
    assert_complete("azora", &auth.scrape());
    let education = Service::start("azora", &["education"], "AZORA_ADDR", &[]);
    education.send("GET /v1/courses", "", "");
    assert_complete("azora", &education.scrape());
}

#[test]
fn all_that_a_scrape_of_baliblissed_shows_is_in_the_catalogue() {
    // Nothing answers there: a failure counts too.
    let model = ("BALIBLISSED_MODEL_URL", "http://127.0.0.1:1");
    let service = Service::start("baliblissed", &[], "BALIBLISSED_ADDR", &[model]);
    for _ in 0..2 {
        service.send("GET /v1/offers?destination=ubud", "", "");
    }
    let wish = json!({ "destination": "amed", "days": 3, "wishes": "corals" });
    service.send("POST /v1/itinerary", "", &wish.to_string());
    assert_complete("baliblissed", &service.scrape());
}

#[test]
fn all_that_a_scrape_of_chatvault_shows_is_in_the_catalogue() {
    let nowhere = "http://127.0.0.1:1";
    let variables = [
        ("CHATVAULT_KEYS", "ada:pro:a-key-of-16-bytes"),
        ("CHATVAULT_OPENAI_URL", nowhere),
        ("CHATVAULT_MISTRAL_URL", nowhere),
        ("CHATVAULT_OLLAMA_URL", nowhere),
        ("CHATVAULT_RATE_LIMIT", "2"),
    ];
    let service = Service::start("chatvault", &[], "CHATVAULT_ADDR", &variables);
    let question = json!({ "model": "gpt4o-mini", "messages": [{ "role": "user", "content": "What is a warung?" }] });
    for _ in 0..3 {
        service.send("POST /v1/chat", "authorization: Bearer a-key-of-16-bytes\r\n", &question.to_string());
    }
    service.send("GET /v1/usage", "authorization: Bearer a-key-of-16-bytes\r\n", "");
    assert_complete("chatvault", &service.scrape());
}

#[test]
fn all_that_a_scrape_of_iit_ml_shows_is_in_the_catalogue() {
    let service = Service::start("iit-ml", &["serve"], "IIT_ML_ADDR", &[("IIT_ML_MODEL", "/nowhere/model.json")]);
    service.send("POST /v1/predict", "", "{}");
    assert_complete("iit-ml", &service.scrape());
}

#[test]
fn all_that_a_scrape_of_voiceassist_shows_is_in_the_catalogue() {
    let variables = [("VOICEASSIST_HASH_MEMORY_KIB", "64"), ("VOICEASSIST_DEMO_PASSWORD", "a password for this test")];
    let service = Service::start("voiceassist", &[], "VOICEASSIST_ADDR", &variables);
    service.send("POST /login", "", &json!({ "user": "nobody", "password": "a wrong one" }).to_string());
    assert_complete("voiceassist", &service.scrape());
}

#[test]
fn a_service_has_only_the_groups_of_metrics_that_its_code_counts_into() {
    let catalogue = catalogue(&SERVICES);
    let programs = |name: &str| -> Vec<&str> {
        let metrics = catalogue["metrics"].as_array().unwrap().iter().filter(|metric| metric["bare_name"] == name);
        let mut programs: Vec<_> =
            metrics.flat_map(|metric| metric["programs"].as_array().unwrap()).map(text).collect();
        programs.sort_unstable();
        programs
    };
    // All of them have the feature `axum`, and most of them clients that others don't use.
    assert_eq!(programs("http_requests_total"), SERVICES);
    assert_eq!(programs("cache_hits_total"), ["baliblissed"]);
    assert_eq!(programs("database_connections_idle"), ["azora", "chatvault"]);
    assert_eq!(programs("circuit_breaker_state"), ["baliblissed"]);
    assert_eq!(programs("messaging_operation_duration_seconds"), [""; 0]);
    // A preset has a place in the service's code.
    let place = |name: &str| {
        let metric = catalogue["metrics"].as_array().unwrap().iter().find(|metric| metric["name"] == name);
        text(&metric.unwrap()["place"]["file"])
    };
    assert_eq!(place("tokio_workers"), "");
    assert!(place("vector_search_queries_total").starts_with("examples/voiceassist/src/"));
}

#[test]
fn the_catalogue_knows_the_services_their_namespaces_and_what_they_hide() {
    let catalogue = catalogue(&SERVICES);
    let programs: Vec<_> = catalogue["programs"].as_array().unwrap().iter().collect();
    let said = |key: &str| -> Vec<&str> { programs.iter().map(|program| text(&program[key])).collect() };
    // Azora is four services, and which of them is known when it starts.
    assert_eq!(said("service"), ["", "baliblissed", "chatvault", "iit-ml", "voiceassist"]);
    assert_eq!(said("namespace"), ["", "baliblissed", "chatvault", "", ""]);
    let redactions = catalogue["redactions"].as_array().unwrap();
    let fields = |word: &str| {
        let fields = redactions.iter().flat_map(|redaction| redaction["fields"].as_array().unwrap());
        fields.filter(|field| field["policy"] == word).count()
    };
    assert!(fields("hidden") > 0 && fields("clear") > 0, "{redactions:?}");
}
