//! Who is answered, and with which headers.

use crate::http::{ask, post};
use crate::service::Service;
use crate::traffic;
use serde_json::json;

const TOKEN: &str = "a token that nobody guesses";

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[test]
fn without_a_token_only_this_machine_is_answered() {
    let service = traffic::start();
    let address = &*service.address;
    let port = address.split_once(':').unwrap().1;
    for host in [address, &format!("localhost:{port}"), &format!("[::1]:{port}"), "localhost"] {
        assert_eq!(ask(address, "GET /observe", &[("host", host)], "").status, 200, "{host}");
    }
    for (path, is_page) in [("/observe", true), ("/observe/api/state", false), ("/observe/api/requests", false)] {
        let request = format!("GET {path}");
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "0.0.0.0"] {
            let answer = ask(address, &request, &[("host", host)], "");
            assert_eq!(answer.status, 403, "{path} as {host}: {answer:?}");
            assert!(answer.error().contains("OBSERVE_DEV_PAGE_TOKEN"), "{answer:?}");
        }
        for header in ["x-forwarded-for", "forwarded", "via", "x-real-ip"] {
            let answer = ask(address, &request, &[(header, "127.0.0.1")], "");
            assert_eq!(answer.status, 403, "{path} with {header}: {answer:?}");
        }
        for origin in ["http://evil.example", "null", "http://localhost:1"] {
            assert_eq!(ask(address, &request, &[("origin", origin)], "").status, 403, "{path} of {origin}");
        }
        let of_a_frame = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")];
        assert_eq!(ask(address, &request, &of_a_frame, "").status, 403, "{path}");
        assert_eq!(ask(address, &request, &[], "").header("content-type").unwrap().contains("html"), is_page);
    }
}

#[test]
fn nothing_is_changed_by_a_page_of_somebody_else() {
    let service = traffic::start();
    let address = &*service.address;
    let own = format!("http://{address}");
    let json = ("content-type", "application/json");
    let filter = || ask(address, "GET /observe/api/state", &[], "").json()["log_filter"].clone();
    let before = filter();
    for path in ["log-filter", "clear"] {
        let request = format!("POST /observe/api/{path}");
        let body = json!({"filter": "trace"}).to_string();
        for headers in [
            &[json, ("origin", "http://evil.example")][..],
            &[json, ("origin", "null")],
            &[json, ("sec-fetch-site", "cross-site")],
            &[json, ("sec-fetch-site", "same-site")],
            &[("content-type", "text/plain"), ("origin", &*own)],
            &[FORM, ("origin", &*own)],
            &[("origin", &*own)],
            &[],
            &[json, ("host", "evil.example")],
            &[json, ("x-forwarded-for", "10.0.0.1")],
        ] {
            let answer = ask(address, &request, headers, &body);
            assert_eq!(answer.status, 403, "{path} {headers:?}: {answer:?}");
            assert!(!answer.error().is_empty());
        }
        for method in ["GET", "PUT", "DELETE"] {
            let status = ask(address, &format!("{method} /observe/api/{path}"), &[json], &body).status;
            assert!([404, 405].contains(&status), "{method} {path}: {status}");
        }
    }
    assert_eq!(filter(), before);

    let answer = post(address, "log-filter", &json!({"filter": "warn,hyper=error"}));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["before"], before);
    assert_eq!(filter(), "warn,hyper=error");
    for wrong in [json!({"filter": "loud=nonsense=very"}), json!({"filter": 7}), json!([]), json!({})] {
        let answer = post(address, "log-filter", &wrong);
        assert_eq!(answer.status, 400, "{wrong}: {answer:?}");
        assert!(!answer.error().is_empty());
    }
    assert_eq!(filter(), "warn,hyper=error");
    let broken = ask(address, "POST /observe/api/clear", &[json], "{");
    assert_eq!(broken.status, 400, "{broken:?}");
}

