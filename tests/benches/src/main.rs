//! The bench: the driver by default, one of its subjects with `--subject`.

use observe_benches::driver::{self, rustc};
use observe_benches::serve;
use observe_benches::subjects::{page, processes, service};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(log) = std::env::var_os(rustc::LOG) {
        return rustc::compile(&arguments, log.as_ref());
    }
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--subject", path] => serve::serve(path, None),
        ["--subject", path, "--operations", number] => match number.parse() {
            Ok(number) => serve::iterate(path, number),
            Err(error) => Err(format!("`{number}` operations: {error}")),
        },
        ["--service"] => service::run(),
        ["--page"] => page::run(),
        ["--process", library, process, number] => match number.parse() {
            Ok(number) => processes::run(library, process, number),
            Err(error) => Err(format!("`{number}`: {error}")),
        },
        _ => driver::main(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tests/bench: {error}");
            ExitCode::FAILURE
        }
    }
}
