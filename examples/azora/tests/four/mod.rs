//! The four services under test, each as a process of its own on a free port.

use crate::process::{Process, Reply};
use serde_json::{Value, json};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_azora");

const PASSWORD: &str = "the password of this test";

pub(crate) struct Four {
    pub(crate) auth: Process,
    pub(crate) pay: Process,
    pub(crate) education: Process,
    pub(crate) gateway: Process,
}

impl Four {
    /// Starts them, each with these variables too.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        let start = |role: &str, urls: &[(&str, &str)]| {
            let own = [("AZORA_ADDR", "127.0.0.1:0"), ("AZORA_DEMO_PASSWORD", PASSWORD)];
            Process::start(PROGRAM, &[role], &[&own, variables, urls].concat())
        };
        let url = |process: &Process| format!("http://{}", process.address);
        let (auth, pay) = (start("auth", &[]), start("pay", &[]));
        let education = start("education", &[("AZORA_PAY_URL", &url(&pay))]);
        let gateway = start(
            "gateway",
            &[
                ("AZORA_AUTH_URL", &url(&auth)),
                ("AZORA_PAY_URL", &url(&pay)),
                ("AZORA_EDUCATION_URL", &url(&education)),
            ],
        );
        Self { auth, pay, education, gateway }
    }

    /// Tries to log in.
    pub(crate) fn log_in(&self, user: &str, password: &str) -> Reply {
        self.gateway.send("POST /v1/login", "", &json!({"user": user, "password": password}).to_string())
    }

    /// The header of a user who has logged in.
    pub(crate) fn authorization(&self, user: &str) -> String {
        let reply = self.log_in(user, PASSWORD);
        assert_eq!(reply.status, 200, "{}", reply.body);
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        format!("authorization: Bearer {}\r\n", answer["token"].as_str().unwrap())
    }

    /// Has the four end; what they wrote.
    pub(crate) fn stop(self) -> String {
        let ended = [self.gateway, self.education, self.pay, self.auth].map(Process::stop);
        ended.into_iter().map(|(out, err)| out + &err).collect()
    }
}

/// A card of this number, which belongs to somebody whose name is nowhere else.
pub(crate) fn card(number: &str) -> Value {
    json!({"number": number, "expiry": "11/30", "code": "719", "holder": "Ilda Quorn"})
}

/// A card that the bank takes, and one that it declines.
pub(crate) const GOOD: &str = "4242424242424242";
#[allow(dead_code, reason = "not every test has one")]
pub(crate) const DECLINED: &str = "4000000000000002";
