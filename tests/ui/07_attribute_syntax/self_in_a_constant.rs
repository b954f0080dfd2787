use observe::{Label, metered};

struct Store<L> {
    label: L,
}

impl<L: Label> Store<L> {
    const BOUNDS: [f64; 1] = [1.0];

    #[metered(name = "load", buckets = Self::BOUNDS, max_series = Self::BOUNDS.len())]
    fn load(&self) -> usize {
        self.label.index()
    }
}

fn main() {
    Store { label: true }.load();
}
