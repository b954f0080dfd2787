//! What is known without a running service.

use super::super::finding::Finding;
use super::super::variables::Variables;
use super::scratch;
use crate::catalogue::{Catalogue, How, Policy, Values};
use crate::context::Context;
use crate::error::{Error, Result};
use observe_rules::policy::FILE;
use observe_rules::privacy;
use std::process::Command;

/// How long a check of health may take at most.
const LONGEST_CHECK: u64 = 5_000;
/// The folder's parts that a service is watched with.
const WATCHED_BY: [(&str, &str); 2] = [("dashboards in place", "dashboards"), ("alert rules in place", "alerts")];

/// Nothing whose name promises personal data is shown in clear without a reason.
pub(super) fn redaction(catalogue: &Catalogue) -> Finding {
    const ITEM: &str = "redaction declared";
    let mut shown = Vec::new();
    for span in &catalogue.spans {
        let open = span.fields.iter().filter(|field| matches!(field.how, How::Clear | How::Unchecked));
        let bare = open.filter(|field| field.reason.is_empty() && privacy::is_sensitive(&field.name));
        shown.extend(bare.map(|field| format!("`{}` of span `{}`", field.name, span.name)));
    }
    for redaction in &catalogue.redactions {
        let open = redaction.fields.iter().filter(|field| field.policy == Policy::Clear);
        let bare = open.filter(|field| field.reason.is_empty() && privacy::is_sensitive(&field.name));
        shown.extend(bare.map(|field| format!("`{}` of `{}`", field.name, redaction.name)));
    }
    let fields: usize = catalogue.spans.iter().map(|span| span.fields.len()).sum();
    if shown.is_empty() {
        let types = catalogue.redactions.len();
        Finding::ok(ITEM, format!("{fields} fields of spans and {types} redacted types show nothing personal in clear"))
    } else {
        Finding::failed(ITEM, format!("shown in clear without a reason: {}", shown.join(", ")))
            .help("redact it, or give the reason why it may be seen")
    }
}

/// Every label has a limit by its type; the metrics keep to theirs, one by one and together.
pub(super) fn label_limits(catalogue: &Catalogue, most: u64) -> Finding {
    const ITEM: &str = "label limits";
    let over: Vec<_> = catalogue.metrics.iter().filter(|metric| metric.series > metric.max_series).collect();
    let mut all: Vec<(&str, u64)> = Vec::new();
    for program in &catalogue.programs {
        let of = catalogue.metrics.iter().filter(|metric| metric.programs.contains(&program.name));
        all.push((&program.name, of.map(|metric| metric.series).sum()));
    }
    let labels = || catalogue.metrics.iter().flat_map(|metric| &metric.labels);
    let open = labels().filter(|label| matches!(label.values, Values::AtMost(_))).count();
    let largest = all.iter().max_by_key(|(_, series)| *series).copied().unwrap_or_default();
    if catalogue.metrics.is_empty() {
        return Finding::failed(ITEM, "the catalogue has no metric").help("is it the catalogue of a service?");
    }
    if let Some(metric) = over.first() {
        let what = format!("{} can have {} series, and {} are allowed", metric.name, metric.series, metric.max_series);
        return Finding::failed(ITEM, what).help("take a label away, or lower how many values it can have");
    }
    if largest.1 > most {
        let what = format!("{} can have {} series, and {most} are allowed", largest.0, largest.1);
        return Finding::failed(ITEM, what).help(format!("`metrics.max_series` in {FILE}"));
    }
    let labels = labels().count();
    let what = format!("{labels} labels are bounded, {open} of them by number; at most {} series a program", largest.1);
    Finding::ok(ITEM, what)
}

pub(super) fn health_timeouts(catalogue: &Catalogue) -> Finding {
    const ITEM: &str = "health time-outs";
    let all = || catalogue.health_checks.iter();
    let bad: Vec<_> =
        all().filter(|check| check.timeout_ms == 0 || check.timeout_ms > LONGEST_CHECK).map(|c| &*c.name).collect();
    if !bad.is_empty() {
        let what = format!("not from 1 ms to {LONGEST_CHECK} ms: {}", bad.join(", "));
        return Finding::failed(ITEM, what).help("`timeout` of `#[health_check]`");
    }
    if all().next().is_none() {
        let what = "no check is declared by an annotation: those that code registers have the standard time-outs";
        return Finding::skipped(ITEM, what).help("--service asks the service how long its answers take");
    }
    let longest = all().map(|check| check.timeout_ms).max().unwrap_or_default();
    Finding::ok(ITEM, format!("{} checks, the longest may take {longest} ms", all().count()))
}

pub(super) fn sampling(variables: &Variables) -> Finding {
    const ITEM: &str = "sampling set";
    match (variables.get("OTEL_TRACES_SAMPLER"), variables.is_production()) {
        (Some(sampler), _) => {
            let ratio = variables.get("OTEL_TRACES_SAMPLER_ARG").map_or(String::new(), |ratio| format!(" {ratio}"));
            Finding::ok(ITEM, format!("OTEL_TRACES_SAMPLER={sampler}{ratio}"))
        }
        (None, true) => Finding::ok(ITEM, "production keeps a tenth, and all that failed or were slow"),
        (None, false) => Finding::failed(ITEM, "nothing says how many traces are kept: all of them are")
            .help("set OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG, or OBSERVE_ENVIRONMENT=production for a tenth"),
    }
}

