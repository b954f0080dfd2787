//! The subjects under an allocator that counts.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--subject", path] => observe_benches::serve::serve(path, Some(count)),
        _ => Err("this binary is for the driver: run tests/bench".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("observe-bench-counted: {error}");
            ExitCode::FAILURE
        }
    }
}

fn count(work: &mut dyn FnMut()) -> (u64, u64) {
    let counted = allocation_counter::measure(work);
    (counted.count_total, counted.bytes_total)
}
