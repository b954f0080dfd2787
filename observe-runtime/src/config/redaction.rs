//! What the scrubber looks for, and how strictly.

use super::reader::Reader;
use crate::scrub::{Kind, Scrubber};

/// `ip=off,url=strict`, and patterns as `name=regex`, one a line. What is not understood is a warning, and the rest of
/// the setting counts.
pub(super) fn scrubber(reader: &mut Reader<'_>) -> Scrubber {
    let mut scrubber = Scrubber::new();
    let settings = reader.text("OBSERVE_REDACT").unwrap_or_default();
    for setting in settings.split(',').map(str::trim).filter(|setting| !setting.is_empty()) {
        scrubber = match understood(setting) {
            Ok((kind, Form::Off)) => scrubber.without(kind),
            Ok((kind, Form::Strict)) => scrubber.strict(kind),
            Ok((_, Form::On)) => scrubber,
            Err(why) => {
                reader.warn(format!("OBSERVE_REDACT: `{}` is not used: {why}", setting.escape_debug()));
                scrubber
            }
        };
    }
    let patterns = reader.text("OBSERVE_REDACT_PATTERNS").unwrap_or_default();
    for pattern in patterns.lines().map(str::trim).filter(|pattern| !pattern.is_empty()) {
        let (name, regex) = pattern.split_once('=').unwrap_or((pattern, ""));
        match scrubber.clone().pattern(name.trim(), regex.trim()) {
            Ok(with) => scrubber = with,
            Err(error) => reader.warn(format!("OBSERVE_REDACT_PATTERNS: {error}")),
        }
    }
    let off: Vec<&str> = scrubber.switched_off().map(Kind::name).collect();
    if !off.is_empty() {
        reader.warn(format!("OBSERVE_REDACT: not looked for in text: {}", off.join(", ")));
    }
    scrubber
}

enum Form {
    On,
    Off,
    Strict,
}

fn understood(setting: &str) -> Result<(Kind, Form), String> {
    let (name, form) = setting.split_once('=').ok_or("it has to be a kind, `=` and one of on, off, strict")?;
    let name = if name.trim() == "url" { "url_credential" } else { name.trim() };
    let kind = Kind::ALL.iter().copied().find(|kind| kind.name() == name).ok_or("there is no such kind")?;
    match form.trim() {
        "on" => Ok((kind, Form::On)),
        "off" => Ok((kind, Form::Off)),
        "strict" if kind.has_strict_form() => Ok((kind, Form::Strict)),
        "strict" => Err("this kind has no stricter form".to_owned()),
        _ => Err("it is one of on, off, strict".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::variables::Variables;
    use super::*;

    fn read(settings: &str, patterns: &str) -> (Scrubber, Vec<String>) {
        let pairs = [("OBSERVE_REDACT", settings), ("OBSERVE_REDACT_PATTERNS", patterns)];
        let variables: Variables = pairs.iter().collect();
        let mut reader = Reader::new(&variables);
        let scrubber = scrubber(&mut reader);
        (scrubber, reader.into_warnings())
    }

    #[test]
    fn what_is_not_understood_loses_nothing_else() {
        let (scrubber, warnings) =
            read("ip=off, nose=off, email=loud, ssn=strict, mac=strict, card", "a=(\nfolio=F-\\d+\nx");
        assert_eq!(scrubber.scrub("192.0.2.7 219450187 F-12"), "192.0.2.7 [REDACTED:ssn] [REDACTED:folio]");
        assert_eq!(warnings.len(), 7, "{warnings:#?}");
        assert!(warnings[0].contains("`nose=off` is not used: there is no such kind"));
        assert!(warnings[6].ends_with("not looked for in text: ip"));
    }

    #[test]
    fn nothing_set_is_nothing_said() {
        let (scrubber, warnings) = read("", "");
        assert_eq!((scrubber.scrub("192.0.2.7").as_ref(), warnings.len()), ("[REDACTED:ip]", 0));
    }
}
