use super::*;
use crate::metric::{DeclaredMetric, Descriptor, Label};
use crate::operation::calls;
use observe_rules::families::{Family, GROUPS, Group, OUTCOMES};

/// What each group of operations is counted by.
fn declared() -> Vec<(&'static Group, Vec<DeclaredMetric>)> {
    vec![
        (&families::DATABASE, vec![calls::DATABASE.declaration()]),
        (&families::REDIS, vec![calls::REDIS.declaration()]),
        (&families::CACHE, vec![calls::CACHE.declaration()]),
        (&families::CACHE_LOOKUPS, vec![calls::CACHE_HITS.declaration(), calls::CACHE_MISSES.declaration()]),
        (&families::EXTERNAL_API, vec![calls::EXTERNAL_API.declaration()]),
        (&families::MODEL, vec![calls::MODEL.declaration()]),
        (&families::TOKENS, vec![calls::TOKENS.declaration(), calls::TOKENS_PROCESSED.declaration()]),
        (&families::COST, vec![calls::COST.declaration()]),
        (&families::RAG_QUERY, vec![calls::RAG_QUERY.declaration()]),
        (&families::VECTOR_SEARCH, vec![calls::VECTOR_SEARCH.declaration()]),
        (&families::INDEXING, vec![calls::INDEXING.declaration()]),
        (&families::MESSAGING, vec![calls::MESSAGING.declaration()]),
        (&families::RPC, vec![calls::RPC.declaration()]),
        (&families::AUTHENTICATION, vec![calls::AUTHENTICATION.declaration()]),
        (&families::RATE_LIMIT, vec![calls::RATE_LIMIT_VIOLATIONS.declaration()]),
        (&families::CIRCUIT_BREAKER, vec![calls::CIRCUIT_BREAKER.declaration()]),
    ]
}

#[test]
fn operations_are_counted_as_the_table_says() {
    for (group, metrics) in declared() {
        let shown: Vec<Descriptor> = metrics.iter().flat_map(|metric| metric.0.families()).collect();
        assert_eq!(shown, Descriptor::all(group), "{}", group.name);
    }
}

#[test]
fn operations_have_the_labels_that_the_table_says() {
    for (group, metrics) in declared() {
        let families = metrics.iter().flat_map(|metric| vec![metric; metric.0.families().len()]);
        for (metric, family) in families.zip(group.families) {
            let own = metric.0.labels().0.iter().map(|label| (label.name, label.cardinality));
            let outcome = family.outcome.map(|outcome| (outcome, OUTCOMES.len()));
            let said = family.labels.iter().map(|label| (label.name, label.values.count()));
            assert!(own.chain(outcome).eq(said), "{}", family.name);
        }
    }
}

#[test]
fn words_that_the_table_knows_are_all_values_of_the_label() {
    use crate::operation::{CacheOperation, DatabaseOperation, MessagingOperation, TokenType};
    fn values<L: Label>() -> Vec<&'static str> {
        (0..L::CARDINALITY).map(L::value).collect()
    }
    let known = |family: &Family, label: &str| {
        let label = family.labels.iter().find(|known| known.name == label);
        label.and_then(|label| label.values.known()).unwrap_or_default()
    };
    assert_eq!(known(&families::DATABASE.families[0], "operation"), values::<DatabaseOperation>());
    assert_eq!(known(&families::CACHE.families[0], "operation"), values::<CacheOperation>());
    assert_eq!(known(&families::MESSAGING.families[0], "operation"), values::<MessagingOperation>());
    assert_eq!(known(&families::TOKENS.families[0], "token_type"), values::<TokenType>());
    assert_eq!(known(&families::HTTP.families[0], "method"), values::<crate::HttpMethod>());
    assert_eq!(OUTCOMES, crate::call::outcome::VALUES);
}

#[test]
fn a_mark_is_the_module_of_what_is_built_in() {
    let marks = [HTTP, DATABASE, DATABASE_POOL, REDIS_MEMORY, COST, HEALTH, PROCESS, OWN, MERGED];
    assert!(marks.iter().all(|mark| *mark == BUILT_IN));
}

/// What observe says of itself is in every scrape, and has the labels and the values that the table says.
#[test]
fn what_is_exposed_of_telemetry_is_what_the_table_says() {
    let text = crate::exposition();
    for family in families::OWN.families {
        let Family { name, help, kind, .. } = family;
        assert!(text.contains(&format!("# HELP {name} {help}\n# TYPE {name} {}\n", kind.name())), "{name} in {text}");
        for line in text.lines().filter(|line| line.split(['{', ' ']).next() == Some(name)) {
            let labels = line.split_once('{').map_or("", |(_, rest)| rest.split_once('}').map_or("", |(all, _)| all));
            let labels: Vec<(&str, &str)> = labels.split(',').filter_map(|label| label.split_once('=')).collect();
            assert!(labels.iter().map(|(name, _)| *name).eq(family.labels.iter().map(|label| label.name)), "{line}");
            for ((_, value), label) in labels.iter().zip(family.labels) {
                let known = label.values.known();
                assert!(known.is_none_or(|known| known.contains(&value.trim_matches('"'))), "{line}");
            }
        }
    }
}

#[test]
fn every_group_has_a_mark_but_those_that_are_chosen_at_the_start() {
    let source = include_str!("../families.rs");
    for group in GROUPS {
        let is_chosen = group.name.ends_with("_semantic");
        let is_marked = source.contains(&format!("{} = \".observe.{}\";", group.name.to_uppercase(), group.name));
        assert!(is_marked != is_chosen, "{}", group.name);
    }
}
