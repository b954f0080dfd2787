//! Who calls the service, and whom it calls, out of the spans that are kept.

use super::Page;
use super::view::milliseconds;
use crate::span::{AttributeValue, SpanKind, SpanRecord, Status};
use observe_rules::convention::{cache, db, gen_ai, http, messaging, rag, rpc};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// The most edges: of more, nobody can read a picture.
const MOST: usize = 100;

/// The longest name of somebody, in bytes.
const LONGEST_NAME: usize = 200;

/// An attribute that says which part of somebody is called, such as a database on its server, and the sign before it.
type Part = Option<(char, &'static str)>;

/// The attributes that say who is called, what says most about that first.
///
/// Source: OpenTelemetry semantic conventions 1.42.0: "Service attributes" (`service.peer.name`; `peer.service` is its
/// name in older ones), "Database client spans", "Messaging spans", "Generative AI client spans", "RPC client spans",
/// "HTTP client spans". Those of caches, vector searches and `external_api.provider` are our own, see
/// [`observe_rules::convention`].
const CALLED: [(&str, Part); 10] = [
    ("service.peer.name", None),
    ("peer.service", None),
    (db::SYSTEM, Some(('/', db::NAMESPACE))),
    (messaging::SYSTEM, Some(('/', messaging::DESTINATION))),
    (cache::SYSTEM, None),
    (rag::SEARCH_SYSTEM, Some(('/', rag::SEARCH_COLLECTION))),
    (gen_ai::PROVIDER, None),
    (rpc::SERVICE, None),
    (http::PROVIDER, None),
    (http::SERVER, Some((':', http::PORT))),
];

/// The calls between two.
#[derive(Default)]
struct Calls {
    failed: usize,
    /// How long each took, in nanoseconds.
    nanos: Vec<u64>,
}

/// The calls to and from a service.
#[derive(Default)]
struct Map {
    incoming: HashMap<SpanKind, Calls>,
    outgoing: HashMap<(String, SpanKind), Calls>,
}

/// The calls that are kept.
pub(super) fn json(page: &Page) -> Value {
    let mut map = Map::default();
    page.spans.each(0, |_, span| {
        if span.kind() != SpanKind::Internal {
            map.add(&span.to_record());
        }
    });
    map.edges(page.resource.get("service.name"))
}

impl Map {
    /// Counts a span, if it is a call. Who calls is not told apart: an address is one of a person.
    fn add(&mut self, span: &SpanRecord) {
        let calls = match span.kind {
            SpanKind::Internal => return,
            SpanKind::Server | SpanKind::Consumer => self.incoming.entry(span.kind).or_default(),
            SpanKind::Client | SpanKind::Producer => self.outgoing.entry((called(span), span.kind)).or_default(),
        };
        calls.add(span);
    }

    /// What is called most comes first, behind those who call.
    fn edges(self, service: &str) -> Value {
        let mut incoming: Vec<_> = self.incoming.into_iter().collect();
        incoming.sort_by_key(|(kind, _)| kind.number());
        let mut outgoing: Vec<_> = self.outgoing.into_iter().collect();
        outgoing.sort_by(|((name, kind), calls), ((other, its_kind), others)| {
            let by_name = || (name, kind.number()).cmp(&(other, its_kind.number()));
            others.nanos.len().cmp(&calls.nanos.len()).then_with(by_name)
        });
        let room = MOST - incoming.len();
        if outgoing.len() > room {
            let mut rest = Calls::default();
            outgoing.drain(room - 1..).for_each(|(_, calls)| rest.join(calls));
            outgoing.push((("other".to_owned(), SpanKind::Client), rest));
        }
        let incoming = incoming.into_iter().map(|(kind, calls)| calls.edge("callers", service, kind));
        let outgoing = outgoing.into_iter().map(|((name, kind), calls)| calls.edge(service, &name, kind));
        json!({ "service": service, "edges": incoming.chain(outgoing).collect::<Vec<_>>() })
    }
}

/// Who is called: what the attributes say, or what is done where none does.
fn called(span: &SpanRecord) -> String {
    let said = |key: &str| span.attribute(key).map(AttributeValue::to_string).filter(|text| !text.is_empty());
    let name = CALLED.iter().find_map(|(key, part)| {
        let mut name = said(key)?;
        if let Some((sign, part)) = part
            && let Some(part) = said(part)
        {
            name.push(*sign);
            name.push_str(&part);
        }
        Some(name)
    });
    let mut name = name.unwrap_or_else(|| span.name.clone().into_owned());
    name.truncate(name.floor_char_boundary(LONGEST_NAME));
    name
}

impl Calls {
    fn add(&mut self, span: &SpanRecord) {
        self.failed += usize::from(matches!(span.status, Status::Error(_)));
        self.nanos.push(u64::try_from(span.duration.as_nanos()).unwrap_or(u64::MAX));
    }

    fn join(&mut self, others: Self) {
        self.failed += others.failed;
        self.nanos.extend(others.nanos);
    }

    fn edge(mut self, from: &str, to: &str, kind: SpanKind) -> Value {
        let calls = self.nanos.len();
        let sum: u128 = self.nanos.iter().copied().map(u128::from).sum();
        let mean = u64::try_from(sum / calls.max(1) as u128).unwrap_or(u64::MAX);
        // The nearest rank: the smallest that 95 of 100 are not above.
        let rank = (calls * 95).div_ceil(100).saturating_sub(1);
        let p95 = if calls > 0 { *self.nanos.select_nth_unstable(rank).1 } else { 0 };
        json!({
            "from": from,
            "to": to,
            "kind": kind.name(),
            "calls": calls,
            "failed": self.failed,
            "mean_ms": milliseconds(Duration::from_nanos(mean)),
            "p95_ms": milliseconds(Duration::from_nanos(p95)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{Dropped, SpanId, TraceId};
    use std::time::SystemTime;

    fn span(kind: SpanKind, name: &str, attributes: &[(&'static str, &str)]) -> SpanRecord {
        let attribute =
            |(key, value): &(&'static str, &str)| ((*key).into(), AttributeValue::Text((*value).to_owned().into()));
        SpanRecord {
            trace_id: TraceId::random(),
            span_id: SpanId::random(),
            parent_id: None,
            name: name.to_owned().into(),
            kind,
            target: "app",
            start: SystemTime::UNIX_EPOCH,
            duration: Duration::from_millis(2),
            status: Status::Unset,
            attributes: attributes.iter().map(attribute).collect(),
            events: Vec::new(),
            links: Vec::new(),
            dropped: Dropped::default(),
            has_remote_parent: false,
            trace_state: "".into(),
        }
    }

    fn edges<'a>(service: &str, spans: impl IntoIterator<Item = &'a SpanRecord>) -> Value {
        let mut map = Map::default();
        spans.into_iter().for_each(|span| map.add(span));
        map.edges(service)
    }

    fn to(attributes: &[(&'static str, &str)]) -> String {
        called(&span(SpanKind::Client, "work", attributes))
    }

    #[test]
    fn who_is_called_is_what_says_most_about_it() {
        assert_eq!(to(&[]), "work");
        assert_eq!(to(&[("server.address", "db"), ("server.port", "5432")]), "db:5432");
        assert_eq!(to(&[("server.address", "db"), ("db.system.name", "postgresql")]), "postgresql");
        assert_eq!(to(&[("db.namespace", "orders"), ("db.system.name", "postgresql")]), "postgresql/orders");
        assert_eq!(to(&[("messaging.system", "kafka"), ("messaging.destination.name", "mail")]), "kafka/mail");
        assert_eq!(to(&[("gen_ai.provider.name", "openai"), ("server.address", "api.example.org")]), "openai");
        assert_eq!(to(&[("rpc.service", "shop.Orders"), ("server.address", "orders")]), "shop.Orders");
        assert_eq!(to(&[("peer.service", "orders"), ("rpc.service", "shop.Orders")]), "orders");
        assert_eq!(to(&[("peer.service", ""), ("service.peer.name", "orders")]), "orders");
    }

    #[test]
    fn a_port_is_shown_though_it_is_a_number() {
        let mut span = span(SpanKind::Client, "GET", &[("server.address", "api.example.org")]);
        span.attributes.push(("server.port".into(), AttributeValue::I64(8443)));
        assert_eq!(called(&span), "api.example.org:8443");
    }

    #[test]
    fn a_long_name_is_cut_between_letters() {
        let name = called(&span(SpanKind::Client, &format!("a{}", "ü".repeat(LONGEST_NAME)), &[]));
        assert_eq!(name.len(), LONGEST_NAME - 1);
    }

    #[test]
    fn calls_are_counted_by_both_ends_and_their_kind() {
        let mut spans = vec![
            span(SpanKind::Internal, "work", &[("peer.service", "nobody")]),
            span(SpanKind::Server, "POST /ask", &[("client.address", "192.0.2.1"), ("server.address", "me")]),
            span(SpanKind::Consumer, "process mail", &[("messaging.system", "kafka")]),
            span(SpanKind::Producer, "send mail", &[("messaging.system", "kafka")]),
        ];
        for millis in 1..=20 {
            let duration = Duration::from_millis(millis);
            let status = if millis > 18 { Status::Error("".into()) } else { Status::Unset };
            let select = span(SpanKind::Client, "SELECT", &[("db.system.name", "postgresql")]);
            spans.push(SpanRecord { duration, status, ..select });
        }
        let edge = |from: &str, to: &str, kind: &str, calls: u64| json!({"from": from, "to": to, "kind": kind, "calls": calls, "failed": 0, "mean_ms": 2.0, "p95_ms": 2.0});
        let mut selects = edge("shop", "postgresql", "client", 20);
        selects["failed"] = 2.into();
        selects["mean_ms"] = 10.5.into();
        selects["p95_ms"] = 19.0.into();
        let expected = json!({"service": "shop", "edges": [
            edge("callers", "shop", "server", 1),
            edge("callers", "shop", "consumer", 1),
            selects,
            edge("shop", "kafka", "producer", 1),
        ]});
        assert_eq!(edges("shop", &spans), expected);
        assert_eq!(edges("shop", []), json!({"service": "shop", "edges": []}));
    }

    #[test]
    fn what_is_called_seldom_is_shown_together_where_there_is_too_much() {
        let mut spans = vec![span(SpanKind::Server, "POST /ask", &[])];
        for number in 0..150 {
            let host = format!("host-{number:03}");
            let calls = if number == 149 { 3 } else { 1 };
            spans.extend((0..calls).map(|_| span(SpanKind::Client, "GET", &[("server.address", &host)])));
        }
        let map = edges("shop", &spans);
        let edges = map["edges"].as_array().unwrap();
        assert_eq!(edges.len(), MOST);
        assert_eq!((&edges[0]["from"], &edges[1]["to"]), (&json!("callers"), &json!("host-149")));
        assert_eq!((&edges[98]["to"], &edges[99]["to"]), (&json!("host-096"), &json!("other")));
        let calls: u64 = edges.iter().map(|edge| edge["calls"].as_u64().unwrap()).sum();
        assert_eq!((calls, edges[99]["calls"].as_u64()), (153, Some(52)));
    }
}
