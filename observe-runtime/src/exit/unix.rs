//! Exit hooks and signal handlers of the system: all the unsafe code of this folder, and nothing else.
//!
//! It calls libc itself, as the crates for signals say neither whether a handler is in place nor whether
//! it is theirs.

pub(super) use libc::{SIGINT, SIGTERM};

use libc::{SA_ONSTACK, SA_RESTART, SIG_DFL, c_int, sighandler_t};
use std::io::{self, PipeWriter};
use std::mem;
use std::os::fd::IntoRawFd as _;
use std::process;
use std::ptr;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};

/// The signals that came and were not yet taken.
static PENDING: AtomicU32 = AtomicU32::new(0);

/// Those among them that came while nobody but us handled them.
static FOR_US_ALONE: AtomicU32 = AtomicU32::new(0);

/// A descriptor to write a byte to when the first of them comes.
static WAKER: AtomicI32 = AtomicI32::new(-1);

/// The process that the descriptor's other end is read in.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// Has `hook` called when the process exits. Where there is no memory for that, it is not.
#[expect(unsafe_code, reason = "the standard library has no exit hook")]
pub(super) fn at_exit(hook: extern "C" fn()) {
    // SAFETY: `hook` is a function for the rest of the process, takes nothing, and is safe to call from
    // any thread at any time; a panic can't leave it, as `extern "C"` aborts at one.
    unsafe { libc::atexit(hook) };
}

/// Whether the signal would do what it does by itself.
pub(super) fn is_default(signal: c_int) -> bool {
    handler_of(signal) == Some(SIG_DFL)
}

/// Whether our handler is the one that is called.
pub(super) fn is_ours(signal: c_int) -> bool {
    handler_of(signal) == Some(our_handler())
}

/// Handles these signals: each is remembered, and `writer` gets a byte.
pub(super) fn handle(signals: &[c_int], writer: PipeWriter) -> io::Result<()> {
    // Never closed: the handler has no end.
    WAKER.store(writer.into_raw_fd(), SeqCst);
    PROCESS.store(process::id(), SeqCst);
    signals.iter().try_for_each(|signal| set_handler(*signal, our_handler()))
}

/// Lets the signal do what it does by itself.
pub(super) fn restore_default(signal: c_int) {
    // Fails for numbers that are no signals, and for those that can't be handled.
    let _ = set_handler(signal, SIG_DFL);
}

/// The signals that came since the last call.
pub(super) fn take_pending() -> Pending {
    Pending { came: PENDING.swap(0, SeqCst), for_us_alone: FOR_US_ALONE.swap(0, SeqCst) }
}

/// A set of signals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    came: u32,
    for_us_alone: u32,
}

impl Pending {
    pub(super) fn contains(self, signal: c_int) -> bool {
        self.came & bit(signal) != 0
    }

    /// Whether nobody else has heard of it.
    pub(super) fn is_for_us_alone(self, signal: c_int) -> bool {
        self.for_us_alone & bit(signal) != 0
    }
}

/// Sends a signal to this process: to whichever of its threads takes it, as one from outside.
#[expect(unsafe_code, reason = "the standard library sends no signals")]
pub(super) fn send_to_this_process(signal: c_int) {
    // SAFETY: takes numbers only, and getpid can't fail.
    unsafe { libc::kill(libc::getpid(), signal) };
}

/// Called by the system in the midst of anything: it takes no lock and no memory, it can't panic, and all
/// it calls is on the system's list of what a handler may call.
extern "C" fn on_signal(signal: c_int) {
    if process::id() != PROCESS.load(SeqCst) {
        // A child made by `fork`: nobody here reads the byte, and the parent must not.
        restore_default(signal);
        send_to_this_process(signal);
        return;
    }
    // Another handler calls this one too, and has heard of the signal itself.
    if is_ours(signal) {
        FOR_US_ALONE.fetch_or(bit(signal), SeqCst);
    }
    // One byte, until it is read, whatever comes: a full pipe would hold up the thread that is in here.
    if PENDING.fetch_or(bit(signal), SeqCst) == 0 {
        wake();
    }
}

/// The one bit for a signal; none for those beyond the classic ones.
fn bit(signal: c_int) -> u32 {
    u32::try_from(signal).ok().and_then(|signal| 1_u32.checked_shl(signal)).unwrap_or_default()
}

