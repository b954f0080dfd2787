//! What the text formats differ in.

use crate::metric::model::Descriptor;

/// One of the text formats, and what it remembers of the families it has met.
pub(in crate::metric) trait Syntax: Default {
    /// Whether a bucket's line may end in an exemplar.
    const EXEMPLARS: bool;

    /// What comes after all families.
    const END: &'static str;

    /// A scrape begins; `afresh` where the families are other ones than before.
    fn begin(&mut self, afresh: bool);

    /// The lines that describe a family; `None` where the format can't show it beside those it has
    /// met before. Asked once for a family that is `kept`, and else by every scrape.
    fn head(&mut self, kept: bool, name: &str, descriptor: &Descriptor) -> Option<String>;

    /// A bound or a quantile.
    fn label(number: f64) -> String;

    /// Whether the format lets a number that should only grow have this value.
    fn allows_total(value: f64) -> bool;

    /// Names of families that were left out, and that nobody has been told of yet.
    fn left_out(&mut self) -> Vec<String>;
}
