//! `cargo observe tail` as it is run, beside a service that does what it is told.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "tail/service.rs"]
mod service;

use service::{Service, Step, log, of, piece, request};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Long enough for any machine: what takes longer hangs.
const LONG: Duration = Duration::from_mins(1);

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-observe"));
    command.args(["observe", "tail"]).args(words).env_remove("OBSERVE_DEV_PAGE_TOKEN");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A run that is still going on.
struct Tail {
    child: Child,
    out: Receiver<String>,
    errors: Receiver<String>,
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (say, said) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if say.send(line).is_err() {
                return;
            }
        }
    });
    said
}

impl Tail {
    fn start(words: &[&str]) -> Self {
        let mut child = command(words).spawn().unwrap();
        let (out, errors) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Self { child, out, errors }
    }

    /// The next line of the report.
    fn line(&self) -> String {
        self.out.recv_timeout(LONG).unwrap()
    }

    /// The next line of what is said beside.
    fn beside(&self) -> String {
        self.errors.recv_timeout(LONG).unwrap()
    }

    /// Ends it as Ctrl-C does: its code, and the rest of what it says beside.
    fn interrupt(mut self) -> (Option<i32>, Vec<String>) {
        use rustix::process::{Pid, Signal, kill_process};
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let code = self.child.wait().unwrap().code();
        (code, self.errors.iter().collect())
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        // One that has ended is none to be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One that ends by itself.
fn output(words: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

fn shown(number: u64, route: &str) -> String {
    let what = format!("GET {route}");
    format!("00:00:{number:02}.010Z 200   10.0 ms {what:<32} {number:032x}")
}

#[test]
fn lines_come_whole_however_the_stream_is_cut() {
    let mut service = Service::start(1, 5);
    let text = format!("\n{}\n{}\n", request(5, "/größer"), request(6, "/b"));
    let mut steps: Vec<Step> = text.as_bytes().iter().map(|byte| Step::Piece(vec![*byte])).collect();
    steps.push(piece(&(request(7, "/c") + &request(8, "/d") + "{\"request\":")));
    service.follow_and_hold(steps);
    let tail = Tail::start(&[&service.url()]);
    for (number, route) in [(5, "/größer"), (6, "/b"), (7, "/c"), (8, "/d")] {
        assert_eq!(tail.line(), shown(number, route));
    }
    assert_eq!(service.asked(), ["state", "follow?signals=requests&after_requests=5"]);
}

#[test]
fn ctrl_c_ends_it_with_success_and_without_a_word() {
    let mut service = Service::start(1, 5);
    service.follow_and_hold(vec![piece(&request(5, "/a"))]);
    let tail = Tail::start(&[&service.url()]);
    assert_eq!(tail.line(), shown(5, "/a"));
    assert_eq!(tail.interrupt(), (Some(0), Vec::new()));
}

#[test]
fn ctrl_c_ends_it_also_while_it_waits_for_a_service() {
    let service = Service::start(1, 5);
    service.follow(vec![piece(&request(5, "/a")), Step::HangUp]);
    service.break_off();
    let tail = Tail::start(&[&service.url()]);
    assert_eq!(tail.line(), shown(5, "/a"));
    drop(service);
    assert_eq!(tail.beside(), "lost: shop does not answer; waiting for it");
    assert_eq!(tail.interrupt(), (Some(0), Vec::new()));
}

#[test]
fn a_closed_pipe_ends_it_with_success_and_without_a_word() {
    let mut service = Service::start(1, 5);
    let (go_on, wait) = channel();
    let more: String = (6..200).map(|number| request(number, "/b")).collect();
    service.follow_and_hold(vec![piece(&request(5, "/a")), Step::Wait(wait), piece(&more)]);
    let mut child = command(&[&service.url()]).spawn().unwrap();
    let mut stdout: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    drop(stdout);
    go_on.send(()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn what_can_not_be_read_is_left_out_and_said_once() {
    let mut service = Service::start(1, 5);
    let garbage = [b"<html>\n[1]\n\xff\xfe\n".as_slice(), b"{\"news\":{}}\n"].concat();
    service.follow_and_hold(vec![
        Step::Piece(garbage),
        piece(&request(5, "/a")),
        piece("}{\n"),
        piece(&request(6, "/b")),
    ]);
    let tail = Tail::start(&[&service.url()]);
    assert_eq!((tail.line(), tail.line()), (shown(5, "/a"), shown(6, "/b")));
    let (code, beside) = tail.interrupt();
    let [note] = &beside[..] else { panic!("{beside:?}") };
    assert!(code == Some(0) && note.starts_with("note: a line is left out that is no JSON"), "{note}");
}

#[test]
fn a_service_that_starts_anew_is_waited_for_and_read_from_its_beginning() {
    let first = Service::start(1, 5);
    first.follow(vec![piece(&request(5, "/a")), Step::HangUp]);
    first.break_off();
    let url = first.url();
    let tail = Tail::start(&[&url]);
    assert_eq!(tail.line(), shown(5, "/a"));
    let address = first.address.to_string();
    drop(first);
    assert_eq!(tail.beside(), "lost: shop does not answer; waiting for it");
    let mut second = Service::start_at(&address, 2, 3);
    second.follow_and_hold(vec![piece(&(request(1, "/b") + &request(2, "/c")))]);
    assert_eq!((tail.line(), tail.line()), (shown(1, "/b"), shown(2, "/c")));
    assert_eq!(second.asked(), ["state", "follow?signals=requests&after_requests=0"]);
    assert_eq!(tail.beside(), "back: shop has started anew");
    assert_eq!(tail.interrupt(), (Some(0), Vec::new()));
}

#[test]
fn a_service_that_answers_again_is_read_on() {
    let first = Service::start(1, 5);
    first.follow(vec![piece(&request(7, "/a")), Step::HangUp]);
    first.break_off();
    let tail = Tail::start(&[&first.url()]);
    assert_eq!(tail.line(), shown(7, "/a"));
    let address = first.address.to_string();
    drop(first);
    assert_eq!(tail.beside(), "lost: shop does not answer; waiting for it");
    let mut again = Service::start_at(&address, 1, 20);
    let kept = |first: u64| {
        format!(
            r#"{{"service":"shop","started":1,"spans":{{"first":{first},"next":20}},"logs":{{"first":1,"next":1}}}}"#
        )
    };
    again.answer("state", 200, &kept(12));
    again.follow_and_hold(vec![piece(&request(12, "/b"))]);
    assert_eq!(tail.line(), shown(12, "/b"));
    assert_eq!(again.asked().last().unwrap(), "follow?signals=requests&after_requests=8");
    assert_eq!(tail.beside(), "back: shop answers again; some of what came meanwhile is forgotten");
}

#[test]
fn a_stream_that_ends_is_asked_for_once_more_and_nothing_is_said() {
    let mut service = Service::start(1, 5);
    service.follow(vec![piece(&request(5, "/a"))]);
    service.follow_and_hold(vec![piece(&request(6, "/b"))]);
    let tail = Tail::start(&[&service.url()]);
    assert_eq!((tail.line(), tail.line()), (shown(5, "/a"), shown(6, "/b")));
    assert_eq!(service.asked().last().unwrap(), "follow?signals=requests&after_requests=6");
    assert_eq!(tail.interrupt(), (Some(0), Vec::new()));
}

#[test]
fn a_refusal_says_what_to_do() {
    let service = Service::start(1, 5);
    let url = service.url();
    let refused = |status: u16, body: &str, words: &[&str]| {
        service.answer("state", status, body);
        let (code, out, errors) = output(&[&[url.as_str()], words].concat());
        assert_eq!((code, out), (Some(2), String::new()), "{errors}");
        errors
    };
    let errors = refused(401, "", &[]);
    assert!(errors.contains("wants a token") && errors.contains("OBSERVE_DEV_PAGE_TOKEN"), "{errors}");
    let errors = refused(401, "", &["--token", "hunter2hunter2"]);
    assert!(errors.contains("does not know this token") && !errors.contains("hunter2"), "{errors}");
    let errors = refused(403, r#"{"error":"ask for \u001b[31mlocalhost"}"#, &[]);
    assert!(errors.contains(r"ask for \u{1b}[31mlocalhost") && errors.contains("OBSERVE_DEV_PAGE_TOKEN"), "{errors}");
    let errors = refused(404, "not found", &[]);
    assert!(errors.contains("feature `dev-page`") && errors.contains("OBSERVE_DEV_PAGE=on"), "{errors}");
    let errors = refused(400, r#"{"error":"`slow` takes a number"}"#, &[]);
    assert!(errors.contains("answered 400: `slow` takes a number"), "{errors}");
    let errors = refused(200, "<html>", &[]);
    assert!(errors.contains("is no service that shows itself"), "{errors}");
    let errors = refused(503, "", &[]);
    assert!(errors.contains("nobody answers at") && errors.contains("answered 503"), "{errors}");
}

#[test]
fn a_service_that_was_never_there_is_not_waited_for() {
    let gone = Service::start(1, 5);
    let url = gone.url();
    drop(gone);
    let (code, out, errors) = output(&[&url]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(errors.contains("nobody answers at") && errors.contains("start the service"), "{errors}");
    assert!(output(&["ftp://shop"]).2.contains("is no address of a service"));
}

#[test]
fn the_token_is_sent_with_every_question_and_nothing_else_is() {
    let mut service = Service::start(1, 5);
    service.answer("requests", 200, r#"{"requests":[],"next":5,"first":1,"running":[]}"#);
    service.follow_and_hold(vec![piece(&request(5, "/a"))]);
    let mut child =
        command(&[&service.url(), "--lines", "3"]).env("OBSERVE_DEV_PAGE_TOKEN", "of-the-shell").spawn().unwrap();
    let out = lines(child.stdout.take().unwrap());
    assert_eq!(out.recv_timeout(LONG).unwrap(), shown(5, "/a"));
    child.kill().unwrap();
    child.wait().unwrap();
    let asked = service.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|asked| asked.ends_with(" Bearer of-the-shell")), "{asked:?}");
    service.follow_and_hold(vec![piece(&request(5, "/a"))]);
    let tail = Tail::start(&[&service.url(), "--token", "of-the-line"]);
    assert_eq!(tail.line(), shown(5, "/a"));
    assert!(service.asked().last().unwrap().ends_with(" Bearer of-the-line"));
}

#[test]
fn the_past_comes_first_in_the_order_in_which_it_was() {
    let mut service = Service::start(1, 9);
    let requests = serde_json::json!({"requests": [of(1, "/a"), of(3, "/c"), of(9, "/new")], "next": 10, "first": 1, "running": []});
    let logs = serde_json::json!({"logs": [log(1, "one"), log(3, "three")], "next": 9, "first": 1});
    service.answer("requests", 200, &requests.to_string());
    service.answer("logs", 200, &logs.to_string());
    service.follow_and_hold(vec![piece(&request(10, "/d"))]);
    let tail = Tail::start(&[&service.url(), "--logs", "--lines", "4"]);
    let expected = [
        "00:00:01.500Z INFO  shop: one".to_owned(),
        shown(3, "/c"),
        "00:00:03.500Z INFO  shop: three".to_owned(),
        shown(9, "/new"),
        shown(10, "/d"),
    ];
    assert_eq!(expected.each_ref().map(|_| tail.line()), expected);
    let asked = service.asked();
    assert_eq!(asked[1..3], ["requests?after=0&limit=4", "logs?after=0&limit=4"]);
    assert_eq!(asked[3], "follow?signals=requests%2Clogs&after_requests=10&after_logs=9");
}

#[test]
fn filters_are_the_services_work() {
    let mut service = Service::start(1, 5);
    service.follow_and_hold(vec![piece(&request(5, "/a"))]);
    let words = ["--errors", "--slow", "1s 500us", "--route", "/a&b=c", "--text", "größer 1%"];
    let tail = Tail::start(&[&[service.url().as_str()], &words[..]].concat());
    assert_eq!(tail.line(), shown(5, "/a"));
    let expected = "follow?errors=1&level=error&slow=1000.5&route=%2Fa%26b%3Dc&text=gr%C3%B6%C3%9Fer%201%25&signals=requests&after_requests=5";
    assert_eq!(service.asked().last().unwrap(), expected);
}

#[test]
fn json_comes_as_it_is_and_with_nothing_that_misleads() {
    let mut service = Service::start(1, 5);
    let spaced = "{\"request\" :\t{\"seq\": 5,  \"name\": \"a\u{9b}b\"}}";
    service.follow_and_hold(vec![piece(&format!("{spaced}\nno\n{{\"news\":1}}\n"))]);
    let tail = Tail::start(&[&service.url(), "--json"]);
    assert_eq!(tail.line(), r#"{"request" : {"seq": 5,  "name": "a\u009bb"}}"#);
    assert_eq!(tail.line(), r#"{"news":1}"#);
}

#[test]
fn colours_are_there_where_they_are_wanted() {
    let mut service = Service::start(1, 5);
    service.follow_and_hold(vec![piece(&request(5, "/a"))]);
    let tail = Tail::start(&[&service.url(), "--color", "always"]);
    let line = tail.line();
    assert!(line.contains("\u{1b}[32m") && line.contains("200"), "{line:?}");
}

#[test]
fn quiet_says_nothing_of_a_service_that_is_gone() {
    let first = Service::start(1, 5);
    first.follow(vec![piece(&request(5, "/a")), Step::HangUp]);
    first.break_off();
    let tail = Tail::start(&["--quiet", &first.url()]);
    assert_eq!(tail.line(), shown(5, "/a"));
    let address = first.address.to_string();
    drop(first);
    let mut second = Service::start_at(&address, 2, 1);
    second.follow_and_hold(vec![piece(&request(1, "/b"))]);
    assert_eq!(tail.line(), shown(1, "/b"));
    assert_eq!(tail.interrupt(), (Some(0), Vec::new()));
}
