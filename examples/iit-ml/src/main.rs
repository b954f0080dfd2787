//! Example service: a small trained model that predicts, and alerts where it matters.

fn main() {}
