//! The tool and the service as processes. Each ends with its owner, also where a test fails.

use crate::cargo::cargo;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// An example service, built with all that its telemetry can go out over.
pub(crate) fn built(package: &str) -> PathBuf {
    static BUILDING: Mutex<()> = Mutex::new(());
    let _one_by_one = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut build = cargo();
    build.args(["build", "--quiet", "--message-format=json", "--package", package, "--features", "observe/otlp-grpc"]);
    let output = build.current_dir(root).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{package} does not build");
    let lines = String::from_utf8(output.stdout).unwrap();
    let messages = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executables = messages.filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?)));
    executables.reduce(|_, last| last).unwrap()
}

fn terminate(child: &mut Child) {
    let ended = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(ended.success());
}

/// Whether the example's model was made.
static TRAINED: Mutex<bool> = Mutex::new(false);

/// The example `iit-ml`.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Service {
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        let program = built("iit-ml");
        let model = Path::new(env!("CARGO_TARGET_TMPDIR")).join("live-check-model.json");
        let mut trained = TRAINED.lock().unwrap_or_else(PoisonError::into_inner);
        if !*trained {
            assert!(Command::new(&program).arg("train").arg(&model).stdout(Stdio::null()).status().unwrap().success());
            *trained = true;
        }
        drop(trained);
        let mut child = Command::new(&program)
            .env("IIT_ML_ADDR", "127.0.0.1:0")
            .env("IIT_ML_MODEL", &model)
            .env("RUST_LOG", "off")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let greeting = lines.next().unwrap().unwrap();
        thread::spawn(move || lines.for_each(drop));
        let address = greeting.split("http://").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
        Self { child, address }
    }

    /// The status of the answer.
    pub(crate) fn post(&self, path: &str, body: &str) -> u16 {
        request(self.address, &format!("POST {path}"), "content-type: application/json\r\n", body.as_bytes())
    }

    /// Ends it as an operator does, and waits for that.
    pub(crate) fn end(mut self) {
        terminate(&mut self.child);
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A live check that listens.
pub(crate) struct LiveCheck {
    child: Child,
    pub(crate) http: SocketAddr,
    pub(crate) grpc: SocketAddr,
}

impl LiveCheck {
    fn command(args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-observe"));
        command.args(["live-check", "--format", "json"]).args(args);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        command
    }

    /// Runs one that ends by itself, and returns its report. The exit code says whether it failed.
    pub(crate) fn run(catalogue: &Path, args: &[&str]) -> Value {
        let output = Self::command(args).arg("--catalogue").arg(catalogue).output().unwrap();
        let failures = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {failures}"));
        let has_failed = report["failures"].as_array().is_some_and(|failures| !failures.is_empty());
        assert_eq!(output.status.code(), Some(i32::from(has_failed)), "{report:#}");
        report
    }

    pub(crate) fn start(catalogue: &Path, args: &[&str]) -> Self {
        let catalogue = catalogue.display().to_string();
        Self::start_with(&[args, &["--catalogue", &catalogue]].concat()).expect("it listens")
    }

    /// `None` where it does not come to listen.
    pub(crate) fn start_with(args: &[&str]) -> Option<Self> {
        let mut child = Self::command(args)
            .args(["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = |line: String| line.split("http://").nth(1).and_then(|address| address.parse().ok());
        let mut addresses = lines.by_ref().filter_map(address);
        let (http, grpc) = (addresses.next(), addresses.next());
        drop(addresses);
        let Some((http, grpc)) = http.zip(grpc) else {
            let _ = child.wait();
            return None;
        };
        thread::spawn(move || lines.for_each(drop));
        Some(Self { child, http, grpc })
    }

    /// Ends it as Ctrl-C does, and returns its report.
    pub(crate) fn end(mut self) -> Value {
        terminate(&mut self.child);
        let mut report = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
        self.child.wait().unwrap();
        serde_json::from_str(&report).unwrap()
    }
}

impl Drop for LiveCheck {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status that is answered to one request.
pub(crate) fn request(address: SocketAddr, line: &str, headers: &str, body: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head =
        format!("{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// A small body that says it is 64 MiB.
pub(crate) fn bomb() -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; 64 << 20]).unwrap();
    packed.finish().unwrap()
}
