//! Phone numbers: any common spelling in, one canonical E.164 string out.

use std::fmt;
use std::str::FromStr as _;
use std::sync::LazyLock;

use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber as Parsed, PhoneNumberFormat, PhoneNumberType,
    Region, ValidationError,
};
use serde::{Deserialize, Serialize};

/// Nobody types more than this for one number, however spaced; longer input is refused before it is looked at.
const LONGEST_TYPED: usize = 256;

/// A valid number that a person can be reached at, kept as E.164 (`+12125550142`).
///
/// Its `Debug` shows only the last two digits, so that a stray log line gives nothing away.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// Why a typed number is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PhoneFault {
    /// Nothing was typed.
    #[error("no number given")]
    Empty,
    /// There are characters in it that no number has.
    #[error("not a phone number")]
    NotANumber,
    /// Too few digits for its country.
    #[error("too short for its country")]
    TooShort,
    /// Too many digits for its country.
    #[error("too long for its country")]
    TooLong,
    /// The right length, but no such number is given out.
    #[error("no such number in its country's plan")]
    NotValid,
    /// It carries an extension, which neither a text message nor our call can dial.
    #[error("numbers with an extension cannot be used")]
    Extension,
    /// Its country is not one that policy allows, or none could be told.
    #[error("this country is not allowed")]
    Country,
    /// Premium rate, shared cost, toll free, pager, voice mail, satellite and other kinds that are not one person's line.
    #[error("this kind of number cannot be used")]
    Kind,
}

impl PhoneFault {
    /// The message for the person.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "fault-phone-empty",
            Self::NotANumber => "fault-phone-not-a-number",
            Self::TooShort => "fault-phone-too-short",
            Self::TooLong => "fault-phone-too-long",
            Self::NotValid => "fault-phone-not-valid",
            Self::Extension => "fault-phone-extension",
            Self::Country => "fault-phone-country",
            Self::Kind => "fault-phone-kind",
        }
    }
}

/// A stored string that does not have the shape of an E.164 number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an E.164 phone number")]
pub struct NotAPhoneNumber;

impl PhoneNumber {
    /// Reads a number as typed, for somebody who chose `region` (ISO 3166, "US") in the list of countries.
    ///
    /// A number that names its own country (`+44 …`, `0044 …`) overrules `region`. `allowed` are the ISO regions that
    /// policy sends to; empty means all.
    ///
    /// # Errors
    /// The first fault found, see [`PhoneFault`].
    pub fn parse(typed: &str, region: &str, allowed: &[String]) -> Result<Self, PhoneFault> {
        let digits = clean(typed)?;
        let region = Region::from_str(region)
            .ok()
            .filter(|r| *r != Region::World);
        let parsed = read(&digits, region, allowed)?;
        judge(&parsed, allowed)?;
        // `format_as` could only differ from E.164 through an extension, and `clean` lets none through.
        Self::try_from(parsed.format_as(PhoneNumberFormat::E164).into_owned())
            .map_err(|_| PhoneFault::NotValid)
    }

    /// The E.164 form, `+12125550142`: what is stored, compared and dialled.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The spaced form for its owner, `+1 212-555-0142`.
    #[must_use]
    pub fn international(&self) -> String {
        match Parsed::parse(&self.0, None) {
            Ok(parsed) => parsed
                .format_as(PhoneNumberFormat::International)
                .into_owned(),
            Err(_) => self.0.clone(),
        }
    }

