//! Against a real message centre, which `cargo xtask test` starts; and in [`scripted`] against one that does what real ones
//! do too seldom.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use keymend_core::method::Channel;
use keymend_core::secret::Purpose;
use serde_json::Value;

use super::submit::{From, Letters, Long};
use super::*;

mod scripted;

const HABITS: Habits = Habits {
    window: 10,
    per_second: 0,
    enquire: Duration::from_secs(30),
    patience: PATIENCE,
    names: Names::Same,
};

fn settings(place: &str) -> SmppSettings {
    let (server, port) = place.rsplit_once(':').unwrap();
    SmppSettings {
        server: server.to_owned(),
        port: port.parse().unwrap(),
        transport: Transport::Tcp,
        ca_file: None,
        account: account("smsc-key"),
        system_type: "VMA".to_owned(),
        habits: HABITS,
        form: Form {
            from: From::parse("Campus", None, None).unwrap(),
            letters: Letters::Gsm,
            long: Long::Pieces,
        },
    }
}

fn account(secret: &str) -> Account {
    Account {
        user: "portal".to_owned(),
        secret: Zeroizing::new(secret.to_owned()),
    }
}

fn open(settings: &SmppSettings) -> Smpp {
    Smpp::new(settings, Clock::System).unwrap()
}

/// The message centre that the peers have.
fn centre() -> Option<SmppSettings> {
    let Ok(place) = std::env::var("KEYMEND_TEST_SMPP") else {
        println!("KEYMEND_TEST_SMPP is not set: the message centre is left out");
        return None;
    };
    Some(settings(&place))
}

/// A code to a number that ends so.
fn to(ending: &str, body: &str) -> Message {
    Message {
        id: format!("job-{ending}"),
        channel: Channel::Sms,
        to: format!("+12124{ending}"),
        country: None,
        subject: String::new(),
        body: body.to_owned(),
        html: None,
        language: "en",
        code: Zeroizing::new("482913".to_owned()),
        script: None,
        purpose: Some(Purpose::Reset),
        until: Some(Clock::System.now().plus(Duration::from_mins(10))),
    }
}

