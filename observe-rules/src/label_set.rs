//! What a constant says about labels that are known only when all types are.

use crate::text::Text;

/// Refuses a label that keeps so many values; `most` is the limit.
///
/// # Panics
///
/// Always, with `OBS0108`.
#[track_caller]
pub const fn refuse_cap(label: &str, cap: usize, most: usize) -> ! {
    let text = Text::<1024>::new()
        .str("OBS0108: label `")
        .str(label)
        .str("` is to keep ")
        .number(cap as u128)
        .str(" values, and may keep 1 to ")
        .number(most as u128)
        .str("\n  = help: write `Capped<64>`: a value that comes when 64 are known is counted as `other`");
    panic!("{}", text.as_str());
}

/// Refuses labels of one metric, or of one set, of which two have this name.
///
/// # Panics
///
/// Always, with `OBS0308`.
#[track_caller]
pub const fn refuse_same_name(owner: &str, label: &str) -> ! {
    let text = Text::<1024>::new()
        .str("OBS0308: label `")
        .str(label)
        .str("` is named twice in `")
        .str(owner)
        .str("`, or in a set of labels that is part of it")
        .str("\n  = help: give one of them another name: `#[label(rename = \"")
        .str(label)
        .str("_2\")]` on a field of a set");
    panic!("{}", text.as_str());
}

/// Refuses a label of a set that has the name of the label which says how a call of `metric` ended.
///
/// # Panics
///
/// Always, with `OBS0308`.
#[track_caller]
pub const fn refuse_name_of_outcome(metric: &str, label: &str) -> ! {
    let text = Text::<1024>::new()
        .str("OBS0308: label `")
        .str(label)
        .str("` of `")
        .str(metric)
        .str("` is the one that says how a call ended")
        .str("\n  = help: give it another name, or the other one: `#[metered(outcome = \"result\")]`");
    panic!("{}", text.as_str());
}

/// Refuses a label that a function gives in the place of another one, `declared`, of the calls that it shares.
///
/// # Panics
///
/// Always, with `OBS0706`.
#[track_caller]
pub const fn refuse_other_name(label: &str, declared: &str) -> ! {
    let text = Text::<1024>::new()
        .str("OBS0706: label `")
        .str(label)
        .str("` stands where the metric has `")
        .str(declared)
        .str("`\n  = help: give the labels in the order of the declaration, by the names that they have there");
    panic!("{}", text.as_str());
}
