use observe::traced;

struct Store;

impl Store {
    #[traced(args = all, skip(notes, self, limit))]
    fn load(&self, note: &str, limit: usize) {}

    #[traced(skip(other), skip_all = true)]
    fn save(&self) {}

    #[traced(skip)]
    fn list() {}
}

fn main() {
    Store.load("", 1);
    Store.save();
    Store::list();
}
