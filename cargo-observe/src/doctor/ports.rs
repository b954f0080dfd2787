//! Whether the ports that a service wants are free, and who has them where they are not.

use super::finding::Finding;
use super::variables::Variables;
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;

const TOPIC: &str = "ports";
/// The port of metrics, where only a host is named (OpenTelemetry specification).
const PROMETHEUS: &str = "9464";

/// The ports that the environment names, and those that the user did.
pub(super) fn check(variables: &Variables, asked: &[u16]) -> Vec<Finding> {
    let mut wanted: Vec<(u16, String)> = asked.iter().map(|port| (*port, "--port".to_owned())).collect();
    let host = variables.get("OTEL_EXPORTER_PROMETHEUS_HOST");
    let named = variables.get("OTEL_EXPORTER_PROMETHEUS_PORT").or(host.map(|_| PROMETHEUS));
    let endpoint = variables.get("OBSERVE_METRICS_ENDPOINT").and_then(|address| address.rsplit_once(':'));
    let metrics = endpoint.map(|(_, port)| ("OBSERVE_METRICS_ENDPOINT", port));
    let metrics = metrics.or(named.map(|port| ("OTEL_EXPORTER_PROMETHEUS_PORT", port)));
    wanted.extend(metrics.and_then(|(name, port)| Some((port.parse().ok()?, name.to_owned()))));
    if wanted.is_empty() {
        return vec![Finding::skipped(TOPIC, "none is named").help("--port 8000 looks whether it is free")];
    }
    wanted.into_iter().map(|(port, why)| of(port, &why)).collect()
}

fn of(port: u16, why: &str) -> Finding {
    match TcpListener::bind(("0.0.0.0", port)) {
        Ok(_) => Finding::ok(TOPIC, format!("{port} ({why}) is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let holder = holder(port).map_or_else(String::new, |holder| format!(" by {holder}"));
            Finding::failed(TOPIC, format!("{port} ({why}) is taken{holder}")).help("end it, or name another port")
        }
        Err(error) => Finding::failed(TOPIC, format!("{port} ({why}) can't be listened on: {error}")),
    }
}

/// The process that listens on a port, where the system tells: Linux does of processes of the same user.
fn holder(port: u16) -> Option<String> {
    let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .flat_map(|table| table.lines().skip(1).filter_map(|line| listener(line, port)).collect::<Vec<_>>())
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let id =
            process.file_name().into_string().ok().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))?;
        let open = fs::read_dir(process.path().join("fd")).ok()?.flatten();
        let mut targets = open.filter_map(|file| fs::read_link(file.path()).ok());
        let holds = targets.any(|target| inodes.iter().any(|inode| target.as_os_str() == inode.as_str()));
        let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
        holds.then(|| format!("{} (process {id})", name.trim()))
    })
}

/// The inode of a line of the table, where its socket listens on this port.
fn listener(line: &str, port: u16) -> Option<String> {
    const LISTEN: &str = "0A";
    let columns: Vec<_> = line.split_whitespace().collect();
    let (_, local) = columns.get(1)?.rsplit_once(':')?;
    let is_it = u16::from_str_radix(local, 16).ok()? == port && columns.get(3) == Some(&LISTEN);
    is_it.then(|| columns.get(9).map(|inode| (*inode).to_owned())).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_taken_port_says_by_whom() {
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let variables = [("OBSERVE_METRICS_ENDPOINT", format!(":{port}"))].into_iter().collect();
        let findings = check(&variables, &[]);
        assert_eq!(findings[0].state, State::Failed);
        if cfg!(target_os = "linux") {
            let this = format!("(process {})", std::process::id());
            assert!(findings[0].what.ends_with(&this), "{findings:?}");
        }
        drop(listener);
        assert_eq!(check(&variables, &[])[0].state, State::Ok);
    }

    #[test]
    fn a_line_of_the_table_is_read() {
        let line = "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1";
        assert_eq!(listener(line, 8000).as_deref(), Some("4242"));
        assert_eq!(listener(line, 8001), None);
        assert_eq!(listener(&line.replace(" 0A ", " 01 "), 8000), None);
    }
}
