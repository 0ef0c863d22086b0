//! Puts one object into every kind of memory and prints where each is, so that a test can ask vmatlas the same.
use std::io::Read;
use std::ptr::addr_of;

mod places {
    pub static mut FILLED_COUNTER: u32 = 42;
    pub static mut EMPTY_BLOCK: [u8; 5 * 4096] = [0; 5 * 4096];
    pub static FIXED_TABLE: [u32; 64] = [7; 64];

    #[inline(never)]
    pub fn add_one(value: u32) -> u32 {
        std::hint::black_box(value) + 1
    }
}

fn main() {
    unsafe { places::FILLED_COUNTER = places::add_one(places::FILLED_COUNTER) };
    unsafe { places::EMPTY_BLOCK[1] = 1 };
    let local = std::hint::black_box(17u32);
    let boxed = Box::new(std::hint::black_box(20u32));
    let greeting: &'static str = "a string that nobody may change";
    println!("add_one {:p}", places::add_one as *const ());
    println!("fixed_table {:p}", &places::FIXED_TABLE);
    println!("greeting {:p}", greeting.as_ptr());
    println!("filled_counter {:p}", addr_of!(places::FILLED_COUNTER));
    println!("empty_block {:p}", addr_of!(places::EMPTY_BLOCK));
    println!("heap {:p}", boxed);
    println!("stack {:p}", &local);
    println!("ready");
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest).unwrap();
}
