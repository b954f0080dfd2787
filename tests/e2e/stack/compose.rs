//! The Compose files: by the published schema, and by what this stack promises.

use crate::generated::STACK;
use crate::schema;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

fn services(file: &str) -> Map<String, Value> {
    STACK.yaml(file)["services"].as_object().unwrap().clone()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn compose_files_have_the_form_of_the_specification() {
    // The last package that has it. Compose itself takes more today, which is not used here.
    let Some(package) = schema::package("docker-compose", "1.29.2") else { return };
    let text = std::fs::read_to_string(package.join("compose/config/compose_spec.json")).unwrap();
    let mut specification: Value = serde_json::from_str(&text).unwrap();
    // It was published before a project's name was part of it.
    specification["properties"]["name"] = json!({ "type": "string" });
    for file in ["compose.yaml", "compose.tls.yaml"] {
        schema::assert_valid(file, &specification, &STACK.yaml(file));
    }
    let mut wrong = STACK.yaml("compose.yaml");
    wrong["services"]["loki"]["restarts"] = json!("always");
    assert!(schema::is_invalid(&specification, &wrong), "a key that is none is found");
}

#[test]
fn every_container_has_health_a_policy_of_restarts_limits_and_a_version() {
    for (name, service) in services("compose.yaml") {
        let image = service["image"].as_str().unwrap();
        let (_, version) = image.rsplit_once(':').unwrap_or_else(|| panic!("{name}: {image} has no version"));
        assert!(version.chars().any(|letter| letter.is_ascii_digit()), "{name}: {image}");
        assert_eq!((&service["read_only"], &service["cap_drop"]), (&json!(true), &json!(["ALL"])), "{name}");
        if name == "setup" {
            // It ends, and the others wait for its success.
            assert_eq!((&service["restart"], &service["network_mode"]), (&json!("no"), &json!("none")));
            continue;
        }
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        let test = texts(&service["healthcheck"]["test"]);
        assert!(
            test[0] == "CMD" && test[1] == "/probe/busybox" && test.last().unwrap().contains("://"),
            "{name}: {test:?}"
        );
        assert_eq!(service["depends_on"]["setup"]["condition"], "service_completed_successfully", "{name}");
        assert!(texts(&service["volumes"]).contains(&"probe:/probe:ro".to_owned()), "{name}");
        assert!(service["deploy"]["resources"]["limits"]["memory"].is_string(), "{name}");
    }
}

#[test]
fn all_that_the_requirements_name_is_there() {
    let services = services("compose.yaml");
    for name in ["alertmanager", "alloy", "collector", "grafana", "jaeger", "loki", "prometheus"] {
        assert!(services.contains_key(name), "{name}");
        assert!(services[name].get("profiles").is_none(), "{name} starts by itself");
    }
    for (name, profile) in [("postgres-exporter", "postgres"), ("redis-exporter", "redis")] {
        assert_eq!(services[name]["profiles"], json!([profile]));
    }
    let published: BTreeSet<String> = services.values().flat_map(|service| texts(&service["ports"])).collect();
    for port in
        ["9090:9090", "3030:3000", "16686:16686", "3100:3100", "9093:9093", "4317:4317", "4318:4318", "9411:9411"]
    {
        assert!(published.contains(&format!("127.0.0.1:{port}")), "{port} in {published:?}");
    }
    assert_eq!(published.len(), 8, "and nothing else, and nowhere else: {published:?}");
}

#[test]
fn networks_are_isolated_and_volumes_declared() {
    let file = STACK.yaml("compose.yaml");
    assert_eq!(file["networks"]["telemetry"]["internal"], true);
    let declared: BTreeSet<&String> = file["volumes"].as_object().unwrap().keys().collect();
    let mut used = BTreeSet::new();
    for (name, service) in file["services"].as_object().unwrap() {
        for volume in texts(&service["volumes"]) {
            let source = volume.split(':').next().unwrap().to_owned();
            if source.starts_with("./") || source.starts_with("../") {
                assert!(STACK.folder().join(&source).exists(), "{name} mounts {source}, which is not there");
            } else if !source.starts_with('/') && !source.starts_with('$') {
                used.insert(source);
            }
        }
    }
    assert_eq!(used.iter().collect::<BTreeSet<_>>(), declared);
    // Whoever keeps something has a volume that outlives the container.
    for name in ["prometheus", "alertmanager", "jaeger", "loki", "grafana"] {
        assert!(declared.contains(&name.to_owned()), "{name}");
    }
}

#[test]
fn grafana_is_closed() {
    let environment = &services("compose.yaml")["grafana"]["environment"];
    for (name, value) in [
        ("GF_AUTH_ANONYMOUS_ENABLED", "false"),
        ("GF_USERS_ALLOW_SIGN_UP", "false"),
        ("GF_DATAPROXY_LOGGING", "false"),
        ("GF_SECURITY_ADMIN_PASSWORD", "${GRAFANA_ADMIN_PASSWORD:?set it in .env}"),
        ("GF_SERVER_ROOT_URL", "${GRAFANA_ROOT_URL:-http://localhost:3000}"),
    ] {
        assert_eq!(environment[name], value, "{name}");
    }
    let sources = STACK.yaml("grafana/datasources.yaml");
    let sources = sources["datasources"].as_array().unwrap();
    let defaults: Vec<&Value> = sources.iter().filter(|source| source["isDefault"] == true).collect();
    assert!(defaults.len() == 1 && defaults[0]["type"] == "prometheus");
    let of = |kind: &str| sources.iter().find(|source| source["type"] == kind).unwrap();
    let fields = of("loki")["jsonData"]["derivedFields"].as_array().unwrap();
    assert!(fields.iter().all(|field| field["datasourceUid"] == of("jaeger")["uid"]));
    // The id in a line of ours is found by the expression.
    let expression =
        fields.iter().find(|field| field["matcherType"] == "regex").unwrap()["matcherRegex"].as_str().unwrap();
    let line = r#"{"level":"INFO","trace_id":"a1a09b2f24d6cabf4b973bc244caf49e"}"#;
    let found = regex::Regex::new(expression).unwrap().captures(line).unwrap();
    assert_eq!(&found[1], "a1a09b2f24d6cabf4b973bc244caf49e");
}

#[test]
fn the_hardened_variant_changes_parts_that_are_there() {
    let base = services("compose.yaml");
    for (name, over) in services("compose.tls.yaml") {
        assert!(base.contains_key(&name), "{name}");
        for volume in texts(&over["volumes"]) {
            let source = volume.split(':').next().unwrap();
            let is_made_later = source == "./tls/certificates";
            assert!(is_made_later || STACK.folder().join(source).exists(), "{name} mounts {source}");
        }
        // A list of arguments is replaced: it has all that the first one had.
        let (before, after) = (texts(&base[&name]["command"]), texts(&over["command"]));
        assert!(after.is_empty() || before.iter().all(|word| after.contains(word)), "{name}: {before:?} {after:?}");
    }
}
