//! The first thing that a newcomer sees.

use std::io::Write as _;

use crate::auth::DemoPassword;

/// Says on standard output where to look. Nobody may be reading, and that is no reason not to
/// serve.
pub(crate) fn greet(url: &str, password: &DemoPassword) {
    let _ = std::io::stdout().write_all(greeting(url, password).as_bytes());
}

/// Five lines: commands that can be pasted one after the other, into any POSIX shell.
fn greeting(url: &str, password: &DemoPassword) -> String {
    let json = "-H 'content-type: application/json'";
    let question = r#"{"id":"q1","text":"Which antibiotics in the first hour of sepsis?","patient":{"name":"Jane Roe","mrn":"MRN-0042"}}"#;
    let password = match password {
        DemoPassword::Made(password) => password.as_str(),
        DemoPassword::Given => r#"'"$VOICEASSIST_DEMO_PASSWORD"'"#,
        DemoPassword::Kept => "<the password of the first start>",
    };
    let login = format!(r#"{{"user":"clinician","password":"{password}"}}"#);
    format!(
        "VoiceAssist answers from clinical guideline notes at {url} (users: clinician, and admin for /documents)\n\
         log in   TOKEN=$(curl -s {url}/login {json} -d '{login}' | cut -d'\"' -f4)\n\
         ask      curl -s {url}/ask -H \"authorization: Bearer $TOKEN\" {json} -d '{question}'\n\
         metrics  curl -s {url}/metrics\n\
         traces   OTEL_TRACES_EXPORTER=console shows spans here, OTEL_EXPORTER_OTLP_ENDPOINT sends them to a collector\n",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_shown_where_it_is_nowhere_else() {
        let made = greeting("http://host", &DemoPassword::Made("0123abcd".to_owned()));
        assert!((3..=5).contains(&made.lines().count()), "{made}");
        assert!(made.contains(r#"-d '{"user":"clinician","password":"0123abcd"}'"#), "{made}");
        let given = greeting("http://host", &DemoPassword::Given);
        assert!(given.contains(r#""password":"'"$VOICEASSIST_DEMO_PASSWORD"'"}'"#), "{given}");
        assert!(greeting("http://host", &DemoPassword::Kept).contains("of the first start"));
    }
}
