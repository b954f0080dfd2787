//! The list of all declared metrics, which the linker gathers.
//!
//! Each declaration puts one reference into a section of the program that is called `observe_metrics`.
//! Linkers that write ELF files put such a section together out of all crates, and name its two ends.
//! On other systems the list is empty, and a metric becomes known with its first call.

use super::registry::Declared;

/// A declaration as the section holds it.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct DeclaredMetric(pub(crate) &'static dyn Declared);

impl std::fmt::Debug for DeclaredMetric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeclaredMetric({:?})", self.0.place())
    }
}

/// All declarations of the program, in no order.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "a section's ends are symbols of the linker")]
pub(super) fn all() -> &'static [DeclaredMetric] {
    /// Nothing, so that there is a section in a program without metrics.
    #[used]
    #[unsafe(link_section = "observe_metrics")]
    static NONE: [DeclaredMetric; 0] = [];

    unsafe extern "C" {
        #[link_name = "__start_observe_metrics"]
        static START: u8;
        #[link_name = "__stop_observe_metrics"]
        static STOP: u8;
    }

    // Addresses only: where the section is empty there is no value at either.
    let (start, stop) = (&raw const START, &raw const STOP);
    let count = (stop.addr() - start.addr()) / size_of::<DeclaredMetric>();
    // SAFETY: only our attributes write into the section, and only values of this one type, which
    // lie one behind the other because its size is a multiple of its alignment. They are immutable
    // statics, and the linker puts the two symbols at the section's ends.
    unsafe { std::slice::from_raw_parts(start.cast(), count) }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn all() -> &'static [DeclaredMetric] {
    &[]
}
