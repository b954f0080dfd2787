//! `cargo observe`: what the annotations of a workspace declare, read out of its built programs. They are not run.
#![expect(clippy::print_stdout, reason = "a report is what the program is for")]

mod args;
mod binary;
mod build;
mod privacy;

use args::{Args, USAGE};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo passes on the name of the subcommand.
    let words = std::env::args().skip(1).skip_while(|word| word == "observe");
    match Args::parse(words).and_then(|args| args.map_or_else(|| Ok(USAGE.to_owned()), |args| report(&args))) {
        Ok(text) => {
            println!("{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(args: &Args) -> Result<String, String> {
    let files = if args.files.is_empty() { build::executables()? } else { args.files.clone() };
    let mut records = Vec::new();
    for file in &files {
        records.extend(binary::records(file)?);
    }
    let escapes = privacy::escapes(&records);
    Ok(if args.is_json { privacy::json(&escapes) } else { privacy::text(&escapes) })
}