    /// The form for everybody else: only the last two digits, and not even the length.
    ///
    /// Stars, because they are in the alphabet of a plain text message and bullets are not.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("********{}", self.last_two())
    }

    /// The ISO region the number belongs to, where the numbering plan tells one.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        let region = Parsed::parse(&self.0, None).ok()?.get_region_code()?;
        Some(region.to_string())
    }

    fn last_two(&self) -> &str {
        self.0
            .get(self.0.len().saturating_sub(2)..)
            .unwrap_or_default()
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber(…{})", self.last_two())
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = NotAPhoneNumber;

    /// Only the shape is looked at: a number that was valid when it was stored must stay readable after the numbering
    /// plan has changed.
    fn try_from(stored: String) -> Result<Self, NotAPhoneNumber> {
        let digits = stored.strip_prefix('+').ok_or(NotAPhoneNumber)?;
        let shaped = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit());
        if shaped {
            Ok(Self(stored))
        } else {
            Err(NotAPhoneNumber)
        }
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

/// A country or region that numbers can be typed for, with its calling code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Country {
    /// ISO 3166 letters, `GB`.
    pub region: String,
    /// Without the plus, `44`.
    pub calling_code: u16,
}

/// All countries and regions with a numbering plan, ordered by their ISO letters.
#[must_use]
pub fn countries() -> &'static [Country] {
    static ALL: LazyLock<Vec<Country>> = LazyLock::new(|| {
        let mut all: Vec<Country> = PHONE_NUMBER_UTIL
            .get_supported_regions()
            .filter_map(|region| {
                let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
                Some(Country {
                    region: region.to_string(),
                    calling_code: u16::try_from(code).ok()?,
                })
            })
            .collect();
        all.sort_by(|a, b| a.region.cmp(&b.region));
        all
    });
    &ALL
}

/// Leaves digits and one leading plus. The library would do much of this too, but it also reads letters as digits
/// and drops what it does not know; here everything unexpected is a fault.
fn clean(typed: &str) -> Result<String, PhoneFault> {
    if typed.len() > LONGEST_TYPED {
        return Err(PhoneFault::TooLong);
    }
    let lower = typed
        .trim_matches(|c: char| c.is_whitespace() || invisible(c))
        .to_lowercase();
    let mut rest = lower.strip_prefix("tel:").unwrap_or(&lower).chars();
    let mut kept = String::new();
    while let Some(c) = rest.next() {
        match c {
            '0'..='9' => kept.push(c),
            '+' | '\u{ff0b}' if kept.is_empty() => kept.push('+'),
            _ if separator(c) || invisible(c) => {}
            // What follows a number is an extension in every spelling we know of: x12, ext. 12, ;ext=12, #12, ,12, доб. 12.
            'x' | 'e' | ';' | '#' | ',' | 'д' | 'ｘ'
                if kept.len() > 3 && tail_is_extension(c, rest.as_str()) =>
            {
                return Err(PhoneFault::Extension);
            }
            _ => kept.push_str(&digit(c).ok_or(PhoneFault::NotANumber)?),
        }
    }
    match kept.as_str() {
        "" if lower.is_empty() => Err(PhoneFault::Empty),
        "" | "+" => Err(PhoneFault::NotANumber),
        _ => Ok(kept),
    }
}

/// The decimal digit that `c` is in any script, as ASCII. Not superscripts or circled digits: those are no digits.
fn digit(c: char) -> Option<String> {
    if c.is_ascii() {
        return None;
    }
    let mut buffer = [0; 4];
    let found = PHONE_NUMBER_UTIL.normalize_digits_only(&*c.encode_utf8(&mut buffer));
    (found.len() == 1).then_some(found)
}

fn separator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '(' | ')' | '-' | '.' | '/' | '[' | ']' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{2010}'..='\u{2015}'
        | '\u{202f}' | '\u{2212}' | '\u{3000}' | '\u{30fc}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0d}'..='\u{ff0f}' | '\u{b7}')
}

/// Marks that copying from a page or a contact list brings along, direction marks above all.
fn invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn tail_is_extension(first: char, tail: &str) -> bool {
    let word = tail.trim_start_matches(|c: char| {
        c.is_alphabetic() || c.is_whitespace() || "=:.,#-".contains(c)
    });
    let starts = match first {
        'e' => tail.starts_with("xt"),
        'д' => tail.starts_with("об"),
        ';' => tail.starts_with("ext="),
        _ => true,
    };
    starts
        && word
            .chars()
            .next()
            .is_some_and(|c| c.is_ascii_digit() || digit(c).is_some())
}

