//! All slots of the process. They are made in chunks that are never given back, so that an id finds
//! its slot without a lock.

use super::slot::{Slot, SlotId};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// How many slots the first chunk has; each further one has as many as all before it, and one chunk
/// more than that.
const FIRST: u32 = 64;

/// So many chunks are a million spans that are open at once, 500 MiB. Who has more loses handles.
const CHUNKS: usize = 14;

/// How many slots a thread takes or gives back at once.
pub(crate) const SHARE: usize = 32;

static TABLE: [OnceLock<Box<[Slot]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];

/// Slots that no thread has.
static FREE: Mutex<Free> = Mutex::new(Free { slots: Vec::new(), chunks: 0 });

struct Free {
    slots: Vec<&'static Slot>,
    /// How many chunks have been made.
    chunks: usize,
}

/// The slot of an id, whichever span has it now.
#[inline]
pub(crate) fn slot(id: SlotId) -> Option<&'static Slot> {
    let place = id.index()?.checked_add(FIRST)?;
    let chunk = place.ilog2() - FIRST.ilog2();
    let slots = TABLE.get(chunk as usize)?.get()?;
    slots.get((place - (FIRST << chunk)) as usize)
}

/// The slot of an id, if it still is that span's.
#[inline]
pub(crate) fn open_slot(id: SlotId) -> Option<&'static Slot> {
    slot(id).filter(|slot| slot.is(id))
}

/// Calls `see` with all slots that there are, in use or not.
#[cfg(feature = "dev-page")]
pub(crate) fn each(see: impl FnMut(&'static Slot)) {
    TABLE.iter().filter_map(OnceLock::get).flatten().for_each(see);
}

/// Gives a thread slots; none where too many are in use.
#[cold]
pub(crate) fn take(slots: &mut Vec<&'static Slot>) {
    let mut free = lock();
    if free.slots.is_empty() {
        free.grow();
    }
    let left = free.slots.len().saturating_sub(SHARE);
    slots.extend(free.slots.drain(left..));
}

/// Takes slots back from a thread.
#[cold]
pub(crate) fn give_back(slots: impl Iterator<Item = &'static Slot>) {
    lock().slots.extend(slots);
}

impl Free {
    fn grow(&mut self) {
        let chunk = self.chunks;
        let Some(place) = TABLE.get(chunk) else { return };
        let (first, length) = ((FIRST << chunk) - FIRST, FIRST << chunk);
        let slots = place.get_or_init(|| (first..first + length).map(Slot::new).collect());
        self.chunks += 1;
        // The last is the first to be taken.
        self.slots.extend(slots.iter().rev());
    }
}

fn lock() -> MutexGuard<'static, Free> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_finds_its_slot() {
        let mut slots = Vec::new();
        // More than the first chunks have, whatever other tests hold.
        while slots.len() < 1000 {
            take(&mut slots);
        }
        for slot in &slots {
            assert!(open_slot(slot.id()).is_some_and(|found| std::ptr::eq(found, *slot)));
        }
        let old = slots[0].id();
        slots[0].clear();
        assert!(open_slot(old).is_none(), "a later span has the slot");
        assert!(open_slot(SlotId::from_raw(0)).is_none());
        assert!(open_slot(SlotId::from_raw(u64::from(u32::MAX))).is_none());
        give_back(slots.into_iter());
    }
}
