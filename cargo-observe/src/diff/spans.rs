//! What changed of spans. How their fields are recorded is privacy's.

use super::change::{Bump, Changes};
use super::pairs::{Pairs, pair};
use crate::catalogue::{Catalogue, Field, How, Span};
use observe_rules::Code;

pub(super) fn compare(old: &Catalogue, new: &Catalogue, changes: &mut Changes) {
    let Pairs { both, gone, added } = pair(&old.spans, &new.spans, |span| (span.name.clone(), span.function.clone()))
        .rename(|before, after| before.function == after.function)
        .rename(|before, after| before.name == after.name)
        .rename(|before, after| before.place == after.place && before.place.line > 0);
    for (before, after) in both {
        span(before, after, changes);
    }
    for span in gone {
        let message = format!("span `{}` of `{}` is gone", span.name, span.function);
        changes.add(Code::Obs1223, Bump::Major, &span.name, &span.place, message);
    }
    for span in added {
        let message = format!("span `{}` of `{}` is new", span.name, span.function);
        changes.add(Code::Obs1224, Bump::Minor, &span.name, &span.place, message);
    }
}

fn span(before: &Span, after: &Span, changes: &mut Changes) {
    let name = &after.name;
    let mut say = |code: Code, bump: Bump, message: String| changes.add(code, bump, name, &after.place, message);
    if before.name != after.name {
        say(Code::Obs1225, Bump::Major, format!("span `{}` is named `{name}` now", before.name));
    }
    if before.kind != after.kind {
        say(Code::Obs1226, Bump::Major, format!("span `{name}` was of kind {} and is {}", before.kind, after.kind));
    }
    if before.function != after.function || before.preset != after.preset {
        say(Code::Obs1218, Bump::Patch, format!("span `{name}` is of another function or preset"));
    }
    super::services::programs(&before.programs, &after.programs, "span", name, &after.place, changes);
    let Pairs { both, gone, added } = pair(&before.fields, &after.fields, |field| field.name.clone());
    let subject = |field: &Field| format!("{name}.{}", field.name);
    for field in gone {
        let message = format!("span `{name}` has no field `{}` any more", field.name);
        changes.add(Code::Obs1227, Bump::Major, &subject(field), &after.place, message);
    }
    for field in added {
        let message = format!("span `{name}` has a new field `{}`, recorded {}", field.name, how(field.how));
        changes.add(Code::Obs1228, Bump::Minor, &subject(field), &after.place, message);
    }
    for (one, other) in both {
        let message =
            format!("field `{}` of span `{name}` was recorded {} and is {}", other.name, how(one.how), how(other.how));
        let (code, bump) = match shown(other.how).cmp(&shown(one.how)) {
            std::cmp::Ordering::Greater => (Code::Obs1229, Bump::Major),
            std::cmp::Ordering::Less => (Code::Obs1230, Bump::Minor),
            std::cmp::Ordering::Equal if one.how != other.how => (Code::Obs1218, Bump::Patch),
            std::cmp::Ordering::Equal => {
                if one.reason != other.reason {
                    let message =
                        format!("the reason why field `{}` of span `{name}` may be seen is another", other.name);
                    changes.add(Code::Obs1231, Bump::Patch, &subject(other), &after.place, message);
                }
                continue;
            }
        };
        changes.add(code, bump, &subject(other), &after.place, message);
    }
}

/// How much of a value can be seen, from the least to the most.
fn shown(how: How) -> u8 {
    match how {
        How::Fixed => 0,
        How::Hashed => 1,
        How::Typed | How::Scrubbed => 2,
        How::Clear => 3,
        How::Unchecked => 4,
    }
}

fn how(how: How) -> &'static str {
    match how {
        How::Typed => "by its type",
        How::Fixed => "as a fixed text",
        How::Scrubbed => "scrubbed",
        How::Hashed => "hashed",
        How::Clear => "in clear",
        How::Unchecked => "unchecked",
    }
}
