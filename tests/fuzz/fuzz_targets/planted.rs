#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| observe_fuzz::planted(data));
