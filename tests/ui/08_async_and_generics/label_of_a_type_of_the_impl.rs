use observe::{Label, metered};

struct Store<L> {
    label: L,
}

/// The attribute sees the method and not the `impl` around it; that is rustc's to say.
impl<L: Label> Store<L> {
    #[metered(name = "load", labels(label: L = self.label))]
    fn load(&self) -> usize {
        self.label.index()
    }
}

fn main() {
    Store { label: true }.load();
}
