//! A small program that ends: how, is its first argument. What it recorded until then, a test looks for.

#![expect(clippy::print_stdout, reason = "the tests read it")]

use observe::{Guard, traced};
use std::process::{self, ExitCode};
use std::sync::{Mutex, OnceLock, mpsc};
use std::time::Duration;
use std::{io, mem, thread};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

/// The guard of those who keep everything in statics.
static KEPT: OnceLock<Guard> = OnceLock::new();

/// What a thread waits for in vain.
static LOCKED: Mutex<()> = Mutex::new(());

#[traced]
fn work(number: u32) -> u32 {
    number
}

fn work_through(spans: u32) {
    for number in 0..spans {
        work(number);
    }
}

/// Tells the test that everything is recorded, and waits for its answer.
fn wait() {
    println!("ready");
    let mut line = String::new();
    let _ = io::stdin().read_line(&mut line);
    println!("read {}", line.trim());
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Work on three threads, of which each then waits for something else that does not come.
fn work_on_threads() {
    let (done, all) = mpsc::channel();
    let spawn = |wait: fn()| {
        let done = done.clone();
        thread::spawn(move || {
            work_through(100);
            let _ = done.send(());
            wait();
        });
    };
    mem::forget(LOCKED.lock());
    spawn(|| {
        thread::park();
    });
    spawn(|| drop(LOCKED.lock()));
    spawn(|| thread::sleep(Duration::from_hours(1)));
    for _ in 0..3 {
        all.recv().expect("a thread that works");
    }
}

/// Handles SIGTERM, and has something left to do then.
async fn handle_signal() -> ExitCode {
    let mut told = signal(SignalKind::terminate()).expect("a handler");
    println!("ready");
    told.recv().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    work_through(50);
    ExitCode::from(7)
}

/// A server whose slow route is asked for by the test.
async fn serve() -> observe::Result<()> {
    use axum::routing::get;
    let slow = || async {
        println!("asked");
        tokio::time::sleep(Duration::from_millis(300)).await;
        work_through(50);
        "done"
    };
    let app = axum::Router::new().route("/slow", get(slow)).layer(observe::axum::layer());
    let server = observe::axum::bind("127.0.0.1:0").await?;
    println!("{}", server.address());
    server.serve(app).await
}

fn main() -> ExitCode {
    let how = std::env::args().nth(1).unwrap_or_default();
    if how == "handler-before" {
        let runtime = runtime();
        let told = runtime.block_on(async { signal(SignalKind::terminate()) });
        let _guard = observe::init!().expect("telemetry");
        work_through(300);
        println!("ready");
        runtime.block_on(async { told.expect("a handler").recv().await });
        return ExitCode::from(7);
    }
    let guard = observe::init!().expect("telemetry");
    if how != "threads" {
        work_through(300);
    }
    match how.as_str() {
        "return" => {}
        "forget" => mem::forget(guard),
        "static" => drop(KEPT.set(guard)),
        "exit" => process::exit(3),
        "exit-on-thread" => drop(thread::spawn(|| process::exit(3)).join()),
        "wait" => {
            wait();
            work_through(50);
        }
        "threads" => {
            work_on_threads();
            wait();
            mem::forget(guard);
        }
        "panic" => panic!("the end"),
        "panic-forgotten" => {
            mem::forget(guard);
            panic!("the end")
        }
        "lines" => {
            println!("ready");
            for line in io::stdin().lines().map_while(Result::ok) {
                work_through(line.trim().parse().unwrap_or_default());
                println!("read {line}");
            }
        }
        // Flushes for each line, and is not let end in peace.
        "flush" => {
            for line in io::stdin().lines().map_while(Result::ok) {
                work_through(line.trim().parse().unwrap_or_default());
                println!("flushed {}", observe::flush(Duration::from_mins(1)));
            }
        }
        "flush-after" => {
            drop(guard);
            println!("flushed {}", observe::flush(Duration::from_mins(1)));
        }
        "runtime-gone" => {
            let runtime = runtime();
            runtime.block_on(async { tokio::spawn(async { work_through(50) }).await }).expect("a task");
            drop(runtime);
        }
        "runtime-leaked" => {
            let runtime = Box::leak(Box::new(runtime()));
            runtime.spawn(async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            });
            runtime.block_on(async { tokio::spawn(async { work_through(50) }).await }).expect("a task");
        }
        "handler" => return runtime().block_on(handle_signal()),
        "handler-dropped" => {
            drop(runtime().block_on(async { signal(SignalKind::terminate()) }));
            wait();
        }
        "serve" => runtime().block_on(serve()).expect("a server"),
        other => println!("no end `{other}`"),
    }
    ExitCode::SUCCESS
}
