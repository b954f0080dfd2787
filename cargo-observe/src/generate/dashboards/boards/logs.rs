//! Saved queries of logs: as a dashboard, and as a page to copy them from.
//!
//! A line is found by `service_name`, which Loki gives to whatever comes by OTLP, and by itself to what has a label
//! `service`. `json` reads lines that are JSON; what came by OTLP is no JSON and has its fields already, so its error is
//! dropped and not the line.

use crate::generate::dashboards::board::{Board, Folder};
use crate::generate::dashboards::grafana::Variable;
use crate::generate::dashboards::panel::Panel;

/// A query that somebody who investigates needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogQuery {
    pub(crate) title: &'static str,
    /// When it is asked.
    pub(crate) about: &'static str,
    /// What comes after the choice of the service.
    pub(crate) rest: &'static str,
    /// Of a query that counts: what its lines are called.
    pub(crate) legend: Option<&'static str>,
}

pub(crate) const ERRORS: &str =
    r#"| detected_level=~"error|fatal|critical|warn" | json | drop __error__, __error_details__"#;
pub(crate) const FAILED: &str = r#"|= "request done" | json | drop __error__, __error_details__ | status >= 500"#;
pub(crate) const REFUSED: &str =
    r#"|= "request done" | json | drop __error__, __error_details__ | status=~"401|403|429""#;
pub(crate) const AUDIT: &str = r#"|= "\"event\"" |= "\"outcome\"" | json | drop __error__, __error_details__ | event!="" | outcome=~"granted|refused|failed""#;

pub(crate) const QUERIES: [LogQuery; 14] = [
    log(
        "A request, by its id",
        "All lines of one request, of all services that it went through",
        r#"| json | drop __error__, __error_details__ | request_id="$request_id""#,
    ),
    log(
        "Errors of a request",
        "What went wrong in it",
        r#"| detected_level=~"error|fatal|critical|warn" | json | drop __error__, __error_details__ | request_id="$request_id""#,
    ),
    log("A trace", "All lines of one trace", r#"| json | drop __error__, __error_details__ | trace_id="$trace_id""#),
    log(
        "A user, by pseudonym",
        "What somebody did who is known by the hash that lines have; the pseudonym of a user id is made with the service's key",
        r#"| json | drop __error__, __error_details__ | user="$user""#,
    ),
    log("Errors and warnings", "Whatever a service complains about", ERRORS),
    log("Failed requests", "Requests that were answered with 5xx", FAILED),
    log(
        "Slow requests",
        "Requests that took longer than this many milliseconds",
        r#"|= "request done" | json | drop __error__, __error_details__ | duration_ms > $slow_ms"#,
    ),
    log("Refused requests", "Requests without the right to what they asked for, and those beyond their limit", REFUSED),
    log(
        "Entries of the audit log",
        "Who was let in and who was refused; the file of the audit log has to be shipped for it",
        AUDIT,
    ),
    log("Panics", "Code that gave up", r#"|= "panicked""#),
    log(
        "Alerts of the program",
        "What it told somebody about",
        r#"|= "observe::alerts" | json | drop __error__, __error_details__"#,
    ),
    log(
        "Trouble of telemetry",
        "What observe itself warns about: a collector that is away, lost spans, settings that it doesn't understand",
        r#"| detected_level=~"error|warn" | json | drop __error__, __error_details__ | target=~"observe(::.*)?""#,
    ),
    count(
        "Values hidden, by kind",
        "A kind that rises after a release tells of a new place that is given personal data",
        r#"sum by (service_name, kind) (count_over_time({service_name=~"$job"} |= "[REDACTED:" | regexp `\[REDACTED:(?P<kind>[a-z_]+)\]` | kind!="" [$__auto]))"#,
        "{{service_name}} {{kind}}",
    ),
    count(
        "Lines by level",
        "How much a service talks, and how much of it are complaints",
        r#"sum by (service_name, detected_level) (count_over_time({service_name=~"$job"} [$__auto]))"#,
        "{{service_name}} {{detected_level}}",
    ),
];

const fn log(title: &'static str, about: &'static str, rest: &'static str) -> LogQuery {
    LogQuery { title, about, rest, legend: None }
}

const fn count(title: &'static str, about: &'static str, whole: &'static str, legend: &'static str) -> LogQuery {
    LogQuery { title, about, rest: whole, legend: Some(legend) }
}

impl LogQuery {
    /// The query as a whole.
    pub(crate) fn text(&self) -> String {
        if self.legend.is_some() { self.rest.to_owned() } else { whole(self.rest) }
    }
}

fn whole(rest: &str) -> String {
    format!(r#"{{service_name=~"$job"}} {rest}"#)
}

/// Lines that one of the queries finds.
pub(crate) fn panel(title: &str, rest: &str) -> Panel {
    Panel::logs(title, &whole(rest))
}

pub(crate) fn board() -> Board {
    let mut board = Board::new(
        "log-queries",
        "Log queries",
        Folder::Operations,
        "Saved queries for common investigations; fill in the fields above.",
    );
    board.from = "now-1h";
    board.is_of_logs = true;
    board.variables = vec![
        Variable::text("request_id", "Request id", ""),
        Variable::text("trace_id", "Trace id", ""),
        Variable::text("user", "User's pseudonym", ""),
        Variable::text("slow_ms", "Slow from (ms)", "1000"),
    ];
    board.section("At a glance");
    for query in QUERIES {
        let Some(legend) = query.legend else { continue };
        board.add(Panel::log_counts(query.title, &query.text(), legend).describe(query.about));
    }
    board.add(traces_of_failures());
    for query in QUERIES.iter().filter(|query| query.legend.is_none()) {
        // One at a time is looked at; the others cost nothing.
        board.closed_section(query.title);
        board.add(Panel::logs(query.title, &query.text()).describe(query.about));
    }
    board
}

/// The way from a failed request to its trace, in a column of its own.
fn traces_of_failures() -> Panel {
    let columns = serde_json::json!({
        "excludeByName": {},
        "includeByName": { "Time": true, "service_name": true, "method": true, "route": true, "status": true, "duration_ms": true, "request_id": true, "trace_id": true },
        "indexByName": {},
        "renameByName": {},
    });
    let fields = serde_json::json!({ "format": "json", "keepTime": false, "replace": false, "source": "labels" });
    Panel::log_table("Traces of failed requests", &whole(FAILED))
        .describe("Each failed request with the way to its trace")
        .linked_to_traces()
        .transformed("extractFields", fields)
        .transformed("organize", columns)
}
