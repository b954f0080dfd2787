use observe::{metered, traced};

#[traced]
pub(crate) struct Store {
    rows: usize,
}

#[metered]
impl Store {
    fn rows(&self) -> usize {
        self.rows
    }
}

#[traced]
/// Where answers come from.
pub trait Source {
    fn source(&self) -> usize;
}

impl Source for Store {
    fn source(&self) -> usize {
        self.rows()
    }
}

#[metered(name = "limit")]
const LIMIT: usize = 3;

#[traced]
macro_rules! three {
    () => {
        3
    };
}

#[traced]
mod inner {
    pub static ONE: usize = 1;
}

fn main() {
    assert_eq!(Store { rows: LIMIT }.source(), three!());
    assert_eq!(inner::ONE, 1);
}
