//! All that a program declares is found in it, however it is built; and a file that has lost its records is never taken for
//! one that declares nothing.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod cargo;
#[path = "catalogue/program.rs"]
mod program;

use program::{Program, TESTS, tool};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;
use std::{env, fs};

/// The metrics that the fixture declares: name, type, series, labels.
const METRICS: &str = "\
build_info info 1 version<=1 commit<=1
called_duration_seconds histogram 130 model=gpt|claude-3 status=ok|cancelled|panicked|error error_type=timeout|refused|none
called_in_progress gauge 2 model=gpt|claude-3
called_total counter 10 model=gpt|claude-3 status=ok|cancelled|panicked|error error_type=timeout|refused|none
corpses_total counter 4 result=ok|cancelled|panicked|error
dead_duration_seconds histogram 24 result=ok|cancelled|panicked|error
default_work_duration_seconds histogram 52 status=ok|cancelled|panicked|error
default_work_in_progress gauge 1
default_work_total counter 4 status=ok|cancelled|panicked|error
forgotten_duration_seconds histogram 52 status=ok|cancelled|panicked|error
forgotten_in_progress gauge 1
forgotten_total counter 4 status=ok|cancelled|panicked|error
generic_duration_seconds histogram 44 status=ok|cancelled|panicked|error
generic_in_progress gauge 1
generic_total counter 4 status=ok|cancelled|panicked|error
held_duration_seconds histogram 52 status=ok|cancelled|panicked|error
held_in_progress gauge 1
held_total counter 4 status=ok|cancelled|panicked|error
inlined_duration_seconds histogram 52 status=ok|cancelled|panicked|error
inlined_in_progress gauge 1
inlined_total counter 4 status=ok|cancelled|panicked|error
letter_size_bytes histogram 12
look_up_duration_seconds histogram 52 status=ok|cancelled|panicked|error
look_up_in_progress gauge 1
look_up_total counter 4 status=ok|cancelled|panicked|error
never_polled_duration_seconds histogram 52 status=ok|cancelled|panicked|error
never_polled_in_progress gauge 1
never_polled_total counter 4 status=ok|cancelled|panicked|error
of_a_set_in_progress gauge 54 tenant<=9 internal=false|true cached=false|true|none
of_a_set_total counter 216 tenant<=9 internal=false|true cached=false|true|none status=ok|cancelled|panicked|error
shared_duration_seconds histogram 104 model=gpt|claude-3 status=ok|cancelled|panicked|error
shared_in_progress gauge 2 model=gpt|claude-3
shared_total counter 8 model=gpt|claude-3 status=ok|cancelled|panicked|error
tokens_total counter 4 model=gpt|claude-3 plan=free|paid
wait_seconds summary 24 internal=false|true cached=false|true|none
waiting gauge 3 by_hand<=3
words_total counter 2 plan=free|paid
";

/// The spans: name, kind, function, fields.
const SPANS: &str = "\
ask internal observe_catalogue_fixture::ask model:clear user_id:clear
hold internal observe_catalogue_fixture::declared::hold
named by a constant internal observe_catalogue_fixture::declared::constant_name
never internal observe_catalogue_fixture::never step:clear
run internal observe_catalogue_fixture::run card:unchecked return:clear
seen internal observe_catalogue_fixture::seen
wait a moment client observe_catalogue_fixture::declared::never_polled note:scrubbed who:hashed label:fixed
within internal observe_catalogue_fixture::declared
";

fn catalog(file: &Path) -> Output {
    tool(&["catalog", "--format", "json", "--from-binary", file.to_str().unwrap()])
}

