//! Not built yet.

use super::Model;
use crate::error::Result;
use crate::files::Files;

pub(crate) fn files(_model: &Model<'_>) -> Result<Files> {
    Ok(Files::default())
}