/// Parses cleaned digits, the international reading of `00` first: people write it everywhere, also where the
/// country's own way out is another one (011, 0011, 001). The country's reading is taken only where the other one
/// gives no number that could be used.
fn read(digits: &str, region: Option<Region>, allowed: &[String]) -> Result<Parsed, PhoneFault> {
    let usable = |parsed: &Parsed| dialled_in(parsed.country_code, allowed) && parsed.is_valid();
    let abroad = digits
        .strip_prefix("00")
        .filter(|rest| !rest.starts_with('0'))
        .and_then(|rest| Parsed::parse(format!("+{rest}"), None).ok());
    let Some(abroad) = abroad else {
        return parse(digits, region);
    };
    if usable(&abroad) {
        return Ok(abroad);
    }
    match parse(digits, region) {
        Ok(within) if usable(&within) => Ok(within),
        _ => Ok(abroad),
    }
}

fn parse(digits: &str, region: Option<Region>) -> Result<Parsed, PhoneFault> {
    if region.is_none() && !digits.starts_with('+') {
        return Err(PhoneFault::Country);
    }
    Parsed::parse(digits, region).map_err(|error| match error {
        ParseError::InvalidCountryCode => PhoneFault::Country,
        ParseError::NotANumber(_) => PhoneFault::NotANumber,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => PhoneFault::TooShort,
        ParseError::TooLongNsn => PhoneFault::TooLong,
    })
}

/// Whether a calling code leads to one of the allowed countries. Asked before anything of the country's plan: the
/// library keeps what it compiles of a plan, up to 80 MB for those of the whole world.
fn dialled_in(code: i32, allowed: &[String]) -> bool {
    let code_of = |region: &String| {
        let region = Region::from_str(region).ok()?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region)
    };
    allowed.is_empty() || allowed.iter().any(|region| code_of(region) == Some(code))
}

fn judge(parsed: &Parsed, allowed: &[String]) -> Result<(), PhoneFault> {
    if parsed
        .extension
        .as_deref()
        .is_some_and(|extension| !extension.is_empty())
    {
        return Err(PhoneFault::Extension);
    }
    // Satellite networks, UIFN, +979 and their like belong to no country; whether the digits fit does not matter.
    let code = parsed.country_code;
    if PHONE_NUMBER_UTIL
        .get_supported_global_network_calling_codes()
        .any(|global| global == code)
    {
        return Err(PhoneFault::Kind);
    }
    if !dialled_in(code, allowed) {
        return Err(PhoneFault::Country);
    }
    match parsed.is_possible_with_reason() {
        Ok(_) => {}
        Err(ValidationError::TooShort) => return Err(PhoneFault::TooShort),
        Err(ValidationError::TooLong) => return Err(PhoneFault::TooLong),
        Err(ValidationError::InvalidCountryCode) => return Err(PhoneFault::Country),
        Err(ValidationError::InvalidLength) => return Err(PhoneFault::NotValid),
    }
    let region = parsed.get_region_code().ok_or(PhoneFault::NotValid)?;
    if !parsed.is_valid() {
        return Err(PhoneFault::NotValid);
    }
    if !allowed.is_empty()
        && !allowed
            .iter()
            .any(|one| one.eq_ignore_ascii_case(&region.to_string()))
    {
        return Err(PhoneFault::Country);
    }
    match parsed.get_type() {
        PhoneNumberType::FixedLine
        | PhoneNumberType::Mobile
        | PhoneNumberType::FixedLineOrMobile
        | PhoneNumberType::VoIP => Ok(()),
        // Toll-free lines are shared, and personal numbers (070 in the United Kingdom) are priced like premium ones.
        _ => Err(PhoneFault::Kind),
    }
}
