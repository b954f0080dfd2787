//! Who is speaking: the attributes that every span, line and series of one process shares.

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
    fn an_instance_is_named_by_a_uuid_of_version_4() {
        let id = instance_id();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert!(id.chars().all(|c| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c)), "{id}");
        assert!(id.as_bytes()[14] == b'4' && b"89ab".contains(&id.as_bytes()[19]), "{id}");
        assert_ne!(instance_id(), id);
    }
}
