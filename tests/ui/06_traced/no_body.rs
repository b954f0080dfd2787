use observe::{metered, traced};

trait Search {
    #[traced]
    #[metered(name = "search")]
    fn search(&self, word: &str) -> usize;

    #[metered]
    async fn search_later(&self, word: &str) -> usize;
}

impl Search for usize {
    fn search(&self, word: &str) -> usize {
        self + word.len()
    }

    async fn search_later(&self, word: &str) -> usize {
        self.search(word)
    }
}

fn main() {
    1.search("a");
    drop(1.search_later("a"));
}
