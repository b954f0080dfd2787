//! A stand-in for the servers of language models: small, local, and it streams.

fn main() {}
