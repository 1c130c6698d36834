//! Packets of sound and of keys (RFC 3550, 5.1).

/// Samples, and bytes, of a packet of sound: 20 ms.
pub const FRAME: usize = 160;
/// The fixed part of a head, in bytes.
const HEAD: usize = 12;

/// What stands before the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Sound begins after silence, or an event begins.
    pub marker: bool,
    /// What the payload is.
    pub payload_type: u8,
    /// One more with each packet.
    pub sequence: u16,
    /// When, in samples.
    pub timestamp: u32,
    /// Whose.
    pub source: u32,
}

impl Head {
    /// A packet.
    #[must_use]
    pub fn print(&self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + payload.len());
        bytes.push(0x80);
        bytes.push(u8::from(self.marker) << 7 | self.payload_type & 0x7f);
        bytes.extend(self.sequence.to_be_bytes());
        bytes.extend(self.timestamp.to_be_bytes());
        bytes.extend(self.source.to_be_bytes());
        bytes.extend(payload);
        bytes
    }
}

/// Read a packet; `None` for what is none.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<(Head, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
    let [flags, kind, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *head;
    if flags >> 6 != 2 {
        return None;
    }
    let mut rest = rest.get(usize::from(flags & 15) * 4..)?;
    if flags & 0x10 != 0 {
        let ([_, _, high, low], after) = rest.split_first_chunk::<4>()?;
        rest = after.get(usize::from(u16::from_be_bytes([*high, *low])) * 4..)?;
    }
    if flags & 0x20 != 0 {
        let padding = usize::from(*rest.last()?);
        rest = rest.get(..rest.len().checked_sub(padding)?)?;
    }
    let head = Head {
        marker: kind & 0x80 != 0,
        payload_type: kind & 0x7f,
        sequence: u16::from_be_bytes([s0, s1]),
        timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
        source: u32::from_be_bytes([c0, c1, c2, c3]),
    };
    Some((head, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: Head = Head {
        marker: true,
        payload_type: 101,
        sequence: 65535,
        timestamp: 0xdead_beef,
        source: 7,
    };

    #[test]
    fn what_is_printed_can_be_read() {
        let bytes = SAMPLE.print(&[1, 2, 3]);
        assert_eq!(read(&bytes), Some((SAMPLE, &[1, 2, 3][..])));
    }

    #[test]
    fn what_others_add_is_skipped() {
        let mut bytes = SAMPLE.print(&[]);
        bytes[0] = 0x80 | 0x10 | 0x20 | 1;
        // A contributor, an extension of a word, the payload, two bytes of padding.
        bytes.extend([9, 9, 9, 9, 0, 0, 0, 1, 8, 8, 8, 8, 42, 0, 2]);
        assert_eq!(read(&bytes), Some((SAMPLE, &[42][..])));
    }

    #[test]
    fn nothing_that_comes_in_makes_it_panic() {
        use proptest::prelude::*;
        proptest!(|(bytes: Vec<u8>, flags: u8)| {
            let _ = read(&bytes);
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() {
                *first = flags;
            }
            let _ = read(&bytes);
        });
        assert_eq!(read(&[]), None);
    }
}
