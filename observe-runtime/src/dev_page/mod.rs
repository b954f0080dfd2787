//! A page of the service itself, at `/observe`: its requests, traces, metrics, logs and health as they are now.
#![allow(dead_code)]

mod catalogue;
mod exporters;
mod health;
mod map;
mod metrics;
mod time;
