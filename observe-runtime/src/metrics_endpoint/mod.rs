//! A small listener for `/metrics` and `/health`, of its own port.
