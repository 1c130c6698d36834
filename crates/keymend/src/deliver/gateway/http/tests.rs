//! Against a small server that plays every kind of answer, and against Kannel, which `cargo xtask test`
//! starts.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use keymend_core::method::Channel;
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use super::account::Account;
use super::facts::Back;
use super::ready::{Kind, calls};
use super::*;

pub(in crate::deliver::gateway) mod provider;

use provider::{Play, Provider};

pub(super) const NUMBER: &str = "+12125550143";
pub(super) const TEXT: &str =
    "Example Campus password reset: 482913 & \"more\"\n\n@reset.example.org #482913";
pub(super) const SECRET: &str = "s3cret+/=&?";

pub(super) fn message(to: &str) -> Message {
    Message {
        country: None,
        id: "job-1".to_owned(),
        channel: Channel::Sms,
        to: to.to_owned(),
        subject: String::new(),
        body: TEXT.to_owned(),
        html: None,
        language: "en",
        code: Zeroizing::new("482913".to_owned()),
        script: None,
        purpose: None,
        until: None,
    }
}

pub(super) fn account() -> Account {
    Account {
        from: Some("+12125550100".to_owned()),
        name: Some("AC1".to_owned()),
        user: None,
        secret: Some(Zeroizing::new(SECRET.to_owned())),
    }
}

/// A gateway for calls.
pub(super) fn caller(address: &str) -> Http {
    open(calls::description(address, account()), None)
}

pub(super) fn gateway(kind: Kind, address: &str) -> Http {
    let description = kind.description(address, account());
    assert_eq!(description.faults(), [], "{kind:?}");
    open(description, None)
}

fn open(description: Description, proxy: Option<Url>) -> Http {
    let settings = HttpSettings {
        description,
        ca_file: None,
        proxy,
    };
    let debugged = format!("{settings:?}");
    assert!(!debugged.contains(SECRET), "{debugged}");
    let clock = Clock::Fixed(Arc::new(AtomicI64::new(1_763_856_000_000)));
    let back = Back {
        origin: "https://reset.example.org".to_owned(),
        gateway: "first".to_owned(),
    };
    Http::new(&settings, clock).unwrap().found_at(back)
}

/// What came of it, and that its words give nothing away.
async fn outcome(gateway: &Http) -> String {
    let said = match gateway.send(&message(NUMBER)).await {
        Ok(taken) => format!("sent {}", taken.reference.unwrap_or_default()),
        Err(SendError::Silent(why)) => format!("silent: {why}"),
        Err(SendError::Later(after, why)) => format!("later {}: {why}", after.as_secs()),
        Err(error) => error.to_string(),
    };
    for hidden in ["12125550143", "482913", "Campus", "s3cret", "job-1"] {
        assert!(!said.contains(hidden), "{said}");
    }
    said
}

#[tokio::test]
async fn each_answer_means_what_its_rule_says() {
    for (status, headers, body, wanted) in [
        (201, "", "{\"sid\": \"SM9\"}", "sent SM9"),
        (201, "", "not JSON", "sent "),
        (
            400,
            "",
            "{\"code\": 21211, \"message\": \"The 'To' number +12125550143 is not valid\"}",
            "never: the gateway answered 400, 21211 at /code",
        ),
        (
            400,
            "",
            "{\"code\": 21606, \"message\": \"+12125550143\"}",
            "later 5: the gateway answered 400, which no rule is about",
        ),
        (
            429,
            "retry-after: 60\r\n",
            "",
            "later 60: the gateway answered 429",
        ),
        (503, "", "+12125550143", "later 5: the gateway answered 503"),
        (401, "", "", "later 5: the gateway answered 401"),
        (
            302,
            "location: http://127.0.0.1:1/\r\n",
            "",
            "later 5: the gateway answered 302, which no rule is about",
        ),
    ] {
        let provider = Provider::with_headers(status, headers, body).await;
        let gateway = gateway(Kind::Twilio, &provider.address);
        assert_eq!(outcome(&gateway).await, wanted);
        // A redirect is not followed: the message was asked for once.
        provider.only();
    }
}

#[tokio::test]
async fn a_redirect_to_somebody_else_tells_them_nothing() {
    let other = Provider::answering(200, "{\"sid\": \"SM9\"}").await;
    let location = format!("location: {}/\r\n", other.address);
    for status in [301, 302, 303, 307, 308] {
        let provider = Provider::with_headers(status, &location, "").await;
        let said = outcome(&gateway(Kind::Twilio, &provider.address)).await;
        assert!(said.starts_with("later 5:"), "{said}");
    }
    assert_eq!(*other.connections.lock().unwrap(), 0);
}

