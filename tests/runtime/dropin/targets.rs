//! The target of a span: the module of its function.

use crate::support::{expect_only, in_both_forms, once_as, span};
use observe::traced;

in_both_forms! {
    #[traced]
    pub(super) fn default_target() {}
}

mod inner {
    use observe::traced;

    pub(super) const PATH: &str = module_path!();

    #[traced]
    pub(super) fn default_target() {}
}

#[test]
fn the_target_is_the_module() {
    let name = "default_target";
    for (call, target) in [
        (private::default_target as fn(), concat!(module_path!(), "::private")),
        (unchecked::default_target, concat!(module_path!(), "::unchecked")),
        (inner::default_target, inner::PATH),
    ] {
        expect_only(once_as(name, span(name).with_target(target)), call);
    }
}
