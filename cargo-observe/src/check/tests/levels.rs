use super::super::levels::{LevelArgs, Levels};
use super::super::{Finding, Level};
use super::*;
use crate::settings::Check;
use clap::Parser as _;
use std::collections::BTreeMap;

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    levels: LevelArgs,
}

/// The level of a finding of OBS1013, which is a warning by itself, in the group `names`.
fn level(file: &[(&str, &str)], line: &[&str]) -> Option<Level> {
    let levels = file.iter().map(|(name, level)| ((*name).to_owned(), (*level).to_owned())).collect();
    let args = Line::parse_from([&["check"], line].concat()).levels;
    let levels = Levels::new(&Check { levels, ..Check::default() }, &args).unwrap();
    let judged = levels.judge(vec![Finding::new(Code::Obs1013, "hits", "two names")], &BTreeMap::new());
    judged.first().map(|judged| judged.level)
}

#[test]
fn a_level_is_set_by_code_group_and_for_all() {
    assert_eq!(level(&[], &[]), Some(Level::Warning));
    assert_eq!(level(&[("OBS1013", "error")], &[]), Some(Level::Error));
    assert_eq!(level(&[("names", "error")], &[]), Some(Level::Error));
    assert_eq!(level(&[("all", "allow")], &[]), None);
    assert_eq!(level(&[("labels", "error")], &[]), Some(Level::Warning), "another group");
}

#[test]
fn what_is_nearer_goes_before() {
    assert_eq!(level(&[("names", "error"), ("OBS1013", "allow")], &[]), None);
    assert_eq!(level(&[("all", "error"), ("names", "warning")], &[]), Some(Level::Warning));
    assert_eq!(level(&[("OBS1013", "error")], &["-A", "names"]), None, "the command line goes before the file");
    assert_eq!(level(&[], &["-A", "names", "-D", "OBS1013"]), Some(Level::Error));
    assert_eq!(level(&[], &["-A", "OBS1013", "-D", "OBS1013"]), Some(Level::Error), "the stricter word holds");
}

#[test]
fn warnings_can_be_denied() {
    assert_eq!(level(&[], &["--deny", "warnings"]), Some(Level::Error));
    assert_eq!(level(&[("OBS1013", "allow")], &["--deny", "warnings"]), None);
}

#[test]
fn a_level_or_code_that_nobody_knows_is_refused() {
    let refused = |name: &str, level: &str| {
        let levels = BTreeMap::from([(name.to_owned(), level.to_owned())]);
        Levels::new(&Check { levels, ..Check::default() }, &LevelArgs::default()).unwrap_err().to_string()
    };
    assert!(refused("OBS1013", "deny").contains("`deny` is no level"));
    assert!(refused("OBS1O13", "error").contains("a similar one is `OBS1013`"));
}

fn with_exceptions(exceptions: &[(&str, &str)]) -> Vec<String> {
    let exceptions = exceptions.iter().map(|(key, reason)| ((*key).to_owned(), (*reason).to_owned())).collect();
    let mut settings = Settings::default();
    settings.check.exceptions = exceptions;
    let catalogue = of_metrics([metric(Kind::Gauge, "up")]);
    let workspace = Workspace {
        root: Path::new("/nowhere"),
        catalogue: &catalogue,
        conflicts: &[],
        settings: &settings,
        queries: &[],
    };
    let levels = Levels::new(&settings.check, &LevelArgs::default()).unwrap();
    let judged = levels.judge(findings(&workspace).unwrap(), &settings.check.exceptions);
    judged.iter().filter(|judged| judged.is_active()).map(|judged| judged.finding.key()).collect()
}

#[test]
fn an_exception_with_a_reason_excepts() {
    assert_eq!(with_exceptions(&[]), ["OBS1010 up"]);
    assert_eq!(with_exceptions(&[("OBS1010 up", "the exporter that we replace called it so")]), NOTHING);
}

#[test]
fn an_exception_needs_a_reason() {
    assert_eq!(with_exceptions(&[("OBS1010 up", "todo")]), ["OBS1090 OBS1010 up"]);
    assert_eq!(with_exceptions(&[("OBS1010 up", "")]), ["OBS1090 OBS1010 up"]);
}

#[test]
fn an_exception_that_excepts_nothing_is_said() {
    let reason = "the exporter that we replace called it so";
    assert_eq!(with_exceptions(&[("OBS1010 upp", reason)]), ["OBS1010 up", "OBS1091 OBS1010 upp"]);
    assert_eq!(with_exceptions(&[("OBS1234567 up", reason)]), ["OBS1010 up", "OBS1091 OBS1234567 up"]);
}
