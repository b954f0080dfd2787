//! What is accepted as an endpoint and as headers, and what the refusals say.

use super::*;

fn refusal(url: &str) -> String {
    Endpoint::parse(url).unwrap_err()
}

#[test]
fn an_endpoint_is_taken_apart() {
    let endpoint = Endpoint::parse(" http://localhost:4318/v1/traces ").unwrap();
    assert_eq!((endpoint.tls, endpoint.host.as_str(), endpoint.port), (false, "localhost", 4318));
    assert_eq!(endpoint.path, "/v1/traces");
    assert_eq!(endpoint.host_header(), "localhost:4318");
}

#[test]
fn the_scheme_implies_the_port() {
    let plain = Endpoint::parse("http://collector").unwrap();
    assert_eq!((plain.to_string(), plain.host_header()), ("collector:80".into(), "collector".into()));
    assert_eq!(plain.path, "/");
    let tls = Endpoint::parse("HTTPS://collector/v1/traces?tenant=7").unwrap();
    assert!(tls.tls);
    assert_eq!((tls.to_string(), tls.host_header()), ("collector:443".into(), "collector".into()));
    assert_eq!(tls.path, "/v1/traces?tenant=7");
}

#[test]
fn ipv6_keeps_its_brackets_only_where_a_url_needs_them() {
    let endpoint = Endpoint::parse("http://[::1]:4318/v1/traces").unwrap();
    assert_eq!((endpoint.host.as_str(), endpoint.port), ("::1", 4318));
    assert_eq!(endpoint.to_string(), "[::1]:4318");
}

#[test]
fn an_endpoint_is_shown_without_its_path_and_query() {
    let endpoint = Endpoint::parse("https://collector/v1/traces?key=hush").unwrap();
    assert_eq!(format!("{endpoint} {endpoint:?}"), "collector:443 collector:443");
}

#[test]
fn credentials_in_an_endpoint_are_refused_without_repeating_them() {
    for url in ["http://me:hush@collector/", "http://hush@collector", "https://me:hu sh@collector", "me:hush@c"] {
        let text = refusal(url);
        assert!(text.contains("OTEL_EXPORTER_OTLP_HEADERS") && !text.contains("hu"), "{text}");
    }
    assert!(Endpoint::parse("http://collector/a@b?c=@").is_ok());
}

#[test]
fn what_is_no_endpoint_is_refused_with_the_reason() {
    for url in ["localhost:4318", "collector", "/v1/traces", "ftp://collector/", "grpc://collector"] {
        let text = refusal(url);
        assert!(text.contains("http://"), "{url}: {text}");
    }
    for url in ["", "http://", "http:///v1/traces", "http://a b/", "http://[::1"] {
        let text = refusal(url);
        assert!(text.contains("not a valid URL") || text.contains("no host"), "{url}: {text}");
    }
    for url in ["http://c:0/", "http://c:65536/", "http://c:/", "http://[::1]:99999", "http://c:http/"] {
        let text = refusal(url);
        assert!(text.contains("port") || text.contains("not a valid URL"), "{url}: {text}");
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn headers_are_read_and_decoded() {
    assert_eq!(
        parse_headers("Authorization=Basic%20dTpw%3D%3d, x-team = blue ,,x-list=a%2Cb,x-raw=a=b=").unwrap(),
        [pair("authorization", "Basic dTpw=="), pair("x-team", "blue"), pair("x-list", "a,b"), pair("x-raw", "a=b="),]
    );
    assert_eq!(parse_headers(" ").unwrap(), []);
}

#[test]
fn a_bad_entry_is_named_and_no_value_shown() {
    let cases = [
        ("x-a=1,x-b=hush%2", "entry 2: the value of `x-b` is not valid percent-encoding"),
        ("x-a=%zzhush", "entry 1: the value of `x-a` is not valid percent-encoding"),
        ("x-a=%ffhush", "entry 1: the value of `x-a` is not valid percent-encoding"),
        ("x-a=hush%0d%0a", "entry 1: the value of `x-a` holds characters that no header may hold"),
        ("x-a=hu,hush", "entry 2: there is no `=` in it"),
        ("x-a: hush==", "entry 1: its name is no header's name"),
        ("=hush", "entry 1: its name is no header's name"),
        ("Content-Length=5", "entry 1: `content-length` is set by the exporter"),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_headers(text).unwrap_err(), expected);
    }
}
