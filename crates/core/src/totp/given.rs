//! Keys that come from elsewhere: a device that was made with one, or an app that has it already.
//!
//! [`App::given`] reads what came with the device: the address that a QR code carries, or the key alone in Base32. It is
//! kept after a first right code, as one of ours is.

use zeroize::Zeroizing;

use super::{Algorithm, App, AppName, Secret};

/// Least bytes of a key: 112 bits (NIST SP 800-63B-4, 3.1.4.1).
const LEAST: usize = 14;
/// Most bytes of a key: the longest hash under a code has 64.
const MOST: usize = 64;
/// Seconds that a code is shown: RFC 6238, 5.2 recommends 30; a longer one would widen the window.
const PERIODS: std::ops::RangeInclusive<u32> = 15..=60;

/// Why a text is no key of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenFault {
    /// Neither an `otpauth://` address with a key, nor Base32.
    Shape,
    /// Fewer than 112 bits.
    Short,
    /// Codes that are counted, not timed (RFC 4226).
    Counted,
    /// Another hash than SHA-1, SHA-256, SHA-512; other digits than 6 to 8; another time than 15 to 60 seconds.
    Unknown,
}

impl GivenFault {
    /// Key of its sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Shape => "fault-app-key-shape",
            Self::Short => "fault-app-key-short",
            Self::Counted => "fault-app-key-counted",
            Self::Unknown => "fault-app-key-unknown",
        }
    }
}

impl App {
    /// An app, or a device, that has its key already. Takes the parameters of RFC 6238 that its address names.
    ///
    /// # Errors
    /// [`GivenFault`].
    pub fn given(name: AppName, text: &str) -> Result<Self, GivenFault> {
        let text = text.trim();
        let mut app = Self {
            name,
            secret: Secret(Vec::new()),
            algorithm: Algorithm::Sha1,
            digits: 6,
            period: 30,
        };
        let Some((_, address)) = split_once_in_any_case(text, "otpauth://") else {
            app.secret = secret(text)?;
            return Ok(app);
        };
        match address.split_once('/') {
            Some((kind, _)) if kind.eq_ignore_ascii_case("totp") => {}
            Some((kind, _)) if kind.eq_ignore_ascii_case("hotp") => {
                return Err(GivenFault::Counted);
            }
            _ => return Err(GivenFault::Shape),
        }
        let (_, query) = address.split_once('?').ok_or(GivenFault::Shape)?;
        let mut found = None;
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').ok_or(GivenFault::Shape)?;
            match name {
                // Said twice, it would depend on the reader which one counts.
                "secret" if found.is_some() => return Err(GivenFault::Shape),
                "secret" => found = Some(secret(&value.replace("%3D", "=").replace("%3d", "="))?),
                "algorithm" => app.algorithm = algorithm(value)?,
                "digits" => {
                    let digits = value.parse().ok();
                    let digits = digits.filter(|digits| (6..=8).contains(digits));
                    app.digits = digits.ok_or(GivenFault::Unknown)?;
                }
                "period" => {
                    let period = value.parse().ok();
                    let period = period.filter(|period| PERIODS.contains(period));
                    app.period = period.ok_or(GivenFault::Unknown)?;
                }
                // Names, colours, pictures: theirs.
                _ => {}
            }
        }
        app.secret = found.ok_or(GivenFault::Shape)?;
        Ok(app)
    }
}

fn split_once_in_any_case<'a>(text: &'a str, front: &str) -> Option<(&'a str, &'a str)> {
    let (begin, rest) = text.split_at_checked(front.len())?;
    begin.eq_ignore_ascii_case(front).then_some((begin, rest))
}

fn algorithm(name: &str) -> Result<Algorithm, GivenFault> {
    match name.to_ascii_uppercase().replace('-', "").as_str() {
        "SHA1" => Ok(Algorithm::Sha1),
        "SHA256" => Ok(Algorithm::Sha256),
        "SHA512" => Ok(Algorithm::Sha512),
        _ => Err(GivenFault::Unknown),
    }
}

