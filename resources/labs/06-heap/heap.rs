//! Lab 6, heap, in Rust: `Box` and `Vec` ask the same malloc for the same memory.
//!
//! Prints where its objects are and where the program break is, `name: value`, one a line; then lets the large
//! one go.
//!
//! Build: rustc -g -o heap heap.rs
//! Stops to look at: stage_allocated, stage_dropped.

use std::ffi::c_void;
use std::hint::black_box;

extern "C" {
    fn sbrk(increment: isize) -> *mut c_void;
}

#[no_mangle]
#[inline(never)]
pub extern "C" fn stage_allocated() {
    black_box(());
}

#[no_mangle]
#[inline(never)]
pub extern "C" fn stage_dropped() {
    black_box(());
}

fn tell<T: ?Sized>(name: &str, at: *const T) {
    println!("{name}: {:p}", at);
}

fn main() {
    println!("pid: {}", std::process::id());
    let local = 10;
    let boxed = Box::new(0x0123_4567_89ab_cdef_u64);
    let list = vec![1_u32, 2, 3, 4, 5];
    let text = String::from("I live on the heap");
    let large = vec![0x5a_u8; 1 << 20];

    tell("local", &local);
    tell("boxed", &*boxed);
    tell("list", list.as_ptr());
    tell("list_itself", &list);
    tell("text", text.as_ptr());
    tell("large", large.as_ptr());
    println!("break_allocated: {:p}", unsafe { sbrk(0) });
    stage_allocated();

    drop(large); // The owner goes, so the block goes: no call of free in sight.
    println!("break_dropped: {:p}", unsafe { sbrk(0) });
    stage_dropped();

    std::io::stdin().read_line(&mut String::new()).unwrap();
    black_box((local, boxed, list, text));
}
