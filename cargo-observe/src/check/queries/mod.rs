//! The checks of PromQL in rules, dashboards and files of queries.

use super::{Group, Workspace};
use crate::check::Finding;
use crate::error::Result;

/// The codes from OBS1040 on.
pub(super) const GROUP: Group = Group { name: "queries", rules: &[], check };

fn check(_workspace: &Workspace<'_>) -> Result<Vec<Finding>> {
    Ok(Vec::new())
}
