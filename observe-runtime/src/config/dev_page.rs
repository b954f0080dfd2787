//! Whether the service shows itself at `/observe`, and to whom.

use super::reader::Reader;

const SWITCH: &str = "OBSERVE_DEV_PAGE";
const TOKEN: &str = "OBSERVE_DEV_PAGE_TOKEN";
const MEMORY: &str = "OBSERVE_DEV_PAGE_MEMORY";

#[cfg(feature = "dev-page")]
pub(crate) use with_page::DevPageSettings;

/// Says that these variables do nothing here. That there is no page is what `off` asks for.
#[cfg(not(feature = "dev-page"))]
pub(super) fn warn_unused(reader: &mut Reader<'_>) {
    for name in [SWITCH, TOKEN, MEMORY] {
        if reader.text(name).is_some_and(|value| name != SWITCH || value != "off") {
            reader.warn(format!("{name} is not used: it needs the feature `dev-page` of observe-runtime"));
        }
    }
}

#[cfg(feature = "dev-page")]
mod with_page {
    use super::{MEMORY, Reader, SWITCH, TOKEN};

    /// A token that is shorter than this is said to be.
    const SHORT_TOKEN: usize = 16;

    /// What is kept of spans and of logs together, unless it is said.
    const DEFAULT_MEMORY: usize = 4 << 20;

    /// There is no `Debug` of it: it has a secret.
    pub(crate) struct DevPageSettings {
        pub(crate) is_on: bool,
        pub(crate) token: Option<String>,
        /// The most memory of what is kept, in bytes.
        pub(crate) memory: usize,
    }

    impl DevPageSettings {
        /// A release build shows nothing unless it is asked to: it may run where others reach it.
        pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
            let is_on = reader.choice(SWITCH, &[("on", true), ("off", false)], cfg!(debug_assertions));
            let token = reader.text(TOKEN);
            if token.as_ref().is_some_and(|token| token.len() < SHORT_TOKEN) {
                reader.warn(format!(
                    "{TOKEN} is shorter than {SHORT_TOKEN} bytes, which can be guessed; make one with `openssl rand -hex 32`"
                ));
            }
            Self { is_on, token, memory: reader.size(MEMORY, DEFAULT_MEMORY) }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn read(variables: &[(&str, &str)]) -> (DevPageSettings, Vec<String>) {
            let variables = variables.iter().collect();
            let mut reader = Reader::new(&variables);
            let settings = DevPageSettings::read(&mut reader);
            (settings, reader.into_warnings())
        }

        #[test]
        fn a_debug_build_shows_itself_unless_it_is_told_not_to() {
            let (settings, warnings) = read(&[]);
            assert_eq!((settings.is_on, settings.token, settings.memory), (cfg!(debug_assertions), None, 4 << 20));
            assert_eq!(warnings, [""; 0]);
            assert!(!read(&[(SWITCH, "off")]).0.is_on);
            assert!(read(&[(SWITCH, "on")]).0.is_on);
        }

        #[test]
        fn a_token_that_can_be_guessed_is_said_to_be() {
            let (settings, warnings) = read(&[(TOKEN, "short"), (MEMORY, "1MiB")]);
            assert_eq!((settings.token.as_deref(), settings.memory), (Some("short"), 1 << 20));
            assert!(warnings.len() == 1 && !warnings[0].contains("`short`"), "{warnings:?}");
        }
    }
}
