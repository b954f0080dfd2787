use observe::{metered, traced};

#[traced]
trait Search {
    const LIMIT: usize;

    fn search(&self, word: &str) -> usize;

    #[traced(skip)]
    fn is_small(&self) -> bool {
        true
    }
}

// Said once, and not once a method.
#[metered(lables(word))]
trait Count {
    fn one(&self) {}
    fn two(&self) {}
}

impl Search for u8 {
    const LIMIT: usize = 1;

    fn search(&self, _: &str) -> usize {
        Self::LIMIT
    }
}

impl Count for u8 {}

fn main() {
    1_u8.search("a");
    1_u8.is_small();
    1_u8.one();
    1_u8.two();
}