#[test]
fn with_a_token_who_brings_it_is_answered() {
    let service = traffic::start_with(&[("OBSERVE_DEV_PAGE_TOKEN", TOKEN)]);
    let address = &*service.address;
    let page = ask(address, "GET /observe", &[], "");
    assert_eq!(page.status, 401, "{page:?}");
    assert!(page.body.contains("action=\"/observe/login\"") && !page.body.contains("<script"), "{}", page.body);
    let data = ask(address, "GET /observe/api/state", &[], "");
    assert_eq!(data.status, 401, "{data:?}");
    assert!(data.error().contains("OBSERVE_DEV_PAGE_TOKEN"), "{data:?}");

    let bearer = format!("Bearer {TOKEN}");
    // From elsewhere, too: that is what a token is for.
    for more in [("host", "app.example"), ("x-forwarded-for", "203.0.113.9"), ("accept", "*/*")] {
        let headers = [("authorization", &*bearer), more];
        assert_eq!(ask(address, "GET /observe/api/state", &headers, "").status, 200, "{more:?}");
    }
    for wrong in ["Bearer a token that nobody guesse", "Bearer ", "Basic YTpi", TOKEN] {
        assert_eq!(ask(address, "GET /observe/api/state", &[("authorization", wrong)], "").status, 401, "{wrong}");
    }

    // The form, as a browser posts it.
    let origin = format!("http://{address}");
    let log_in =
        |token: &str| ask(address, "POST /observe/login", &[FORM, ("origin", &*origin)], &format!("token={token}"));
    for wrong in ["", "wrong", "a+token+that+nobody+guesses+"] {
        let answer = log_in(wrong);
        let is_right = wrong.ends_with("guesses+");
        // What stands around a token was not typed on purpose.
        assert_eq!(answer.status, if is_right { 303 } else { 401 }, "{wrong}: {answer:?}");
        assert_eq!(answer.header("set-cookie").is_some(), is_right, "{wrong}: {answer:?}");
    }
    let answer = log_in("a+token%20that+nobody+guesses");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/observe")), "{answer:?}");
    let cookie = answer.header("set-cookie").unwrap();
    let parts: Vec<_> = cookie.split("; ").collect();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/observe"] {
        assert!(parts.contains(&part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("guesses") && !cookie.contains("token"), "{cookie}");
    assert_eq!(ask(address, "GET /observe", &[("cookie", parts[0])], "").status, 200);
    assert_eq!(ask(address, "GET /observe/api/state", &[("cookie", parts[0])], "").status, 200);
    let (name, value) = parts[0].split_once('=').unwrap();
    let another = format!("{name}={}", value.chars().rev().collect::<String>());
    assert_eq!(ask(address, "GET /observe/api/state", &[("cookie", &another)], "").status, 401);

    // A cookie is sent by whatever page the browser shows: the page still has to be ours.
    let json = ("content-type", "application/json");
    let foreign = [("cookie", parts[0]), json, ("origin", "http://evil.example")];
    assert_eq!(ask(address, "POST /observe/api/clear", &foreign, "{}").status, 403);
    let own = [("cookie", parts[0]), json, ("origin", &*origin)];
    assert_eq!(ask(address, "POST /observe/api/clear", &own, "{}").status, 200);
}

#[test]
fn every_answer_forbids_what_a_page_does_not_need() {
    let open = traffic::start();
    let locked = traffic::start_with(&[("OBSERVE_DEV_PAGE_TOKEN", TOKEN)]);
    let every = [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (service, path, status) in [
        (&open, "/observe", 200),
        (&open, "/observe/api/state", 200),
        (&open, "/observe/api/nothing", 404),
        (&open, "/observe/nothing", 404),
        (&open, "/observe/api/snapshot", 200),
        (&locked, "/observe", 401),
        (&locked, "/observe/api/state", 401),
    ] {
        let answer = ask(&service.address, &format!("GET {path}"), &[], "");
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        for (name, value) in every {
            assert_eq!(answer.header(name), Some(value), "{path}: {answer:?}");
        }
    }
    for service in [&open, &locked] {
        let answer = ask(&service.address, "GET /observe", &[], "");
        let policy = answer.header("content-security-policy").unwrap();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(nonce.len() >= 22, "{nonce}");
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
                 img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types 'none'"
            )
        );
        assert!(answer.body.contains(&format!("<style nonce=\"{nonce}\">")), "the style has no nonce");
        let again = ask(&service.address, "GET /observe", &[], "");
        assert!(!again.header("content-security-policy").unwrap().contains(nonce), "the nonce is used twice");
        // Nothing comes from elsewhere.
        for reference in ["src=\"http", "href=\"http", "url(http", "@import"] {
            assert!(!answer.body.contains(reference), "{reference}");
        }
    }
}

#[test]
fn a_page_that_is_off_is_not_there() {
    let service = traffic::start_with(&[("OBSERVE_DEV_PAGE", "off")]);
    for path in ["/observe", "/observe/", "/observe/api/state", "/observe/api/requests"] {
        assert_eq!(ask(&service.address, &format!("GET {path}"), &[], "").status, 404, "{path}");
    }
    assert_eq!(ask(&service.address, "POST /observe/login", &[FORM], "token=x").status, 404);
    assert!(!service.metrics().contains("dev_page"), "{}", service.metrics());
}

#[test]
fn the_page_is_no_request_of_the_service() {
    let service = traffic::start();
    for _ in 0..5 {
        assert_eq!(ask(&service.address, "GET /observe", &[], "").status, 200);
        assert_eq!(ask(&service.address, "GET /observe/api/requests", &[], "").status, 200);
    }
    seen_only(&service, &[]);
    assert_eq!(ask(&service.address, "GET /topics", &[], "").status, 200);
    seen_only(&service, &["GET /topics"]);
}

/// Waits until these requests are seen, and no others.
fn seen_only(service: &Service, names: &[&str]) {
    let found = crate::browser::until("the requests", || {
        let answer = ask(&service.address, "GET /observe/api/requests?after=0", &[], "").json();
        let names_seen: Vec<_> =
            answer["requests"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        (names_seen.len() >= names.len()).then_some(names_seen)
    });
    let own: Vec<_> = found.iter().filter(|name| name.contains("/observe") || name.starts_with("GET")).collect();
    assert_eq!(own, names);
}
