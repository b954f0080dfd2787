//! Which findings count, and how much: what `observe.toml` and the command line say of codes, and exceptions with reasons.

use super::{Finding, GROUPS, Level};
use crate::error::{Error, Result};
use crate::settings;
use observe_rules::{Code, suggest};
use std::collections::BTreeMap;

/// The level of a code, as far as the command line says it. Each is a code, the name of a group, or `all`.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct LevelArgs {
    /// Report these as errors; `warnings` stands for whatever is a warning
    #[arg(short = 'D', long, value_name = "CODE", help_heading = "Levels")]
    deny: Vec<String>,
    /// Report these as warnings
    #[arg(short = 'W', long, value_name = "CODE", help_heading = "Levels")]
    warn: Vec<String>,
    /// Do not report these
    #[arg(short = 'A', long, value_name = "CODE", help_heading = "Levels")]
    allow: Vec<String>,
}

/// What all codes have in common.
const ALL: &str = "all";
/// Whatever is a warning, in `--deny warnings`.
const WARNINGS: &str = "warnings";

/// The level of every code.
#[derive(Debug)]
pub(super) struct Levels {
    of_code: BTreeMap<Code, Level>,
    are_warnings_denied: bool,
}

/// A finding with its level, and with the reason where it is none.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) finding: Finding,
    pub(super) level: Level,
    /// Why it is none, from `check.exceptions`.
    pub(super) exception: Option<String>,
}

impl Levels {
    /// The levels that settings and command line give. The command line goes before the settings, and in each a code goes
    /// before its group, a group before `all`.
    pub(super) fn new(settings: &settings::Check, args: &LevelArgs) -> Result<Self> {
        let from_file = settings
            .levels
            .iter()
            .map(|(name, level)| {
                let known = Level::of_name(level).ok_or_else(|| {
                    Error::new(format!("`{level}` is no level, in `check.levels` of observe.toml"))
                        .help(format!("write `{name} = \"error\"`, `\"warning\"` or `\"allow\"`"))
                })?;
                Ok((name.as_str(), known))
            })
            .collect::<Result<BTreeMap<_, _>>>()?;
        let said = |names: &'_ [String], level| names.iter().map(move |name| (name.clone(), level)).collect::<Vec<_>>();
        // Where the same is said twice, the stricter word holds.
        let from_line: BTreeMap<String, Level> =
            [said(&args.allow, Level::Allow), said(&args.warn, Level::Warning), said(&args.deny, Level::Error)]
                .concat()
                .into_iter()
                .filter(|(name, _)| name != WARNINGS)
                .collect();
        for name in from_file.keys().copied().chain(from_line.keys().map(String::as_str)) {
            check_name(name)?;
        }
        let mut of_code = BTreeMap::new();
        for group in GROUPS {
            for (code, default) in group.rules {
                let names = [code.id(), group.name, ALL];
                let level = names
                    .iter()
                    .find_map(|name| from_line.get(*name))
                    .or_else(|| names.iter().find_map(|name| from_file.get(name)));
                of_code.insert(*code, level.copied().unwrap_or(*default));
            }
        }
        Ok(Self { of_code, are_warnings_denied: args.deny.iter().any(|name| name == WARNINGS) })
    }

    fn of(&self, code: Code) -> Level {
        match self.of_code.get(&code) {
            Some(Level::Warning) if self.are_warnings_denied => Level::Error,
            Some(level) => *level,
            // A rule that no group lists would be lost otherwise.
            None => Level::Error,
        }
    }

    /// The findings that are not allowed, the gravest first, then by place.
    pub(super) fn judge(&self, findings: Vec<Finding>, exceptions: &BTreeMap<String, String>) -> Vec<Judged> {
        let mut judged: Vec<Judged> = findings
            .into_iter()
            .map(|finding| Judged {
                level: self.of(finding.code),
                exception: exceptions.get(&finding.key()).cloned(),
                finding,
            })
            .filter(|judged| judged.level != Level::Allow)
            .collect();
        judged.sort_by(|one, other| one.key().cmp(&other.key()));
        judged
    }
}

impl Judged {
    /// Whether it counts.
    pub(super) fn is_active(&self) -> bool {
        self.exception.is_none()
    }

    fn key(&self) -> impl Ord + '_ {
        let place = self.finding.locations.first().map(|place| (place.file.as_str(), place.line, place.column));
        (std::cmp::Reverse(self.level), place, self.finding.code, self.finding.subject.as_str())
    }
}

fn check_name(name: &str) -> Result<()> {
    let codes = GROUPS.iter().flat_map(|group| group.rules).map(|(code, _)| code.id());
    let known: Vec<&str> = codes.chain(GROUPS.iter().map(|group| group.name)).chain([ALL]).collect();
    if known.contains(&name) {
        return Ok(());
    }
    let error = Error::new(format!("`{name}` is no check"));
    Err(match suggest::nearest(name, known) {
        Some(near) => error.help(format!("a similar one is `{near}`")),
        None => error,
    })
}
