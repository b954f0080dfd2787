//! A health check stands where any function does, with other attributes, in a crate without unsafe code.
#![forbid(unsafe_code)]
#![deny(warnings)]

use observe::health::{Outcome, answer};
use observe::{health_check, traced};

/// Nothing is a success.
#[health_check]
pub async fn nothing() {}

#[traced]
#[health_check(name = "below", kind = external, timeout = "500ms", cached_for = "1m", degrading)]
async fn below() -> Result<Outcome, std::io::Error> {
    Ok(Outcome::pass().with("usage_percent", 1.0))
}

#[health_check(critical)]
#[traced]
fn above() -> Result<(), String> {
    Ok(())
}

macro_rules! declare {
    ($name:ident) => {
        #[health_check(name = "by_a_macro", crate = observe)]
        fn $name() {}
    };
}

declare!(made);

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (status, _, body) = runtime.block_on(answer("/health/ready", None, None, true));
    assert_eq!(status, 200, "{body}");
    for name in ["nothing", "below", "above", "by_a_macro"] {
        assert!(body.contains(&format!("\"{name}\":")), "{body}");
    }
}
