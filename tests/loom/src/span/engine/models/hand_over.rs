//! Threads that write spans, and one that collects them. What a thread does at its end is in `local.rs`,
//! how all is collected in `export/spans.rs`; both stand here again, with threads that loom steps through.

use super::super::basis::{self, AtomicU64};
use super::super::hand_over::{Batch, Capacity, Queue, Writer};
use super::super::open::Metadata;
use super::super::open::slot::Extra;
use crate::count::Count;
use crate::model;
use loom::sync::atomic;
use loom::thread;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Release};

/// The spans' call sites: each has its own.
static SITES: [Metadata; 4] = [Metadata(1), Metadata(2), Metadata(3), Metadata(5)];

/// A span's words: as many as the first says, and all others its number. Those of odd numbers are longer.
fn words(number: u64) -> Vec<u64> {
    if has_extra(number) { vec![2, number] } else { vec![3, number, number] }
}

/// Spans of even numbers have something beside their words.
fn has_extra(number: u64) -> bool {
    number.is_multiple_of(2)
}

/// Writes the span of this number.
fn write(writer: &mut Writer, number: u64) {
    let words: Vec<AtomicU64> = words(number).into_iter().map(AtomicU64::new).collect();
    let site = SITES.iter().find(|site| site.0 == number).expect("so many spans");
    if has_extra(number) {
        writer.append_with(site, &words, Box::new(Extra(number)));
    } else {
        writer.append(site, &words);
    }
}

/// In which order blocks are collected.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    /// As the product does it.
    OpenFirst,
    FullFirst,
}

/// What has been collected.
struct Collector {
    queue: Arc<Queue>,
    lost: &'static Count,
    seen: Vec<u64>,
}

impl Collector {
    fn new(capacity: usize, batch: usize) -> Self {
        let lost: &'static Count = Box::leak(Box::new(Count::new()));
        Self { queue: Queue::new(Capacity { spans: capacity, bytes: usize::MAX }, batch, lost), lost, seen: Vec::new() }
    }

    /// A thread that writes these spans, says of each that it has, and returns its writer. That is dropped
    /// only where it is to be: in a control, which has failed by then, it would fail again.
    fn spawn(&self, numbers: &'static [u64]) -> Thread {
        let (queue, written) = (Arc::clone(&self.queue), Arc::new(atomic::AtomicUsize::new(0)));
        let say = Arc::clone(&written);
        let handle = thread::spawn(move || {
            let mut writer = ManuallyDrop::new(Writer::new(&queue));
            for (before, number) in numbers.iter().enumerate() {
                write(&mut writer, *number);
                say.store(before + 1, Release);
            }
            writer
        });
        Thread { numbers, written, handle }
    }

    fn read_full(&mut self) {
        let mut batch = Batch::default();
        loop {
            self.queue.read_full(&mut batch);
            if batch.rest.is_empty() {
                return;
            }
            self.take(&mut batch);
        }
    }

    fn read_open(&mut self) {
        let mut batch = Batch::default();
        self.queue.read_open(&mut batch);
        self.take(&mut batch);
    }

    fn read(&mut self, order: Order) {
        match order {
            Order::OpenFirst => {
                self.read_open();
                self.read_full();
            }
            Order::FullFirst => {
                self.read_full();
                self.read_open();
            }
        }
    }

    /// Each span has to be whole, and come once.
    fn take(&mut self, batch: &mut Batch) {
        let mut left = &*std::mem::take(&mut batch.words);
        for (site, extra) in batch.rest.drain(..) {
            let (number, expected) = (site.0, words(site.0));
            let (own, rest) = left.split_at(expected.len().min(left.len()));
            assert_eq!(own, expected, "the words of span {number}");
            left = rest;
            assert_eq!(
                extra.map(|extra| extra.0),
                has_extra(number).then_some(number),
                "what span {number} has beside words"
            );
            assert!(!self.seen.contains(&number), "span {number} came twice");
            self.seen.push(number);
        }
        assert_eq!(left, [], "words of no span");
    }

