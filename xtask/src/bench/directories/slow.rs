//! A way to a server on which every byte takes its time.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// A port that leads to another one, slowly. It stays until the program ends.
pub struct Slow {
    /// The port.
    pub port: u16,
}

impl Slow {
    /// Half of the delay is spent on the way there, half on the way back.
    pub fn before(server: u16, delay: Duration) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(behind) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else {
                    continue;
                };
                let copies = (client.try_clone(), behind.try_clone());
                let (Ok(to_client), Ok(to_server)) = copies else {
                    continue;
                };
                way(client, to_server, delay / 2);
                way(behind, to_client, delay / 2);
            }
        });
        Ok(Self { port })
    }
}

/// What comes is written so much later; more may come meanwhile.
fn way(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    thread::spawn(move || {
        let _ = from.set_nodelay(true);
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let bytes = buffer.get(..length).unwrap_or_default().to_vec();
            if sender.send((Instant::now() + delay, bytes)).is_err() {
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_takes_its_time_and_arrives_whole() {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let behind = server.local_addr().unwrap().port();
        let echo = thread::spawn(move || {
            let (mut peer, _) = server.accept().unwrap();
            let mut word = [0; 5];
            peer.read_exact(&mut word).unwrap();
            peer.write_all(&word).unwrap();
        });
        let slow = Slow::before(behind, Duration::from_millis(40)).unwrap();
        let began = Instant::now();
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, slow.port)).unwrap();
        client.write_all(b"hello").unwrap();
        let mut word = [0; 5];
        client.read_exact(&mut word).unwrap();
        assert_eq!(&word, b"hello");
        assert!(began.elapsed() >= Duration::from_millis(40));
        echo.join().unwrap();
    }
}