pub(super) fn retention(context: &Context) -> Finding {
    const ITEM: &str = "retention set";
    let text = std::fs::read_to_string(context.root.join(FILE)).unwrap_or_default();
    let is_set = text.parse::<toml_edit::DocumentMut>().is_ok_and(|file| file.contains_key("retention"));
    let kept = &context.settings.retention;
    let days =
        format!("metrics {} days, logs {} days, traces {} days", kept.metrics_days, kept.logs_days, kept.traces_days);
    if is_set {
        Finding::ok(ITEM, days)
    } else {
        Finding::failed(ITEM, format!("{FILE} has no [retention]: {days} is the standard, and nobody decided it"))
            .help("write what is meant, such as `metrics_days = 90`")
    }
}

/// Dashboards and alert rules are there, and are those that the catalogue makes: asked as CI asks.
pub(super) fn generated(catalogue: &Catalogue, context: &Context) -> Result<Vec<Finding>> {
    let program = std::env::current_exe().map_err(|error| Error::new(error.to_string()))?;
    let (file, written) = scratch("json")?;
    serde_json::to_writer(written, catalogue).map_err(|error| Error::of(&file, error))?;
    let findings = WATCHED_BY.map(|(item, part)| {
        let folder = context.root.join(&context.settings.generate.folder);
        let help = format!("`cargo observe generate {part}`, and commit what it writes");
        if !folder.is_dir() {
            return Finding::failed(item, format!("there is no folder {}", folder.display())).help(help);
        }
        let mut generate = Command::new(&program);
        generate.args(["observe", "generate", part, "--check", "--catalogue"]).arg(&file).current_dir(&context.root);
        match generate.output() {
            Ok(output) if output.status.success() => {
                Finding::ok(item, format!("{} has what the catalogue makes", folder.display()))
            }
            Ok(output) if output.status.code() == Some(1) => {
                let differing = String::from_utf8_lossy(&output.stdout);
                let count = differing.lines().filter(|line| line.starts_with("--- ")).count();
                Finding::failed(item, format!("{count} files in {} are out of date", folder.display())).help(help)
            }
            Ok(output) => {
                let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                Finding::failed(item, format!("it can't be known: {why}"))
            }
            Err(error) => Finding::failed(item, format!("it can't be known: {error}")),
        }
    });
    let _ = std::fs::remove_file(&file);
    Ok(findings.to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::super::finding::State;
    use super::*;

    fn services() -> Catalogue {
        crate::catalogue::read(include_str!("../../../tests/fixtures/services.json")).unwrap()
    }

    #[test]
    fn a_sensitive_field_in_clear_fails_unless_it_has_a_reason() {
        let mut catalogue = services();
        assert_eq!(redaction(&catalogue).state, State::Ok);
        let field = &mut catalogue.spans[0].fields[0];
        (field.name, field.how) = ("patient_name".to_owned(), How::Clear);
        let found = redaction(&catalogue);
        assert_eq!(found.state, State::Failed);
        assert!(found.what.contains("`patient_name` of span `answer`"), "{found:?}");
        catalogue.spans[0].fields[0].reason = "an alias".to_owned();
        assert_eq!(redaction(&catalogue).state, State::Ok);
    }

    #[test]
    fn a_metric_over_its_limit_fails_and_so_does_a_program_over_its_own() {
        let mut catalogue = services();
        assert_eq!(label_limits(&catalogue, u64::MAX).state, State::Ok);
        assert_eq!(label_limits(&catalogue, 10).state, State::Failed);
        catalogue.metrics[0].series = 10_001;
        assert!(label_limits(&catalogue, u64::MAX).what.contains("10001 series, and 10000 are allowed"));
        assert_eq!(label_limits(&Catalogue::default(), 10).state, State::Failed);
    }

    #[test]
    fn a_check_without_an_end_fails() {
        let mut catalogue = services();
        assert_eq!(health_timeouts(&catalogue).state, State::Ok);
        catalogue.health_checks[0].timeout_ms = 60_000;
        assert_eq!(health_timeouts(&catalogue).state, State::Failed);
        catalogue.health_checks.clear();
        assert_eq!(health_timeouts(&catalogue).state, State::Skipped);
    }

    #[test]
    fn sampling_is_decided_by_name_or_by_production() {
        let state = |pairs: &[(&str, &str)]| sampling(&pairs.iter().copied().collect()).state;
        assert_eq!(state(&[]), State::Failed);
        assert_eq!(state(&[("OTEL_TRACES_SAMPLER", "traceidratio")]), State::Ok);
        assert_eq!(state(&[("OBSERVE_ENVIRONMENT", "production")]), State::Ok);
    }
}
