//! The Collector's files, and Jaeger's, which is one too: no program here reads them, so their structure is held against the
//! documented keys.

use crate::generated::STACK;
use crate::schema;
use serde_json::{Value, json};

fn names(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

/// Over the first one: tables are joined, all else is replaced, as the Collector does with several files.
fn joined(base: &mut Value, over: Value) {
    match over {
        Value::Object(entries) if base.is_object() => {
            for (key, value) in entries {
                joined(&mut base[key], value);
            }
        }
        other => *base = other,
    }
}

fn all() -> Vec<(&'static str, Value)> {
    let over = |base: &str, file: &str| {
        let mut config = STACK.yaml(base);
        joined(&mut config, STACK.yaml(file));
        config
    };
    vec![
        ("the Collector", STACK.yaml("collector/config.yaml")),
        ("the Collector with logs of containers", over("collector/config.yaml", "collector/logs.yaml")),
        ("the Collector with TLS", over("collector/config.yaml", "tls/collector.yaml")),
        ("Jaeger", STACK.yaml("jaeger/config.yaml")),
        ("Jaeger with TLS", over("jaeger/config.yaml", "tls/jaeger.yaml")),
    ]
}

#[test]
fn every_part_of_a_pipeline_is_there_and_every_part_is_used() {
    for (what, config) in all() {
        let pipelines = config["service"]["pipelines"].as_object().unwrap();
        for kind in ["receivers", "processors", "exporters"] {
            let used: Vec<&str> = pipelines.values().flat_map(|pipeline| texts(&pipeline[kind])).collect();
            let there = names(&config[kind]);
            assert!(used.iter().all(|name| there.iter().any(|known| known == name)), "{what}: {used:?} of {there:?}");
            assert!(there.iter().all(|name| used.contains(&name.as_str())), "{what}: {there:?} of {used:?}");
        }
        let mut extensions = texts(&config["service"]["extensions"]);
        extensions.sort_unstable();
        assert_eq!(extensions, names(&config["extensions"]), "{what}");
    }
}

#[test]
fn nothing_passes_the_gateway_unredacted() {
    for (what, config) in all().into_iter().filter(|(what, _)| what.contains("Collector")) {
        for (name, pipeline) in config["service"]["pipelines"].as_object().unwrap() {
            let processors = texts(&pipeline["processors"]);
            assert_eq!(processors[..2], ["memory_limiter", "redaction"], "{what}: {name}");
            assert_eq!(processors.last(), Some(&"batch"), "{what}: {name}");
        }
        let processors = texts(&config["service"]["pipelines"]["traces"]["processors"]);
        assert!(processors.contains(&"transform/redaction"), "names and statuses are no attributes");
        assert_eq!(config["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"], "0.0.0.0:4317");
        assert_eq!(config["receivers"]["otlp"]["protocols"]["http"]["endpoint"], "0.0.0.0:4318");
        assert_eq!(config["receivers"]["zipkin"]["endpoint"], "0.0.0.0:9411");
    }
}

#[test]
fn the_redaction_has_documented_keys_and_expressions_of_re2() {
    let texts_of = json!({ "type": "array", "items": { "type": "string" } });
    let documented = json!({
        "additionalProperties": false,
        "required": ["allow_all_keys"],
        "properties": {
            "allow_all_keys": { "const": true }, "redact_all_types": { "type": "boolean" },
            "blocked_key_patterns": texts_of, "blocked_values": texts_of, "allowed_values": texts_of, "ignored_keys": texts_of,
            "summary": { "enum": ["debug", "info", "silent"] },
        },
    });
    let processors = &STACK.yaml("collector/config.yaml")["processors"];
    let redaction = &processors["redaction"];
    schema::assert_valid("redaction", &documented, redaction);
    for list in ["blocked_key_patterns", "blocked_values", "allowed_values"] {
        let expressions = texts(&redaction[list]);
        assert!(!expressions.is_empty(), "{list}");
        for expression in expressions {
            assert_is_re2(expression);
        }
    }
}

#[test]
fn statements_mean_the_expressions_that_the_redaction_has() {
    let processors = &STACK.yaml("collector/config.yaml")["processors"];
    let values = texts(&processors["redaction"]["blocked_values"]);
    let of_context = |at: usize| texts(&processors["transform/redaction"]["trace_statements"][at]["statements"]);
    for (statements, field) in [
        (&of_context(0)[..values.len()], "span.name"),
        (&of_context(0)[values.len()..], "span.status.message"),
        (&of_context(1)[..], "spanevent.name"),
    ] {
        assert_eq!(statements.len(), values.len(), "{field}");
        for (statement, value) in statements.iter().zip(&values) {
            let inner = statement.strip_prefix(&format!("replace_pattern({field}, \"")).unwrap();
            let inner = inner.strip_suffix("\", \"****\")").unwrap();
            // A backslash before a backslash or a quotation mark, and before nothing else.
            let read: String = serde_json::from_str(&format!("\"{inner}\"")).unwrap();
            assert_eq!(&read, value, "{field}");
        }
    }
}

/// It compiles; it has nothing that only other engines know; and nothing that the Collector would expand.
pub(crate) fn assert_is_re2(expression: &str) {
    assert!(regex::Regex::new(expression).is_ok(), "{expression}");
    let foreign = [
        "(?=", "(?!", "(?<", "(?>", "\\1", "\\k", "\\<", "\\Z", "\\h", "\\R", "&&", "--", "~~", "$", "(?x", "++", "*+",
    ];
    // In a class two hyphens would be an operator for one engine; between brackets of keys in PEM they are text.
    let text = expression.replace("-----", "");
    for token in foreign {
        assert!(!text.contains(token), "{token} in {expression}");
    }
    let escaped = expression.split('\\').skip(1).filter_map(|rest| rest.chars().next());
    for letter in escaped.filter(char::is_ascii_alphabetic) {
        assert!("AbdDsSwWz".contains(letter), "\\{letter} in {expression}");
    }
}
