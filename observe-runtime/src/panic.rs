//! Panics: their text is scrubbed before anybody sees it.

use crate::escape::push_escaped;
use crate::exit;
use crate::export::own_traffic;
use crate::redact::scrub::scrub;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::io::Write as _;
use std::panic::PanicHookInfo;

thread_local! {
    /// The scrubbed text of the last panic on this thread, for the span that it unwinds.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Logs panics as error lines in place of the default hook, which prints the raw text.
pub(crate) fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let text = scrub(text_of(info)).into_owned();
        let location = info.location().map(ToString::to_string).unwrap_or_default();
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
        let thread = std::thread::current();
        // Nothing may panic here: that would end the process without a word.
        let _ = LAST.try_with(|last| last.try_borrow_mut().map(|mut last| *last = Some(text.clone())));
        if own_traffic::is_suppressed() || !tracing::enabled!(target: "panic", tracing::Level::ERROR) {
            // An export, a filter for logs, or no subscriber on this thread: a panic is said all the same.
            let mut line = format!("panicked at {location}: ");
            push_escaped(&mut line, &text);
            line.push('\n');
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        tracing::error!(
            target: "panic",
            location,
            thread = thread.name().unwrap_or("unnamed"),
            backtrace,
            "panicked: {text}",
        );
        // One of ours can't answer for itself, and may hold what the others wait for.
        let is_ours = thread.name().is_some_and(|name| name.starts_with("observe-"));
        if cfg!(panic = "abort") && !is_ours {
            // Nothing is unwound and no exit hook runs: this is the end, whichever thread it is.
            exit::shut_down();
        }
    }));
}

fn text_of<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    info.payload_as_str().unwrap_or("the payload is no text")
}

/// The scrubbed text of the last panic on this thread; `None` where no hook of ours is installed.
pub(crate) fn last_panic_text() -> Option<String> {
    LAST.try_with(|last| last.try_borrow_mut().ok().and_then(|mut last| last.take())).ok().flatten()
}
