//! Who may read metrics, and where: whole programs, asked over loopback.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![cfg_attr(target_os = "linux", expect(clippy::float_cmp, reason = "counts are whole numbers, and exact"))]

mod served;

use served::{Program, ask, begin, get};
use std::net::{TcpListener, TcpStream};

const OWN_PORT: (&str, &str) = ("OBSERVE_METRICS_ENDPOINT", "127.0.0.1:0");

/// Row BB-X1, of metrics.
#[test]
fn the_app_answers_with_the_metrics_of_its_requests() {
    let mut program = Program::start("server", &[]);
    let address = program.line();
    assert_eq!(get(&address, "/hello").status, 200);
    let answer = get(&address, "/metrics");
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: text/plain; version=0.0.4"), "{}", answer.head);
    assert!(answer.body.contains("http_requests_total{method=\"GET\",endpoint=\"/hello\",status=\"200\"} 1"));
    for family in ["process_cpu_seconds_total", "process_resident_memory_bytes", "system_memory_bytes{", "service_up"] {
        assert!(answer.body.contains(&format!("\n{family}")), "{family}: {}", answer.body);
    }
    assert!(answer.body.contains("\ntokio_workers{runtime=\"0\"} 2\n"), "{}", answer.body);
    assert_eq!(ask(&address, "HEAD /metrics", "").body, "");
    assert_eq!(ask(&address, "POST /metrics", "").status, 405);
}

/// Row BB-M5.
#[test]
fn a_port_of_its_own_takes_metrics_off_the_app() {
    let mut program = Program::start("server", &[OWN_PORT]);
    let own = program.metrics_address();
    let app = program.line();
    assert_eq!(get(&app, "/metrics").body, "the app's own");
    let answer = get(&own, "/metrics");
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("endpoint=\"/metrics\",status=\"200\"} 1"), "{}", answer.body);
    let answer = ask(&own, "GET /metrics?x=1", "accept: application/openmetrics-text\r\n");
    assert!(answer.head.contains("application/openmetrics-text") && answer.body.ends_with("# EOF\n"));
    let head = ask(&own, "HEAD /metrics", "");
    assert!(head.status == 200 && head.body.is_empty() && head.head.contains("content-length: "), "{head:?}");
    let refused = ask(&own, "POST /metrics", "content-length: 0\r\n");
    assert!(refused.status == 405 && refused.head.contains("allow: get,head"), "{refused:?}");
    assert_eq!((get(&own, "/").status, get(&own, "/hello").status), (404, 404));
    assert_eq!(get(&own, "/health/live").body, "{\"status\":\"alive\"}");
    assert!(get(&own, "/health/ready").body.contains("\"status\":\"ready\""));
    let head = ask(&own, "HEAD /health", "");
    assert!(head.status == 200 && head.body.is_empty() && head.head.contains("cache-control: no-store"), "{head:?}");
    assert_eq!((get(&own, "/health/ready/nothing").status, get(&own, "/healthy").status), (404, 404));
}

#[test]
fn a_program_without_a_server_has_a_listener_until_its_guard_is_dropped() {
    let mut program = Program::start("listener", &[OWN_PORT]);
    let address = program.metrics_address();
    assert_eq!(program.line(), "ready");
    assert_eq!(get(&address, "/metrics").status, 200);
    program.answer();
    assert_eq!(program.line(), "ended");
    assert!(TcpStream::connect(&address).is_err(), "it still listens");
    assert!(program.end().success());
}

/// Row BB-M1, of the process: what is said is what the system says.
#[cfg(target_os = "linux")]
#[test]
fn the_process_is_as_the_system_sees_it() {
    let mut program = Program::start("listener", &[OWN_PORT]);
    let address = program.metrics_address();
    assert_eq!(program.line(), "ready");
    // A sample is good for a second, and the first one was taken before all threads were there.
    // Under load the next one may come too late for the scrape that asked for it.
    for _ in 0..3 {
        std::thread::sleep(std::time::Duration::from_millis(1_200));
        get(&address, "/metrics");
    }
    let text = get(&address, "/metrics").body;
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name}: {text}")).parse::<f64>().unwrap()
    };
    let system = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", program.id())).unwrap();
    let status = system("status");
    let word = |text: &str, name: &str, place: usize| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().nth(place).unwrap().parse::<f64>().unwrap()
    };
    assert_eq!(value("process_threads"), word(&status, "Threads:", 0));
    assert_eq!(value("process_max_fds"), word(&system("limits"), "Max open files", 0));
    // The memory may have grown since, by less than these factors.
    let resident = word(&status, "VmRSS:", 0) * 1024.0;
    let ratio = value("process_resident_memory_bytes") / resident;
    assert!((0.5..2.0).contains(&ratio), "{ratio}");
    assert!(value("process_cpu_seconds_total") < 60.0);
}

