//! The presets of `#[traced]`: operations that services have in common, such as `db(…)` and `chat(…)`.
//!
//! A preset is a name, a kind and attributes for the span, and a call of the runtime's around the body, which
//! counts. What it may say stands in `table`.

mod attr;
mod expand;
mod table;

pub(crate) use attr::Preset;
pub(crate) use expand::{begin, list, look};

/// The words that are presets.
pub(crate) fn is_preset(word: &str) -> bool {
    table::SPECS.iter().any(|spec| spec.word == word)
}

#[cfg(test)]
mod tests {
    use super::table::SPECS;
    use observe_rules::convention::{GROUPS, USER};
    use observe_rules::span;

    #[test]
    fn every_attribute_of_a_preset_is_in_the_table_of_conventions() {
        for spec in SPECS {
            let always = spec.always.iter().map(|(attribute, _)| *attribute);
            for attribute in spec.keys.iter().map(|key| key.attribute).chain(always) {
                let known = GROUPS.iter().any(|group| group.attributes.contains(&attribute));
                assert!(known && span::check_field(attribute).is_ok(), "{attribute}");
            }
        }
    }

    #[test]
    fn what_a_preset_is_counted_by_is_one_of_its_keys_and_must_not_be_a_user() {
        for spec in SPECS {
            for label in spec.labels {
                let key = spec.keys.iter().find(|key| key.name == *label);
                assert!(key.is_some_and(|key| key.attribute != USER), "{label} of {}", spec.word);
            }
        }
    }
}
