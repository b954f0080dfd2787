//! What the Collector and the log shipper hide: the names and the forms of personal data, of this workspace.

use super::Model;
use super::values::{Form, KINDS, Kind, MASKED};
use crate::catalogue::{Policy as Shown, RedactedField, Redaction};
use crate::error::{Error, Result};
use observe_rules::privacy::key_patterns;
use regex::RegexSet;
use std::collections::BTreeSet;

/// What is hidden.
#[derive(Debug)]
pub(super) struct Policy {
    /// Names whose values are hidden, as regular expressions.
    pub(super) keys: Vec<String>,
    /// Names that the workspace calls harmless, and that would be hidden.
    pub(super) harmless: Vec<String>,
    /// What is hidden wherever it stands, by kind.
    pub(super) values: Vec<(&'static str, Form)>,
    /// What may stand under a name that is hidden.
    pub(super) masked: Vec<&'static str>,
}

/// The policy of a workspace.
pub(super) fn policy(model: &Model<'_>) -> Result<Policy> {
    let names = model.settings.names();
    let mut keys = key_patterns(names.sensitive().iter().map(String::as_str));
    let set = RegexSet::new(&keys).map_err(|error| Error::new(format!("names can't be looked for: {error}")))?;
    let harmless = names.harmless().iter().filter(|name| set.is_match(name)).cloned().collect();
    keys.extend(hidden_fields(&model.catalogue.redactions, &set));
    let keep = &model.settings.stack.keep_kinds;
    let is_hidden = |kind: &&Kind| !keep.iter().any(|name| name == kind.name);
    let values = KINDS.iter().filter(is_hidden).flat_map(|kind| kind.forms.iter().map(|form| (kind.name, *form)));
    Ok(Policy { keys, harmless, values: values.collect(), masked: MASKED.to_vec() })
}

/// The hidden fields of redacted types, as `type.field` and as `field` alone: `question.text`, `text`. Names that another
/// type shows, and those that are sensitive anyway, are left out.
fn hidden_fields(redactions: &[Redaction], known: &RegexSet) -> Vec<String> {
    let is_hidden = |field: &&RedactedField| matches!(field.policy, Shown::Skipped | Shown::Hidden);
    let shown: BTreeSet<&str> =
        redactions.iter().flat_map(|of| &of.fields).filter(|field| !is_hidden(field)).map(last).collect();
    let mut found = BTreeSet::new();
    for redaction in redactions {
        let holder = snake_case(redaction.name.rsplit("::").next().unwrap_or(&redaction.name));
        for field in redaction.fields.iter().filter(is_hidden).map(last) {
            if known.is_match(field) || field.chars().all(|letter| letter.is_ascii_digit()) {
                continue;
            }
            let field_alone = if shown.contains(field) { "" } else { "?" };
            found.insert(format!(r"\A(?:{}\.){field_alone}{}\z", regex::escape(&holder), regex::escape(field)));
        }
    }
    found.into_iter().collect()
}

/// A field's name, without the variant before it.
fn last(field: &RedactedField) -> &str {
    field.name.rsplit(['.', ':']).next().unwrap_or(&field.name)
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::settings::Settings;
    use observe_rules::privacy::is_sensitive;

    fn policy_of(settings: &str, catalogue: &Catalogue) -> Policy {
        let settings: Settings = toml::from_str(settings).expect("it is TOML");
        policy(&Model { catalogue, settings: &settings }).expect("it can be looked for")
    }

    fn keys(settings: &str) -> RegexSet {
        // Compiling takes longer than all that is asked of it.
        RegexSet::new(policy_of(settings, &Catalogue::default()).keys).expect("they compile")
    }

    fn redaction(fields: &[(&str, Shown)]) -> Redaction {
        let field = |(name, policy): &(&str, Shown)| RedactedField {
            name: (*name).to_owned(),
            policy: *policy,
            reason: String::new(),
        };
        Redaction {
            name: "app::model::Question".to_owned(),
            fields: fields.iter().map(field).collect(),
            programs: Vec::new(),
            place: crate::catalogue::Place::default(),
        }
    }

    #[test]
    fn sensitive_names_are_found_in_every_spelling() {
        let keys = keys("");
        for name in [
            "password",
            "user_password",
            "userPassword",
            "X-Api-Key",
            "patientEmail",
            "patient.email",
            "date_of_birth",
            "dateOfBirth",
            "ssn",
            "userSSN",
            "SSN",
            "first_name",
            "firstName",
            "customer.ip",
            "refresh_token",
            "user.phone_number",
            "dbpassword",
            "password_hash",
            "mrn2",
            "token",
            "user",
            "authorization",
            "http.request.header.authorization",
        ] {
            assert!(keys.is_match(name) && is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn harmless_names_are_not_found() {
        let keys = keys("");
        for name in [
            "token_expiry_minutes",
            "password_attempts",
            "author",
            "gen_ai.usage.input_tokens",
            "next_page_token",
            "top_k",
            "cache_key",
            "service.name",
            "service.instance.id",
            "http.route",
            "http.response.status_code",
            "exception.message",
            "server.port",
            "db.collection.name",
            "code.function.name",
            "process.pid",
            "deployment.environment.name",
            "error.type",
            "messaging.destination.name",
            "hostkey",
        ] {
            assert!(!keys.is_match(name) && !is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn what_is_found_is_sensitive_by_the_rules_too() {
        let keys = keys("");
        let words =
            ["user", "patient", "db", "next", "max", "service", "http", "card", "cache", "page", "birth", "api"];
        let lasts =
            ["name", "id", "key", "token", "code", "number", "type", "count", "date", "address", "email", "hash"];
        let mut found = 0;
        for first in words {
            for last in lasts {
                for name in [format!("{first}_{last}"), format!("{first}.{last}"), format!("{first}-{last}_2")] {
                    // Too much is hidden of a name that asks about a value, and of a dotted one that is a page's token.
                    let is_too_much = first == "max" || name == "next.token" || name == "page.token";
                    if keys.is_match(&name) && !is_too_much {
                        assert!(is_sensitive(&name), "{name}");
                        found += 1;
                    }
                }
            }
        }
        assert!(found > 30, "{found}");
    }

    #[test]
    fn names_of_the_workspace_are_found_and_harmless_ones_ignored() {
        let settings = "[privacy]\nsensitive = [\"case_number\"]\n[privacy.harmless]\nuser_name = \"of a machine\"\nward = \"a place\"\n";
        let policy = policy_of(settings, &Catalogue::default());
        assert_eq!(policy.harmless, ["user_name"], "`ward` is not hidden in the first place");
        let keys = keys(settings);
        for name in ["case_number", "lastCaseNumber", "CASE-NUMBER", "case_number_text"] {
            assert!(keys.is_match(name), "{name}");
        }
        assert!(!keys.is_match("case") && !keys.is_match("showcase_numbering"));
    }

    #[test]
    fn hidden_fields_of_types_are_found_unless_another_shows_them() {
        let redactions = [
            redaction(&[("text", Shown::Hidden), ("label", Shown::Clear), ("Variant.note", Shown::Skipped)]),
            Redaction {
                name: "app::Order".to_owned(),
                ..redaction(&[("label", Shown::Hidden), ("email", Shown::Hidden)])
            },
        ];
        let fields = hidden_fields(&redactions, &keys(""));
        assert_eq!(
            fields,
            [r"\A(?:order\.)label\z", r"\A(?:question\.)?note\z", r"\A(?:question\.)?text\z"],
            "`email` is known by its name"
        );
    }

    #[test]
    fn a_kind_can_be_kept() {
        let policy = policy_of("[stack]\nkeep_kinds = [\"ip\"]\n", &Catalogue::default());
        assert!(policy.values.iter().all(|(kind, _)| *kind != "ip"));
        assert!(policy.values.iter().any(|(kind, _)| *kind == "email"));
    }

    #[test]
    fn go_reads_every_key_as_it_is_meant() {
        for pattern in policy_of("[privacy]\nsensitive = [\"case.number\", \"größe\"]", &Catalogue::default()).keys {
            assert!(!pattern.contains('$') && !pattern.contains("(?=") && !pattern.contains("(?!"), "{pattern}");
            assert!(regex::Regex::new(&pattern).is_ok(), "{pattern}");
        }
    }
}