/// Base32 (RFC 4648, 6) as people type it: in groups, in any case, with or without padding.
fn secret(text: &str) -> Result<Secret, GivenFault> {
    let written = text.trim_end_matches('=').chars();
    let written = written.filter(|c| !c.is_whitespace() && *c != '-');
    let written: Zeroizing<String> = Zeroizing::new(written.collect());
    let written = Zeroizing::new(written.to_ascii_uppercase());
    let bytes = data_encoding::BASE32_NOPAD
        .decode(written.as_bytes())
        .map_err(|_| GivenFault::Shape)?;
    let secret = Secret(bytes);
    match secret.0.len() {
        0 => Err(GivenFault::Shape),
        few if few < LEAST => Err(GivenFault::Short),
        many if many > MOST => Err(GivenFault::Unknown),
        _ => Ok(secret),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Chance;

    fn read(text: &str) -> Result<App, GivenFault> {
        App::given(AppName::parse("Token").unwrap(), text)
    }

    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn a_key_alone_is_read_as_people_type_it() {
        let plain = read(KEY).unwrap();
        assert_eq!(plain.secret.0, b"12345678901234567890");
        assert_eq!((plain.digits, plain.period), (6, 30));
        for typed in [
            "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
            " GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ==== \n",
        ] {
            assert_eq!(read(typed), Ok(plain.clone()), "{typed}");
        }
    }

    #[test]
    fn an_address_names_its_own_parameters() {
        let text = format!(
            "OTPAUTH://totp/Example%20Campus:ana?issuer=Example&secret={KEY}&algorithm=SHA256&digits=8&period=60&image=x"
        );
        let app = read(&text).unwrap();
        assert_eq!(app.algorithm, Algorithm::Sha256);
        assert_eq!((app.digits, app.period), (8, 60));
    }

    #[test]
    fn what_is_no_key_is_said_so() {
        let faults = [
            ("", GivenFault::Shape),
            ("hello, world", GivenFault::Shape),
            ("GEZDGNBVGY3TQOJQ", GivenFault::Short),
            ("otpauth://totp/ana", GivenFault::Shape),
            ("otpauth://totp/ana?issuer=x", GivenFault::Shape),
            ("otpauth://", GivenFault::Shape),
        ];
        for (text, fault) in faults {
            assert_eq!(read(text), Err(fault), "{text}");
        }
        let with = |rest: &str| read(&format!("otpauth://{rest}&secret={KEY}"));
        assert_eq!(with("hotp/ana?counter=1"), Err(GivenFault::Counted));
        for odd in [
            "digits=5",
            "digits=9",
            "period=5",
            "period=600",
            "algorithm=MD5",
            "period=x",
        ] {
            assert_eq!(with(&format!("totp/ana?{odd}")), Err(GivenFault::Unknown));
        }
        let twice = with(&format!("totp/ana?secret={KEY}"));
        assert_eq!(twice, Err(GivenFault::Shape));
    }

    proptest! {
        #[test]
        fn what_we_write_for_a_qr_code_is_read_back(
            seed: u64, name in "[^\u{0}-\u{1f}\u{7f}-\u{9f}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]{1,40}",
            digits in 6_u8..=8, period in 15_u32..=60, hash in 0_usize..3,
        ) {
            let Ok(name) = AppName::parse(&name) else {
                return Ok(());
            };
            let mut app = App::new(name.clone(), &mut Chance::new(seed));
            app.algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][hash];
            (app.digits, app.period) = (digits, period);
            prop_assert_eq!(App::given(name.clone(), &app.uri(name.as_str(), "ana=?&/:%")), Ok(app.clone()));
        }

        #[test]
        fn no_text_is_too_odd(text in ".{0,300}") {
            drop(read(&text));
            drop(read(&format!("otpauth://totp/{text}")));
        }
    }
}
