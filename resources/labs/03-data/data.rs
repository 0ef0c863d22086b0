//! A global with a first value: the file has it, each process gets a copy.
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

// An atomic can change, so it goes to .data. A plain `static ANSWER: i32 = 42` never can, and goes to .rodata.
static ANSWER: AtomicI32 = AtomicI32::new(42);

fn main() {
    println!("pid: {}", std::process::id());
    println!("address of answer: {:p}", &ANSWER);
    println!("first value: {}", ANSWER.load(Relaxed));

    ANSWER.fetch_add(1, Relaxed); // STOP: first

    println!("second value: {}", ANSWER.load(Relaxed));
    println!("The end."); // STOP: second
}
