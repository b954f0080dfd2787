//! The metrics that observe brings: records name groups of them, and what is in a group stands in the rules.

use super::super::{Kind, Label, Metric, Place, Scope, Values};
use super::place;
use crate::error::{Error, Result};
use crate::source::Program;
use observe_rules::cardinality::DEFAULT_MAX_SERIES;
use observe_rules::catalogue;
use observe_rules::families::{self, Family, Group};
use observe_rules::metric;
use std::collections::{BTreeMap, HashSet};

/// All of them that a program has, with the namespace before their names. A metric that the program declares takes the place
/// of the built-in one of its name.
pub(super) fn of(program: &Program, namespace: Option<&str>, declared: &[Metric]) -> Result<Vec<Metric>> {
    let taken: HashSet<&str> = declared.iter().map(key).collect();
    let mut metrics = Vec::new();
    for (group, place) in groups(program)?.into_values() {
        for family in group.families.iter().filter(|family| !taken.contains(family.key())) {
            let mut metric = built_in(group, family, namespace.unwrap_or_default());
            metric.programs.push(program.name.clone());
            metric.place = place.clone();
            metrics.push(metric);
        }
    }
    Ok(metrics)
}

/// The groups by name, each with its first place: a preset has one, and what is counted by hand has none.
fn groups(program: &Program) -> Result<BTreeMap<&str, (&'static Group, Place)>> {
    let mut groups: BTreeMap<&str, (&'static Group, Place)> = BTreeMap::new();
    for record in program.records.iter().filter(|record| record.kind == catalogue::Kind::Families) {
        for name in record.all("group") {
            let group = families::group(name).ok_or_else(|| {
                let message = format!("{} has metrics of observe's that this tool does not know: {name}", program.name);
                Error::new(message).help("install the tool of the release that the program is built with")
            })?;
            let place = if record.line == 0 { Place::default() } else { place(record) };
            let (_, known) = groups.entry(name).or_insert_with(|| (group, place.clone()));
            if place.line > 0 && (known.line == 0 || place < *known) {
                *known = place;
            }
        }
    }
    Ok(groups)
}

fn built_in(group: &Group, family: &Family, namespace: &str) -> Metric {
    let series = family.series() as u64;
    Metric {
        name: family.name_in(namespace),
        bare_name: family.name.to_owned(),
        kind: match family.kind {
            metric::Kind::Counter => Kind::Counter,
            metric::Kind::Gauge => Kind::Gauge,
            metric::Kind::Histogram => Kind::Histogram,
            metric::Kind::Summary => Kind::Summary,
            metric::Kind::Info => Kind::Info,
        },
        unit: family.unit.to_owned(),
        help: family.help.to_owned(),
        labels: family.labels.iter().map(label).collect(),
        series,
        // Its bounds are observe's own, and nobody can set others.
        max_series: series.max(DEFAULT_MAX_SERIES as u64),
        buckets: family.bounds.to_vec(),
        quantiles: Vec::new(),
        outcome: family.outcome.map(str::to_owned),
        objective: None,
        base: None,
        scope: match group.scope {
            families::Scope::Service => Scope::Service,
            families::Scope::System => Scope::System,
            families::Scope::Telemetry => Scope::Telemetry,
        },
        programs: Vec::new(),
        place: Place::default(),
    }
}

fn label(label: &families::Label) -> Label {
    let values = match label.values.known() {
        Some(values) => Values::Known(values.into_iter().map(str::to_owned).collect()),
        None => Values::AtMost(label.values.count() as u64),
    };
    Label { name: label.name.to_owned(), values }
}

/// What no two metrics of a program have in common: the name in `OpenMetrics`, without the namespace.
fn key(metric: &Metric) -> &str {
    let ending = match metric.kind {
        Kind::Counter => metric::Kind::Counter.ending(),
        Kind::Info => metric::Kind::Info.ending(),
        Kind::Gauge | Kind::Histogram | Kind::Summary => "",
    };
    metric.bare_name.strip_suffix(ending).unwrap_or(&metric.bare_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use observe_rules::catalogue::Record;

    fn record(groups: &[&str], line: u32) -> Record {
        Record {
            kind: catalogue::Kind::Families,
            texts: groups.iter().map(|group| ("group".to_owned(), (*group).to_owned())).collect(),
            references: Vec::new(),
            numbers: Vec::new(),
            list: Vec::new(),
            module: "app".to_owned(),
            file: "src/db.rs".to_owned(),
            line,
            column: 1,
        }
    }

    fn program(records: &[Record]) -> Program {
        Program { name: "app".to_owned(), is_library: false, records: records.to_vec() }
    }

    fn names(metrics: &[Metric]) -> Vec<&str> {
        metrics.iter().map(|metric| metric.name.as_str()).collect()
    }

    #[test]
    fn a_group_brings_its_families_once_at_its_first_place() {
        let records = [record(&["redis", "cache_lookups"], 9), record(&["redis"], 0), record(&["redis"], 4)];
        let metrics = of(&program(&records), None, &[]).unwrap();
        let expected =
            ["cache_hits_total", "cache_misses_total", "redis_operations_total", "redis_operation_duration_seconds"];
        assert_eq!(names(&metrics), expected);
        let lines: Vec<u32> = metrics.iter().map(|metric| metric.place.line).collect();
        assert_eq!(lines, [9, 9, 4, 4]);
        let calls = &metrics[2];
        assert_eq!((calls.series, calls.max_series, calls.outcome.as_deref()), (49 * 4, 10_000, Some("status")));
        assert_eq!(calls.label("operation").unwrap().values, Values::AtMost(49));
        assert_eq!((calls.scope, metrics[3].buckets.len(), metrics[3].unit.as_str()), (Scope::Service, 10, "seconds"));
    }

    #[test]
    fn the_namespace_goes_before_those_that_take_it() {
        let metrics = of(&program(&[record(&["service", "database_pool", "tokio"], 0)]), Some("care"), &[]).unwrap();
        let all = names(&metrics);
        for name in ["care_up", "care_info", "care_db_connections_active", "care_database_connections_idle"] {
            assert!(all.contains(&name), "{name} in {all:?}");
        }
        assert!(all.contains(&"tokio_workers") && !all.contains(&"service_up"), "{all:?}");
        assert!(metrics.iter().any(|metric| metric.bare_name == "service_up"));
    }

    #[test]
    fn what_the_program_declares_takes_the_place_of_the_built_in_family() {
        let program = program(&[record(&["redis"], 0)]);
        let declared = of(&program, Some("care"), &[]).unwrap();
        let left = of(&program, Some("care"), &declared[..1]).unwrap();
        assert_eq!(names(&left), ["care_redis_operation_duration_seconds"]);
    }

    #[test]
    fn a_group_of_another_release_is_an_error_and_no_hole() {
        let error = of(&program(&[record(&["teleport"], 3)]), None, &[]).unwrap_err();
        assert!(error.message.contains("teleport") && error.help.unwrap().contains("release"), "{}", error.message);
    }
}
