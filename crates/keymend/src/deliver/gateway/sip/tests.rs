//! Against real telephones and a real exchange, which `cargo xtask test` starts; and in [`scripted`] against one that does
//! what real ones do too seldom.

use std::time::Duration;

use keymend_core::method::Channel;
use keymend_core::secret::Purpose;

use super::*;

#[path = "../../../../tests/shared/phone.rs"]
mod phone;
mod scripted;
use phone::{Phone, whole};

/// An exchange on this machine.
fn settings(port: u16, transport: Transport) -> SipSettings {
    SipSettings {
        server: "127.0.0.1".to_owned(),
        port,
        transport,
        ca_file: None,
        account: None,
        caller: "+12125550100".to_owned(),
        domain: "127.0.0.1".to_owned(),
        dial: Dial::parse("{to}").unwrap(),
        lines: 1,
        ring: Duration::from_secs(30),
        extension_pause: Duration::from_secs(1),
    }
}

/// The exchange that wants a proof.
fn exchange(transport: Transport) -> Option<SipSettings> {
    let Ok(place) = std::env::var("KEYMEND_TEST_SIP") else {
        println!("KEYMEND_TEST_SIP is not set: the exchange is left out");
        return None;
    };
    let port = place.rsplit(':').next().unwrap().parse().unwrap();
    Some(SipSettings {
        account: Some(portal("trunk-secret")),
        ..settings(port, transport)
    })
}

fn portal(secret: &str) -> Account {
    Account {
        user: "portal".to_owned(),
        secret: Zeroizing::new(secret.to_owned()),
        realm: None,
    }
}

fn message(to: &str, language: &'static str, purpose: Purpose) -> Message {
    Message {
        id: "job".to_owned(),
        channel: Channel::Voice,
        to: to.to_owned(),
        country: None,
        subject: String::new(),
        body: String::new(),
        html: None,
        language,
        code: Zeroizing::new("482913".to_owned()),
        script: None,
        purpose: Some(purpose),
        until: None,
    }
}

/// A message to a number that ends so.
fn to(ending: &str) -> Message {
    message(&format!("+12122000{ending}"), "en", Purpose::Reset)
}

/// Wait for the end of a call. Each key is pressed when a sound was heard, and again until it was understood: looking into
/// a recording takes longer than a call waits for a key, where the machine is busy.
async fn end_of(
    taken: Taken,
    phone: &Phone,
    language: &'static str,
    keys: &'static [(&str, char)],
) -> Heard {
    let phone = phone.clone();
    let pressing = tokio::spawn(async move {
        for (turn, (sound, key)) in (1..).zip(keys) {
            heard(&phone, language, sound, 1).await;
            if *key == 'x' {
                phone.hang_up();
                return;
            }
            let finger = phone.clone();
            let pressed = tokio::spawn(async move {
                loop {
                    finger.press(*key);
                    tokio::time::sleep(Duration::from_millis(700)).await;
                }
            });
            heard(&phone, language, "your-code", turn).await;
            pressed.abort();
        }
    });
    let end = taken.rest.unwrap().await;
    pressing.abort();
    end
}

