//! Who is speaking: the attributes that every span, line and series of one process shares.

use crate::redact::{MASK, hides, scrub_owned};
use std::fmt::Write as _;

/// The resource attributes of this process, in the order in which they were found.
///
/// Names follow the OpenTelemetry semantic conventions: `service.name`, `service.version`,
/// `deployment.environment.name`, and whatever `OTEL_RESOURCE_ATTRIBUTES` adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resource {
    attributes: Vec<(String, String)>,
}

impl Resource {
    /// What is known without being told: which process this is, on which machine, and who makes its telemetry.
    ///
    /// The number of the process is not among it: in a container it is 1, and the instance's id tells more.
    pub(crate) fn of_process() -> Self {
        let mut resource = Self::default();
        resource.set("telemetry.sdk.name", "observe");
        resource.set("telemetry.sdk.language", "rust");
        resource.set("telemetry.sdk.version", env!("CARGO_PKG_VERSION"));
        resource.set("service.instance.id", instance_id());
        // A name that is no text names nothing.
        #[cfg(feature = "otlp")]
        if let Some(name) = hostname::get().ok().and_then(|name| name.into_string().ok()) {
            resource.set("host.name", name);
        }
        resource
    }

    /// Sets an attribute; a later value takes the place of an earlier one.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<String>) {
        match self.attributes.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value.into(),
            None => self.attributes.push((key.to_owned(), value.into())),
        }
    }

    /// The attribute's value, or an empty text where it was never set.
    pub(crate) fn get(&self, key: &str) -> &str {
        self.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value)
    }

    /// Hides what names and detectors tell in the attributes that somebody has added. Those that every process has
    /// are no person's, and a version reads like an address.
    pub(crate) fn redact(&mut self) {
        for (key, value) in &mut self.attributes {
            let is_own = matches!(key.as_str(), "host.name" | "deployment.environment.name" | "deployment.environment")
                || ["service.", "telemetry."].iter().any(|prefix| key.starts_with(prefix));
            if !is_own {
                *value = if hides(key) { MASK.to_owned() } else { scrub_owned(std::mem::take(value)) };
            }
        }
    }

    /// All attributes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// A random id, which no other process has: a UUID of version 4 (RFC 9562, section 5.4).
fn instance_id() -> String {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        bytes.fill_with(|| fastrand::u8(..));
    }
    bytes[6] = 0x40 | bytes[6] & 0x0f;
    bytes[8] = 0x80 | bytes[8] & 0x3f;
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_added_is_redacted() {
        let mut resource = Resource::default();
        let own = [("service.version", "1.2.3.4"), ("team", "web")];
        for (key, value) in own.into_iter().chain([("owner", "ann@example.com"), ("api_key", "k3J9x2")]) {
            resource.set(key, value);
        }
        resource.redact();
        let expected = own.into_iter().chain([("owner", "[REDACTED:email]"), ("api_key", MASK)]);
        assert!(resource.iter().eq(expected), "{resource:?}");
    }

    #[test]
    fn an_instance_is_named_by_a_uuid_of_version_4() {
        let id = instance_id();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert!(id.chars().all(|c| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c)), "{id}");
        assert!(id.as_bytes()[14] == b'4' && b"89ab".contains(&id.as_bytes()[19]), "{id}");
        assert_ne!(instance_id(), id);
    }
}
