//! Waiting for a future on a thread of its own, for so long and no longer.

use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

/// What `future` says, or `None` where it has said nothing by then: it is dropped.
///
/// No timer of a runtime takes part, so that a runtime which is stuck, or about to end, does not make a check wait
/// for ever.
pub(super) fn until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(Arc::clone(&bell));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        if !bell.rings_before(deadline) {
            return None;
        }
    }
}

/// Not `thread::park`: what the future calls may park too, and take the wake-up for its own.
#[derive(Default)]
struct Bell {
    is_rung: Mutex<bool>,
    rung: Condvar,
}

impl Bell {
    fn rings_before(&self, deadline: Instant) -> bool {
        let mut is_rung = self.is_rung.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_rung {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            is_rung = self.rung.wait_timeout(is_rung, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        *is_rung = false;
        true
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.is_rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.rung.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_ready_is_returned_however_late_it_is() {
        assert_eq!(until(Instant::now(), async { 7 }), Some(7));
    }

    #[test]
    fn what_never_ends_is_dropped() {
        struct Dropped(Arc<Mutex<bool>>);
        impl Drop for Dropped {
            fn drop(&mut self) {
                *self.0.lock().unwrap() = true;
            }
        }
        let seen = Arc::new(Mutex::new(false));
        let dropped = Dropped(Arc::clone(&seen));
        let never = async move {
            let _kept = dropped;
            std::future::pending::<()>().await;
        };
        assert_eq!(until(Instant::now() + Duration::from_millis(5), never), None);
        assert!(*seen.lock().unwrap());
    }

    #[test]
    fn a_wake_from_another_thread_is_heard() {
        let (say, mut heard) = tokio::sync::watch::channel(0);
        let other = std::thread::spawn(move || say.send(1));
        let far = Instant::now() + Duration::from_mins(1);
        assert_eq!(until(far, async move { heard.changed().await.is_ok().then(|| *heard.borrow()) }), Some(Some(1)));
        other.join().unwrap().ok();
    }
}
