//! What changed of redacted types, and of what is shown in clear.

use super::change::{Bump, Change, Changes};
use super::pairs::{Pairs, pair};
use crate::catalogue::{Catalogue, Exception, Policy, RedactedField, Redaction};
use observe_rules::Code;
use std::cmp::Ordering;

pub(super) fn compare(old: &Catalogue, new: &Catalogue, changes: &mut Changes) {
    let Pairs { both, gone, added } = pair(&old.redactions, &new.redactions, |redaction| redaction.name.clone())
        .rename(|before, after| before.place == after.place && before.place.line > 0)
        .rename(|before, after| last(&before.name) == last(&after.name));
    for (before, after) in both {
        redaction(before, after, changes);
    }
    // Whether the type is gone or only its redaction, nothing here can tell.
    for redaction in gone {
        let message = format!("type `{}` is not redacted any more", redaction.name);
        changes.add(Code::Obs1229, Bump::Major, &redaction.name, &redaction.place, message);
    }
    for redaction in added {
        let message = format!("type `{}` is redacted", redaction.name);
        changes.add(Code::Obs1230, Bump::Minor, &redaction.name, &redaction.place, message);
    }
    exceptions(old, new, changes);
}

/// The last part of a path.
fn last(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

fn redaction(before: &Redaction, after: &Redaction, changes: &mut Changes) {
    if before.name != after.name {
        let message = format!("the redacted type `{}` is `{}` now", before.name, after.name);
        changes.add(Code::Obs1218, Bump::Patch, &after.name, &after.place, message);
    }
    super::services::programs(&before.programs, &after.programs, "redacted type", &after.name, &after.place, changes);
    let Pairs { both, gone, added } = pair(&before.fields, &after.fields, |field| field.name.clone());
    let subject = |field: &RedactedField| format!("{}.{}", after.name, field.name);
    for field in gone {
        let message = format!("`{}` has no field `{}` any more", after.name, field.name);
        changes.add(Code::Obs1230, Bump::Minor, &subject(field), &after.place, message);
    }
    for field in added {
        let message = format!("`{}` has a new field `{}`, {}", after.name, field.name, shown(field.policy));
        changes.add(Code::Obs1232, Bump::Minor, &subject(field), &after.place, message);
    }
    for (one, other) in both {
        let of = format!("field `{}` of `{}`", other.name, after.name);
        let message = format!("{of} was {} and is {}", shown(one.policy), shown(other.policy));
        match other.policy.cmp(&one.policy) {
            Ordering::Greater => changes.add(Code::Obs1229, Bump::Major, &subject(other), &after.place, message),
            Ordering::Less => changes.add(Code::Obs1230, Bump::Minor, &subject(other), &after.place, message),
            Ordering::Equal if one.reason != other.reason => {
                let message = format!("the reason why {of} may be seen is another");
                changes.add(Code::Obs1231, Bump::Patch, &subject(other), &after.place, message);
            }
            Ordering::Equal => {}
        }
    }
}

/// Exceptions repeat what a field or a span says of itself; what was said of these is not said again.
fn exceptions(old: &Catalogue, new: &Catalogue, changes: &mut Changes) {
    let key = |exception: &Exception| (exception.kind.clone(), exception.name.clone());
    let Pairs { both, gone, added } = pair(&old.exceptions, &new.exceptions, key);
    let said: Vec<(Code, String)> =
        changes.0.iter().map(|Change { code, subject, .. }| (*code, subject.clone())).collect();
    let was_said = |exception: &Exception, codes: &[Code]| {
        said.iter().any(|(code, subject)| *subject == exception.name && codes.contains(code))
    };
    let shows_more = [Code::Obs1228, Code::Obs1229, Code::Obs1232];
    let shows_less = [Code::Obs1227, Code::Obs1230];
    for (before, after) in both {
        if before.reason != after.reason && !was_said(after, &[Code::Obs1231]) {
            let message = format!("the reason for `{}` ({}) is another", after.name, after.kind);
            changes.add(Code::Obs1231, Bump::Patch, &after.name, &after.place, message);
        }
    }
    for exception in gone.into_iter().filter(|exception| !was_said(exception, &shows_less)) {
        let message = format!("`{}` is no exception any more ({})", exception.name, exception.kind);
        changes.add(Code::Obs1230, Bump::Minor, &exception.name, &exception.place, message);
    }
    for exception in added.into_iter().filter(|exception| !was_said(exception, &shows_more)) {
        let message = format!("`{}` is a new exception: {}", exception.name, exception.kind);
        changes.add(Code::Obs1229, Bump::Major, &exception.name, &exception.place, message);
    }
}

fn shown(policy: Policy) -> &'static str {
    match policy {
        Policy::Skipped => "skipped",
        Policy::Hidden => "hidden",
        Policy::Hashed => "hashed",
        Policy::Nested => "redacted by its type",
        Policy::Scrubbed => "scrubbed",
        Policy::Partial => "shown in part",
        Policy::Function => "shown by a function",
        Policy::Clear => "in clear",
    }
}
