//! The collector `rotel` as a process, which sends on what it takes.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long it may take until everything has arrived: a guard against hanging, far beyond what it takes.
const PATIENCE: Duration = Duration::from_mins(2);

/// The program; `None`, and a loud line, where it wasn't fetched.
pub(crate) fn program() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let path = target.join("servers/rotel/rotel/rotel-agent");
    if path.is_file() {
        return Some(path);
    }
    let missing = format!("{} is missing: run tests/servers", path.display());
    assert!(std::env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "{missing}");
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {missing}");
    None
}

/// It ends with its owner, also where a test fails.
pub(crate) struct Rotel {
    child: Child,
    pub(crate) http: u16,
    pub(crate) grpc: u16,
}

impl Rotel {
    /// One that sends on to this URL.
    pub(crate) fn start(program: &Path, next: &str) -> Self {
        Self::start_on([free_port(), free_port()], program, next)
    }

    /// The same on these ports, for HTTP and for gRPC.
    pub(crate) fn start_on([http, grpc]: [u16; 2], program: &Path, next: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rotel-{http}"));
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(program);
        command.env_clear().arg("start").args(["--exporter", "otlp", "--otlp-exporter-protocol", "http"]);
        command.args(["--otlp-exporter-endpoint", next]);
        command.args(["--otlp-http-endpoint", &format!("127.0.0.1:{http}")]);
        command.args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{grpc}")]);
        command.arg("--pid-file").arg(folder.join("pid")).arg("--log-file").arg(folder.join("log"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let rotel = Self { child, http, grpc };
        for port in [http, grpc] {
            wait_for("rotel listens", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        }
        rotel
    }
}

impl Drop for Rotel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

pub(crate) fn wait_for(what: &str, mut is_true: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < PATIENCE, "{what} not yet");
        thread::sleep(Duration::from_millis(20));
    }
}
