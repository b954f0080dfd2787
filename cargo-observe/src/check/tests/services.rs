use super::*;

fn requests() -> Metric {
    Metric { scope: Scope::Service, ..metric(Kind::Counter, "http_requests_total") }
}

/// The gauge of health checks, those that are registered later among them.
fn components(values: Values) -> Metric {
    let labels = vec![Label { name: "component".to_owned(), values }];
    Metric { labels, scope: Scope::Service, ..metric(Kind::Gauge, "health_check_status") }
}

fn with_checks(checks: impl Into<Vec<HealthCheck>>, metrics: impl Into<Vec<Metric>>) -> Vec<String> {
    found(&Catalogue { health_checks: checks.into(), metrics: metrics.into(), ..catalogue() })
}

#[test]
fn a_service_has_a_health_check() {
    assert_eq!(with_checks([], [requests()]), ["OBS1080 app"]);
    assert_eq!(with_checks([], []), NOTHING, "a program that answers nobody needs none");
    assert_eq!(with_checks([health_check("store")], [requests()]), NOTHING);
    let known = Values::Known(vec!["disk".to_owned()]);
    assert_eq!(with_checks([], [requests(), components(known)]), NOTHING);
    assert_eq!(with_checks([], [requests(), components(Values::AtMost(50))]), NOTHING, "nobody knows which there are");
}

#[test]
fn a_service_has_a_critical_health_check() {
    let degrading = HealthCheck { critical: false, ..health_check("store") };
    assert_eq!(with_checks([degrading.clone()], []), ["OBS1081 app"]);
    assert_eq!(with_checks([degrading.clone(), health_check("disk")], []), NOTHING);
    let with_registered = components(Values::Known(vec!["store".to_owned(), "pool".to_owned()]));
    assert_eq!(with_checks([degrading.clone()], [with_registered]), NOTHING, "the pool's may be critical");
    let only_it = components(Values::Known(vec!["store".to_owned()]));
    assert_eq!(with_checks([degrading], [only_it]), ["OBS1081 app"]);
}

#[test]
fn health_checks_have_names_of_their_own() {
    let again = HealthCheck { place: place(60), ..health_check("store") };
    assert_eq!(with_checks([health_check("store"), again.clone()], []), ["OBS1082 store"]);
    let elsewhere = HealthCheck { programs: vec!["other".to_owned()], ..again };
    assert_eq!(with_checks([health_check("store"), elsewhere], []), NOTHING);
}

#[test]
fn health_checks_answer_in_time() {
    let of = |timeout_ms| with_checks([HealthCheck { timeout_ms, ..health_check("store") }], []);
    assert_eq!(of(5001), ["OBS1083 store"]);
    assert_eq!(of(0), ["OBS1083 store"]);
    assert_eq!(of(5000), NOTHING);
}

fn of_programs(app: Program, other: Program) -> Vec<String> {
    let metrics = vec![requests(), elsewhere(requests())];
    let health_checks =
        vec![HealthCheck { programs: vec!["app".to_owned(), "other".to_owned()], ..health_check("store") }];
    found(&Catalogue { programs: vec![app, other], metrics, health_checks, ..catalogue() })
}

#[test]
fn a_service_says_its_name_where_others_do() {
    let named = Program { service: Some("library".to_owned()), ..program("app") };
    assert_eq!(of_programs(named, program("other")), ["OBS1084 other"]);
    assert_eq!(of_programs(program("app"), program("other")), NOTHING, "the environment says it");
}

#[test]
fn a_service_has_one_namespace() {
    let of = |name: &str, service: &str, namespace: Option<&str>| Program {
        service: Some(service.to_owned()),
        namespace: namespace.map(str::to_owned),
        ..program(name)
    };
    let web = || of("app", "library", Some("library"));
    assert_eq!(of_programs(web(), of("other", "library", Some("lib"))), ["OBS1085 library"]);
    assert_eq!(of_programs(web(), of("other", "library", None)), ["OBS1085 library"]);
    assert_eq!(of_programs(web(), of("other", "library", Some("library"))), NOTHING);
    assert_eq!(of_programs(web(), of("other", "printer", Some("printer"))), NOTHING);
}
