//! Who is speaking: the resource, out of what is set and what is known of the process.

use super::reader::Reader;
use crate::redact::{MASK, hides};
use crate::resource::Resource;

/// The most specific variable wins, and the code's own names come last.
pub(super) fn resource(reader: &mut Reader<'_>, service: &str, version: &str) -> Resource {
    let mut resource = Resource::of_process();
    resource.set("service.name", service);
    resource.set("service.version", version);
    resource.set("deployment.environment.name", "development");
    for (key, value) in reader.pairs("OTEL_RESOURCE_ATTRIBUTES") {
        // It goes out with every span. Nothing but its name tells whether it is one to hide: looking at
        // values would take versions for addresses.
        if hides(&key) {
            reader.warn(format!(
                "the resource attribute `{key}` is hidden, as its name promises personal data or a secret; rename it \
                 if it is neither"
            ));
            resource.set(&key, MASK);
        } else {
            resource.set(&key, value);
        }
    }
    if let Some(name) = reader.text("OTEL_SERVICE_NAME") {
        resource.set("service.name", name);
    }
    if let Some(environment) = reader.text("OBSERVE_ENVIRONMENT") {
        resource.set("deployment.environment.name", environment);
    }
    // What it was called until semantic conventions 1.27; older dashboards ask for it.
    if reader.is_true("OBSERVE_LEGACY_ENVIRONMENT") && resource.get("deployment.environment").is_empty() {
        let environment = resource.get("deployment.environment.name").to_owned();
        resource.set("deployment.environment", environment);
    }
    resource
}

/// The variable that names the service, if one does.
pub(super) fn name_from(reader: &mut Reader<'_>) -> Option<&'static str> {
    if reader.text("OTEL_SERVICE_NAME").is_some() {
        return Some("OTEL_SERVICE_NAME");
    }
    let attributes = "OTEL_RESOURCE_ATTRIBUTES";
    reader.pairs(attributes).iter().any(|(key, _)| key == "service.name").then_some(attributes)
}

#[cfg(test)]
mod tests {
    use super::super::variables::Variables;
    use super::*;

    fn read(variables: &Variables) -> (Resource, Vec<String>) {
        let mut reader = Reader::new(variables);
        let resource = resource(&mut reader, "app", "1.2.3");
        (resource, reader.into_warnings())
    }

    fn of(variables: &[(&str, &str)]) -> (Resource, Vec<String>) {
        read(&variables.iter().collect())
    }

    #[test]
    fn what_is_known_of_the_process_is_there() {
        let (resource, warnings) = of(&[]);
        assert_eq!(warnings, [""; 0]);
        for (key, value) in [
            ("service.name", "app"),
            ("service.version", "1.2.3"),
            ("deployment.environment.name", "development"),
            ("deployment.environment", ""),
            ("service.namespace", ""),
            ("telemetry.sdk.name", "observe"),
            ("telemetry.sdk.language", "rust"),
            ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ] {
            assert_eq!(resource.get(key), value, "{key}");
        }
        assert_eq!(!resource.get("host.name").is_empty(), cfg!(feature = "otlp"), "{}", resource.get("host.name"));
        assert_eq!(resource.get("service.instance.id").len(), 36);
    }

    #[test]
    fn any_attribute_can_be_set() {
        for key in ["service.namespace", "service.instance.id", "host.name", "telemetry.sdk.name", "team"] {
            let pair = format!("{key}=own%20value");
            assert_eq!(of(&[("OTEL_RESOURCE_ATTRIBUTES", &pair)]).0.get(key), "own value");
        }
    }

    #[test]
    fn the_most_specific_name_wins() {
        let (resource, _) =
            of(&[("OTEL_SERVICE_NAME", "outer"), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=inner,service.version=9")]);
        assert_eq!(resource.get("service.name"), "outer");
        assert_eq!(resource.get("service.version"), "9");
    }

    #[test]
    fn attributes_of_the_code_stay_beside_those_of_the_environment() {
        let mut variables: Variables = [("OTEL_RESOURCE_ATTRIBUTES", "team=outer")].iter().collect();
        variables.add_pair("OTEL_RESOURCE_ATTRIBUTES", "team", "inner");
        variables.add_pair("OTEL_RESOURCE_ATTRIBUTES", "service.namespace", "care, and more");
        let (resource, _) = read(&variables);
        assert_eq!((resource.get("team"), resource.get("service.namespace")), ("outer", "care, and more"));
    }

    #[test]
    fn the_environments_old_name_is_there_where_it_is_asked_for() {
        let asked = ("OBSERVE_LEGACY_ENVIRONMENT", "true");
        let (resource, _) = of(&[asked, ("OBSERVE_ENVIRONMENT", "production")]);
        assert_eq!(resource.get("deployment.environment"), "production");
        let (resource, _) = of(&[asked, ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=own")]);
        assert_eq!(resource.get("deployment.environment"), "own");
    }

    #[test]
    fn what_a_name_promises_to_be_personal_is_hidden() {
        let (resource, warnings) = of(&[("OTEL_RESOURCE_ATTRIBUTES", "db.password=hunter2,owner.email=jane")]);
        assert_eq!((resource.get("db.password"), resource.get("owner.email")), (MASK, MASK));
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(warnings[0].contains("`db.password` is hidden") && !warnings[0].contains("hunter2"), "{warnings:?}");
    }
}
