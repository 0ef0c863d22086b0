//! The Rust half: main calls C, C calls back, and all of them print where their things are, `name: address`, one a line.

use std::ffi::c_int;
use std::io::Write;
use std::ptr::{addr_of, addr_of_mut};

#[no_mangle]
static mut RUST_COUNTER: i32 = 42; // .data
#[no_mangle]
static mut RUST_ZEROED: i32 = 0; // .bss
#[no_mangle]
static RUST_WORDS: [u8; 9] = *b"from Rust"; // .rodata

extern "C" {
    fn c_middle(value: c_int) -> c_int;
    fn c_deepest(value: c_int) -> c_int;
    fn c_allocate() -> *mut c_int;
    fn c_release(block: *mut c_int);
}

fn tell<T>(name: &str, address: *const T) {
    println!("{name}: {address:p}");
}

#[no_mangle]
pub extern "C" fn rust_callback(value: c_int) -> c_int {
    let local = value + 1;
    tell("rust_callback_local", &local);
    std::io::stdout().flush().expect("standard output");
    // SAFETY: c_deepest takes any number.
    let answer = unsafe { c_deepest(local) };
    answer + local
}

fn main() {
    println!("pid {}", std::process::id());
    let local: c_int = 1;
    let in_box = Box::new(0x5257_i32);
    // SAFETY: the block is released below, once, by the allocator that made it.
    let in_malloc = unsafe { c_allocate() };
    tell("rust_main", main as fn() as *const ());
    tell("RUST_COUNTER", addr_of!(RUST_COUNTER));
    tell("RUST_ZEROED", addr_of!(RUST_ZEROED));
    tell("RUST_WORDS", addr_of!(RUST_WORDS));
    tell("rust_box", &*in_box);
    tell("c_malloc", in_malloc);
    tell("rust_main_local", &local);
    std::io::stdout().flush().expect("standard output");
    // SAFETY: one thread; c_middle takes any number.
    let answer = unsafe {
        *addr_of_mut!(RUST_COUNTER) += local;
        *addr_of_mut!(RUST_ZEROED) += *in_box;
        c_middle(local)
    };
    unsafe { c_release(in_malloc) };
    println!("answer: {answer}");
}
