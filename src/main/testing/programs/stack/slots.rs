// As slots.c, in Rust.
use std::io::{Read, Write};

#[derive(Debug)]
struct Point { x: i64, y: i64 }

enum Choice { Number(u32), Words(String), Nothing }

fn say<T>(role: &str, function: &str, name: &str, value: &T) {
    println!("{role}:{function}:{name} {:p} {}", value, std::mem::size_of::<T>());
}

#[inline(never)]
fn wait_here(count: u32) -> u32 {
    let mut mine: u64 = count as u64 * 2;
    say("local", "wait_here", "mine", &mine);
    println!("ready");
    std::io::stdout().flush().unwrap();
    let mut byte = [0u8; 1];
    while std::io::stdin().read(&mut byte).unwrap() > 0 { mine += 1; }
    std::hint::black_box(&mine);
    std::process::exit(0);
}

#[inline(never)]
fn middle(points: &[Point], choice: Choice) -> u32 {
    let sum: i64 = points.iter().map(|p| p.x + p.y).sum();
    let pair = Point { x: sum, y: -sum };
    say("local", "middle", "sum", &sum);
    say("local", "middle", "pair", &pair);
    let seed = match &choice { Choice::Number(n) => *n, Choice::Words(w) => w.len() as u32, Choice::Nothing => 0 };
    let got = wait_here(seed);
    std::hint::black_box((&sum, &pair, &choice));
    got
}

#[inline(never)]
fn recurse(depth: u32) -> u32 {
    let local = [depth; 4];
    println!("local:recurse{depth}:local {:p} {}", &local, std::mem::size_of_val(&local));
    let got = if depth == 0 { middle(&[Point { x: 1, y: 2 }, Point { x: 3, y: 4 }], Choice::Words("seven".into())) } else { recurse(depth - 1) };
    std::hint::black_box(&local);
    got + local[0]
}

fn main() {
    let boxed = Box::new(5u8);
    println!("local:main:boxed {:p} {}", &boxed, std::mem::size_of_val(&boxed));
    let got = recurse(2);
    std::hint::black_box((&boxed, Choice::Number(1), Choice::Nothing));
    std::process::exit(got as i32);
}
