//! Example platform: a gateway, authentication, education and payments as four processes, one trace.

fn main() {}
