//! The four services as child processes of this one.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::auth::given_password;
use crate::error::StartError;
use crate::role::Role;
use crate::say;

/// The four, which end with this value.
pub(crate) struct Platform {
    services: Vec<Service>,
}

struct Service {
    role: Role,
    child: Child,
    url: String,
    greeting: String,
}

/// Runs the four until the process is asked to stop.
pub(crate) fn run() -> Result<(), StartError> {
    let platform = Platform::start(std::env::var("AZORA_ADDR").ok().as_deref())?;
    told_to_stop()?;
    drop(platform);
    Ok(())
}

impl Platform {
    /// Starts all of them at `addr`, or at the address that each has by itself; returns once they listen.
    pub(crate) fn start(addr: Option<&str>) -> Result<Self, StartError> {
        let mut platform = Self { services: Vec::new() };
        for role in Role::ALL {
            let service = platform.start_one(role, addr)?;
            say(&service.greeting);
            platform.services.push(service);
        }
        Ok(platform)
    }

    /// Starts one, which is told where the others are that run already.
    fn start_one(&self, role: Role, addr: Option<&str>) -> Result<Service, StartError> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(role.name()).stdin(Stdio::null()).stdout(Stdio::piped());
        command.env("AZORA_ADDR", addr.map_or_else(|| role.default_addr().to_string(), str::to_owned));
        command.envs(self.services.iter().map(|service| (service.role.url_variable(), &service.url)));
        let mut child = command.spawn()?;
        let mut lines =
            child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines().map_while(Result::ok));
        let found = lines.by_ref().find_map(|line| {
            let url = line.split_once(" serves at ")?.1.split(' ').next()?.to_owned();
            Some((url, line))
        });
        let Some((url, line)) = found else {
            // It has said why.
            let status = child.wait()?;
            return Err(format!("{} ended: {status}", role.service()).into());
        };
        // Nobody may stop reading, or the child stops writing.
        thread::spawn(move || lines.for_each(|line| say(&format!("{line}\n"))));
        Ok(Service { role, child, url, greeting: format!("{line}\n") })
    }

    /// Where a service is.
    pub(crate) fn url(&self, role: Role) -> &str {
        self.services.iter().find(|service| service.role == role).map_or("", |service| &service.url)
    }

    /// The password of the users: the one that is given, or as auth has said it.
    pub(crate) fn password(&self) -> String {
        let mut greetings = self.services.iter().map(|service| service.greeting.trim_end());
        let said =
            || greetings.find_map(|greeting| Some(greeting.split_once("password ")?.1.strip_suffix(')')?.to_owned()));
        given_password().or_else(said).unwrap_or_default()
    }
}

/// Ends them in the reverse of their order, each by its id: who is asked to end finishes what it has begun.
impl Drop for Platform {
    fn drop(&mut self) {
        for service in self.services.iter_mut().rev() {
            let asked = cfg!(unix)
                && Command::new("kill")
                    .args(["-TERM", &service.child.id().to_string()])
                    .status()
                    .is_ok_and(|status| status.success());
            if !asked {
                let _ = service.child.kill();
            }
            let _ = service.child.wait();
        }
    }
}

/// Waits for Ctrl-C or SIGTERM.
#[tokio::main(flavor = "current_thread")]
async fn told_to_stop() -> Result<(), StartError> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminated.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
