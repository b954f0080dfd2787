use observe::{metered, traced};

struct Store;

// Said once, and not once a method.
#[metered(lables(cached))]
impl Store {
    fn get(&self) {}
    fn put(&self) {}
}

#[traced(name = "store")]
impl Store {
    fn list(&self) {}
    fn scan(&self) {}
}

#[metered]
impl Store {
    const LIMIT: usize = 10;

    #[metered(skip)]
    fn count(&self) -> usize {
        Self::LIMIT
    }
}

struct Ledger;

#[metered]
impl Ledger {
    fn total(&self) {}
    fn entries(&self) {}
    fn wait_time(&self) {}
}

fn main() {
    Store.get();
    Store.put();
    Store.list();
    Store.scan();
    Store.count();
    Ledger.total();
    Ledger.entries();
    Ledger.wait_time();
}
