//! What the command line says.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::time::Duration;

/// The text of `--help`.
pub(crate) const HELP: &str = "\
VoiceAssist answers clinical questions from guideline notes: the example service of observe.

usage: voiceassist                      serves until it is told to stop
       voiceassist demo [--seconds N]   serves itself traffic for N seconds (60), then shows
                                        the slowest traces, the metrics that moved, and what
                                        was hidden
       voiceassist --help

Settings are in the environment: VOICEASSIST_ADDR (address and port, 127.0.0.1:8000),
VOICEASSIST_DB (database file, else in memory), VOICEASSIST_AUDIT (file of the audit log, else
beside the database file), VOICEASSIST_BACKUP (file to copy the database to, else no backup),
VOICEASSIST_BACKUP_SECONDS (how often, 3600), VOICEASSIST_DEMO_PASSWORD (of the users
clinician and admin, else random), VOICEASSIST_HASH_MEMORY_KIB (of a password's hash, 19456),
and those of observe, such as RUST_LOG and OTEL_EXPORTER_OTLP_ENDPOINT.
";

/// How long a demo lasts when nothing is said.
const DEFAULT_SECONDS: u64 = 60;

/// How long one may last: up to a day.
const SECONDS: RangeInclusive<u64> = 1..=86_400;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Serve.
    Serve,
    /// Serve traffic of our own for this long, then report.
    Demo(Duration),
    /// Say what there is.
    Help,
}

impl Command {
    /// What `args`, without the program's name, ask for; or what is wrong with them.
    pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut args = args.into_iter().map(|arg| arg.to_string_lossy().into_owned());
        let command = match args.next().as_deref() {
            None => Self::Serve,
            Some("-h" | "--help" | "help") => Self::Help,
            Some("demo") => return parse_demo(args),
            Some(other) => return Err(unknown(other)),
        };
        match args.next() {
            Some(other) if command != Self::Help => Err(unknown(&other)),
            _ => Ok(command),
        }
    }
}

/// The arguments after `demo`.
fn parse_demo(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut seconds = DEFAULT_SECONDS;
    while let Some(arg) = args.next() {
        let value = match arg.split_once('=') {
            Some(("--seconds", value)) => Some(value.to_owned()),
            _ if arg == "--seconds" => args.next(),
            _ if arg == "-h" || arg == "--help" => return Ok(Command::Help),
            _ => return Err(unknown(&arg)),
        };
        let number = value.and_then(|value| value.parse().ok()).filter(|number| SECONDS.contains(number));
        seconds = number.ok_or("--seconds expects a whole number from 1 to 86400")?;
    }
    Ok(Command::Demo(Duration::from_secs(seconds)))
}

fn unknown(arg: &str) -> String {
    format!("unknown argument `{arg}`: see voiceassist --help")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Command, String> {
        Command::parse(args.iter().map(OsString::from))
    }

    fn demo(seconds: u64) -> Command {
        Command::Demo(Duration::from_secs(seconds))
    }

    #[test]
    fn what_there_is() {
        assert_eq!(parse(&[]), Ok(Command::Serve));
        assert_eq!(parse(&["demo"]), Ok(demo(60)));
        assert_eq!(parse(&["demo", "--seconds", "2"]), Ok(demo(2)));
        assert_eq!(parse(&["demo", "--seconds=90"]), Ok(demo(90)));
        for help in [&["--help"][..], &["-h"], &["help"], &["demo", "--help"], &["--help", "demo"]] {
            assert_eq!(parse(help), Ok(Command::Help), "{help:?}");
        }
    }

    #[test]
    fn what_there_is_not() {
        for (args, word) in [
            (&["dmeo"][..], "`dmeo`"),
            (&["demo", "--second", "2"], "`--second`"),
            (&["demo", "2"], "`2`"),
            (&["--seconds", "2"], "`--seconds`"),
            (&["demo", "--seconds"], "whole number"),
            (&["demo", "--seconds", "0"], "whole number"),
            (&["demo", "--seconds", "1.5"], "whole number"),
            (&["demo", "--seconds=1000000"], "whole number"),
        ] {
            let error = parse(args).unwrap_err();
            assert!(error.contains(word), "{args:?}: {error}");
        }
    }
}
