//! The grammar that all attributes share: `flag`, `key = value`, `group(…)`.

mod arg;
mod known;
mod value;

pub(crate) use arg::{Arg, ArgValue, parse_args, split_at_commas};
pub(crate) use known::Known;
pub(crate) use value::{expect_expr, expect_flag, expect_group, expect_ident, expect_path, expect_string};
