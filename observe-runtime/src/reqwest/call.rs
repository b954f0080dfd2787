//! One request: its span, its numbers, its outcome.

use super::duration::Timed;
use super::failure::{Causes, error_type};
use crate::call::outcome::Outcome;
use crate::client_call::ClientCall;
use crate::clock::Ticks;
use crate::http::Url;
use crate::metric::{HttpMethod, HttpStatus, Label as _};
use crate::operation::calls::external_api_call;
use crate::operation::{ClientKind, counts_client};
use crate::propagation::inject;
use reqwest::{Request, Response};
use std::error::Error;
use tracing::field::Empty;

/// A request under way, until the last of its answer was read.
pub(super) struct RequestCall {
    call: ClientCall,
    /// Where the names of the semantic conventions are chosen.
    timed: Option<Timed>,
    /// What is going on, for the case that it is dropped meanwhile.
    state: State,
}

enum State {
    /// Nobody runs it just now: a drop is a cancellation.
    Waiting,
    /// It runs: only a panic drops it.
    Polling,
    /// The head of the answer came then, and nobody has asked for the body yet.
    Answered(Ticks),
    Done,
}

/// What is known of a request besides what it says itself.
#[derive(Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub(super) provider: Option<&'a str>,
    pub(super) template: Option<&'static str>,
    /// How often it was sent before.
    pub(super) resent: u32,
    /// Whether the other side learns nothing of the trace.
    pub(super) is_foreign: bool,
}

impl RequestCall {
    /// Begins a call, and writes where it stands in its trace into the request's headers.
    pub(super) fn begin(request: &mut Request, about: About<'_>) -> Self {
        let method = HttpMethod::value(HttpMethod::from(request.method().as_str()).index());
        // As the conventions have it, where they have another word than labels.
        let method = if method == "OTHER" { "_OTHER" } else { method };
        let host = request.url().host_str().unwrap_or("unknown");
        let span = tracing::info_span!(
            target: "observe::reqwest",
            "request",
            otel.name = Empty,
            otel.kind = "client",
            http.request.method = method,
            server.address = Empty,
            server.port = Empty,
            url.full = Empty,
            url.template = about.template,
            external_api.provider = Empty,
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            otel.status_code = Empty,
            error.type = Empty,
            error.message = Empty,
            outcome = Empty,
        );
        let port = request.url().port_or_known_default();
        let timed = Timed::begin(method, host, port);
        let meter =
            (!counts_client(ClientKind::ExternalApi)).then(|| external_api_call(about.provider.unwrap_or(host)));
        let call = ClientCall::new(span, meter);
        if call.takes_fields() {
            let span = call.span();
            // A request without a method that is known is one of HTTP all the same.
            let name = if method == "_OTHER" { "HTTP" } else { method };
            match about.template {
                Some(template) => span.record("otel.name", format!("{name} {template}").as_str()),
                None => span.record("otel.name", name),
            };
            span.record("server.address", host);
            if let Some(port) = port {
                span.record("server.port", port);
            }
            let full = match about.template {
                // In the place of a path that may say for whom it is.
                Some(template) => Url::new(format_args!("{}{template}", request.url().origin().ascii_serialization())),
                None => Url::new(request.url()),
            };
            span.record("url.full", full.to_string().as_str());
            if let Some(provider) = about.provider {
                span.record("external_api.provider", provider);
            }
            if about.resent > 0 {
                span.record("http.request.resend_count", about.resent);
            }
        }
        if !about.is_foreign {
            call.span().in_scope(|| inject(request.headers_mut()));
        }
        Self { call, timed, state: State::Waiting }
    }

    /// Polls something inside of the request's span.
    pub(super) fn poll<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let before = std::mem::replace(&mut self.state, State::Polling);
        let result = self.call.span().in_scope(work);
        self.state = match before {
            // Whoever asks for the body wants all of it.
            State::Answered(_) => State::Waiting,
            before => before,
        };
        result
    }

    /// The head of the answer is there. One that says that it failed ends the call, because nobody reads what such an
    /// answer says in order to succeed.
    pub(super) fn answered(&mut self, response: &Response) {
        let status = response.status().as_u16();
        self.call.span().record("http.response.status_code", status);
        if let Some(timed) = &mut self.timed {
            timed.answered(status);
        }
        if status >= 400 {
            let error_type = HttpStatus::value(HttpStatus::from(status).index());
            self.finish(Outcome::Error { error_type, message: None, label: 0 });
        } else {
            self.state = State::Answered(Ticks::now());
        }
    }

    pub(super) fn failed(&mut self, error: &(dyn Error + 'static)) {
        let text = Causes(error).text();
        self.finish(Outcome::Error { error_type: error_type(error), message: Some(&text), label: 0 });
    }

    pub(super) fn finish(&mut self, outcome: Outcome<'_>) {
        if !self.is_done() {
            self.end(&outcome, Ticks::now());
        }
    }

    fn end(&mut self, outcome: &Outcome<'_>, at: Ticks) {
        self.state = State::Done;
        self.call.finish_at(outcome, at);
        let error = match outcome {
            Outcome::Error { error_type, .. } => Some(*error_type),
            Outcome::Panicked => Some("panic"),
            _ => None,
        };
        if let Some(timed) = self.timed.take() {
            timed.finish(error, at);
        }
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }
}

impl Drop for RequestCall {
    fn drop(&mut self) {
        match self.state {
            State::Waiting => self.end(&Outcome::Cancelled, Ticks::now()),
            State::Polling => self.end(&Outcome::Panicked, Ticks::now()),
            // Nobody wanted the body: the call was over when its head came.
            State::Answered(at) => self.end(&Outcome::Ok, at),
            State::Done => {}
        }
    }
}
