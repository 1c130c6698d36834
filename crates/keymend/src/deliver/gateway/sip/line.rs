//! The sound of a call: packets of 20 ms to the other side, and the keys that it presses.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rand_core::TryRng as _;
use tokio::net::UdpSocket;
use tokio::time::{Interval, interval};

use super::dtmf::{self, Ear};
use super::rtp::{self, FRAME, Head};
use super::sdp::Answer;
use crate::chance::Os;

/// How long a packet sounds.
const PACKET: Duration = Duration::from_millis(20);
/// Samples of a packet.
const STEP: u16 = 160;
/// A key of ours is pressed for so many packets.
const PRESSED: u16 = 8;
/// Between two of them, in packets.
const RELEASED: usize = 6;
/// That a key is over is told so often (RFC 4733, 2.5.1.4).
const OVER: u8 = 3;
/// So many packets are looked at between two of ours: more is noise.
const MOST: usize = 50;

/// A way for sound.
pub struct Line {
    socket: UdpSocket,
    answer: Answer,
    clock: Interval,
    sequence: u16,
    timestamp: u32,
    source: u32,
    /// Nothing was sent yet.
    fresh: bool,
    ear: Ear,
}

/// A socket for the sound of a call.
///
/// # Errors
/// When the system has none.
pub async fn socket(ip: IpAddr) -> std::io::Result<UdpSocket> {
    UdpSocket::bind(SocketAddr::new(ip, 0)).await
}

impl Line {
    /// To where the answer says.
    #[must_use]
    pub fn new(socket: UdpSocket, answer: Answer) -> Self {
        // They begin anywhere (RFC 3550, 5.1).
        let (Ok(begin), Ok(source)) = (Os.try_next_u32(), Os.try_next_u32());
        let [high, low, rest @ ..] = begin.to_be_bytes();
        Self {
            socket,
            answer,
            clock: interval(PACKET),
            sequence: u16::from_be_bytes([high, low]),
            timestamp: u32::from(u16::from_be_bytes(rest)),
            source,
            fresh: true,
            ear: Ear::default(),
        }
    }

    /// Say something of ours. Where it listens, a key ends it.
    pub async fn say(&mut self, sound: &[u8], listens: bool) -> Option<char> {
        let law = self.answer.law;
        for part in sound.chunks(FRAME) {
            let mut frame = [law.silence(); FRAME];
            for (place, sample) in frame.iter_mut().zip(part) {
                *place = law.of_ours(*sample);
            }
            let key = self.send(&frame).await;
            if key.is_some() && listens {
                return key;
            }
        }
        None
    }

    /// Say nothing for a while. Where it listens, a key ends it.
    pub async fn pause(&mut self, time: Duration, listens: bool) -> Option<char> {
        let packets = time.as_millis() / PACKET.as_millis();
        let frame = [self.answer.law.silence(); FRAME];
        for _ in 0..packets {
            let key = self.send(&frame).await;
            if key.is_some() && listens {
                return key;
            }
        }
        None
    }

