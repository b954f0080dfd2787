//! A real Redis, as `tests/servers` fetches it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server without a file. It ends with its owner, also where a test fails.
pub(crate) struct RedisServer {
    child: Child,
    port: u16,
}

/// Where it is; `None`, and a loud line, where it wasn't fetched.
fn place() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let place = target.join("servers/redis-server");
    if place.join("usr/bin/redis-server").is_file() {
        return Some(place);
    }
    let missing = format!("{} is missing: run tests/servers", place.display());
    assert!(std::env::var("OBSERVE_REQUIRE_SERVERS").as_deref() != Ok("1"), "{missing}");
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {missing}");
    None
}

/// The folder of its libraries: there is one below `lib`, called after the machine.
fn libraries(place: &Path) -> PathBuf {
    let mut folders = std::fs::read_dir(place.join("usr/lib")).unwrap().map(|entry| entry.unwrap().path());
    folders.find(|folder| folder.to_string_lossy().ends_with("-linux-gnu")).unwrap()
}

impl RedisServer {
    /// Starts it on a free port, and waits until it answers.
    pub(crate) fn start() -> Option<Self> {
        let place = place()?;
        // It can't choose a port itself; that of a listener that is gone is free but for bad luck.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut child = Command::new(place.join("usr/bin/redis-server"))
                .env("LD_LIBRARY_PATH", libraries(&place))
                .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"])
                .args(["--maxmemory", "64mb", "--daemonize", "no"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
            let server = Self { child, port };
            if lines.any(|line| line.contains("Ready to accept connections")) {
                // What it says from now on has somewhere to go.
                std::thread::spawn(move || lines.for_each(drop));
                return Some(server);
            }
        }
        panic!("Redis never listened");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it now; returns the process it was.
    #[allow(dead_code, reason = "not every test asks")]
    pub(crate) fn stop(self) -> u32 {
        self.child.id()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
