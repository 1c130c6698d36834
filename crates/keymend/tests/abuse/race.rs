//! Many requests at one moment: everything but the last byte is sent, then all last bytes are let go together.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use crate::browser::{Answer, connect, read};

/// Send all of them at once; the answers come in the same order.
pub fn race(address: SocketAddr, requests: &[Vec<u8>]) -> Vec<Answer> {
    let ready = Barrier::new(requests.len());
    thread::scope(|scope| {
        let ready = &ready;
        let one = |bytes: &Vec<u8>| {
            let mut stream = connect(address);
            let (last, front) = bytes.split_last().unwrap();
            stream.write_all(front).unwrap();
            // The server has read the front before the last byte leaves.
            thread::sleep(Duration::from_millis(5));
            ready.wait();
            stream.write_all(&[*last]).unwrap();
            read(&mut stream, false).unwrap_or_default()
        };
        let threads: Vec<_> = requests
            .iter()
            .map(|bytes| scope.spawn(move || one(bytes)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// How many answers have this status.
pub fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}