#[tokio::test]
async fn silence_garbage_and_a_refused_connection_mean_later() {
    let silent = Provider::playing(Play::Silence).await;
    let gateway_of = |provider: &Provider| gateway(Kind::Twilio, &provider.address);
    let patient = gateway_of(&silent).patient(Duration::from_millis(200));
    assert_eq!(outcome(&patient).await, "silent: the gateway stays silent");
    for garbage in [
        "220 mail.example ESMTP\r\n",
        "HTTP/1.1 201 X\r\ncontent-le",
        "",
    ] {
        let provider = Provider::playing(Play::Answer(garbage.to_owned())).await;
        let said = outcome(&gateway_of(&provider)).await;
        assert!(said.starts_with("later 5: the connection broke"), "{said}");
    }
    // The answer stops in the middle of its body.
    let cut = "HTTP/1.1 201 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab";
    let provider = Provider::playing(Play::Answer(cut.to_owned())).await;
    let said = outcome(&gateway_of(&provider)).await;
    assert!(said.starts_with("later 5: the connection broke"), "{said}");
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let said = outcome(&gateway(Kind::Twilio, &address)).await;
    assert!(said.starts_with("later 5: no connection: "), "{said}");
}

#[tokio::test]
async fn of_a_long_answer_only_the_beginning_counts() {
    let long = format!("{{\"sid\": \"{}\"}}", "x".repeat(1_000_000));
    let provider = Provider::answering(201, &long).await;
    // Twilio's status alone says that it was taken; the rest is not read.
    assert_eq!(
        outcome(&gateway(Kind::Twilio, &provider.address)).await,
        "sent "
    );
    let said = outcome(&gateway(Kind::Vonage, &provider.address)).await;
    assert_eq!(
        said,
        "later 5: the gateway answered 201, which no rule is about"
    );
    let kannel = format!("0: Accepted{}", " ".repeat(1_000_000));
    let provider = Provider::answering(202, &kannel).await;
    assert_eq!(
        outcome(&gateway(Kind::Kannel, &provider.address)).await,
        "sent "
    );
}

