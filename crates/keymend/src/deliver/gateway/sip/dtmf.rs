//! Keys of a telephone as events (RFC 4733): those that we hear, and those that we press.

use super::rtp::Head;

/// In the order of their event numbers (RFC 4733, 3.2).
const KEYS: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D',
];
/// How loud, in dBm0 without the sign.
const VOLUME: u8 = 10;

/// Hears each key once, however many packets tell of it.
#[derive(Debug, Default)]
pub struct Ear {
    /// Whose event it was, and when it began.
    last: Option<(u32, u32)>,
}

impl Ear {
    /// A packet of events came. A key, when it is told of for the first time: all packets of one carry its beginning.
    pub fn hear(&mut self, head: &Head, payload: &[u8]) -> Option<char> {
        let (event, _) = payload.split_first_chunk::<4>()?;
        let key = KEYS.get(usize::from(event[0]))?;
        let mark = (head.source, head.timestamp);
        if self.last.replace(mark) == Some(mark) {
            return None;
        }
        Some(*key)
    }
}

/// The payload of a packet about a key that is pressed since `samples` samples; `end`: no longer.
#[must_use]
pub fn payload(key: char, samples: u16, end: bool) -> Option<[u8; 4]> {
    let event = KEYS.iter().position(|known| *known == key)?;
    let [high, low] = samples.to_be_bytes();
    let event = u8::try_from(event).ok()?;
    Some([event, u8::from(end) << 7 | VOLUME, high, low])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(timestamp: u32) -> Head {
        Head {
            marker: false,
            payload_type: 101,
            sequence: 1,
            timestamp,
            source: 7,
        }
    }

    #[test]
    fn a_key_is_heard_once_though_many_packets_tell_of_it() {
        let mut ear = Ear::default();
        let tell = |samples, end| payload('#', samples, end).unwrap();
        assert_eq!(tell(400, true), [11, 0x8a, 1, 0x90]);
        assert_eq!(ear.hear(&at(5), &tell(160, false)), Some('#'));
        assert_eq!(ear.hear(&at(5), &tell(320, false)), None);
        assert_eq!(ear.hear(&at(5), &tell(400, true)), None);
        assert_eq!(ear.hear(&at(5), &tell(400, true)), None);
        // Pressed again.
        assert_eq!(ear.hear(&at(900), &tell(400, true)), Some('#'));
    }

    #[test]
    fn what_is_no_key_is_not_heard() {
        let mut ear = Ear::default();
        assert_eq!(ear.hear(&at(1), &[16, 0, 0, 0]), None);
        assert_eq!(ear.hear(&at(1), &[1, 0, 0]), None);
        assert_eq!(payload('x', 1, false), None);
    }
}
