//! The program as a process of its own, as its users and its operators meet it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod chat;
mod health;
mod service;
