//! Labels as metrics show them. Each test has metrics of its own: they belong to the process.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use observe::{Capped, HttpMethod, HttpStatus, HttpStatusClass, Label, LabelSet, metered, testing, traced};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lines of a family, without their values.
fn series(name: &str) -> Vec<String> {
    let text = observe::exposition();
    let of_family = |line: &&str| line.starts_with(&format!("{name}{{")) || line.starts_with(&format!("{name} "));
    text.lines().filter(of_family).map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
}

fn number(series: &str) -> f64 {
    let text = observe::exposition();
    let line = text.lines().find(|line| line.rsplit_once(' ').is_some_and(|(name, _)| name == series));
    line.unwrap_or_else(|| panic!("no {series} in\n{text}")).rsplit(' ').next().unwrap().parse().unwrap()
}

fn overflow(metric: &str, label: &str) -> f64 {
    number(&format!(r#"observe_label_overflow_total{{metric="{metric}",label="{label}"}}"#))
}

/// Metrics are switched off for the whole process: not while others count.
fn counting() -> MutexGuard<'static, ()> {
    static COUNTING: Mutex<()> = Mutex::new(());
    COUNTING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[metered(name = "visit", labels(tenant: Capped<64> = Capped::new(tenant)), duration = off, in_progress = off)]
fn visit(tenant: &str) -> usize {
    tenant.len()
}

#[test]
fn a_hundred_thousand_values_are_sixty_five_series() {
    const THREADS: usize = 4;
    const VALUES: usize = 100_000;
    let _counting = counting();
    // Each value is counted twice, by two threads that are about as far.
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for at in 0..VALUES / 2 {
                    visit(&format!("tenant {}", 2 * at + thread % 2));
                }
            });
        }
    });
    let shown = series("visit_total");
    assert_eq!(shown.len(), 65, "{shown:?}");
    let mut kept = 0.0;
    for series in &shown {
        if !series.contains(r#"tenant="other""#) {
            assert_eq!(number(series), 2.0, "{series}");
            kept += number(series);
        }
    }
    let other = number(r#"visit_total{tenant="other",status="ok"}"#);
    assert_eq!((kept, other), (128.0, 199_872.0));
    assert_eq!(overflow("visit_total", "tenant"), other);
}

#[metered(name = "login", labels(account: Capped<8> = Capped::new(account)))]
fn login(account: &str) -> usize {
    account.len()
}

