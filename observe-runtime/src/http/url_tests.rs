use super::*;

fn shown(url: &str) -> String {
    Url::new(url).to_string()
}

/// The same, whatever kind a detector has found.
fn masked(url: &str) -> String {
    crate::scrub::Kind::ALL.iter().fold(shown(url), |shown, kind| shown.replace(kind.mask(), MASK))
}

#[test]
fn what_says_nothing_stays_as_it_is() {
    for url in [
        "",
        "/",
        "/beds/3?ward=4&sort=name%20asc#top",
        "https://a.example:8443/beds;v=1/3?a&b=&c=1+2",
        "http://[::1]:4318/v1/traces",
        "http://localhost:4318",
        "localhost:8080/x",
        "//a.example/x",
        "wss://a.example/socket",
        "/users/0b9c4d8a-3f2e-4c1b-9a7d-5e6f7a8b9c0d",
        "/static/app.3f2a9c8b.js",
        "https://a.example/?next=/beds?ward=3",
        "../beds?ward=größer",
    ] {
        assert_eq!(shown(url), url);
    }
}

#[test]
fn user_information_is_hidden() {
    for (url, expected) in [
        ("https://jane:hunter2@a.example/", "https://[REDACTED]@a.example/"),
        ("https://hunter2@a.example", "https://[REDACTED]@a.example"),
        ("postgres://jane:hun@ter2@db:5432/beds", "postgres://[REDACTED]@db:5432/beds"),
        ("jdbc:postgresql://jane:hunter2@db/beds", "jdbc:postgresql://[REDACTED]@db/beds"),
        ("jane:hunter2@a.example/beds", "[REDACTED]@a.example/beds"),
        ("//jane:hunter2@a.example/", "//[REDACTED]@a.example/"),
        ("https:\\\\jane:hunter2@a.example\\", "[REDACTED]@a.example\\"),
    ] {
        let shown = shown(url);
        assert!(!shown.contains("hunter2") && !shown.contains("jane"), "{shown}");
        if !url.contains('\\') {
            assert_eq!(shown, expected);
        }
    }
    for url in [
        "https://jane:hunter2/x@a.example/",
        "https://jane:12/hunter2@a.example/",
        "https://jane:hunter2?x@a.example/?b=c@d",
        "https://jane:hunter2#@a.example/",
        "https://jane:hunter2",
        "https://jane%3Ahunter2%40a.example/",
        "https://jane%253Ahunter2%2540a.example/",
        "GET https://jane:hunter2@a.example/ HTTP/1.1",
        "/redirect/https://jane:hunter2@a.example/",
        "https:/jane:hunter2@a.example/",
        "https:jane:hunter2@a.example/",
        " https://jane:hunter2@a.example/",
    ] {
        assert!(!shown(url).contains("hunter2"), "{url}: {}", shown(url));
    }
}

#[test]
fn parameters_are_hidden_by_name_and_by_value() {
    for (url, expected) in [
        ("/x?token=k3J9&page=2", "/x?token=[REDACTED]&page=2"),
        ("/x?Access%5FToken=k3J9", "/x?Access%5FToken=[REDACTED]"),
        ("/x?a=1;password=k3J9", "/x?a=1;password=[REDACTED]"),
        ("/x?user[email]=k3J9", "/x?user[email]=[REDACTED]"),
        ("/cb?code=k3J9&state=k3J9", "/cb?code=[REDACTED]&state=[REDACTED]"),
        ("/x?q=jane%40example.org", "/x?q=[REDACTED]"),
        ("/x?q=jane%2540example.org", "/x?q=[REDACTED]"),
        ("/x?q=123-45-6789", "/x?q=[REDACTED]"),
        ("/x?call=+1+415+555+0132", "/x?call=[REDACTED]"),
        ("/x?jane@example.org", "/x?[REDACTED]"),
        ("/x?jane@example.org=1", "/x?[REDACTED]=[REDACTED]"),
        ("/x;jsessionid=k3J9", "/x;jsessionid=[REDACTED]"),
        ("/x?next=https%3A%2F%2Fa.example%2F%3Ftoken%3Dk3J9", "/x?next=[REDACTED]"),
        ("/x?next=/y?token=k3J9", "/x?next=[REDACTED]"),
        ("/x?filter={\"password\":\"k3J9\"}", "/x?filter=[REDACTED]"),
        ("/x?filter=%7B%22first_name%22%3A%22k3J9%22%7D", "/x?filter=[REDACTED]"),
    ] {
        let shown = masked(url);
        assert!(!shown.contains("k3J9") && !shown.contains("jane"), "{shown}");
        assert_eq!(shown, expected);
    }
}

#[test]
fn path_segments_are_hidden_by_the_name_before_them_and_by_detectors() {
    for (url, expected) in [
        ("/users/jane@example.org/beds", "/users/[REDACTED:email]/beds"),
        ("/users/jane%40example.org", "/users/[REDACTED:email]"),
        ("/ssn/219450187/x", "/ssn/[REDACTED]/x"),
        ("/cards/4111111111111111", "/cards/[REDACTED:card]"),
        ("/@jane", "/[REDACTED]"),
        ("/reset/aZ3k9QpL2mX7vB4nT6wY", "/reset/[REDACTED]"),
        ("/verify/5e884898da28047151d0e56f8dc62927", "/verify/[REDACTED]"),
        ("/x/token=k3J9", "/x/token=[REDACTED]"),
    ] {
        assert_eq!(shown(url), expected, "{url}");
    }
}

#[test]
fn fragments_are_read_as_queries_and_paths() {
    for (url, expected) in [
        ("/#access_token=k3J9&a=1", "/#access_token=[REDACTED]&a=1"),
        ("/#/users/jane@example.org?token=k3J9", "/#/users/[REDACTED:email]?token=[REDACTED]"),
        ("/#jane@example.org", "/#[REDACTED:email]"),
    ] {
        assert_eq!(shown(url), expected, "{url}");
    }
}

#[test]
fn what_is_no_host_is_hidden() {
    assert_eq!(shown("mailto:jane.doe"), "mailto:[REDACTED]");
    assert_eq!(shown("data:text/plain,k3J9"), "data:[REDACTED]");
    assert_eq!(shown("http://192.0.2.7:80/"), "http://[REDACTED:ip]:80/");
}

#[test]
fn it_can_be_shown_again_and_again() {
    for url in ["https://jane:hunter2@a.example/ssn/1?token=k3J9&q=jane@example.org#a=b", "mailto:x", "/@jane"] {
        let once = shown(url);
        assert_eq!(shown(&once), once);
        assert_eq!(scrub(&once), once);
    }
}

#[test]
fn rubbish_neither_panics_nor_takes_long() {
    for url in
        ["%", "%%%", "://", "://@", "@", ":@", "?=&;=#=?", "ü://ü@ü/ü", "\u{202e}\n/\r", "a\0b", "[", "http://[:@"]
    {
        let shown = shown(url);
        assert!(!shown.contains(['\n', '\r', '\0', '\u{202e}']), "{shown}");
    }
    let long = format!("/{}", "a=%2541&".repeat(20_000));
    assert!(shown(&long).len() < 2100);
    assert!(shown(&format!("/?{}", "next=/?".repeat(1_000))).len() < 2100);
}

#[test]
fn a_type_for_urls_is_taken_too() {
    struct Other(&'static str);

    impl Display for Other {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "https://{}@a.example/", self.0)
        }
    }
    assert_eq!(format!("{:?}", Url::new(Other("jane:hunter2"))), "\"https://[REDACTED]@a.example/\"");
    assert_eq!(format!("{:>40}|", Url::new("/x")).len(), 41);
}
