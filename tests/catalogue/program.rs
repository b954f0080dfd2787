//! The program whose records are read: `tests/catalogue`, a workspace of its own. It is copied, so that nothing is written
//! there.

use crate::cargo::cargo;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

pub(crate) const TESTS: &str = env!("CARGO_MANIFEST_DIR");

/// A copy of the program, in a folder of this name.
pub(crate) struct Program(pub(crate) PathBuf);

impl Program {
    /// Tests have it together: while one of them writes, no other reads.
    pub(crate) fn copied_to(name: &str) -> Self {
        static WRITING: Mutex<()> = Mutex::new(());
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue").join(name);
        for part in ["src", "words/src"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        let runtime = Path::new(TESTS).join("../observe-runtime");
        let manifest = fs::read_to_string(Path::new(TESTS).join("catalogue/Cargo.toml")).unwrap();
        let manifest = manifest.replace("../../observe-runtime", runtime.to_str().unwrap());
        // Each has a program of its own in the one folder.
        let manifest = manifest.replace("observe-catalogue-fixture", &format!("observe-{name}-fixture"));
        let program = Self(folder);
        program.write("Cargo.toml", &manifest);
        let words = fs::read_to_string(Path::new(TESTS).join("catalogue/words/Cargo.toml")).unwrap();
        program.write("words/Cargo.toml", &words.replace("../../../observe-runtime", runtime.to_str().unwrap()));
        for file in ["observe.toml", "src/main.rs", "src/declared.rs", "words/src/lib.rs"] {
            program.write(file, &fs::read_to_string(Path::new(TESTS).join("catalogue").join(file)).unwrap());
        }
        // The versions are those of everything else here. Cargo takes those out that the program does not need, so that
        // what they were made of is kept beside them.
        let lock = fs::read_to_string(Path::new(TESTS).join("../Cargo.lock")).unwrap();
        if fs::read_to_string(program.0.join("made-of.lock")).ok().as_ref() != Some(&lock) {
            program.write("Cargo.lock", &lock);
            let output = program.cargo(&["metadata", "--format-version", "1"]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            program.write("made-of.lock", &lock);
        }
        program
    }

    /// Only what is new is written: cargo goes by the time of files.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(path, text).unwrap();
        }
    }

    pub(crate) fn cargo(&self, words: &[&str]) -> Output {
        // One folder for all of them: the runtime is built once for each profile.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue/target");
        cargo()
            .args(words)
            .arg("--offline")
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target)
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap()
    }

    pub(crate) fn built(&self, profile: &str) -> PathBuf {
        let output = self.cargo(&["build", "--profile", profile]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let folder = if profile == "dev" { "debug" } else { profile };
        let name = format!("observe-catalogue-fixture{}", env::consts::EXE_SUFFIX);
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue/target").join(folder).join(name)
    }
}

/// The tool with these arguments.
pub(crate) fn tool(words: &[&str]) -> Output {
    cargo()
        .args(["run", "--quiet", "--package", "cargo-observe", "--"])
        .args(words)
        .current_dir(Path::new(TESTS).join(".."))
        .output()
        .unwrap()
}