#[test]
fn an_address_never_becomes_a_label() {
    let _counting = counting();
    let hidden = number(r#"observe_redactions_total{kind="email"}"#);
    for account in ["ann@example.com", "bob@example.com", "team"] {
        login(account);
    }
    let text = observe::exposition();
    assert!(!text.contains("example.com"), "{text}");
    assert_eq!(number(r#"login_total{account="[REDACTED:email]",status="ok"}"#), 2.0);
    assert_eq!(number(r#"login_total{account="team",status="ok"}"#), 1.0);
    assert_eq!(number(r#"observe_redactions_total{kind="email"}"#), hidden + 2.0);
}

#[metered(name = "parcel", labels(hub: Capped<2> = Capped::new(hub), carrier: Option<Capped<1>> = carrier.map(Capped::new)))]
fn parcel(hub: &str, carrier: Option<&str>) -> usize {
    hub.len() + carrier.map_or(0, str::len)
}

#[test]
fn each_label_of_a_metric_has_values_of_its_own() {
    let _counting = counting();
    for (hub, carrier) in [("north", Some("rail")), ("rail", Some("road")), ("south", None), ("other", Some("none"))] {
        parcel(hub, carrier);
    }
    assert_eq!(number(r#"parcel_total{hub="north",carrier="rail",status="ok"}"#), 1.0);
    assert_eq!(number(r#"parcel_total{hub="rail",carrier="other",status="ok"}"#), 1.0);
    assert_eq!(number(r#"parcel_total{hub="other",carrier="none",status="ok"}"#), 1.0);
    assert_eq!(overflow("parcel_total", "hub"), 1.0, "`other` itself is no loss");
    // "none" came second to a list for one value, so it is one of the others.
    assert_eq!(number(r#"parcel_total{hub="other",carrier="other",status="ok"}"#), 1.0);
    assert_eq!(overflow("parcel_total", "carrier"), 2.0);
}

#[metered(name = "nap", labels(room: Capped<1> = Capped::new(room)))]
fn nap(room: &str) -> usize {
    room.len()
}

#[test]
fn nothing_is_kept_while_metrics_are_off() {
    let _counting = counting();
    observe::set_metrics_enabled(false);
    nap("attic");
    nap(&"x".repeat(2000));
    observe::set_metrics_enabled(true);
    nap("cellar");
    assert_eq!(series("nap_total"), [r#"nap_total{room="cellar",status="ok"}"#]);
    assert_eq!(overflow("nap_total", "room"), 0.0);
}

/// Two declarations that are equal add to one metric, so their values have to mean the same.
mod equal {
    macro_rules! declare {
        ($module:ident) => {
            pub(super) mod $module {
                pub(in super::super) fn count(tenant: &str) {
                    static METER: observe::__private::Meter =
                        observe::__private::Meter::new(observe::__private::MeterDefinition {
                            calls: Some("twin_total"),
                            duration: None,
                            in_progress: None,
                            outcome: "status",
                            help: "Twins",
                            labels: &[observe::__private::LabelInfo::of::<observe::Capped<4>>("tenant", "Capped<4>")],
                            ladder: &observe::__private::ladder::API_LADDER,
                            module: module_path!(),
                            line: line!(),
                        });
                    #[observe::__private::linkme::distributed_slice(observe::__private::DECLARATIONS)]
                    #[linkme(crate = observe::__private::linkme)]
                    static DECLARATION: observe::__private::DeclaredMetric = METER.declaration();
                    let label = observe::Capped::<4>::new(tenant);
                    let combination = observe::LabelSet::combination(&label, METER.interners(), 0);
                    METER.begin(combination).finish(observe::__private::outcome::Outcome::Ok);
                }
            }
        };
    }
    declare!(first);
    declare!(second);
}

#[test]
fn equal_declarations_share_their_values() {
    let _counting = counting();
    equal::second::count("acme");
    equal::first::count("globex");
    equal::first::count("acme");
    equal::second::count("globex");
    equal::second::count("hooli");
    let shown: BTreeSet<String> = series("twin_total").into_iter().collect();
    let expected = ["acme", "globex", "hooli"].map(|tenant| format!(r#"twin_total{{tenant="{tenant}",status="ok"}}"#));
    assert_eq!(shown, expected.into_iter().collect());
    assert_eq!(number(r#"twin_total{tenant="acme",status="ok"}"#), 2.0);
    assert_eq!(series("observe_label_overflow_total").iter().filter(|line| line.contains("twin_total")).count(), 1);
}

#[traced(fields(method = method, class = class))]
#[metered(name = "served", labels(method, class, code: HttpStatus = HttpStatus::from(404)), max_series = 2_000_000)]
fn served(method: HttpMethod, class: HttpStatusClass) {}

#[test]
fn the_words_of_http_are_labels_and_fields() {
    let _counting = counting();
    let capture = testing::capture();
    served(HttpMethod::from(&axum::http::Method::PATCH), HttpStatusClass::from(axum::http::StatusCode::NOT_FOUND));
    served(HttpMethod::from("BREW"), HttpStatusClass::from(700));
    assert_eq!(capture.metric("served_total", &[("method", "PATCH"), ("class", "4xx"), ("code", "404")]), 1.0);
    assert_eq!(capture.metric("served_total", &[("method", "OTHER"), ("class", "other")]), 1.0);
    assert_eq!(HttpStatus::from(axum::http::StatusCode::IM_A_TEAPOT), HttpStatus::from(418));
    let spans = capture.spans();
    let text = format!("{spans:?}");
    assert!(text.contains("PATCH") && text.contains("4xx"), "{text}");
}

#[derive(Label, Clone, Copy)]
enum Plan {
    Free,
    Paid,
}

#[derive(LabelSet)]
struct Client {
    mobile: bool,
    #[label(rename = "site")]
    place: Capped<'static, 2>,
}

#[derive(LabelSet)]
struct Caller<'a> {
    plan: Plan,
    tenant: Option<Capped<'a, 2>>,
    #[label(flatten)]
    client: Client,
    r#trait: bool,
}

fn caller<'a>(plan: Plan, tenant: &'a str, site: &'static str) -> Caller<'a> {
    let client = Client { mobile: true, place: Capped::new(site) };
    Caller { plan, tenant: Some(Capped::new(tenant)), client, r#trait: false }
}

/// Its sets stand in the middle, so that the labels behind them have places of their own.
#[metered(
    name = "chat",
    labels(region: Capped<2> = Capped::new(region), ..caller, ..client: Peer = Peer { up: true }, zone: Capped<2> = Capped::new(zone)),
    max_series = 1_000_000
)]
fn chat(caller: &Caller<'_>, region: &str, zone: &str) -> usize {
    region.len() + zone.len() + usize::from(caller.r#trait)
}

#[derive(LabelSet)]
struct Peer {
    up: bool,
}

#[test]
fn the_labels_of_sets_are_labels_of_the_metric() {
    let _counting = counting();
    chat(&caller(Plan::Paid, "acme", "cafe"), "eu", "z1");
    chat(&caller(Plan::Free, "globex", "home"), "us", "z2");
    chat(&caller(Plan::Free, "hooli", "bus"), "asia", "z1");
    chat(&Caller { tenant: None, ..caller(Plan::Paid, "", "cafe") }, "eu", "z3");
    let line = |region, plan, tenant, site, zone| {
        format!(
            r#"chat_total{{region="{region}",plan="{plan}",tenant="{tenant}",mobile="true",site="{site}",trait="false",up="true",zone="{zone}",status="ok"}}"#
        )
    };
    let mut expected = [
        line("eu", "paid", "acme", "cafe", "z1"),
        line("us", "free", "globex", "home", "z2"),
        line("other", "free", "other", "other", "z1"),
        line("eu", "paid", "none", "cafe", "other"),
    ];
    let mut shown = series("chat_total");
    shown.sort();
    expected.sort();
    assert_eq!(shown, expected);
    for label in ["region", "tenant", "site", "zone"] {
        assert_eq!(overflow("chat_total", label), 1.0, "{label}");
    }
}

#[test]
fn a_set_counts_its_labels_and_combinations() {
    assert_eq!((Client::LABELS, Client::COMBINATIONS), (2, 6));
    assert_eq!((Caller::LABELS, Caller::COMBINATIONS), (5, 2 * 4 * 6 * 2));
    let interners = observe::__private::label::Interners::new();
    let numbers: BTreeSet<usize> = [Plan::Free, Plan::Paid]
        .into_iter()
        .flat_map(|plan| ["a", "b", "c"].map(|tenant| caller(plan, tenant, "d").combination(&interners, 0)))
        .collect();
    assert_eq!(numbers.len(), 6);
    assert!(numbers.iter().all(|number| *number < Caller::COMBINATIONS), "{numbers:?}");
}
