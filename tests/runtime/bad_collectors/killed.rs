//! A collector that others wrote, killed and started again on its ports.

use super::*;
use crate::program::START_LINES;
use crate::rotel_agent::{self, Rotel};

/// What it had taken was sent on before it was killed: what a collector loses is its own affair.
fn test(protocol: Protocol) {
    let Some(program) = rotel_agent::program() else { return };
    let desk = Desk::new(Deed::Take);
    let behind = Server::start(Protocol::Http, &desk);
    let rotel = Rotel::start(&program, &origin(&behind));
    let ports = [rotel.http, rotel.grpc];
    let port = if protocol == Protocol::Http { rotel.http } else { rotel.grpc };
    let mut probe = Program::start(protocol, &format!("http://127.0.0.1:{port}"), &[]);
    probe.work(10);
    probe.flush(true);
    desk.wait_until(|books| {
        books.spans.len() == 10 && books.logs.len() == 10 + START_LINES && books.totals.contains(&10)
    });
    drop(rotel);
    probe.work(10);
    probe.flush(false);
    let _rotel = Rotel::start_on(ports, &program, &origin(&behind));
    probe.work(10);
    probe.flush(true);
    let end = probe.end();
    let records = end.exported("logs");
    desk.wait_until(|books| books.spans.len() == 30 && books.logs.len() == records && books.totals.contains(&30));
    end.agrees_with(&desk.books());
    end.lost_nothing(&desk.books());
    is_one_outage(&end, "connection refused by 127.0.0.1");
}

#[test]
fn over_http() {
    test(Protocol::Http);
}

#[test]
fn over_grpc() {
    test(Protocol::Grpc);
}
