//! What the command line says.

use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
Usage: cargo observe privacy [--from-binary FILE]... [--json]

Lists what is shown in clear, with its reason and its place: fields, span fields, unchecked values, harmless names.
Without --from-binary the workspace is built, and all of its programs are read.";

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) is_json: bool,
}

impl Args {
    /// `None` where help is asked for.
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Option<Self>, String> {
        let mut words = words.into_iter();
        match words.next().as_deref() {
            None | Some("help" | "-h" | "--help") => return Ok(None),
            Some("privacy") => {}
            Some(other) => return Err(format!("`{other}` is no report; known is `privacy`")),
        }
        let mut args = Self::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => args.is_json = true,
                "--from-binary" => {
                    let file = words.next().ok_or("`--from-binary` takes the path of a program")?;
                    args.files.push(file.into());
                }
                "-h" | "--help" => return Ok(None),
                other => return Err(format!("`{other}` is no option of `cargo observe privacy`")),
            }
        }
        Ok(Some(args))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Args>, String> {
        Args::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read() {
        let expected = Args { files: vec!["a".into(), "b".into()], is_json: true };
        assert_eq!(parse("privacy --from-binary a --json --from-binary b"), Ok(Some(expected)));
        assert_eq!(parse("privacy"), Ok(Some(Args::default())));
    }

    #[test]
    fn help_is_given_where_it_is_asked_for() {
        for line in ["", "help", "--help", "privacy --help"] {
            assert_eq!(parse(line), Ok(None), "{line}");
        }
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        for line in ["metrics", "privacy --jsn", "privacy --from-binary", "privacy a"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
