//! One look at a service: from its past into the present, and on after it was gone.

use super::lines::{Line, Lines};
use super::service::{Kept, NoAnswer, Service, State};
use super::show::{Show, moment};
use crate::error::{Error, Result};
use crate::terminal::{GOOD, NOTE, WARNING};
use serde_json::{Value, json};
use std::io::{Read, Write as _};
use std::thread;
use std::time::Duration;

/// Between attempts to reach a service that is gone: the first pause, and the longest.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Where we are.
pub(super) struct Session {
    service: Service,
    form: Show,
    is_quiet: bool,
    /// The service as it was when it answered last.
    known: Option<State>,
    /// The numbers of what comes next; of log events, where they are wanted.
    requests: u64,
    logs: Option<u64>,
    /// Whether it was said that the service does not answer.
    is_lost: bool,
    /// Whether it was said that there are lines which can't be read.
    is_garbage_said: bool,
}

/// Why nothing more is shown.
enum End {
    /// Whoever reads has closed the pipe.
    NobodyReads,
    Failed(Error),
}

impl Session {
    pub(super) fn new(service: Service, form: Show, with_logs: bool, is_quiet: bool) -> Self {
        Self {
            service,
            form,
            is_quiet,
            known: None,
            requests: 0,
            logs: with_logs.then_some(0),
            is_lost: false,
            is_garbage_said: false,
        }
    }

    /// Shows so many lines of the past, and then what comes, until nobody reads it. A service that goes away is waited
    /// for; one that was never there is an error.
    pub(super) fn run(mut self, past: usize) -> Result<()> {
        match self.go_on(past) {
            End::NobodyReads => Ok(()),
            End::Failed(error) => Err(error),
        }
    }

    fn go_on(&mut self, past: usize) -> End {
        let mut ended = self.begin(past);
        let mut pause = PAUSE;
        loop {
            match ended {
                // It may have ended, or only its answer.
                Ok(()) => pause = PAUSE,
                Err(Stop::End(end)) => return end,
                Err(Stop::NotNow(why)) if self.known.is_none() => {
                    return End::Failed(
                        Error::new(format!("nobody answers at {}: {why}", self.service.url))
                            .help("start the service, or name its address: `cargo observe tail http://127.0.0.1:3000`"),
                    );
                }
                Err(Stop::NotNow(_)) => self.say_lost(),
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
            ended = self.again();
        }
    }

    /// The service for the first time, with its past.
    fn begin(&mut self, past: usize) -> Step {
        let state = self.service.state()?;
        self.requests = state.requests.next;
        self.logs = self.logs.map(|_| state.logs.next);
        if past > 0 {
            self.show_past(past)?;
        }
        let lines = self.follow()?;
        self.known = Some(state);
        self.show(lines)
    }

    /// The service once more: the same, or another one in its place, whose numbers begin again.
    fn again(&mut self) -> Step {
        let state = self.service.state()?;
        let is_another = self.known.as_ref().is_none_or(|known| known.started.total_cmp(&state.started).is_ne());
        if is_another {
            self.requests = 0;
            self.logs = self.logs.map(|_| 0);
        }
        let has_forgotten = |kept: Kept, next: u64| next > 0 && kept.first > next;
        let is_forgotten = has_forgotten(state.requests, self.requests)
            || self.logs.is_some_and(|next| has_forgotten(state.logs, next));
        let lines = self.follow()?;
        self.say_back(&state, is_another, is_forgotten);
        self.known = Some(state);
        self.show(lines)
    }

    fn show_past(&mut self, most: usize) -> Step {
        let mut past: Vec<Value> =
            self.service.past("requests", most)?.into_iter().map(|request| json!({ "request": request })).collect();
        if self.logs.is_some() {
            past.extend(self.service.past("logs", most)?.into_iter().map(|log| json!({ "log": log })));
        }
        past.sort_by(|one, other| moment(one).total_cmp(&moment(other)));
        for line in &past[past.len().saturating_sub(most)..] {
            self.line(line, &line.to_string())?;
        }
        Ok(())
    }

    /// What comes from here on.
    fn follow(&self) -> Result<Lines<impl Read + use<>>, Stop> {
        Ok(self.service.follow(self.requests, self.logs)?)
    }

    /// Shows what comes, until it is over.
    fn show(&mut self, mut lines: Lines<impl Read>) -> Step {
        // Where the connection breaks, the next attempt finds out why.
        while let Ok(Some(line)) = lines.next() {
            match line {
                Line::Text(text) if text.trim().is_empty() => {}
                Line::Text(text) => match serde_json::from_str::<Value>(&text) {
                    Ok(line @ Value::Object(_)) => self.line(&line, &text)?,
                    _ => self.say_garbage(),
                },
                Line::Garbage => self.say_garbage(),
            }
        }
        Ok(())
    }

    /// Shows a line, and goes on behind it.
    fn line(&mut self, line: &Value, text: &str) -> Step {
        for (name, next) in [("request", Some(&mut self.requests)), ("log", self.logs.as_mut())] {
            if let (Some(next), Some(number)) = (next, line[name]["seq"].as_u64()) {
                *next = (*next).max(number.saturating_add(1));
            }
        }
        let Some(shown) = self.form.line(line, text) else { return Ok(()) };
        let mut stdout = anstream::stdout().lock();
        let written = stdout.write_all(shown.as_bytes()).and_then(|()| stdout.flush());
        written.map_err(|_| Stop::End(End::NobodyReads))
    }

    fn say_lost(&mut self) {
        if !std::mem::replace(&mut self.is_lost, true) && !self.is_quiet {
            let name = self.known.as_ref().map_or("the service", |known| &known.name);
            anstream::eprintln!("{WARNING}lost{WARNING:#}: {name} does not answer; waiting for it");
        }
    }

    fn say_back(&mut self, state: &State, is_another: bool, is_forgotten: bool) {
        let was_lost = std::mem::take(&mut self.is_lost);
        if self.is_quiet || !(was_lost || is_another || is_forgotten) {
            return;
        }
        let name = &state.name;
        let what = if is_another { "has started anew" } else { "answers again" };
        let rest = if is_forgotten { "; some of what came meanwhile is forgotten" } else { "" };
        anstream::eprintln!("{GOOD}back{GOOD:#}: {name} {what}{rest}");
    }

    fn say_garbage(&mut self) {
        if !std::mem::replace(&mut self.is_garbage_said, true) && !self.is_quiet {
            anstream::eprintln!(
                "{NOTE}note{NOTE:#}: a line is left out that is no JSON; further ones are left out too"
            );
        }
    }
}

/// Why a step was the last, for now or for good.
enum Stop {
    NotNow(String),
    End(End),
}

type Step = Result<(), Stop>;

impl From<NoAnswer> for Stop {
    fn from(no: NoAnswer) -> Self {
        match no {
            NoAnswer::NotNow(why) => Self::NotNow(why),
            NoAnswer::Never(error) => Self::End(End::Failed(error)),
        }
    }
}
