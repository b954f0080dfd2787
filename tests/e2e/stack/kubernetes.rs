//! Resources of Kubernetes: by the published schemas of its API, strictly.

use crate::generated::STACK;
use crate::schema;
use serde_json::{Value, json};
use std::fs;

fn resources() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (name, text) in STACK.files().iter().filter(|(name, _)| name.starts_with("kubernetes/")) {
        for document in text.split("\n---\n") {
            all.push((name.clone(), serde_saphyr::from_str(document).unwrap()));
        }
    }
    all
}

#[test]
fn resources_are_what_the_api_takes() {
    let Some(package) = schema::package("kubernetes-validate", "1.37.0") else { return };
    let folder = package.join("kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict");
    let read = |name: &str| -> Option<Value> {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        // One schema with all that it refers to, which has no address of its own then.
        let mut schema: Value = serde_json::from_str(&text.replace("/api/_definitions.json#", "#")).ok()?;
        schema.as_object_mut()?.remove("$id");
        Some(schema)
    };
    let mut definitions = read("_definitions.json").unwrap()["$defs"].take();
    for definition in definitions.as_object_mut().unwrap().values_mut() {
        definition.as_object_mut().unwrap().remove("$id");
    }
    let of = |resource: &Value| -> Option<Value> {
        let (api, kind) = (resource["apiVersion"].as_str().unwrap(), resource["kind"].as_str().unwrap().to_lowercase());
        let group = api
            .rsplit_once('/')
            .map_or_else(String::new, |(group, _)| format!("-{}", group.split('.').next().unwrap()));
        let version = api.rsplit('/').next().unwrap();
        let mut schema = read(&format!("{kind}{group}-{version}.json"))?;
        schema["$defs"] = definitions.clone();
        Some(schema)
    };
    let mut checked = 0;
    for (file, resource) in resources() {
        let what = format!("{file}: {} {}", resource["kind"], resource["metadata"]["name"]);
        match of(&resource) {
            Some(schema) => {
                schema::assert_valid(&what, &schema, &resource);
                checked += 1;
            }
            None => assert_eq!(resource["apiVersion"], "monitoring.coreos.com/v1", "{what}: no schema"),
        }
    }
    assert!(checked > 20, "{checked}");
    let (_, mut wrong) = resources().into_iter().find(|(_, resource)| resource["kind"] == "Deployment").unwrap();
    wrong["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = json!({});
    assert!(schema::is_invalid(&of(&wrong).unwrap(), &wrong), "a key that is none is found");
}

/// No registry has the operator's schemas as JSON: these are the documented keys that are used here.
#[test]
fn resources_of_the_operator_have_documented_keys() {
    let monitor = json!({
        "required": ["selector", "endpoints"],
        "additionalProperties": false,
        "properties": {
            "selector": { "type": "object", "required": ["matchLabels"] },
            "sampleLimit": { "type": "integer" },
            "endpoints": { "items": {
                "required": ["port"],
                "additionalProperties": false,
                "properties": {
                    "port": { "type": "string" }, "path": { "type": "string" }, "interval": { "type": "string" },
                    "scrapeTimeout": { "type": "string" },
                    "relabelings": { "items": { "additionalProperties": false, "properties": {
                        "action": { "enum": ["replace"] }, "replacement": { "type": "string" }, "targetLabel": { "type": "string" },
                    } } },
                },
            } },
        },
    });
    let monitors: Vec<_> =
        resources().into_iter().filter(|(_, resource)| resource["kind"] == "ServiceMonitor").collect();
    assert_eq!(monitors.len(), 6, "five services, and one that only the settings know");
    for (file, resource) in monitors {
        schema::assert_valid(&file, &monitor, &resource["spec"]);
    }
    for (file, resource) in resources().into_iter().filter(|(_, resource)| resource["kind"] == "PrometheusRule") {
        let groups = resource["spec"]["groups"].as_array().unwrap();
        assert!(groups.iter().all(|group| group["rules"].is_array()), "{file}");
    }
}

#[test]
fn probes_are_longer_apart_than_checks_take() {
    let (_, deployment) = resources()
        .into_iter()
        .find(|(_, resource)| resource["kind"] == "Deployment" && resource["metadata"]["name"] == "voiceassist")
        .unwrap();
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    for (probe, path) in
        [("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready"), ("startupProbe", "/health/startup")]
    {
        assert_eq!(container[probe]["httpGet"]["path"], path);
        let (period, timeout) = (&container[probe]["periodSeconds"], &container[probe]["timeoutSeconds"]);
        assert!(period.as_u64() > timeout.as_u64(), "{probe}");
    }
    // The longest check of the fixture takes two seconds.
    assert!(container["readinessProbe"]["periodSeconds"].as_u64() > Some(2));
}

#[test]
fn an_autoscaler_asks_for_what_the_adapter_gives() {
    let resources = resources();
    let adapter = resources.iter().find(|(name, _)| name.ends_with("prometheus-adapter.yaml")).unwrap();
    let rules: Value = serde_saphyr::from_str(adapter.1["data"]["config.yaml"].as_str().unwrap()).unwrap();
    let given: Vec<&Value> = rules["rules"].as_array().unwrap().iter().map(|rule| &rule["name"]["as"]).collect();
    let scalers: Vec<_> =
        resources.iter().filter(|(_, resource)| resource["kind"] == "HorizontalPodAutoscaler").collect();
    assert!(!scalers.is_empty());
    for (file, scaler) in scalers {
        let asked = &scaler["spec"]["metrics"][0]["pods"]["metric"]["name"];
        assert!(given.contains(&asked), "{file}: {asked} in {given:?}");
        let target = scaler["spec"]["scaleTargetRef"]["name"].as_str().unwrap();
        assert!(file.ends_with(&format!("services/{target}.yaml")), "{file} scales {target}");
    }
}
