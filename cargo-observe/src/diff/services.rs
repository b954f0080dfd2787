//! What changed of programs and their health checks.

use super::change::{Bump, Changes};
use super::pairs::{Pairs, list, pair};
use crate::catalogue::{Catalogue, Place, Program};
use observe_rules::Code;

pub(super) fn compare(old: &Catalogue, new: &Catalogue, changes: &mut Changes) {
    let nowhere = Place::default();
    let Pairs { both, gone, added } = pair(&old.programs, &new.programs, |program| program.name.clone());
    for (before, after) in both {
        let called = |program: &Program| program.service.clone().unwrap_or_default();
        let prefix = |program: &Program| program.namespace.clone().unwrap_or_default();
        if (called(before), prefix(before)) != (called(after), prefix(after)) {
            let message = format!(
                "program `{}` is service `{}` with the namespace `{}`, and was `{}` with `{}`",
                after.name,
                called(after),
                prefix(after),
                called(before),
                prefix(before)
            );
            changes.add(Code::Obs1222, Bump::Major, &after.name, &nowhere, message);
        }
    }
    for program in gone {
        changes.add(Code::Obs1220, Bump::Major, &program.name, &nowhere, format!("program `{}` is gone", program.name));
    }
    for program in added {
        changes.add(Code::Obs1221, Bump::Minor, &program.name, &nowhere, format!("program `{}` is new", program.name));
    }
    health(old, new, changes);
}

/// Says in which programs something is that was in others. A program that is gone or new says so itself.
pub(super) fn programs(old: &[String], new: &[String], what: &str, name: &str, place: &Place, changes: &mut Changes) {
    let Pairs { gone, added, .. } = pair(old, new, String::clone);
    let shown = |programs: &[&String]| list(programs.iter().map(|program| format!("`{program}`")));
    if !gone.is_empty() {
        let message = format!("{what} `{name}` is not in {} any more", shown(&gone));
        changes.add(Code::Obs1219, Bump::Major, name, place, message);
    }
    if !added.is_empty() {
        changes.add(Code::Obs1219, Bump::Minor, name, place, format!("{what} `{name}` is in {}, too", shown(&added)));
    }
}

fn health(old: &Catalogue, new: &Catalogue, changes: &mut Changes) {
    let Pairs { both, gone, added } = pair(&old.health_checks, &new.health_checks, |check| check.name.clone())
        .rename(|before, after| before.place == after.place && before.place.line > 0);
    for (before, after) in both {
        let name = &after.name;
        if before.name != after.name {
            let message = format!("health check `{}` is named `{name}` now", before.name);
            changes.add(Code::Obs1233, Bump::Major, name, &after.place, message);
        }
        if (before.critical, before.timeout_ms) != (after.critical, after.timeout_ms) {
            let is = |critical: bool| if critical { "critical" } else { "not critical" };
            let message = format!(
                "health check `{name}` is {} and has {} ms, and was {} with {} ms",
                is(after.critical),
                after.timeout_ms,
                is(before.critical),
                before.timeout_ms
            );
            changes.add(Code::Obs1235, Bump::Minor, name, &after.place, message);
        }
        programs(&before.programs, &after.programs, "health check", name, &after.place, changes);
    }
    for check in gone {
        let message = format!("health check `{}` is gone", check.name);
        changes.add(Code::Obs1233, Bump::Major, &check.name, &check.place, message);
    }
    for check in added {
        let message = format!("health check `{}` is new", check.name);
        changes.add(Code::Obs1234, Bump::Minor, &check.name, &check.place, message);
    }
}
