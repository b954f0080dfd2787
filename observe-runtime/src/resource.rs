//! Who is speaking: the attributes that every span, line and series of one process shares.

/// The resource attributes of this process, in the order in which they were found.
///
/// Names follow the OpenTelemetry semantic conventions: `service.name`, `service.version`,
/// `deployment.environment.name`, and whatever `OTEL_RESOURCE_ATTRIBUTES` adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resource {
    attributes: Vec<(String, String)>,
}

impl Resource {
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