/// What the centre shows.
fn shown(path: &str) -> Vec<Value> {
    let place = std::env::var("KEYMEND_TEST_SMPP_HTTP").unwrap();
    let mut stream = TcpStream::connect(place).unwrap();
    let request = format!("GET {path} HTTP/1.0\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

fn taken_for(ending: &str) -> Vec<Value> {
    let number = format!("12124{ending}");
    let mut all = shown("/messages");
    all.retain(|message| message["to"] == number.as_str());
    all
}

#[tokio::test]
async fn a_text_arrives_as_it_was_written() {
    let Some(settings) = centre() else { return };
    let smpp = open(&settings);
    let text = "Password code: 482913. Ñandú €{}[]\n\n@reset.campus.example #482913";
    let taken = smpp.send(&to("100020", text)).await.unwrap();
    let all = taken_for("100020");
    let [message] = all.as_slice() else {
        panic!("{all:?}")
    };
    // `ú` is not in the basic alphabet.
    assert_eq!(
        (&message["text"], &message["coding"]),
        (&text.into(), &8.into())
    );
    assert_eq!(taken.reference.as_deref(), message["id"].as_str());
    let basic = text.replace('ú', "ù");
    smpp.send(&to("100021", &basic)).await.unwrap();
    let message = taken_for("100021").remove(0);
    assert_eq!(
        (&message["text"], &message["coding"]),
        (&basic.into(), &0.into())
    );
    assert_eq!((&message["ton"], &message["npi"]), (&5.into(), &0.into()));
    assert_ne!(message["validity"], "");
    smpp.close().await;
}

#[tokio::test]
async fn a_long_text_is_put_together_again() {
    let Some(mut settings) = centre() else { return };
    let text = "رمز إعادة تعيين كلمة المرور الخاصة بك في الجامعة هو 482913. لا تشاركه مع أحد.\n\n@reset.campus.example #482913";
    let smpp = open(&settings);
    let taken = smpp.send(&to("100030", text)).await.unwrap();
    let all = taken_for("100030");
    assert_eq!(all.len(), 2);
    let last = all.last().unwrap();
    assert_eq!((&last["text"], &last["pieces"]), (&text.into(), &2.into()));
    // Only the receipt of the last piece is wanted, and its name is the message's.
    let registered: Vec<_> = all
        .iter()
        .map(|part| part["registered"].as_u64().unwrap())
        .collect();
    assert_eq!(registered, [0, 1]);
    assert_eq!(taken.reference.as_deref(), last["id"].as_str());
    smpp.close().await;
    settings.form.long = Long::Payload;
    let smpp = open(&settings);
    smpp.send(&to("100031", text)).await.unwrap();
    let all = taken_for("100031");
    assert_eq!((all.len(), &all[0]["text"]), (1, &text.into()));
    smpp.close().await;
}

#[tokio::test]
async fn latin_letters_arrive_where_the_centre_takes_them() {
    let Some(mut settings) = centre() else { return };
    settings.form.letters = Letters::Latin1;
    let smpp = open(&settings);
    smpp.send(&to("100040", "@é ñ [1]")).await.unwrap();
    let message = taken_for("100040").remove(0);
    assert_eq!(
        (&message["text"], &message["coding"]),
        (&"@é ñ [1]".into(), &3.into())
    );
    smpp.close().await;
}

#[tokio::test]
async fn refusals_say_what_comes_next() {
    let Some(settings) = centre() else { return };
    let smpp = open(&settings);
    for (ending, wanted) in [
        (
            "200001",
            "later: it gets too many messages at once: see `per-second` (status 0x00000058)",
        ),
        (
            "200003",
            "not by this gateway: it knows no such number (status 0x0000000b)",
        ),
        ("200013", "later: it refuses (status 0x00010423)"),
    ] {
        let refused = smpp.send(&to(ending, "x")).await.unwrap_err();
        assert_eq!(refused.to_string(), wanted);
    }
    // Where no validity is taken, it goes without.
    smpp.send(&to("200007", "x")).await.unwrap();
    assert_eq!(taken_for("200007").remove(0)["validity"], "");
    assert!(smpp.timeless.load(Ordering::Relaxed));
    smpp.close().await;
}

#[tokio::test]
async fn a_cut_link_is_made_again() {
    let Some(settings) = centre() else { return };
    let smpp = open(&settings);
    let cut = smpp.send(&to("300006", "x")).await.unwrap_err();
    assert!(
        matches!(cut, SendError::Later(after, _) if after == SOON),
        "{cut}"
    );
    // Until there is one again, whoever sends hears at once that there is none.
    let down = smpp.send(&to("300020", "x")).await.unwrap_err();
    assert!(matches!(down, SendError::Later(..)), "{down}");
    assert_eq!(taken_for("300020").len(), 0);
    let mut tries = 0;
    while smpp.send(&to("300021", "x")).await.is_err() {
        tries += 1;
        assert!(tries < 100);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(taken_for("300021").len(), 1);
    smpp.close().await;
}

#[tokio::test]
async fn no_more_than_the_window_wait_for_an_answer() {
    let Some(mut settings) = centre() else { return };
    settings.habits.window = 3;
    settings.system_type = "window".to_owned();
    let smpp = open(&settings);
    let messages: Vec<_> = (0..12).map(|n| to(&format!("4{n:03}10"), "x")).collect();
    let sent = join_all(messages.iter().map(|message| smpp.send(message))).await;
    assert!(sent.iter().all(Result::is_ok));
    smpp.close().await;
    let links = shown("/links");
    let link = links.iter().find(|link| link["type"] == "window").unwrap();
    assert_eq!(
        (&link["most"], &link["role"]),
        (&3.into(), &"transmitter".into())
    );
    assert_eq!(
        (&link["unbound"], &link["version"]),
        (&true.into(), &0x34.into())
    );
}

#[tokio::test]
async fn tls_proves_whose_centre_it_is() {
    let Ok(place) = std::env::var("KEYMEND_TEST_SMPP_TLS") else {
        return;
    };
    let ca = std::env::var("KEYMEND_TEST_SMPP_CA").unwrap();
    let mut settings = settings(&place);
    settings.transport = Transport::Tls;
    let unknown = open(&settings).probe().await.unwrap_err();
    assert!(unknown.contains("certificate"), "{unknown}");
    settings.ca_file = Some(ca.into());
    let smpp = open(&settings);
    assert_eq!(smpp.probe().await.unwrap(), "`TESTSMSC` lets us in");
    smpp.send(&to("500020", "x")).await.unwrap();
    assert_eq!(taken_for("500020").len(), 1);
    smpp.close().await;
}

#[tokio::test]
async fn a_wrong_password_is_told() {
    let Some(mut settings) = centre() else { return };
    settings.account = account("wrong");
    let smpp = open(&settings);
    let wanted = "it does not let us in (status 0x0000000d)";
    assert_eq!(smpp.probe().await.unwrap_err(), wanted);
    // The first message waits for the first answer.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let refused = smpp.send(&to("600020", "x")).await.unwrap_err().to_string();
    assert!(!refused.contains("wrong"), "{refused}");
    assert!(!format!("{settings:?} {smpp:?}").contains("wrong"));
    smpp.close().await;
}

#[tokio::test]
async fn nobody_there_is_told_soon() {
    let mut settings = settings("127.0.0.1:1");
    settings.habits.window = 1;
    let smpp = open(&settings);
    assert!(smpp.probe().await.unwrap_err().contains("refused"));
    let began = std::time::Instant::now();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let down = smpp.send(&to("700020", "x")).await.unwrap_err();
    assert!(matches!(down, SendError::Later(..)), "{down}");
    assert!(began.elapsed() < TURN);
    smpp.close().await;
}