#[tokio::test]
async fn messages_share_a_connection() {
    let provider = Provider::answering(201, "{\"sid\": \"SM9\"}").await;
    let gateway = gateway(Kind::Twilio, &provider.address);
    for _ in 0..5 {
        assert_eq!(outcome(&gateway).await, "sent SM9");
    }
    assert_eq!(*provider.connections.lock().unwrap(), 1);
    assert_eq!(provider.asked.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn a_proxy_that_is_configured_is_asked() {
    let proxy = Provider::answering(201, "{\"sid\": \"SM9\"}").await;
    let description = Kind::Twilio.description("http://localhost:9", account());
    let url = proxy.address.parse().unwrap();
    assert_eq!(outcome(&open(description, Some(url))).await, "sent SM9");
    let line = proxy.only().line;
    assert!(line.starts_with("POST http://localhost:9/2010"), "{line}");
}

#[tokio::test]
async fn a_message_that_cannot_stand_in_its_place_is_never_sent() {
    let provider = Provider::answering(202, "0: Accepted for delivery").await;
    let gateway = gateway(Kind::Kannel, &provider.address);
    let refused = gateway.send(&message("+1212\r\nX-Kannel-To: +900")).await;
    let said = refused.unwrap_err().to_string();
    assert_eq!(said, "never: {to} holds what cannot stand in a header");
    assert_eq!(*provider.connections.lock().unwrap(), 0);
}

#[tokio::test]
async fn the_doctor_signs_in_where_that_can_be_proved() {
    let answered = |status, body: &'static str, kind: Kind| async move {
        let provider = Provider::answering(status, body).await;
        let said = gateway(kind, &provider.address).probe().await;
        let text = said.clone().unwrap_or_else(|error| error);
        assert!(!text.contains("s3cret"), "{text}");
        (said, provider.only())
    };
    let balance = "{\"balance\": \"9.50\", \"currency\": \"EUR\"}";
    let (said, asked) = answered(200, balance, Kind::Twilio).await;
    assert_eq!(said, Ok("signed in, balance 9.50 EUR".to_owned()));
    assert_eq!(
        asked.line,
        "GET /2010-04-01/Accounts/AC1/Balance.json HTTP/1.1"
    );
    assert_eq!(asked.body, "");
    assert!(asked.header("authorization").is_some());
    let (said, asked) = answered(200, "{\"value\": 10.28}", Kind::Vonage).await;
    assert_eq!(said, Ok("signed in, balance 10.28".to_owned()));
    assert_eq!(
        asked.line,
        "GET /account/get-balance?api_key=AC1&api_secret=s3cret%2B%2F%3D%26%3F HTTP/1.1"
    );
    let (said, _) = answered(200, "{}", Kind::Sinch).await;
    assert_eq!(said, Ok("signed in".to_owned()));
    let (said, _) = answered(401, "s3cret", Kind::Plivo).await;
    assert_eq!(said, Err("the credentials are refused (401)".to_owned()));
    let (said, _) = answered(302, "", Kind::Messagebird).await;
    assert_eq!(
        said,
        Err("the gateway answered 302 to our question".to_owned())
    );
    // No message goes out, and nothing that only a message has.
    for kind in [Kind::Kannel, Kind::Webhook] {
        let (said, asked) = answered(404, "", kind).await;
        assert!(said.unwrap().starts_with("reachable"), "{kind:?}");
        assert_eq!(asked.line, "HEAD / HTTP/1.1");
    }
}

#[tokio::test]
async fn only_a_certificate_of_an_authority_we_know_is_believed() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let Ok(address) = std::env::var("KEYMEND_TEST_SMTP_TLS") else {
        println!("KEYMEND_TEST_SMTP_TLS is not set: the TLS server is left out");
        return;
    };
    let port = address.rsplit_once(':').unwrap().1;
    let ca_file = std::env::var("KEYMEND_TEST_SMTP_CA").unwrap();
    // It is a mail server: with its authority the connection comes about, and then makes no sense.
    for (ca_file, wanted) in [
        (None, "no connection: invalid peer certificate"),
        (Some(ca_file.into()), "the connection broke"),
    ] {
        let settings = HttpSettings {
            description: Kind::Twilio.description(&format!("https://localhost:{port}"), account()),
            ca_file,
            proxy: None,
        };
        let gateway = Http::new(&settings, Clock::System).unwrap();
        let said = gateway.probe().await.unwrap_err();
        assert!(said.starts_with(wanted), "{said}");
        assert!(outcome(&gateway).await.starts_with("later "));
    }
}

#[tokio::test]
async fn a_text_arrives_on_the_phone_behind_kannel() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let Ok(address) = std::env::var("KEYMEND_TEST_KANNEL") else {
        println!("KEYMEND_TEST_KANNEL is not set: Kannel is left out");
        return;
    };
    let phone = std::env::var("KEYMEND_TEST_KANNEL_PHONE").unwrap();
    let with = |secret: &str| {
        let account = Account {
            from: Some("Campus".to_owned()),
            user: Some("keymend".to_owned()),
            secret: Some(Zeroizing::new(secret.to_owned())),
            name: None,
        };
        open(Kind::Kannel.description(&address, account), None)
    };
    let gateway = with("kannel-secret");
    assert!(gateway.probe().await.is_ok());
    let refused = with("wrong").send(&message("+12125550170")).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "later: the gateway answered 403"
    );
    gateway.send(&message("+12125550171")).await.unwrap();
    let mut arabic = message("+12125550172");
    arabic.body = "مرحبا 482913".to_owned();
    gateway.send(&arabic).await.unwrap();
    let never = gateway.send(&message("")).await.unwrap_err();
    assert!(matches!(never, SendError::Never(_)), "{never}");
    // As the pretended phone prints it: each line as a message of its own, UCS-2 byte by byte.
    let first = TEXT.lines().next().unwrap();
    let first = format!("<Campus +12125550171 text {first}>");
    let last = "<@reset.example.org #482913>";
    let other = "<Campus +12125550172 ucs-2 %06E%061%06-%06(%06'%00+%004%008%002%009%001%003>";
    for wanted in [first.as_str(), last, other] {
        let mut seen = String::new();
        for _ in 0..500 {
            seen = std::fs::read_to_string(&phone).unwrap();
            if seen.contains(wanted) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(seen.contains(wanted), "{wanted} is not in {seen}");
    }
    let log = std::fs::read_to_string(&phone).unwrap();
    assert!(!log.contains("+12125550170"), "a refused message left");
}
