//! The services that are watched.

use super::Model;
use std::collections::BTreeMap;

/// One service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// What `service.name` is, and the job in Prometheus.
    pub(super) name: String,
    /// Its programs.
    pub(super) programs: Vec<String>,
    /// Where it answers, as `host:port`.
    pub(super) targets: Vec<String>,
}

impl Service {
    /// The port of its first address; the setting's where that has none.
    pub(super) fn port(&self, default: u16) -> u16 {
        let port =
            self.targets.first().and_then(|target| target.rsplit_once(':')).and_then(|(_, port)| port.parse().ok());
        port.unwrap_or(default)
    }

    /// Its name as a resource of Kubernetes may be called.
    pub(super) fn resource_name(&self) -> String {
        let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
        let name: String = self.name.chars().map(letter).collect();
        name.trim_matches('-').chars().take(53).collect()
    }
}

/// The services of the catalogue, and those that only the settings know, by name.
pub(super) fn services(model: &Model<'_>) -> Vec<Service> {
    let stack = &model.settings.stack;
    let mut programs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for program in &model.catalogue.programs {
        // A program that declares no metric and no span, such as a tool, is no service unless it says so.
        let has = |names: &[String]| names.contains(&program.name);
        let declares = model.catalogue.metrics.iter().any(|metric| has(&metric.programs))
            || model.catalogue.spans.iter().any(|span| has(&span.programs));
        if declares || program.service.is_some() {
            let name = program.service.clone().unwrap_or_else(|| program.name.clone());
            programs.entry(name).or_default().push(program.name.clone());
        }
    }
    for name in stack.services.keys() {
        programs.entry(name.clone()).or_default();
    }
    let service = |(name, programs): (String, Vec<String>)| {
        let default = || vec![format!("{name}:{}", stack.service_port)];
        let targets = stack.services.get(&name).cloned().unwrap_or_else(default);
        Service { name, programs, targets }
    };
    programs.into_iter().map(service).collect()
}
