//! Collectors that are not there, broken, slow, or in trouble: no program is disturbed by one, and each piece of
//! telemetry arrives once or is counted once.
//!
//! The programs are whole processes, which are told all by environment variables.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod books;
mod certificates;
mod http1;
mod http2;
mod killed;
mod program;
#[path = "../rotel_agent/mod.rs"]
mod rotel_agent;
mod server;

use certificates::Authority;
use program::{End, Program};
use server::{Deed, Desk, Protocol, Server};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// After that, a program or a server that does nothing is the test's failure.
pub(crate) const HANGS: Duration = Duration::from_mins(2);

/// Every protocol in a test of its own, with a line that says which.
macro_rules! over_both {
    ($($(#[$attribute:meta])* fn $name:ident($protocol:ident: Protocol) $body:block)*) => {$(
        mod $name {
            use super::*;

            fn test($protocol: Protocol) $body

            $(#[$attribute])*
            #[test]
            fn over_http() {
                test(Protocol::Http);
            }

            $(#[$attribute])*
            #[test]
            fn over_grpc() {
                test(Protocol::Grpc);
            }
        }
    )*};
}

fn origin(server: &Server) -> String {
    format!("http://127.0.0.1:{}", server.port)
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Ten pieces of each kind while the server does that, and ten when it has come to its senses.
fn trouble_that_ends(protocol: Protocol, deed: Deed) -> (End, Arc<Desk>) {
    let desk = Desk::new(deed);
    let server = Server::start(protocol, &desk);
    let mut program = Program::start(protocol, &origin(&server), &[]);
    program.work(10);
    program.flush(false);
    desk.change_to(Deed::Take);
    program.work(10);
    program.flush(true);
    (program.end(), desk)
}

/// A server that does that and nothing else.
fn trouble_for_ever(protocol: Protocol, desk: &Arc<Desk>, variables: &[(&str, &str)]) -> End {
    let server = Server::start(protocol, desk);
    let mut program = Program::start(protocol, &origin(&server), variables);
    program.work(10);
    program.flush(false);
    program.work(10);
    program.end()
}

#[track_caller]
fn is_one_outage(end: &End, why: &str) {
    let lines = end.own_lines();
    assert_eq!(lines.len(), 2, "{}", end.stderr);
    assert!(lines[0].contains("can't be exported: ") && lines[0].contains(why), "{}", end.stderr);
    assert!(lines[1].contains("are exported again"), "{}", end.stderr);
}

#[track_caller]
fn is_an_outage_without_an_end(end: &End, why: &str) {
    let lines = end.own_lines();
    assert_eq!(lines.len(), 2, "{}", end.stderr);
    assert!(lines[0].contains("can't be exported: ") && lines[0].contains(why), "{}", end.stderr);
    assert!(lines[1].contains("shut down before all was exported: "), "{}", end.stderr);
}

over_both! {
    fn all_arrives_where_all_is_well(protocol: Protocol) {
        let desk = Desk::new(Deed::Take);
        let server = Server::start(protocol, &desk);
        let mut program = Program::start(protocol, &origin(&server), &[]);
        program.work(10);
        let end = program.end();
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        assert!(end.own_lines().is_empty(), "{}", end.stderr);
    }

    fn one_that_is_not_there_yet(protocol: Protocol) {
        let (port, desk) = (free_port(), Desk::new(Deed::Take));
        let mut program = Program::start(protocol, &format!("http://127.0.0.1:{port}"), &[]);
        program.work(10);
        program.flush(false);
        let _server = Server::start_on(port, protocol, &desk, None);
        program.work(10);
        program.flush(true);
        let end = program.end();
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "connection refused by 127.0.0.1");
    }

    fn one_that_is_never_there(protocol: Protocol) {
        let mut program = Program::start(protocol, &format!("http://127.0.0.1:{}", free_port()), &[]);
        program.work(10);
        program.flush(false);
        program.work(10);
        let end = program.end();
        end.agrees_with(&books::Books::default());
        is_an_outage_without_an_end(&end, "connection refused by 127.0.0.1");
        assert_eq!(end.lost("spans", "shutdown"), 20);
    }

    fn one_that_dies_and_comes_back(protocol: Protocol) {
        let desk = Desk::new(Deed::Take);
        let server = Server::start(protocol, &desk);
        let mut program = Program::start(protocol, &origin(&server), &[]);
        program.work(10);
        program.flush(true);
        let port = server.port;
        drop(server);
        program.work(10);
        program.flush(false);
        let _server = Server::start_on(port, protocol, &desk, None);
        program.work(10);
        program.flush(true);
        let end = program.end();
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "connection refused by 127.0.0.1");
    }

    /// It has the requests of all signals in hand.
    fn one_that_dies_in_the_midst(protocol: Protocol) {
        let desk = Desk::new(Deed::Silence);
        let server = Server::start(protocol, &desk);
        let mut program = Program::start(protocol, &origin(&server), &[]);
        program.work(10);
        program.say("flush");
        desk.wait_until(|books| books.requests == [1; 3]);
        let port = server.port;
        drop(server);
        program.expect("flushed false");
        desk.change_to(Deed::Take);
        let _server = Server::start_on(port, protocol, &desk, None);
        program.work(10);
        program.flush(true);
        let end = program.end();
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "127.0.0.1");
    }

    /// What comes when memory is full is lost, and nothing else is.
    fn one_that_is_away_for_longer_than_there_is_room(protocol: Protocol) {
        let (port, desk) = (free_port(), Desk::new(Deed::Take));
        let room = [("OTEL_BSP_MAX_QUEUE_SIZE", "20"), ("OTEL_BLRP_MAX_QUEUE_SIZE", "20")];
        let mut program = Program::start(protocol, &format!("http://127.0.0.1:{port}"), &room);
        for _ in 0..5 {
            program.work(10);
            program.flush(false);
        }
        let _server = Server::start_on(port, protocol, &desk, None);
        program.flush(true);
        program.work(10);
        let end = program.end();
        end.agrees_with(&desk.books());
        assert_eq!((end.lost("spans", "queue_full"), end.lost("spans", "")), (30, 30));
        assert!(end.lost("logs", "queue_full") >= 30, "{}", end.stderr);
        assert_eq!(desk.books().totals.last(), Some(&60), "totals need no room");
        is_one_outage(&end, "connection refused by 127.0.0.1");
    }

    /// A batch that fails again and again while others are taken is given up, so that not all that is lost
    /// was refused.
    fn one_in_every_kind_of_trouble(protocol: Protocol) {
        let desk = Desk::new(Deed::Any);
        let server = Server::start(protocol, &desk);
        let soon = ["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"];
        let mut program = Program::start(protocol, &origin(&server), &soon.map(|variable| (variable, "5")));
        for _ in 0..50 {
            program.work(20);
            program.say("flush");
            program.any_line();
        }
        desk.change_to(Deed::Take);
        program.flush(true);
        let (end, books) = (program.end(), desk.books());
        end.adds_up(&books);
        end.has_no_duplicates(&books);
        let lost = end.lost("spans", "export_failed");
        assert!((1..1_000).contains(&books.refused_spans) && lost >= books.refused_spans, "{lost}: {books:?}");
        assert_eq!(books.totals.last(), Some(&1_000));
    }

    /// What is added up there is what was counted here: nothing of an export that failed is missing.
    fn deltas_add_up_over_an_outage(protocol: Protocol) {
        let desk = Desk::new(Deed::Take);
        let server = Server::start(protocol, &desk);
        let deltas = ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta");
        let mut program = Program::start(protocol, &origin(&server), &[deltas]);
        for deed in [Deed::Take, Deed::Busy, Deed::Refuse, Deed::BreakOff, Deed::Take] {
            desk.change_to(deed);
            program.work(10);
            program.flush(deed == Deed::Take);
        }
        let (end, books) = (program.end(), desk.books());
        end.agrees_with(&books);
        assert_eq!(books.totals.iter().sum::<i64>(), 50, "{:?}", books.totals);
    }

    fn one_that_answers_byte_by_byte(protocol: Protocol) {
        let desk = Desk::slow();
        let server = Server::start(protocol, &desk);
        let mut program = Program::start(protocol, &origin(&server), &[]);
        program.work(10);
        program.flush(true);
        program.work(10);
        let end = program.end();
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        assert!(end.own_lines().is_empty(), "{}", end.stderr);
    }

    fn one_that_is_silent_and_hangs_up(protocol: Protocol) {
        let desk = Desk::new(Deed::Silence);
        let server = Server::start(protocol, &desk);
        let mut program = Program::start(protocol, &origin(&server), &[]);
        program.work(10);
        program.say("flush");
        // All three at once: none waits for another's answer.
        desk.wait_until(|books| books.requests == [1; 3]);
        desk.change_to(Deed::Take);
        program.expect("flushed false");
        program.work(10);
        program.flush(true);
        let end = program.end();
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "the exchange with 127.0.0.1");
    }

    fn one_that_is_silent_for_ever(protocol: Protocol) {
        let desk = Desk::new(Deed::Silence);
        let variables = [
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "200"),
            ("OBSERVE_SHUTDOWN_TIMEOUT", "500ms"),
        ];
        let end = trouble_for_ever(protocol, &desk, &variables);
        end.agrees_with(&desk.books());
        is_an_outage_without_an_end(&end, "within 200ms");
        assert_eq!(end.lost("spans", "shutdown"), 20);
    }

    fn one_that_is_busy(protocol: Protocol) {
        let (end, desk) = trouble_that_ends(protocol, Deed::Busy);
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "not with Bearer *");
    }

    /// Nothing is asked for here: it is tried again without.
    fn one_that_is_busy_a_few_times(protocol: Protocol) {
        let desk = Desk::at_first(Deed::Busy, 2);
        let server = Server::start(protocol, &desk);
        let soon = ["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"];
        let mut program = Program::start(protocol, &origin(&server), &soon.map(|variable| (variable, "100")));
        program.work(10);
        desk.wait_until(|books| books.spans.len() == 10 && books.logs.len() >= 10 && books.totals.contains(&10));
        let end = program.end();
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "");
    }

    fn one_that_wants_a_pause(protocol: Protocol) {
        let (end, desk) = trouble_that_ends(protocol, Deed::Throttle);
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, if protocol == Protocol::Http { "429" } else { "RESOURCE_EXHAUSTED" });
    }

    /// There is time for the pause, so all three signals wait for it, and arrive.
    fn one_that_wants_a_pause_at_the_end(protocol: Protocol) {
        let desk = Desk::at_first(Deed::Throttle, 1);
        let server = Server::start(protocol, &desk);
        let mut program = Program::start(protocol, &origin(&server), &[]);
        program.work(10);
        let end = program.end();
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "");
    }

    fn one_that_refuses(protocol: Protocol) {
        let (end, desk) = trouble_that_ends(protocol, Deed::Refuse);
        end.agrees_with(&desk.books());
        assert_eq!(desk.books().refused_spans, 10);
        assert_eq!(desk.books().totals.last(), Some(&20));
        is_one_outage(&end, "not with Bearer *");
    }

    fn one_that_refuses_for_ever(protocol: Protocol) {
        let desk = Desk::new(Deed::Refuse);
        let end = trouble_for_ever(protocol, &desk, &[]);
        let books = desk.books();
        end.agrees_with(&books);
        assert_eq!((books.spans.len(), books.refused_spans), (0, 20));
        is_an_outage_without_an_end(&end, "not with Bearer *");
    }

    fn one_that_takes_a_part(protocol: Protocol) {
        let (end, desk) = trouble_that_ends(protocol, Deed::TakeAPart);
        end.agrees_with(&desk.books());
        assert_eq!(desk.books().refused_spans, 1);
        assert_eq!(desk.books().totals.last(), Some(&20));
        is_one_outage(&end, "rejected 1 ");
    }

    fn one_that_talks_nonsense(protocol: Protocol) {
        let (end, desk) = trouble_that_ends(protocol, Deed::Garbage);
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "the exchange with 127.0.0.1");
    }

    fn one_that_breaks_off_its_answer(protocol: Protocol) {
        let (end, desk) = trouble_that_ends(protocol, Deed::BreakOff);
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        is_one_outage(&end, "the exchange with 127.0.0.1");
    }

    /// The one case of duplicates: nobody told the program that the first ten were taken. Totals can't be
    /// doubled like that.
    fn one_that_takes_all_and_hangs_up(protocol: Protocol) {
        let (end, desk) = trouble_that_ends(protocol, Deed::TakeAndHangUp);
        let books = desk.books();
        end.agrees_but_for_duplicates(&books);
        end.lost_nothing(&books);
        let mut known = BTreeSet::new();
        let again: BTreeSet<_> = books.spans.iter().copied().filter(|span| !known.insert(*span)).collect();
        assert!(again.into_iter().eq(0..10), "{:?}", books.spans);
        is_one_outage(&end, "the exchange with 127.0.0.1");
    }

    fn one_of_a_private_authority(protocol: Protocol) {
        let authority = Authority::new(&format!("private-{protocol:?}"));
        let desk = Desk::new(Deed::Take);
        let server = Server::encrypted(protocol, &desk, authority.server(false));
        let trusted = authority.certificate();
        let end = over_tls(protocol, &server, &[("OTEL_EXPORTER_OTLP_CERTIFICATE", &trusted)]);
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        assert!(end.own_lines().is_empty(), "{}", end.stderr);
    }

    fn one_that_wants_to_see_a_certificate(protocol: Protocol) {
        let authority = Authority::new(&format!("both-{protocol:?}"));
        let desk = Desk::new(Deed::Take);
        let server = Server::encrypted(protocol, &desk, authority.server(true));
        let (trusted, [certificate, key]) = (authority.certificate(), authority.client());
        let variables = [
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", trusted.as_str()),
            ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", &certificate),
            ("OTEL_EXPORTER_OTLP_CLIENT_KEY", &key),
        ];
        let end = over_tls(protocol, &server, &variables);
        end.agrees_with(&desk.books());
        end.lost_nothing(&desk.books());
        assert!(end.own_lines().is_empty(), "{}", end.stderr);
    }

    fn one_that_sees_no_certificate(protocol: Protocol) {
        let authority = Authority::new(&format!("unseen-{protocol:?}"));
        let desk = Desk::new(Deed::Take);
        let server = Server::encrypted(protocol, &desk, authority.server(true));
        let trusted = authority.certificate();
        let end = over_tls(protocol, &server, &[("OTEL_EXPORTER_OTLP_CERTIFICATE", &trusted)]);
        end.agrees_with(&desk.books());
        assert_eq!((desk.requests(), end.lost("spans", "shutdown")), ([0; 3], 10));
        is_an_outage_without_an_end(&end, "localhost:");
    }

    fn one_that_is_not_trusted(protocol: Protocol) {
        let (authority, other) =
            (Authority::new(&format!("known-{protocol:?}")), Authority::new(&format!("unknown-{protocol:?}")));
        let desk = Desk::new(Deed::Take);
        let server = Server::encrypted(protocol, &desk, other.server(false));
        let trusted = authority.certificate();
        let end = over_tls(protocol, &server, &[("OTEL_EXPORTER_OTLP_CERTIFICATE", &trusted)]);
        end.agrees_with(&desk.books());
        assert_eq!((desk.requests(), end.lost("spans", "shutdown")), ([0; 3], 10));
        is_an_outage_without_an_end(&end, "no TLS with localhost:");
    }

    fn one_of_tls_that_is_spoken_to_in_plain(protocol: Protocol) {
        let authority = Authority::new(&format!("plain-{protocol:?}"));
        let desk = Desk::new(Deed::Take);
        let server = Server::encrypted(protocol, &desk, authority.server(false));
        let mut program = Program::start(protocol, &origin(&server), &[]);
        program.work(10);
        program.flush(false);
        let end = program.end();
        end.agrees_with(&desk.books());
        assert_eq!((desk.requests(), end.lost("spans", "shutdown")), ([0; 3], 10));
        is_an_outage_without_an_end(&end, "the exchange with 127.0.0.1");
    }

    fn one_without_tls_that_is_spoken_to_in_tls(protocol: Protocol) {
        let authority = Authority::new(&format!("reverse-{protocol:?}"));
        let desk = Desk::new(Deed::Take);
        let server = Server::start(protocol, &desk);
        let trusted = authority.certificate();
        let end = over_tls(protocol, &server, &[("OTEL_EXPORTER_OTLP_CERTIFICATE", &trusted)]);
        end.agrees_with(&desk.books());
        assert_eq!((desk.requests(), end.lost("spans", "shutdown")), ([0; 3], 10));
        is_an_outage_without_an_end(&end, "no TLS with localhost:");
    }
}

/// Where it would have gone is not said either: what stands before the `@` may be a secret as a whole.
#[test]
fn a_password_in_the_url_is_not_used_and_not_shown() {
    let mut program = Program::start(Protocol::Http, "http://jane:hunter2@127.0.0.1:1", &[]);
    program.work(10);
    program.flush(true);
    let stderr = program.end().stderr;
    assert_eq!(stderr.matches("the endpoint holds credentials").count(), 1, "{stderr}");
    assert!(!stderr.contains("hunter2") && !stderr.contains("jane"), "{stderr}");
}

/// Ten pieces of each kind to a server that the program believes to speak TLS.
fn over_tls(protocol: Protocol, server: &Server, variables: &[(&str, &str)]) -> End {
    let mut program = Program::start(protocol, &format!("https://localhost:{}", server.port), variables);
    program.work(10);
    program.end()
}