/// Wait until a phone has heard a sound so often.
async fn heard(phone: &Phone, language: &'static str, sound: &str, times: usize) {
    loop {
        let phone = phone.clone();
        let all = tokio::task::spawn_blocking(move || phone.heard(language));
        let all = all.await.unwrap();
        if all.iter().filter(|one| *one == sound).count() >= times {
            return;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn the_code_is_told_after_a_key_and_again_after_one() {
    let (Some(phone), Some(settings)) = (Phone::of_number(0), exchange(Transport::Udp)) else {
        return;
    };
    let sip = Sip::new(&settings).unwrap();
    let taken = sip.send(&to("000")).await.unwrap();
    let keys = &[("any-key", '5'), ("once-more", '1')];
    let end = end_of(taken, &phone, "en", keys).await;
    // A key ends what asks for it, and "press one" is no more than that.
    let but_one = |mut all: Vec<String>| {
        all.retain(|one| one != "press-one");
        all
    };
    let mut wanted = but_one(whole("reset", "482913"));
    let code: Vec<_> = wanted[3..wanted.len() - 1].to_vec();
    wanted.splice(3..3, code);
    assert_eq!(but_one(phone.heard("en")), wanted);
    assert_eq!(end, Heard::Arrived);
}

#[tokio::test]
async fn other_languages_laws_and_tls_are_spoken_too() {
    let (Some(phone), Ok(ca)) = (Phone::of_number(3), std::env::var("KEYMEND_TEST_SIP_CA")) else {
        return;
    };
    let tls = settings(phone.port + 1, Transport::Tls);
    let unknown = Sip::new(&tls).unwrap();
    let message = message("+12122000003", "ar", Purpose::Enrol);
    let refused = unknown.send(&message).await;
    assert!(matches!(refused, Err(SendError::Later(..))), "{refused:?}");
    let known = SipSettings {
        ca_file: Some(ca.into()),
        ..tls
    };
    let sip = Sip::new(&known).unwrap();
    let taken = sip.send(&message).await.unwrap();
    let end = end_of(taken, &phone, "ar", &[("hello", '#')]).await;
    let heard = phone.heard("ar");
    assert_eq!(end, Heard::Arrived);
    // A key ends the greeting.
    let code = whole("enrol", "482913").split_off(3);
    assert!(heard.ends_with(&code), "{heard:?}");
    assert!(!heard.contains(&"any-key".to_owned()), "{heard:?}");
}

#[tokio::test]
async fn without_a_key_the_code_is_not_spoken() {
    let (Some(phone), Some(settings)) = (Phone::of_number(1), exchange(Transport::Tcp)) else {
        return;
    };
    let sip = Sip::new(&settings).unwrap();
    let message = message("+12122000001", "es", Purpose::Unlock);
    let taken = sip.send(&message).await.unwrap();
    // The only line is in use.
    let busy = sip.send(&message).await.unwrap_err();
    assert!(busy.to_string().contains("all lines are busy"), "{busy}");
    let end = end_of(taken, &phone, "es", &[]).await;
    let greeting = ["hello", "unlock", "any-key"];
    assert_eq!(phone.heard("es"), [greeting, greeting].concat());
    assert_eq!(end, Heard::Failed);
}

#[tokio::test]
async fn whoever_hangs_up_has_not_heard_it() {
    let (Some(phone), Some(settings)) = (Phone::of_number(2), exchange(Transport::Udp)) else {
        return;
    };
    let sip = Sip::new(&settings).unwrap();
    let taken = sip.send(&to("002")).await.unwrap();
    let keys = &[("hello", 'x')];
    assert_eq!(end_of(taken, &phone, "en", keys).await, Heard::Failed);
    assert!(!phone.heard("en").contains(&"your-code".to_owned()));
}

#[tokio::test]
async fn an_extension_is_pressed_after_the_answer() {
    let (Some(phone), Some(settings)) = (Phone::of_number(4), exchange(Transport::Udp)) else {
        return;
    };
    let settings = SipSettings {
        dial: Dial::parse("{to},42#").unwrap(),
        ..settings
    };
    let sip = Sip::new(&settings).unwrap();
    let taken = sip.send(&to("004")).await.unwrap();
    let keys = &[("hello", 'x')];
    assert_eq!(end_of(taken, &phone, "en", keys).await, Heard::Failed);
    assert_eq!(phone.keys(), "42#");
}

#[tokio::test]
async fn what_is_not_answered_is_taken_back_and_what_is_declined_is_over() {
    let (Some(silent), Some(settings)) = (Phone::of_number(7), exchange(Transport::Udp)) else {
        return;
    };
    let short = SipSettings {
        ring: Duration::from_secs(1),
        ..settings.clone()
    };
    let sip = Sip::new(&short).unwrap();
    // It rings, so it is taken: nobody else calls as well.
    let taken = sip.send(&to("007")).await.unwrap();
    assert_eq!(taken.rest.unwrap().await, Heard::Failed);
    assert_eq!(silent.recording(), Vec::<i16>::new());
    let declining = Phone::of_number(8).unwrap();
    let sip = Sip::new(&settings).unwrap();
    let taken = sip.send(&to("008")).await.unwrap();
    declining.hang_up();
    assert_eq!(taken.rest.unwrap().await, Heard::Failed);
}

#[tokio::test]
async fn each_answer_of_the_exchange_means_something() {
    let Some(settings) = exchange(Transport::Udp) else {
        return;
    };
    let sip = Sip::new(&settings).unwrap();
    // Busy: it was called, and is not called again.
    let taken = sip.send(&to("486")).await.unwrap();
    assert_eq!(taken.rest.unwrap().await, Heard::Failed);
    for (ending, elsewhere, wanted) in [
        ("404", true, "cannot call this number (404 Not Found)"),
        ("403", false, "does not let us call (403 Forbidden)"),
        ("503", false, "answered 503 Service Unavailable"),
        ("999", false, "stays silent"),
    ] {
        let refused = sip.send(&to(ending)).await.unwrap_err();
        let words = refused.to_string();
        assert_eq!(
            matches!(refused, SendError::Elsewhere(_)),
            elsewhere,
            "{words}"
        );
        assert!(words.contains(wanted), "{words}");
        assert!(!words.contains("2122000"), "{words}");
    }
    let wrong = SipSettings {
        account: Some(portal("not-the-secret")),
        ..settings.clone()
    };
    let refused = Sip::new(&wrong).unwrap().send(&to("000")).await;
    let words = refused.unwrap_err().to_string();
    assert!(
        words.starts_with("later: the exchange does not take user"),
        "{words}"
    );
    let mut notice = to("000");
    notice.code = Zeroizing::default();
    let refused = sip.send(&notice).await;
    assert!(matches!(refused, Err(SendError::Never(_))), "{refused:?}");
}

#[tokio::test]
async fn the_doctor_asks_without_ringing() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let Some(settings) = exchange(transport) else {
            return;
        };
        let said = |settings: &SipSettings| {
            let sip = Sip::new(settings).unwrap();
            async move { sip.probe().await }
        };
        let ok = said(&settings).await.unwrap();
        assert_eq!(ok, "answered 200 OK, took user and secret");
        let nobody = SipSettings {
            account: None,
            ..settings.clone()
        };
        let words = said(&nobody).await.unwrap_err();
        assert!(words.contains("set `user` and `secret`"), "{words}");
        let wrong = SipSettings {
            account: Some(portal("not-the-secret")),
            ..settings.clone()
        };
        let words = said(&wrong).await.unwrap_err();
        assert!(words.contains("does not take"), "{words}");
        let realm = SipSettings {
            account: Some(Account {
                realm: Some("other.test".to_owned()),
                ..portal("trunk-secret")
            }),
            ..settings.clone()
        };
        assert!(said(&realm).await.is_err());
    }
    let closed = SipSettings {
        server: "localhost".to_owned(),
        ..settings(9, Transport::Tcp)
    };
    let words = Sip::new(&closed).unwrap().probe().await.unwrap_err();
    assert!(words.contains("refused"), "{words}");
}
