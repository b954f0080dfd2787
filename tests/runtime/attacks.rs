//! Ways around redaction that were tried, and once worked.

use observe::http::Headers;
use observe::scrub::{json, scrub};
use observe::{redact, testing, traced};
use std::fmt;

#[track_caller]
fn assert_hidden(text: &str, planted: &str) {
    let shown = scrub(text);
    assert!(!shown.contains(planted), "{text:?} shows {shown:?}");
    assert_eq!(scrub(&shown), shown, "{text:?} twice");
}

/// A text of its own, as many crates have one: `Debug` hides, and `AsRef` is for those who need it.
#[derive(Clone)]
struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

impl AsRef<str> for Password {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[redact]
struct Login {
    #[redact(clear)]
    proof: Password,
    #[redact(clear)]
    realm: std::sync::Arc<str>,
}

fn login() -> Login {
    Login { proof: Password("hunter2".to_owned()), realm: "staff".into() }
}

#[traced(fields(login))]
fn enter(login: &Login) {
    let _ = login;
}

#[traced(args = all, unchecked = "a test of what that shows")]
fn enter_unchecked(proof: &Password) {
    let _ = proof;
}

#[test]
fn a_text_that_hides_in_its_debug_is_not_read_past_it() {
    let capture = testing::capture();
    enter(&login());
    enter_unchecked(&login().proof);
    let shown = format!("{:?} {:?}", login(), capture.spans());
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("Login { proof: Password(***), realm: \"staff\" }"), "{shown}");
    // And a text without quotes is recorded as before.
    assert_eq!(capture.span("enter").attribute("login.realm").unwrap().to_string(), "staff");
}

#[test]
fn what_is_found_in_bytes_is_not_written_in_digits() {
    #[redact]
    struct Request {
        #[redact(scrub)]
        body: Vec<u8>,
    }
    let shown = |body: &[u8]| format!("{:?}", Request { body: body.to_vec() });
    for body in [&b"ssn 219-45-0187"[..], b"\xff mail jane@example.org", b"password=hunter2"] {
        assert_eq!(shown(body), "Request { body: [REDACTED] }");
    }
    assert_eq!(shown(&[0xde, 0xad, 0xbe, 0xef]), "Request { body: deadbeef }");
}

/// `Debug` of a text, JSON and terminals put letters in front of what begins a line.
#[test]
fn the_letter_of_an_escape_hides_nothing() {
    let values = [
        "219-45-0187",
        "4111111111111111",
        "4111 1111 1111 1111",
        "192.0.2.7",
        "2001:db8::7",
        "202-555-0143",
        "00:1b:44:11:3a:b7",
        "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",
        "Bearer abcdefghijklmnop1",
    ];
    for value in values {
        for text in [
            format!("{:?}", format!("seen:\n{value}")),
            format!("{:?}", format!("seen:\t{value}\r\n")),
            format!("{:?}", format!("{:?}", format!("seen:\n{value}"))),
            format!("seen:\n{value}\nand more"),
        ] {
            assert_hidden(&text, value);
        }
    }
    for before in ["\u{1b}[1m", "[31;1m", "\\u001b[1m", "\\u003d", "%3A", "%3d"] {
        assert_hidden(&format!("{before}219-45-0187"), "219-45-0187");
        assert_hidden(&format!("{before}4111111111111111"), "4111111111111111");
    }
}

#[test]
fn letters_that_are_no_escape_still_make_a_word() {
    for text in ["on219-45-0187", "m4111111111111111", "[am4111111111111111", "x003d4111111111111111", "v192.0.2.7"] {
        assert_eq!(scrub(text), text);
    }
}

#[test]
fn what_is_between_two_masks_is_not_taken_for_a_mask() {
    let mut value =
        serde_json::json!({"patient_name": "[REDACTED:email] Jane Roe [REDACTED:phone]", "ssn": "[REDACTED]"});
    json(&mut value);
    assert_eq!(value, serde_json::json!({"patient_name": "[REDACTED:field]", "ssn": "[REDACTED]"}));
}

