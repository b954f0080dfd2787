//! `#[observe::main]` on what is no `main`, or with options that it has no use for.

mod arguments {
    #[observe::main]
    async fn main(port: u16) {}
}

mod plain {
    #[observe::main(worker_threads = 4)]
    fn main() {}
}

mod two {
    #[observe::main]
    #[tokio::main]
    async fn main() {}
}

mod item {
    #[observe::main]
    struct Main;
}

#[observe::main(flavor = current, service = care)]
async fn main() {}
