//! A message centre that takes its time to answer: as much of SMPP 3.4 as the benchmark needs, on both sides.

use std::io::{BufReader, Write as _};
use std::net::TcpStream;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::gateway::{Arrived, Gateway, Speech};

/// Messages without an answer at once.
const WINDOW: u32 = 50;
/// `bind_transceiver`, `submit_sm`, and the bit of answers (SMPP 3.4, 5.1.2.1).
const BIND: u32 = 9;
const SUBMIT: u32 = 4;
const ANSWER: u32 = 0x8000_0000;

/// The section of the configuration that leads to the centre at a port.
pub fn section(port: u16) -> String {
    format!(
        "[sms]\nkind = \"smpp\"\nserver = \"127.0.0.1\"\nport = {port}\ntransport = \"tcp\"\nuser = \"portal\"\n\
         secret = \"bench\"\nfrom = \"Campus\"\nwindow = {WINDOW}\n"
    )
}

/// One message of the protocol.
struct Frame {
    id: u32,
    sequence: u32,
    body: Vec<u8>,
}

impl Frame {
    fn read(from: &mut impl std::io::Read) -> Option<Self> {
        let mut head = [0; 16];
        from.read_exact(&mut head).ok()?;
        let word = |at: usize| -> Option<u32> {
            let four = head.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_be_bytes(four))
        };
        let length = usize::try_from(word(0)?).ok()?.checked_sub(16)?;
        let mut body = vec![0; length.min(70_000)];
        from.read_exact(&mut body).ok()?;
        Some(Self {
            id: word(4)?,
            sequence: word(12)?,
            body,
        })
    }

    fn write(id: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(16 + body.len()).unwrap_or(16);
        let mut bytes = Vec::with_capacity(16 + body.len());
        for word in [length, id, 0, sequence] {
            bytes.extend(word.to_be_bytes());
        }
        bytes.extend(body);
        bytes
    }
}

/// One connection: answers leave in the order of the messages, each its time after it.
pub fn serve(client: TcpStream, arrived: &Mutex<Arrived>, wait: Duration) {
    let _ = client.set_nodelay(true);
    let Ok(mut output) = client.try_clone() else {
        return;
    };
    let (answers, due) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        for (at, bytes) in due {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            if output.write_all(&bytes).is_err() {
                return;
            }
        }
    });
    let mut input = BufReader::new(client);
    while let Some(frame) = Frame::read(&mut input) {
        let now = Instant::now();
        let (at, body) = match frame.id {
            SUBMIT => {
                let to = format!("+{}", destination(&frame.body).unwrap_or_default());
                Arrived::code(arrived, now, to);
                (now + wait, format!("{}\0", frame.sequence))
            }
            BIND => (now, "BENCH\0".to_owned()),
            _ => (now, String::new()),
        };
        if frame.id & ANSWER != 0 {
            continue;
        }
        let answer = Frame::write(frame.id | ANSWER, frame.sequence, body.as_bytes());
        if answers.send((at, answer)).is_err() {
            return;
        }
    }
}

/// Where a `submit_sm` goes: behind the service, type and plan and address of the source, and type and plan.
fn destination(body: &[u8]) -> Option<String> {
    let string = |from: usize| {
        let rest = body.get(from..)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        Some((rest.get(..end)?, from + end + 1))
    };
    let (_, source) = string(0)?;
    let (_, after) = string(source + 2)?;
    let (to, _) = string(after + 2)?;
    String::from_utf8(to.to_vec()).ok()
}

/// As many messages a second as the window allows, by a loop that does nothing else.
pub fn bare(wait: Duration, seconds: u64) -> Result<f64> {
    let gateway = Gateway::start(Speech::Smpp, wait, wait)?;
    let mut stream = TcpStream::connect(("127.0.0.1", gateway.port))?;
    stream.set_nodelay(true)?;
    let mut input = BufReader::new(stream.try_clone()?);
    stream.write_all(&Frame::write(BIND, 1, b"portal\0bench\0\0\x34\0\0\0"))?;
    let bound = Frame::read(&mut input).context("not let in")?;
    ensure!(bound.id == BIND | ANSWER, "not let in");
    let text = b"048213 is the code that nobody asked for";
    let mut body = b"\0\x05\0Campus\0\x01\x0112125550100\0\0\0\0\0\0\x01\0\0\0".to_vec();
    body.push(u8::try_from(text.len())?);
    body.extend(text);
    for sequence in 0..WINDOW {
        stream.write_all(&Frame::write(SUBMIT, 2 + sequence, &body))?;
    }
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(seconds) {
        Frame::read(&mut input).context("the centre has gone")?;
        count += 1;
        stream.write_all(&Frame::write(SUBMIT, 2 + WINDOW + count, &body))?;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_messages_takes_one_wait() {
        let rate = bare(Duration::from_millis(50), 1).unwrap();
        assert!(rate > 1.0 && rate < 1100.0, "{rate}");
        let body = b"CMT\0\x05\0Campus\0\x01\x0112125550100\0\0";
        assert_eq!(destination(body).unwrap(), "12125550100");
    }
}
