//! The example voiceassist with traffic of its own, as a process that ends with the test.

use crate::cargo::cargo;
use crate::http;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

/// Longer than the test waits for anything; the test kills it.
const SECONDS: &str = "900";

/// A service under traffic.
pub(crate) struct Demo {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Demo {
    /// Builds it, where it isn't built, and starts it on a free port.
    pub(crate) fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut build = cargo();
        build.args(["build", "--quiet", "--locked", "--package", "voiceassist", "--target-dir"]).arg(target);
        assert!(build.current_dir(root).status().unwrap().success());
        let mut child = Command::new(target.join("debug/voiceassist"))
            .args(["demo", "--seconds", SECONDS])
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.by_ref().find_map(|line| {
            let rest = line.split_once("traffic for http://")?.1;
            rest.split(',').next()?.parse().ok()
        });
        // A full pipe would stop it.
        thread::spawn(move || lines.for_each(drop));
        let demo = Self { child, address: address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0))) };
        assert_ne!(demo.address.port(), 0, "it never said where it is");
        // Health checks are made when somebody asks.
        let _ = http::get(demo.address, "/health", "");
        demo
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
