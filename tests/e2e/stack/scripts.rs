//! Scripts: a shell understands them, and certificates are made of which each trusts the authority.

use crate::generated::STACK;
use crate::skipped;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Made once, where openssl is there.
static CERTIFICATES: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    if Command::new("openssl").arg("version").output().is_err() {
        return skipped("openssl is missing: no certificates are made");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stack-certificates");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::copy(STACK.folder().join("tls/certificates.sh"), folder.join("certificates.sh")).unwrap();
    let names = ["grafana.example.org", "192.0.2.1"];
    let output = Command::new("sh").arg(folder.join("certificates.sh")).args(names).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(folder.join("certificates"))
});

/// The folder with the certificates.
pub(crate) fn certificates() -> Option<&'static Path> {
    CERTIFICATES.as_deref()
}

#[test]
fn a_shell_understands_the_scripts() {
    let mut seen = 0;
    for name in STACK.files().keys().filter(|name| name.ends_with(".sh")) {
        let output = Command::new("sh").arg("-n").arg(STACK.folder().join(name)).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn certificates_are_of_one_authority_and_name_whom_they_are_for() {
    let Some(folder) = certificates() else { return };
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    openssl(&["verify", "-purpose", "sslserver", "-CAfile", "ca.crt", "server.crt"]);
    openssl(&["verify", "-purpose", "sslclient", "-CAfile", "ca.crt", "client.crt"]);
    let server = openssl(&["x509", "-noout", "-ext", "subjectAltName", "-in", "server.crt"]);
    for name in ["DNS:localhost", "DNS:collector", "DNS:loki", "DNS:grafana.example.org", "IP Address:192.0.2.1"] {
        assert!(server.contains(name), "{name}: {server}");
    }
    // Run again, it makes none anew.
    let before = fs::read(folder.join("server.crt")).unwrap();
    let script = folder.parent().unwrap().join("certificates.sh");
    assert!(Command::new("sh").arg(script).output().unwrap().status.success());
    assert_eq!(fs::read(folder.join("server.crt")).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn the_authoritys_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(folder) = certificates() else { return };
    let mode = fs::metadata(folder.join("ca.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}