fn read(file: &Path) -> Value {
    let output = catalog(file);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What the tool says of a file that it can't read.
fn refused(file: &Path) -> String {
    let output = catalog(file);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap()
}

fn label(label: &Value) -> String {
    let values = &label["values"];
    match values["at_most"].as_u64() {
        Some(most) => format!("{}<={most}", text(label, "name")),
        None => {
            let values: Vec<&str> = list(values, "known").iter().map(|value| value.as_str().unwrap()).collect();
            format!("{}={}", text(label, "name"), values.join("|"))
        }
    }
}

/// The program's own metrics, as [`METRICS`] has them.
fn metrics(catalogue: &Value) -> String {
    let own = list(catalogue, "metrics").iter().filter(|metric| metric["scope"] == "business");
    let line = |metric: &Value| {
        let labels: Vec<String> = list(metric, "labels").iter().map(|one| format!(" {}", label(one))).collect();
        let (name, kind, labels) = (text(metric, "name"), text(metric, "kind"), labels.concat());
        format!("{name} {kind} {}{labels}\n", metric["series"])
    };
    own.map(line).collect::<Vec<_>>().concat()
}

fn spans(catalogue: &Value) -> String {
    let line = |span: &Value| {
        let field = |field: &Value| format!(" {}:{}", text(field, "name"), text(field, "how"));
        let fields: String = list(span, "fields").iter().map(field).collect();
        format!("{} {} {}{fields}\n", text(span, "name"), text(span, "kind"), text(span, "function"))
    };
    list(catalogue, "spans").iter().map(line).collect()
}

fn metric<'a>(catalogue: &'a Value, name: &str) -> &'a Value {
    list(catalogue, "metrics").iter().find(|metric| metric["name"] == name).unwrap()
}

#[track_caller]
fn assert_complete(catalogue: &Value) {
    assert_eq!(metrics(catalogue), METRICS);
    assert_eq!(spans(catalogue), SPANS);
    let calls = metric(catalogue, "called_total");
    assert_eq!((&calls["help"], &calls["max_series"]), (&"Finished calls: Answers a question".into(), &400.into()));
    assert_eq!(calls["objective"]["success"], 99.9);
    let latency = &metric(catalogue, "called_duration_seconds")["objective"]["latency"];
    assert_eq!((&latency["seconds"], &latency["target"]), (&0.25.into(), &99.0.into()));
    assert_eq!(metric(catalogue, "dead_duration_seconds")["buckets"], serde_json::json!([0.5, 1.0, 2.5]));
    assert_eq!(metric(catalogue, "wait_seconds")["quantiles"], serde_json::json!([0.5, 0.99]));
    let source = fs::read_to_string(Path::new(TESTS).join("catalogue/src/declared.rs")).unwrap();
    let line = source.lines().position(|line| line.starts_with("    static WAITING")).unwrap() + 1;
    let place = serde_json::json!({
        "module": "observe_catalogue_fixture::declared::unreferenced", "file": "src/declared.rs", "line": line, "column": 12
    });
    assert_eq!(metric(catalogue, "waiting")["place"], place);
    assert_eq!(text(&metric(catalogue, "words_total")["place"], "module"), "words");
}

#[test]
fn a_debug_build_has_all_that_is_declared() {
    assert_complete(&read(&Program::copied_to("catalogue").built("dev")));
}

/// With fat LTO and one unit of code, stripped, without unwinding.
#[test]
fn a_stripped_release_build_has_the_same() {
    assert_complete(&read(&Program::copied_to("catalogue").built("release")));
}

/// The file of this kind that cargo built last, out of its messages.
fn artifact(program: &Program, words: &[&str], ends: impl Fn(&str) -> bool) -> PathBuf {
    let words = [words, &["--message-format=json"]].concat();
    let output = program.cargo(&words);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let files = messages.flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    let files: Vec<String> = files.map(|file| file.as_str().unwrap().to_owned()).filter(|file| ends(file)).collect();
    PathBuf::from(files.last().unwrap_or_else(|| panic!("none of {messages}", messages = "the files")))
}

#[test]
fn a_library_is_read_without_a_program() {
    let program = Program::copied_to("catalogue");
    let catalogue = read(&artifact(&program, &["build", "--package", "words"], |file| {
        file.contains("libwords") && Path::new(file).extension().is_some_and(|ending| ending == "rlib")
    }));
    let own: String = METRICS
        .lines()
        .filter(|line| line.starts_with("words_") || line.starts_with("look_up_"))
        .fold(String::new(), |all, line| all + line + "\n");
    assert_eq!(metrics(&catalogue), own);
    assert_eq!(catalogue["programs"][0]["name"], "words");
}

