//! What sound goes where: a session offered and the answer to it (RFC 8866, RFC 3264).

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use super::g711::Law;

/// The payload type that keys are offered by.
const EVENTS: u8 = 101;
/// An answer has no more lines that we look at.
const MOST_LINES: usize = 200;

/// Both laws of G.711, and keys as events (RFC 4733), at this address. `id`: a number of our own.
#[must_use]
pub fn offer(address: SocketAddr, id: u64) -> String {
    let kind = if address.is_ipv4() { "IP4" } else { "IP6" };
    let (ip, port) = (address.ip(), address.port());
    let laws = Law::ALL.map(|law| law.payload_type().to_string()).join(" ");
    let mut text = format!(
        "v=0\r\no=- {id} 1 IN {kind} {ip}\r\ns=-\r\nc=IN {kind} {ip}\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP {laws} {EVENTS}\r\n"
    );
    for law in Law::ALL {
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "a=rtpmap:{} {}/8000\r\n",
            law.payload_type(),
            law.name()
        );
    }
    let _ = write!(
        text,
        "a=rtpmap:{EVENTS} telephone-event/8000\r\na=fmtp:{EVENTS} 0-15\r\n"
    );
    text + "a=ptime:20\r\na=sendrecv\r\n"
}

/// What the other side takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where our sound goes.
    pub to: SocketAddr,
    /// In which law.
    pub law: Law,
    /// The payload type of keys; none where they cannot be told.
    pub events: Option<u8>,
}

/// Read the answer to our offer.
///
/// # Errors
/// In words, when nothing can be spoken over it.
pub fn read(text: &str) -> Result<Answer, &'static str> {
    let mut address = None;
    let mut sound: Option<(u16, Vec<u8>)> = None;
    let mut events = None;
    let mut inside = true;
    for line in text.lines().take(MOST_LINES) {
        let Some((kind, value)) = line.split_once('=') else {
            continue;
        };
        match kind {
            // The first sound is ours: we offered one. What else is answered is not about it.
            "m" if sound.is_some() => inside = false,
            "m" => match media(value) {
                Some(found) => sound = Some(found),
                None => inside = false,
            },
            // A line of the media lies over that of the session.
            "c" if inside => address = value.split_whitespace().nth(2).and_then(ip),
            "a" if inside => {
                if let Some(number) = value.strip_prefix("rtpmap:").and_then(of_events) {
                    events = Some(number);
                }
            }
            _ => {}
        }
    }
    let (port, formats) = sound.ok_or("the exchange answers without sound")?;
    let address = address.ok_or("the exchange names no address for the sound")?;
    if port == 0 || address.is_unspecified() {
        return Err("the exchange wants no sound");
    }
    let law = |number: &u8| {
        Law::ALL
            .into_iter()
            .find(|law| law.payload_type() == *number)
    };
    let law = formats.iter().find_map(law);
    Ok(Answer {
        to: SocketAddr::new(address, port),
        law: law.ok_or("the exchange speaks no G.711")?,
        events: events.filter(|number| formats.contains(number)),
    })
}

/// Port and formats of a sound.
fn media(value: &str) -> Option<(u16, Vec<u8>)> {
    let mut words = value.split_whitespace();
    if words.next()? != "audio" {
        return None;
    }
    let port = words.next()?.split('/').next()?.parse().ok()?;
    if words.next()? != "RTP/AVP" {
        return None;
    }
    Some((port, words.filter_map(|word| word.parse().ok()).collect()))
}

fn ip(text: &str) -> Option<IpAddr> {
    text.split('/').next()?.parse().ok()
}

/// `101 telephone-event/8000`
fn of_events(map: &str) -> Option<u8> {
    let (number, name) = map.split_once(' ')?;
    let known = name.trim().to_ascii_lowercase();
    let known = known == "telephone-event/8000" || known.starts_with("telephone-event/8000/");
    known.then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANSWER: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=x\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
        m=audio 4000 RTP/AVP 0 8 96\r\nc=IN IP4 192.0.2.10\r\na=rtpmap:96 TELEPHONE-EVENT/8000\r\n\
        m=video 0 RTP/AVP 31\r\nc=IN IP4 0.0.0.0\r\n";

    #[test]
    fn our_own_offer_could_be_answered_with_itself() {
        for place in ["192.0.2.7:4000", "[2001:db8::7]:4000"] {
            let place: SocketAddr = place.parse().unwrap();
            let answer = read(&offer(place, 7)).unwrap();
            assert_eq!(
                (answer.to, answer.law, answer.events),
                (place, Law::A, Some(101))
            );
        }
    }

    #[test]
    fn the_first_law_and_the_address_of_the_sound_count() {
        let answer = read(ANSWER).unwrap();
        assert_eq!(answer.to, "192.0.2.10:4000".parse().unwrap());
        assert_eq!((answer.law, answer.events), (Law::Mu, Some(96)));
        let without = ANSWER.replace("0 8 96", "18 8");
        let answer = read(&without).unwrap();
        assert_eq!((answer.law, answer.events), (Law::A, None));
    }

    #[test]
    fn what_cannot_be_spoken_over_is_told() {
        for (from, to, wanted) in [
            ("m=audio", "m=image", "without sound"),
            ("RTP/AVP 0", "RTP/SAVP 0", "without sound"),
            ("4000", "0", "no sound"),
            ("192.0.2.10", "0.0.0.0", "no sound"),
            ("192.0.2.10", "pbx.example.org", "no address"),
            ("0 8 96", "18 96", "no G.711"),
        ] {
            let told = read(&ANSWER.replace(from, to)).unwrap_err();
            assert!(told.contains(wanted), "{told}");
        }
        assert!(read("").is_err());
        proptest!(|(text in "([mca]=[a-z0-9 :/.]{0,30}\r\n){0,9}")| {
            let _ = read(&text);
        });
    }
}
