//! A browser for one test, as `tests/servers` fetches it: a driver and a profile of its own, and no trace of either
//! when the test has ended, well or not.

use crate::{PATIENCE, skipped, target};
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use url::{ParseError, Url};

/// Nothing of this machine is asked, and nothing of another one.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

pub(crate) struct Browser {
    client: Client,
    runtime: Runtime,
    _group: Group,
    _folder: Folder,
}

/// A process and all that it started; killed with its owner.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        let _ = self.0.wait();
    }
}

/// A folder that goes away with its owner.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("dev-page-{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Processes that were killed a moment ago may still write.
        for _ in 0..20 {
            if std::fs::remove_dir_all(&self.0).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Browser {
    /// Starts one, 1,280 pixels wide; `None`, and a loud line, where there is no browser.
    pub(crate) fn start() -> Option<Self> {
        let root = target().join("servers/chromium");
        let (browser, driver) = (root.join("usr/lib/chromium/chromium"), root.join("usr/bin/chromedriver"));
        if let Some(missing) = [&browser, &driver].into_iter().find(|program| !program.is_file()) {
            return skipped(&format!("{} is missing: run tests/servers", missing.display()));
        }
        let folder = Folder::new();
        let (group, port) = start_driver(&driver, &root, &folder.0);
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(&browser, &folder.0));
        let client = runtime.block_on(builder.connect(&format!("http://127.0.0.1:{port}")));
        let client = client.unwrap_or_else(|error| panic!("the browser does not start: {error}"));
        let browser = Self { client, runtime, _group: group, _folder: folder };
        let patience = TimeoutConfiguration::new(None, Some(PATIENCE), None);
        browser.wait(browser.client.update_timeouts(patience)).unwrap();
        browser.resize(1280, 800);
        Some(browser)
    }

    /// Waits for what the driver is asked.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = Result<T, CmdError>>) -> Result<T, CmdError> {
        self.runtime.block_on(future)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// A command of Chrome's own protocol.
    fn command(&self, method: &str, parameters: &Value) -> Value {
        self.ask("goog/cdp/execute", json!({"cmd": method, "params": parameters}))
    }

    pub(crate) fn resize(&self, width: u32, height: u32) {
        // A window can't be as narrow as a telephone is; a page in it can.
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", &size);
    }

    /// What a script, with `arguments` if it wants them, returns in the page.
    #[track_caller]
    pub(crate) fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let done = self.wait(self.client.execute(script, arguments));
        done.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// What the browser had to complain about since it was asked last: errors, and breaches of the page's policy.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.ask("se/log", json!({"type": "browser"}));
        let entries = entries.as_array().unwrap().iter();
        let said = entries.map(|entry| [&entry["level"], &entry["message"]].map(|text| text.as_str().unwrap()));
        let grave = said.filter(|[level, _]| matches!(*level, "SEVERE" | "WARNING"));
        grave.map(|[level, message]| format!("{level}: {message}")).collect()
    }

    /// Asks the driver for something that only Chrome's has.
    fn ask(&self, path: &'static str, body: Value) -> Value {
        self.wait(self.client.issue_cmd(OfChrome { path, body })).unwrap()
    }
}

/// A command below the session's address.
#[derive(Debug)]
struct OfChrome {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for OfChrome {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Starts the driver, in a process group with all browsers that it will start, and says its port.
fn start_driver(driver: &Path, root: &Path, folder: &Path) -> (Group, u16) {
    let machine = format!("{}-linux-gnu", std::env::consts::ARCH);
    let (library, other) = (root.join("usr/lib").join(&machine), root.join("lib").join(&machine));
    let libraries = std::env::join_paths([library.clone(), other, library.join("pulseaudio")]).unwrap();
    let fonts = folder.join("fonts.conf");
    std::fs::write(&fonts, fonts_config(root, folder)).unwrap();
    let mut child = Command::new(driver)
        .arg("--port=0")
        .env_clear()
        .env("LD_LIBRARY_PATH", libraries)
        .env("FONTCONFIG_FILE", fonts)
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let group = Group(child);
    let port = lines.find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
    // A full pipe would stop it.
    thread::spawn(move || lines.for_each(drop));
    (group, port.expect("the driver ended before it listened"))
}

/// No fonts but ours: a page looks the same everywhere.
fn fonts_config(root: &Path, folder: &Path) -> String {
    let alias = |family: &str, font: &str| {
        format!("<alias binding=\"same\"><family>{family}</family><prefer><family>{font}</family></prefer></alias>")
    };
    let (sans, mono) = ("DejaVu Sans", "DejaVu Sans Mono");
    let (fonts, cache) = (root.join("usr/share/fonts"), folder.join("fonts"));
    let (fonts, cache) = (fonts.display(), cache.display());
    let aliases = [alias("system-ui", sans), alias("sans-serif", sans), alias("monospace", mono)].concat();
    format!("<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>{aliases}</fontconfig>")
}

fn capabilities(browser: &Path, folder: &Path) -> Capabilities {
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let flags: Vec<&str> = FLAGS.iter().copied().chain([profile.as_str()]).collect();
    let wanted = json!({
        "browserName": "chrome",
        "goog:chromeOptions": {"binary": browser, "args": flags},
        "goog:loggingPrefs": {"browser": "ALL"},
    });
    wanted.as_object().unwrap().clone()
}

/// Calls until there is something; `what` is what was waited for.
#[track_caller]
pub(crate) fn until<T>(what: &str, attempt: impl FnMut() -> Option<T>) -> T {
    match attempted(attempt) {
        Some(found) => found,
        None => panic!("waited too long for {what}"),
    }
}

/// Calls until there is something, or for too long.
#[track_caller]
pub(crate) fn attempted<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        match attempt() {
            None if begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(25)),
            found => return found,
        }
    }
}