#[test]
fn a_test_binary_is_read_under_the_name_of_its_crate() {
    let program = Program::copied_to("catalogue");
    let binary = artifact(&program, &["test", "--no-run"], |file| file.contains("/observe_catalogue_fixture-"));
    let catalogue = read(&binary);
    assert_eq!(metrics(&catalogue), METRICS);
    assert_eq!(catalogue["programs"][0]["name"], "observe_catalogue_fixture");
}

/// A copy of the debug build, changed.
fn changed(name: &str, change: impl Fn(&mut Vec<u8>)) -> PathBuf {
    let mut bytes = fs::read(Program::copied_to("catalogue").built("dev")).unwrap();
    change(&mut bytes);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue").join(name);
    fs::write(&file, bytes).unwrap();
    file
}

fn position(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap()
}

#[test]
fn a_record_of_another_release_names_the_tool_to_install() {
    let file = changed("other-release", |bytes| {
        let at = position(bytes, b"\x01\0\0\0observe\0\x02\0\0\0");
        bytes[at + 12] = 9;
    });
    let said = refused(&file);
    assert!(said.contains("a record has version 9") && said.contains("install the tool of the release"), "{said}");
}

#[test]
fn a_damaged_record_is_an_error_and_no_shorter_report() {
    let file = changed("damaged", |bytes| {
        let at = position(bytes, b"name\x08\0of_a_set") + 6;
        bytes[at] ^= 0x20;
    });
    let said = refused(&file);
    assert!(said.contains("the records are damaged from byte"), "{said}");
}

#[test]
fn a_foreign_section_of_our_name_is_an_error() {
    let file = changed("foreign", |bytes| {
        let at = position(bytes, b"\x01\0\0\0observe\0\x02\0\0\0");
        bytes[at..at + 12].copy_from_slice(b"\x01\0\0\0somebody");
    });
    assert!(refused(&file).contains("the records are damaged from byte"));
}

/// The debug build after `objcopy` with these words; `None`, said loudly, where there is none.
fn objcopied(name: &str, words: &[&str]) -> Option<PathBuf> {
    let from = Program::copied_to("catalogue").built("dev");
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue").join(name);
    match Command::new("objcopy").args(words).arg(from).arg(&to).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(to)
        }
        Err(error) => {
            let _ = writeln!(std::io::stdout(), "SKIPPED {name}: objcopy can't be run: {error}");
            assert!(env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "objcopy can't be run: {error}");
            None
        }
    }
}

#[test]
fn a_program_whose_section_was_removed_says_so() {
    let Some(file) = objcopied("removed", &["--remove-section", ".note.observe", "--remove-section", ".observe.*"])
    else {
        return;
    };
    let said = refused(&file);
    assert!(said.contains("is linked with the runtime of observe, and has no records"), "{said}");
    assert!(said.contains("has removed the section `.note.observe`"), "{said}");
}

/// No more of a file is read than its tables and our sections. The time is printed, and not asserted.
#[test]
fn a_binary_of_150_megabytes_is_read() {
    let rest = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue/rest");
    fs::write(&rest, vec![0xAB; 150 << 20]).unwrap();
    let section = format!(".rest={}", rest.display());
    let words = ["--add-section", &section, "--set-section-flags", ".rest=contents,readonly"];
    let Some(file) = objcopied("large", &words) else { return };
    fs::remove_file(rest).unwrap();
    assert!(fs::metadata(&file).unwrap().len() > 150 << 20);
    // Once to have it built.
    let first = read(&file);
    let tool = env::current_exe().unwrap().parent().unwrap().join("../cargo-observe");
    let start = Instant::now();
    let output = Command::new(tool).args(["catalog", "--format", "json", "--from-binary"]).arg(&file).output().unwrap();
    let elapsed = start.elapsed();
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), first);
    fs::remove_file(file).unwrap();
    let verdict = if elapsed.as_millis() < 500 { "ok" } else { "short" };
    let millis = elapsed.as_millis();
    let _ = writeln!(std::io::stdout(), "bar catalogue/read-150mb measured {millis}ms limit 500ms {verdict}");
}