#[test]
fn an_endpoint_that_is_off_leaves_the_path_to_the_app() {
    let mut program = Program::start("server", &[("OBSERVE_METRICS_ENDPOINT", "off")]);
    let address = program.line();
    assert_eq!(get(&address, "/metrics").body, "the app's own");
    program.said("/metrics is off");
}

#[test]
fn who_is_outside_is_refused_and_that_is_said_once() {
    for place in [OWN_PORT, ("OBSERVE_METRICS_ENDPOINT", "on")] {
        let mut program = Program::start("server", &[place, ("OBSERVE_METRICS_ALLOW", "10.0.0.0/8")]);
        let address = if place == OWN_PORT { program.metrics_address() } else { program.line() };
        for _ in 0..3 {
            let answer = get(&address, "/metrics");
            assert_eq!((answer.status, answer.body.as_str()), (403, "forbidden\n"));
        }
        assert_eq!(get(&address, "/health/live").status, 200);
        program.tell_to_stop();
        assert!(program.end().success(), "{}", program.said);
        assert_eq!(program.said.matches("was refused").count(), 1, "{}", program.said);
    }
}

#[test]
fn a_token_is_asked_for_and_never_shown() {
    let token = "k3J9x2Qq7LwT5vB8nM4z";
    let mut program = Program::start("server", &[("OBSERVE_METRICS_TOKEN", token)]);
    let address = program.line();
    let answer = get(&address, "/metrics");
    assert!(answer.status == 401 && answer.head.contains("www-authenticate: bearer"), "{answer:?}");
    let with = |token: &str| ask(&address, "GET /metrics", &format!("authorization: Bearer {token}\r\n"));
    assert_eq!(with("k3J9x2Qq7LwT5vB8nM4").status, 401);
    let answer = with(token);
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("observe_metrics_endpoint_refused_total{reason=\"token\"} 2\n"), "{}", answer.body);
    program.tell_to_stop();
    assert!(program.end().success());
    assert!(!program.said.contains(token) && !answer.body.contains(token), "{}", program.said);
}

#[test]
fn only_a_trusted_proxy_is_believed() {
    let forwarded = |address: &str, by: &str| ask(address, "GET /metrics", &format!("{by}\r\n")).status;
    let mut program = Program::start("server", &[]);
    let address = program.line();
    for by in ["x-forwarded-for: 127.0.0.1", "forwarded: for=127.0.0.1", "x-forwarded-for: 203.0.113.9"] {
        assert_eq!(forwarded(&address, by), 403, "{by}");
    }
    let mut program = Program::start("server", &[("OBSERVE_TRUSTED_PROXIES", "127.0.0.1")]);
    let address = program.line();
    for (by, status) in [
        ("x-forwarded-for: 10.0.0.7", 200),
        ("x-forwarded-for: 203.0.113.9, 10.0.0.7", 200),
        ("x-forwarded-for: 10.0.0.7, 203.0.113.9", 403),
        ("forwarded: for=10.0.0.7;proto=https, for=\"[2001:db8::7]:4711\"", 403),
    ] {
        assert_eq!(forwarded(&address, by), status, "{by}");
    }
}

#[test]
fn a_port_in_use_keeps_no_program_from_starting() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut program = Program::start("listener", &[("OBSERVE_METRICS_ENDPOINT", &address)]);
    assert_eq!(program.line(), "ready");
    let line = program.said("metrics are served nowhere");
    assert!(line.contains("WARN") && line.contains("is in use by another program; stop it"), "{line}");
}

#[test]
fn clients_that_say_nothing_hold_up_nobody() {
    let mut program = Program::start("listener", &[OWN_PORT]);
    let address = program.metrics_address();
    let silent: Vec<TcpStream> = (0..32).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let unread: Vec<TcpStream> = (0..16).map(|_| begin(&address, "GET /metrics", "")).collect();
    assert_eq!(get(&address, "/metrics").status, 200);
    drop((silent, unread));
}

/// A head that never ends is cut off, and takes no memory.
#[test]
fn a_head_without_an_end_is_refused() {
    let mut program = Program::start("listener", &[OWN_PORT]);
    let address = program.metrics_address();
    let answer = ask(&address, "GET /metrics", &format!("x: {}\r\n", "a".repeat(64 << 10)));
    assert_eq!(answer.status, 431, "{answer:?}");
}
