//! G.711: telephone sound in a byte a sample, 8,000 a second (ITU-T G.711; payload types 0 and 8 of RFC 3551).

/// One of the two laws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// µ-law, as in North America and Japan.
    Mu,
    /// A-law, as elsewhere.
    A,
}

impl Law {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::A, Self::Mu];

    /// Its static payload type (RFC 3551, 6).
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::Mu => 0,
            Self::A => 8,
        }
    }

    /// Its name in a session description.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mu => "PCMU",
            Self::A => "PCMA",
        }
    }

    /// Nothing to hear.
    #[must_use]
    pub const fn silence(self) -> u8 {
        match self {
            Self::Mu => 0xff,
            Self::A => 0xd5,
        }
    }

    /// A sample of our sounds, which are kept in µ-law.
    #[must_use]
    pub fn of_ours(self, sample: u8) -> u8 {
        match self {
            Self::Mu => sample,
            Self::A => a_law(linear(sample)),
        }
    }
}

/// A sample of µ-law as a number of 16 bits.
#[must_use]
pub fn linear(sample: u8) -> i16 {
    let bits = i16::from(!sample);
    let exponent = (bits >> 4) & 7;
    let magnitude = ((((bits & 15) << 3) + 132) << exponent) - 132;
    if bits & 0x80 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

/// A number of 16 bits as a sample of A-law.
#[must_use]
pub fn a_law(sample: i16) -> u8 {
    let (sign, magnitude) = if sample < 0 {
        (0, !sample)
    } else {
        (0x80, sample)
    };
    let magnitude = magnitude.unsigned_abs() >> 3;
    let bits = 16 - magnitude.leading_zeros();
    let segment = bits.saturating_sub(5);
    let mantissa = (magnitude >> segment.max(1)) & 15;
    let code = (segment << 4) | u32::from(mantissa);
    // Twelve bits make seven segments at most.
    (sign | u8::try_from(code).unwrap_or(0x7f)) ^ 0x55
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_samples_come_out() {
        // ITU-T G.711, tables 1 and 2: the ends and the middle.
        for (sample, wanted) in [
            (0xff, 0),
            (0x7f, 0),
            (0x80, 32124),
            (0x00, -32124),
            (0xf0, 120),
        ] {
            assert_eq!(linear(sample), wanted, "{sample:#x}");
        }
        for (sample, wanted) in [
            (0, 0xd5),
            (-1, 0x55),
            (32767, 0xaa),
            (-32768, 0x2a),
            (255, 0xda),
            (256, 0xc5),
            (512, 0xf5),
        ] {
            assert_eq!(a_law(sample), wanted, "{sample}");
        }
        for law in Law::ALL {
            assert_eq!(law.of_ours(Law::Mu.silence()), law.silence());
        }
    }

    #[test]
    fn a_law_keeps_the_sound() {
        let samples = (0..=u8::MAX).map(linear);
        for sample in samples {
            let again = from_a_law(a_law(sample));
            let off = (i32::from(sample) - i32::from(again)).abs();
            assert!(off <= i32::from(sample).abs() / 16 + 8, "{sample} {again}");
        }
    }

    /// The way back, as the table of the standard has it.
    fn from_a_law(sample: u8) -> i16 {
        let sample = sample ^ 0x55;
        let (segment, mantissa) = (i16::from(sample >> 4) & 7, i16::from(sample & 15));
        let magnitude = if segment == 0 {
            (mantissa << 4) + 8
        } else {
            ((mantissa << 4) + 0x108) << (segment - 1)
        };
        if sample & 0x80 == 0 {
            -magnitude
        } else {
            magnitude
        }
    }
}
