//! Row BB-L6: a file as a target of log lines, in a process of its own.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("observe-log-files-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn probe(scenario: &str, file: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_log_probe"));
    command.arg(scenario).env_clear().env("OBSERVE_LOG_FILE", file).envs(variables.iter().copied());
    command
}

fn run(scenario: &str, file: &Path, variables: &[(&str, &str)]) -> (String, String) {
    let output = probe(scenario, file, variables).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_file_has_the_lines_of_standard_error_redacted_as_they_are() {
    let folder = Folder::new("same");
    let file = folder.file("app.json");
    fs::write(&file, "of yesterday\n").unwrap();
    let (_, stderr) = run("records", &file, &[("OBSERVE_ENVIRONMENT", "production")]);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, format!("of yesterday\n{stderr}"));
    assert!(text.contains("admitted [REDACTED:email]") && !text.contains("jane"), "{text}");
    assert!(text.contains(&format!("json, and to {}", file.display())), "the line at the start says so: {text}");
}

#[test]
fn a_file_is_not_coloured() {
    let folder = Folder::new("colour");
    let file = folder.file("app.log");
    let (_, stderr) = run("records", &file, &[("CLICOLOR_FORCE", "1")]);
    let text = fs::read_to_string(&file).unwrap();
    assert!(stderr.contains('\x1b') && !text.contains('\x1b'), "{text}");
    assert_eq!(text.lines().count(), stderr.lines().count());
}

#[test]
fn a_file_that_cannot_be_opened_is_one_warning_and_the_lines_stay() {
    let folder = Folder::new("missing");
    let (stdout, stderr) = run("records", &folder.file("no/such/app.json"), &[]);
    assert_eq!(stderr.matches("can't be written").count(), 1, "{stderr}");
    assert!(stderr.contains("admitted [REDACTED:email]"), "{stderr}");
    // Five lines, three at the start, and the warning.
    assert!(stdout.contains("observe_logs_lost_total{reason=\"file\"} 9\n"), "{stdout}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_warning_and_the_lines_stay() {
    let (stdout, stderr) = run("records", Path::new("/dev/full"), &[]);
    assert_eq!(stderr.matches("can't be written").count(), 1, "{stderr}");
    assert!(stderr.contains("admitted [REDACTED:email]"), "{stderr}");
    assert!(stdout.contains("observe_logs_lost_total{reason=\"file\"} 8\n"), "{stdout}");
}

#[test]
fn a_file_that_is_full_is_moved_and_no_line_is_lost_or_torn() {
    let folder = Folder::new("size");
    let file = folder.file("app.json");
    let variables = [("OBSERVE_LOG_FILE_MAX_SIZE", "2MiB"), ("OBSERVE_LOG_FORMAT", "json")];
    let (_, stderr) = run("burst", &file, &variables);
    let (old, new) = (fs::read_to_string(folder.file("app.json.1")).unwrap(), fs::read_to_string(&file).unwrap());
    assert!(old.len() <= 2 << 20 && new.len() <= 2 << 20, "{} {}", old.len(), new.len());
    // What was moved before is gone; what is there are the last lines, one by one.
    assert!(stderr.ends_with(&format!("{old}{new}")));
    assert!(stderr.len() > old.len() + new.len());
}

/// A program that logs one line for each that it is sent.
struct Logging {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Logging {
    fn start(file: &Path) -> Self {
        let mut command = probe("lines", file, &[]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, stdin, stdout }
    }

    fn log(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
        let mut answer = String::new();
        self.stdout.read_line(&mut answer).unwrap();
        assert_eq!(answer, "logged\n");
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_rotated_from_outside_goes_on_under_its_name() {
    let folder = Folder::new("rotated");
    let (file, moved) = (folder.file("app.log"), folder.file("app.log.old"));
    let mut logging = Logging::start(&file);
    logging.log("first");
    fs::rename(&file, &moved).unwrap();
    // However long it takes to be seen.
    while !file.exists() {
        logging.log("between");
    }
    logging.log("second");
    let (old, new) = (fs::read_to_string(&moved).unwrap(), fs::read_to_string(&file).unwrap());
    assert!(old.contains("first") && !old.contains("second"), "{old}");
    assert!(new.contains("second") && !new.contains("first"), "{new}");
}
