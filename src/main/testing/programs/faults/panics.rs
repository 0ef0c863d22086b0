// Panics and faults of Rust, by name; the truth is printed before each as KEY VALUE lines.
use std::io::Write;

struct Node { value: u64, next: *const Node, count: u32 }

fn say(key: &str, value: &str) {
    println!("{key} {value}");
    std::io::stdout().flush().unwrap();
}

#[inline(never)]
fn follow(node: *const Node) -> u32 {
    unsafe { (*(*node).next).count }
}

#[inline(never)]
fn recurse(level: u64) -> u64 {
    let mut room = [0u8; 256];
    room[(level % 256) as usize] = 1;
    std::hint::black_box(&mut room);
    recurse(level + 1) + u64::from(room[3])
}

#[inline(never)]
fn index(list: &[i32], at: usize) -> i32 {
    list[at]
}

fn main() {
    // `@FILE` names a file that holds the mode, as in faults.c.
    let argument = std::env::args().nth(1).unwrap_or_default();
    let mode = argument.strip_prefix('@').map_or(argument.clone(), |file| std::fs::read_to_string(file).unwrap().trim().to_owned());
    match mode.as_str() {
        "panic-text" => { say("text", "a plain message"); panic!("a plain message") }
        "panic-format" => { say("text", "number 7 is odd"); panic!("number {} is {}", std::hint::black_box(7), "odd") }
        "panic-index" => {
            say("text", "index out of bounds: the len is 3 but the index is 5");
            std::process::exit(index(std::hint::black_box(&[1, 2, 3]), std::hint::black_box(5)));
        }
        "panic-unwrap" => {
            say("text", "called `Option::unwrap()` on a `None` value");
            let none: Option<i32> = std::hint::black_box(None);
            std::process::exit(none.unwrap());
        }
        "panic-expect" => {
            say("text", "a number: ParseIntError { kind: InvalidDigit }");
            std::process::exit("x7".parse::<i32>().expect("a number"));
        }
        "panic-thread" => {
            say("text", "in the thread");
            let ended = std::thread::spawn(|| { panic!("in the thread") }).join();
            std::process::exit(if ended.is_err() { 101 } else { 0 });
        }
        "panic-caught" => {
            let caught = std::panic::catch_unwind(|| { panic!("will be caught") });
            std::process::exit(if caught.is_err() { 0 } else { 1 });
        }
        "abort" => { say("text", ""); std::process::abort() }
        "null" => {
            let node = Node { value: 1, next: std::ptr::null(), count: 2 };
            println!("address {:#x}", std::mem::offset_of!(Node, count));
            say("access", "read");
            std::process::exit((follow(std::hint::black_box(&node)) + node.value as u32) as i32);
        }
        "stack-overflow" => { say("access", "write"); std::process::exit(recurse(1) as i32) }
        "thread-stack-overflow" => {
            say("access", "write");
            let worker = std::thread::Builder::new().stack_size(256 * 1024).spawn(|| recurse(1)).unwrap();
            std::process::exit(worker.join().unwrap() as i32);
        }
        "exit" => std::process::exit(3),
        _ => std::process::exit(64),
    }
}