#[test]
fn passwords_have_names_in_one_word() {
    for text in [
        "PGPASSWORD=hunter2 psql -h db",
        "dbpasswd: 'hunter2'",
        "{\"mydbpassword\":\"hunter2\"}",
        "?userPassword=hunter2",
    ] {
        assert_hidden(text, "hunter2");
    }
}

#[test]
fn all_cookies_are_hidden_and_the_attributes_of_a_new_one_are_not() {
    for text in [
        "Cookie: a=1; my_app=hunter2",
        "-H 'Cookie: a=1; my_app=hunter2' https://example.com",
        "cookie=a=1;my_app=hunter2",
        "curl --cookie \"a=1; b=hunter2\"",
        "Cookie: a=\"x\"; my_app=hunter2\r\nHost: example.com",
    ] {
        assert_hidden(text, "hunter2");
    }
    let shown = scrub("Set-Cookie: id=hunter2; Path=/; HttpOnly");
    assert_eq!(shown, "Set-Cookie: [REDACTED:token]; Path=/; HttpOnly");
}

#[test]
fn secrets_are_found_in_the_structures_around_them() {
    for text in [
        r#"{"name":"DB_PASSWORD","value":"hunter2"}"#,
        r#"env [{"value":"hunter2","name":"DB_PASSWORD"}]"#,
        r#"got {"password":{"value":"hunter2"}}"#,
        r#"{"passwords":["a","hunter2"]}"#,
        "api_keys: [a, hunter2]",
        r#"["password","hunter2"]"#,
        r#"exec ["--password","hunter2"]"#,
        r"argv=['--password', 'hunter2']",
        r#"<password type="t">hunter2</password>"#,
        "&quot;password&quot;:&quot;hunter2&quot;",
        "&#34;password&#34;: &#34;hunter2&#34;",
        "%22password%22%3A%22hunter2%22",
        "user%5Bpassword%5D=hunter2",
        "**password**: hunter2",
        "**password:** hunter2",
    ] {
        assert_hidden(text, "hunter2");
    }
    let mut arguments = serde_json::json!(["run", "--password", "hunter2", "--verbose", "yes"]);
    json(&mut arguments);
    assert_eq!(arguments, serde_json::json!(["run", "--password", "[REDACTED:token]", "--verbose", "yes"]));
    for text in
        [r#"{"name":"PORT","value":"hunter2"}"#, r#"{"tokens":[1,2]}"#, "tokens: [1, 2]", "<password required/> a"]
    {
        assert_eq!(scrub(text), text);
    }
}

#[test]
fn logins_are_found_without_a_scheme() {
    for text in [
        "curl -u ann:hunter2 https://example.com",
        "curl -u 'ann:hunter2' https://example.com",
        "curl --user ann:hunter2 https://example.com",
        "curl --user=ann:hunter2 https://example.com",
        "dsn ann:hunter2@tcp(db:3306)/app",
        "jdbc:oracle:thin:ann/hunter2@db:1521/app",
        "CREATE USER ann IDENTIFIED BY 'hunter2'",
        "alter user ann with password 'hunter2';",
    ] {
        assert_hidden(text, "hunter2");
    }
    for text in ["docker run -u 1000:1000 app", "db:3306 web:8080", "mail -u x", "create user ann failed: 'no'"] {
        assert_eq!(scrub(text), text);
    }
}

#[test]
fn a_password_of_several_words_is_hidden_where_it_is_all_of_the_line() {
    assert_hidden("password: correct horse hunter2", "hunter2");
    assert_hidden("hello\n- password: correct horse hunter2\nbye", "hunter2");
    assert_eq!(scrub("password: hunter2 user: ann"), "password: [REDACTED:token] user: ann");
    assert_eq!(scrub("got password: hunter2 and left"), "got password: [REDACTED:token] and left");
    assert_hidden("invalid api key 0123456789abcdef0123", "0123456789abcdef");
    for parameter in ["pin=4711", "pw=hunter2", "code=abcd1234", "key=abcd1234"] {
        let value = parameter.split_once('=').unwrap().1;
        assert_hidden(&format!("GET /login?{parameter} HTTP/1.1"), value);
        assert_hidden(&format!("GET /login?a=1&{parameter}&b=2"), value);
    }
    assert_eq!(scrub("GET /x?key=12&code=US"), "GET /x?key=12&code=US");
}

#[test]
fn tokens_of_issuers_without_a_simple_prefix_are_known() {
    let (hex, word) = ("0123456789abcdef".repeat(4), "Ab3dEf6hIj".repeat(9));
    let upper = "A1B2C3D4".repeat(8);
    for token in [
        format!("123456789:{}", &word[..35]),
        format!("M{}.Ab3dEf.{}", &word[..23], &word[..38]),
        format!("SK{}", &hex[..32]),
        format!("abc8Q~{}", &word[..34]),
        format!("{}.atlasv1.{}", &word[..14], &word[..67]),
        format!("dp.pt.{}", &word[..43]),
        format!("dt0c01.{}.{upper}", &upper[..24]),
        format!("fo1_{}", &word[..43]),
        format!("fm2_{}", &word[..80]),
        format!("pat{}.{hex}", &word[..14]),
        format!("key-{}", &hex[..32]),
        format!("AKCp{}", &word[..69]),
        format!("secret_{}", &word[..43]),
        format!("discord.com/api/webhooks/123456789012345678/{}", &word[..68]),
    ] {
        assert_eq!(scrub(&format!("refused {token}, retry")), "refused [REDACTED:token], retry", "{token}");
    }
    let others = format!("cache-key-{} TASK{} 12:{}", &hex[..32], &hex[..32], &word[..35]);
    assert_eq!(scrub(&others), others);
}

#[test]
fn tokens_of_many_issuers_are_known() {
    let (hex, word) = ("0123456789abcdef".repeat(4), "Ab3dEf6hIj".repeat(9));
    for (prefix, body) in [
        ("glsa_", &word[..32]),
        ("glc_", &word[..60]),
        ("NRAK-", "A1B2C3D4E5F6G7H8I9J0K1L2M3N"),
        ("sntrys_", &word[..60]),
        ("ntn_", &word[..46]),
        ("figd_", &word[..40]),
        ("PMAK-", &hex[..48]),
        ("tskey-auth-", &word[..30]),
        ("pscale_tkn_", &word[..40]),
        ("pul-", &hex[..40]),
        ("sbp_", &hex[..40]),
        ("CCIPAT_", &word[..50]),
        ("bkua_", &hex[..40]),
        ("HRKU-", &word[..36]),
        ("sq0atp-", &word[..22]),
        ("vercel_blob_rw_", &word[..30]),
        ("xai-", &word[..80]),
        ("gsk_", &word[..52]),
        ("r8_", &word[..37]),
        ("pplx-", &word[..48]),
        ("lsv2_pt_", &hex[..43]),
        ("pcsk_", &word[..60]),
        ("ABSK", &word[..88]),
    ] {
        assert_hidden(&format!("refused {prefix}{body}, retry"), &body[..12]);
    }
}

#[test]
fn headers_with_people_and_tokens_in_them_are_hidden() {
    for (name, value) in [
        ("X-SSL-Client-S-DN", "CN=Jane Roe,O=Hospital"),
        ("Ssl-Client-Subject-Dn", "CN=Jane Roe"),
        ("Sec-WebSocket-Protocol", "base64url.bearer.authorization.k8s.io.amFuZQ"),
    ] {
        assert_eq!(Headers::new([(name, value)]).to_string(), format!("{name}: [REDACTED]"));
    }
}

/// Names that become the same are numbered, in a time that grows with their number only.
#[test]
fn many_hidden_names_are_numbered() {
    let members = (0..50_000).map(|n| (format!("user{n}@example.org"), serde_json::Value::from(n))).collect();
    let mut value = serde_json::Value::Object(members);
    json(&mut value);
    let members = value.as_object().unwrap();
    assert_eq!(members.len(), 50_000);
    assert!(members.contains_key("[REDACTED:email]") && members.contains_key("[REDACTED:email] 50000"));
}
