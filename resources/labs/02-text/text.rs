//! Tries to write over its own instructions.

fn main() {
    let code = main as *const () as *mut u32;

    println!("pid: {}", std::process::id());
    println!("main: {:p}", code);
    println!("first four bytes: {:#010x}", unsafe { *code });

    println!("About to write into main."); // STOP: look
    unsafe { *code = 0x9090_9090 }; // WRITE: four nop instructions, if this worked
    println!("Written: {:#010x}", unsafe { *code });
}