    /// Can keys be heard and pressed?
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.answer.events.is_some()
    }

    /// Press keys, one after the other.
    pub async fn press(&mut self, keys: &str) {
        let Some(payload_type) = self.answer.events else {
            return;
        };
        for key in keys.chars() {
            for packet in 1..=PRESSED {
                self.clock.tick().await;
                let last = packet == PRESSED;
                for _ in 0..if last { OVER } else { 1 } {
                    if let Some(payload) = dtmf::payload(key, packet * STEP, last) {
                        self.pack(payload_type, packet == 1, &payload).await;
                    }
                }
            }
            // All packets of a key carry its beginning.
            self.timestamp = self.timestamp.wrapping_add(u32::from(PRESSED * STEP));
            let frame = [self.answer.law.silence(); FRAME];
            for _ in 0..RELEASED {
                self.send(&frame).await;
            }
        }
    }

    /// When it is time, send a packet of sound; and hear what came meanwhile.
    async fn send(&mut self, frame: &[u8; FRAME]) -> Option<char> {
        self.clock.tick().await;
        let first = std::mem::take(&mut self.fresh);
        let payload_type = self.answer.law.payload_type();
        self.pack(payload_type, first, frame).await;
        self.timestamp = self.timestamp.wrapping_add(u32::from(STEP));
        self.hear()
    }

    async fn pack(&mut self, payload_type: u8, marker: bool, payload: &[u8]) {
        let head = Head {
            marker,
            payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            source: self.source,
        };
        self.sequence = self.sequence.wrapping_add(1);
        // A packet that is lost is silence; whether the call still is, its signalling says.
        let packet = head.print(payload);
        drop(self.socket.send_to(&packet, self.answer.to).await);
    }

    /// The last key of what came from the machine that we speak to; it may send from another port than it listens at. A key
    /// of somebody else would have the code told to a voice mail.
    fn hear(&mut self) -> Option<char> {
        let mut pressed = None;
        let mut buffer = [0; 2048];
        for _ in 0..MOST {
            let Ok((length, from)) = self.socket.try_recv_from(&mut buffer) else {
                break;
            };
            if from.ip() != self.answer.to.ip() {
                continue;
            }
            let packet = buffer.get(..length).and_then(rtp::read);
            let Some((head, payload)) = packet else {
                continue;
            };
            if self.answer.events == Some(head.payload_type) {
                pressed = self.ear.hear(&head, payload).or(pressed);
            }
        }
        pressed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::gateway::sip::g711::Law;

    async fn two() -> (Line, UdpSocket) {
        let ours = socket([127, 0, 0, 1].into()).await.unwrap();
        let theirs = socket([127, 0, 0, 1].into()).await.unwrap();
        let answer = Answer {
            to: theirs.local_addr().unwrap(),
            law: Law::Mu,
            events: Some(96),
        };
        (Line::new(ours, answer), theirs)
    }

    async fn packets(theirs: &UdpSocket, count: usize) -> Vec<(Head, Vec<u8>)> {
        let mut all = Vec::new();
        let mut buffer = [0; 2048];
        for _ in 0..count {
            let length = theirs.recv(&mut buffer).await.unwrap();
            let (head, payload) = rtp::read(&buffer[..length]).unwrap();
            all.push((head, payload.to_vec()));
        }
        all
    }

    #[tokio::test]
    async fn a_sound_leaves_in_packets_of_20_ms() {
        let (mut line, theirs) = two().await;
        let sound: Vec<u8> = (0..=u8::MAX).chain(0..100).collect();
        assert_eq!(line.say(&sound, true).await, None);
        let all = packets(&theirs, 3).await;
        let heard: Vec<u8> = all
            .iter()
            .flat_map(|(_, payload)| payload.clone())
            .collect();
        assert_eq!(heard.len(), 3 * FRAME);
        assert_eq!(heard[..sound.len()], sound[..]);
        assert!(heard[sound.len()..].iter().all(|sample| *sample == 0xff));
        let (first, second) = (all[0].0, all[1].0);
        assert!(first.marker && !second.marker);
        assert_eq!(second.sequence, first.sequence.wrapping_add(1));
        assert_eq!(second.timestamp, first.timestamp.wrapping_add(160));
    }

    #[tokio::test]
    async fn a_key_ends_what_listens_to_it() {
        let (mut line, theirs) = two().await;
        let ours = line.socket.local_addr().unwrap();
        let head = Head {
            marker: true,
            payload_type: 96,
            sequence: 1,
            timestamp: 5,
            source: 9,
        };
        let press = |key, timestamp| {
            Head { timestamp, ..head }.print(&dtmf::payload(key, 160, false).unwrap())
        };
        for noise in [&[1, 2, 3][..], &[0x80; 12]] {
            theirs.send_to(noise, ours).await.unwrap();
        }
        theirs.send_to(&press('7', 5), ours).await.unwrap();
        let long = Duration::from_mins(1);
        assert_eq!(line.pause(long, true).await, Some('7'));
        theirs.send_to(&press('7', 5), ours).await.unwrap();
        theirs.send_to(&press('1', 900), ours).await.unwrap();
        assert_eq!(line.say(&vec![0xff; 80_000], true).await, Some('1'));
        theirs.send_to(&press('2', 1_800), ours).await.unwrap();
        assert_eq!(line.pause(Duration::from_millis(200), false).await, None);
    }

    #[tokio::test]
    async fn keys_are_pressed_as_events() {
        let (mut line, theirs) = two().await;
        line.press("4#").await;
        let one = usize::from(PRESSED) - 1 + usize::from(OVER) + RELEASED;
        let all = packets(&theirs, 2 * one).await;
        let mut ear = Ear::default();
        let events = all.iter().filter(|(head, _)| head.payload_type == 96);
        let heard: String = events
            .filter_map(|(head, payload)| ear.hear(head, payload))
            .collect();
        assert_eq!(heard, "4#");
        let over = all
            .iter()
            .filter(|(head, payload)| head.payload_type == 96 && payload[1] & 0x80 != 0);
        assert_eq!(over.count(), 6);
    }
}
