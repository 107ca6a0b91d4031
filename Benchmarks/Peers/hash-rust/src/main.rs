// SPDX-License-Identifier: Apache-2.0

//! Hashes with the official Rust crate on request; speaks as hash.py does.

use std::hint::black_box;
use std::io::{self, BufRead, Write};

fn thread_nanoseconds() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for the call to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

fn main() -> io::Result<()> {
    let mut data = Vec::new();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (length, count) = line.split_once(' ').expect("BYTES COUNT");
        let length: usize = length.parse().expect("a number of bytes");
        let count: usize = count.parse().expect("a number of times");
        if data.len() != length {
            data = (0..length).map(|i| (i % 251) as u8).collect::<Vec<u8>>();
        }
        let mut digest = blake3::hash(&data);
        let start = thread_nanoseconds();
        for _ in 0..count {
            digest = black_box(blake3::hash(black_box(&data)));
        }
        println!("{} {}", thread_nanoseconds() - start, digest.to_hex());
        io::stdout().flush()?;
    }
    Ok(())
}
