//! The service under test, with a model of its own.

use crate::process::Process;
use std::path::PathBuf;
use std::process::Command;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_iit-ml");

/// A file that goes with the test.
pub(crate) struct File(pub(crate) PathBuf);

impl File {
    /// None yet: only its name.
    pub(crate) fn named(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("iit-ml-test-{}-{name}.json", std::process::id())))
    }

    /// A model that was just trained.
    pub(crate) fn trained(name: &str) -> Self {
        let file = Self::named(name);
        let output = Command::new(PROGRAM).args(["train", file.text()]).env_clear().output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && said.starts_with("trained iit-logistic 1: right about "), "{said}");
        file
    }

    pub(crate) fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Serves with the model in `file`.
pub(crate) fn serve(file: &File, variables: &[(&str, &str)]) -> Process {
    let all = [&[("IIT_ML_ADDR", "127.0.0.1:0"), ("IIT_ML_MODEL", file.text())], variables].concat();
    Process::start(PROGRAM, &["serve"], &all)
}

/// A patient whose treatment is about to be interrupted; `days_late` is one number that may be wrong.
pub(crate) fn patient(days_late: &str) -> String {
    format!(
        r#"{{"patient_id":"pat-quorn-77","features":{{"age_years":22,"months_on_treatment":2,"missed_visits":7,"days_late":{days_late},"distance_km":55.4375,"suppressed":false}}}}"#
    )
}
