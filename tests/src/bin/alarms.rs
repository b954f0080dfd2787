//! A small program that sends alerts, for tests that look at what arrives.
//!
//! It does what standard input says, a line each, and answers with a line.

#![expect(clippy::print_stdout, reason = "the tests read it")]

use observe::alerts::{self, Alert, EventType, Severity};
use observe::traced;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A call that fails, and says so.
#[traced]
fn look_up(component: &str) -> Result<(), String> {
    let why = "connection refused".to_owned();
    alerts::alert_system_down(component, &why);
    Err(why)
}

fn send(severity: &str, key: &str, summary: &str) -> String {
    let severity = Severity::from_name(severity).unwrap_or(Severity::Info);
    let alert = Alert::new(EventType::Custom, severity, summary)
        .details("the disk of <ward-7> & others is full")
        .metadata("region", "eu")
        .link("https://runbooks.example.org/disk", "Runbook");
    alerts::send(alert.dedup_key(key))
}

fn micros() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros()
}

fn main() -> observe::Result<()> {
    let guard = observe::init!("alarms")?;
    println!("ready");
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["send", severity, key, summary] => println!("sent {}", send(severity, key, summary)),
            ["storm", severity, key, count] => {
                (0..count.parse().unwrap_or(0))
                    .for_each(|number: u32| drop(send(severity, key, &format!("number {number}"))));
                println!("sent {count}");
            }
            ["flood", severity, key, count] => {
                let keys = (0..count.parse().unwrap_or(0)).map(|number: u32| format!("{key}/{number}"));
                keys.for_each(|key| drop(send(severity, &key, "one of many")));
                println!("sent {count}");
            }
            ["fail", component] => {
                let begun = micros();
                let _ = look_up(component);
                println!("failed {begun}");
            }
            ["resolve", key] => println!("resolved {}", alerts::resolve(key)),
            ["acknowledge", key] => println!("acknowledged {}", alerts::acknowledge(key)),
            ["flush"] => println!("flushed {}", guard.flush(Duration::from_mins(1))),
            ["metrics"] => println!("{}the end", observe::exposition()),
            ["panic"] => panic!("as asked for"),
            _ => println!("what?"),
        }
    }
    drop(guard);
    println!("{}the end", observe::exposition());
    Ok(())
}
