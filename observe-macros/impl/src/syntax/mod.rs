//! The grammar that all attributes share: `flag`, `key = value`, `group(…)`.

mod arg;
mod item;
mod known;
mod lifetime;
mod list;
mod value;

pub(crate) use arg::{Arg, ArgValue, parse_args};
pub(crate) use item::{doc_line, keyword_of};
pub(crate) use known::Known;
pub(crate) use lifetime::{is_quote, without_lifetimes};
pub(crate) use list::{ends, parse_list};
pub(crate) use value::{
    bare, expect_expr, expect_flag, expect_group, expect_path, expect_string, expect_word, or_list, path_word,
};