/// Writes the byte. The error number of the code that was interrupted stays as it is.
#[expect(unsafe_code, reason = "the standard library does not promise what a handler may call")]
fn wake() {
    let errno = errno_location();
    // SAFETY: `errno_location` points to a number of this thread that lives as long as it, or is null.
    let before = unsafe { errno.as_ref() }.copied();
    // SAFETY: the byte is valid for the call. The descriptor is that of a pipe which is never closed; where
    // it is still -1, the call fails and does nothing.
    unsafe { libc::write(WAKER.load(SeqCst), [0_u8].as_ptr().cast(), 1) };
    if let Some(before) = before {
        // SAFETY: not null, as it was read from; no reference to it is alive, and no other thread has it.
        unsafe { *errno = before };
    }
}

/// Where this thread's error number is; null on systems that are not known here.
#[expect(unsafe_code, reason = "the standard library reads the error number and can't set it")]
fn errno_location() -> *mut c_int {
    // SAFETY: none of these functions takes anything or fails.
    cfg_select! {
        any(target_os = "linux", target_os = "emscripten") => { unsafe { libc::__errno_location() } }
        any(target_vendor = "apple", target_os = "freebsd") => { unsafe { libc::__error() } }
        any(target_os = "android", target_os = "netbsd", target_os = "openbsd") => { unsafe { libc::__errno() } }
        _ => { ptr::null_mut() }
    }
}

fn our_handler() -> sighandler_t {
    on_signal as *const () as sighandler_t
}

/// `None` for numbers that are no signals.
#[expect(unsafe_code, reason = "the standard library knows no handlers")]
fn handler_of(signal: c_int) -> Option<sighandler_t> {
    let mut action = no_action();
    // SAFETY: nothing is set, as the pointer to a new action is null; `action` is valid for the write.
    let result = unsafe { libc::sigaction(signal, ptr::null(), &raw mut action) };
    (result == 0).then_some(action.sa_sigaction)
}

/// Interrupted calls of the system go on afterwards; where a thread has a stack for handlers, it is used.
#[expect(unsafe_code, reason = "the standard library installs no handlers")]
fn set_handler(signal: c_int, handler: sighandler_t) -> io::Result<()> {
    let mut action = no_action();
    action.sa_sigaction = handler;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    // SAFETY: `action` is valid for the read, and its mask is empty. Its handler is the default or
    // `on_signal`, which takes the one argument that is passed without SA_SIGINFO, lives as long as the
    // process, and keeps to what a handler may do.
    let result = unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The default handler with no flags.
#[expect(unsafe_code, reason = "a structure of C, whose fields differ between systems")]
fn no_action() -> libc::sigaction {
    // SAFETY: the fields are numbers, sets of bits, and on some systems an optional function: zero is a
    // value of each.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: the mask is valid for the write.
    unsafe { libc::sigemptyset(&raw mut action.sa_mask) };
    action
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::Read as _;

    /// All in one test: handlers are the process's. The signal is one that no test of others uses.
    #[test]
    fn a_signal_is_remembered_and_changes_no_error_number() {
        let signal = libc::SIGUSR2;
        assert!(is_default(signal) && !is_ours(signal));
        let (mut reader, writer) = io::pipe().unwrap();
        handle(&[signal], writer).unwrap();
        assert!(!is_default(signal) && is_ours(signal));
        on_signal(signal);
        on_signal(signal);
        let mut bytes = [1; 2];
        assert_eq!((reader.read(&mut bytes).unwrap(), bytes), (1, [0, 1]), "one byte, however many came");
        let came = take_pending();
        assert!(came.contains(signal) && !came.contains(SIGTERM));
        assert!(came.is_for_us_alone(signal) && !came.is_for_us_alone(SIGTERM));
        assert!(!take_pending().contains(signal));

        // The handler's own call fails: that stays between the two.
        WAKER.store(-1, SeqCst);
        assert!(File::open("/no/such/file").is_err());
        on_signal(signal);
        assert_eq!(io::Error::last_os_error().raw_os_error(), Some(libc::ENOENT));
        assert!(take_pending().contains(signal));

        restore_default(signal);
        assert!(is_default(signal) && !is_ours(signal));
        on_signal(signal);
        let came = take_pending();
        assert!(came.contains(signal) && !came.is_for_us_alone(signal), "another handler called ours");
    }

    #[test]
    fn what_is_no_signal_has_no_handler() {
        assert!(!is_default(-1) && !is_ours(-1));
        assert!(set_handler(libc::SIGKILL, our_handler()).is_err(), "it can't be handled");
    }
}
