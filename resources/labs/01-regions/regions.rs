//! Puts one thing into every region and prints where each of them is.
use std::io::Read;
use std::sync::atomic::{AtomicI32, Ordering};

// An atomic can change, so it must lie in writable memory. A plain `static N: i32 = 42` can not, and goes to .rodata.
static INITIALIZED_GLOBAL: AtomicI32 = AtomicI32::new(42); // .data: its value is in the file
static UNINITIALIZED_GLOBAL: AtomicI32 = AtomicI32::new(0); // .bss: nothing but zeros, so only its size is in the file
static STRING_LITERAL: &str = "I live in .rodata";

fn main() {
    let local = 1; // in main's frame, on the stack
    let heap_block = Box::new(20); // on the heap
    UNINITIALIZED_GLOBAL.store(INITIALIZED_GLOBAL.load(Ordering::Relaxed), Ordering::Relaxed);

    println!("pid: {}", std::process::id());
    println!("function: {:p}", main as *const ());
    println!("string literal: {:p}", STRING_LITERAL.as_ptr());
    println!("initialised global: {:p}", &INITIALIZED_GLOBAL);
    println!("uninitialised global: {:p}", &UNINITIALIZED_GLOBAL);
    println!("heap block: {:p}", heap_block);
    println!("local: {:p}", &local);

    println!("Press Enter to end."); // STOP: printed
    let _ = std::io::stdin().read(&mut [0]);
}