    /// Has collected what the thread had written by now, in the midst of its work.
    fn collect_what_is_written(&mut self, thread: &Thread, order: Order) {
        let written = thread.written.load(Acquire);
        self.read(order);
        for number in &thread.numbers[..written] {
            assert!(self.seen.contains(number), "span {number} is missing");
        }
    }

    /// Nobody writes any more: each span has been collected, or counted as lost.
    fn end(mut self, written: usize) {
        self.read(Order::OpenFirst);
        assert_eq!(self.seen.len() as u64 + self.lost.load(), written as u64, "at the end");
        assert_eq!(self.queue.waiting(), 0, "spans that take room");
    }
}

struct Thread {
    numbers: &'static [u64],
    written: Arc<atomic::AtomicUsize>,
    handle: thread::JoinHandle<ManuallyDrop<Writer>>,
}

impl Thread {
    fn join(self) -> ManuallyDrop<Writer> {
        self.handle.join().expect("ends")
    }
}

/// A block that is not full, while its thread writes on.
pub(crate) fn open_block() {
    model(|| {
        let mut collector = Collector::new(9, 9);
        let thread = collector.spawn(&[1, 2]);
        collector.collect_what_is_written(&thread, Order::OpenFirst);
        collector.collect_what_is_written(&thread, Order::OpenFirst);
        thread.join();
        collector.end(2);
    });
}

/// With the second span a block is full, and is queued by the third at the latest.
pub(crate) fn full_block(order: Order) {
    model(move || {
        let mut collector = Collector::new(9, 2);
        let thread = collector.spawn(&[1, 2, 3]);
        collector.collect_what_is_written(&thread, order);
        thread.join();
        collector.end(3);
    });
}

/// Two threads that write; blocks of the one that have been read are next those of the other.
pub(crate) fn spare_block() {
    model(|| {
        let mut collector = Collector::new(9, 1);
        let threads = [collector.spawn(&[1, 2]), collector.spawn(&[3])];
        collector.read_full();
        let _writers = threads.map(Thread::join);
        collector.end(3);
    });
}

/// A writer that goes while its block is read.
pub(crate) fn thread_end(order: Order) {
    model(move || {
        let mut collector = Collector::new(9, 9);
        let queue = Arc::clone(&collector.queue);
        let written = Arc::new(atomic::AtomicUsize::new(0));
        let say = Arc::clone(&written);
        let thread = thread::spawn(move || {
            let mut writer = ManuallyDrop::new(Writer::new(&queue));
            write(&mut writer, 2);
            say.store(1, Release);
            drop(ManuallyDrop::into_inner(writer));
        });
        let must = written.load(Acquire);
        collector.read(order);
        assert!(collector.seen.len() >= must, "span 2 is missing");
        thread.join().expect("ends");
        collector.end(1);
    });
}

/// Spans that each fill a block, where one such block may wait. What a lost one has beside words is lost
/// with it: the last may get its block.
pub(crate) fn no_room() {
    model(|| {
        let mut collector = Collector::new(1, 1);
        let thread = collector.spawn(&[1, 2, 3, 5]);
        collector.read_full();
        drop(ManuallyDrop::into_inner(thread.join()));
        assert!(collector.lost.load() <= 3, "one has room");
        collector.end(4);
    });
}

/// A reader that sleeps until there is a batch. Were it not woken, all threads would wait.
pub(crate) fn wake() {
    model(|| {
        let collector = Collector::new(9, 1);
        let reader = basis::Thread::new();
        collector.queue.set_reader(reader.clone());
        let thread = collector.spawn(&[1, 2]);
        while !collector.queue.is_due() {
            reader.park();
        }
        drop(ManuallyDrop::into_inner(thread.join()));
        collector.end(2);
    });
}
