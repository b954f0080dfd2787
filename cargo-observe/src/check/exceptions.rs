//! The exceptions of `observe.toml`: each has a reason, and something that it excepts.

use super::privacy::is_reason;
use super::{Finding, GROUPS, Group, Level, Location, Workspace};
use observe_rules::policy::FILE;
use observe_rules::{Code, suggest};
use std::collections::BTreeSet;
use std::fs;

pub(super) const GROUP: Group = Group {
    name: "exceptions",
    rules: &[(Code::Obs1090, Level::Error), (Code::Obs1091, Level::Warning)],
    check: |workspace| Ok(check(workspace)),
};

fn check(workspace: &Workspace<'_>) -> Vec<Finding> {
    let exceptions = &workspace.settings.check.exceptions;
    let empty = exceptions.iter().filter(|(_, reason)| !is_reason(reason));
    let finding = |(key, reason): (&String, &String)| {
        Finding::new(Code::Obs1090, key, format!("the exception `{key}` has no reason: \"{reason}\""))
            .help("say why the rule does not hold here, for whoever comes across it later")
            .at(location(workspace, key))
    };
    empty.map(finding).collect()
}

/// Exceptions that none of these findings needs any more.
pub(super) fn unused(findings: &[Finding], workspace: &Workspace<'_>) -> Vec<Finding> {
    let used: BTreeSet<String> = findings.iter().map(Finding::key).collect();
    let ours: Vec<&str> = GROUPS.iter().flat_map(|group| group.rules).map(|(code, _)| code.id()).collect();
    let mut unused = Vec::new();
    for key in workspace.settings.check.exceptions.keys().filter(|key| !used.contains(*key)) {
        let (code, subject) = key.split_once(' ').unwrap_or((key, ""));
        let finding = Finding::new(Code::Obs1091, key, format!("the exception `{key}` excepts nothing"));
        let same_code = findings.iter().filter(|finding| finding.code.id() == code);
        let help = if !ours.contains(&code) {
            // The codes of other commands are theirs to look at.
            if Code::ALL.iter().any(|known| known.id() == code) {
                continue;
            }
            "it begins with the code of a check, such as `OBS1003`".to_owned()
        } else if let Some(near) = suggest::nearest(subject, same_code.map(|finding| finding.subject.as_str())) {
            format!("a similar subject is `{near}`")
        } else {
            "remove it: what it was for is gone".to_owned()
        };
        unused.push(finding.help(help).at(location(workspace, key)));
    }
    unused
}

/// Where the key stands in the file.
fn location(workspace: &Workspace<'_>, key: &str) -> Location {
    let text = fs::read_to_string(workspace.root.join(FILE)).unwrap_or_default();
    let quoted = [format!("\"{key}\""), format!("'{key}'")];
    for (line, number) in text.lines().zip(1..) {
        if let Some((at, found)) = quoted.iter().find_map(|quoted| Some((line.find(quoted)?, quoted))) {
            let column = line[..at].chars().count() + 1;
            let length = found.chars().count();
            return Location {
                file: FILE.to_owned(),
                line: number,
                column: u32::try_from(column).unwrap_or(1),
                length: u32::try_from(length).unwrap_or(0),
                label: String::new(),
            };
        }
    }
    Location { file: FILE.to_owned(), ..Location::default() }
}
