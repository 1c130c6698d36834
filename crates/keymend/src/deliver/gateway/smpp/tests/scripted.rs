//! A message centre that does what it is told.

use rusmpp::pdus::{BindTransceiverResp, DeliverSm, SubmitSmResp};
use rusmpp::types::{AnyOctetString, COctetString, OctetString};
use rusmpp::values::EsmClass;
use rusmpp::{CommandId, Pdu};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::deliver::Worker;
use crate::deliver::gateway::Gateway;
use crate::deliver::gateways::{Gateways, Route};
use crate::web::tests::portal::Portal;

const OK: CommandStatus = CommandStatus::EsmeRok;

struct Script(TcpListener);

impl Script {
    async fn new() -> (Self, SmppSettings) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let settings = settings(&listener.local_addr().unwrap().to_string());
        (Self(listener), settings)
    }

    /// Let the next in.
    async fn link(&self) -> Link {
        let mut link = self.connection().await;
        let bind = link.receive().await.unwrap();
        let answer = BindTransceiverResp::default();
        link.answer(bind.sequence, OK, answer.into()).await.unwrap();
        link
    }

    async fn connection(&self) -> Link {
        let (stream, _): (TcpStream, _) = self.0.accept().await.unwrap();
        Link::over(Box::new(stream))
    }
}

/// The next message.
async fn message(link: &mut Link) -> u32 {
    loop {
        let frame = link.receive().await.unwrap();
        if frame.id == CommandId::SubmitSm {
            return frame.sequence;
        }
    }
}

fn named(name: &str) -> Pdu {
    let id = COctetString::from_string(name.to_owned()).unwrap();
    SubmitSmResp::builder().message_id(id).build().into()
}

fn receipt(text: &str) -> Pdu {
    let mut deliver = DeliverSm::default();
    deliver.esm_class = EsmClass::from(4);
    deliver.set_short_message(OctetString::from_slice(text.as_bytes()).unwrap());
    deliver.into()
}

/// The answer of the other side to something.
async fn answer(link: &mut Link, pdu: Pdu) -> (CommandId, CommandStatus) {
    let sequence = link.ask(pdu).await.unwrap();
    loop {
        let frame = link.receive().await.unwrap();
        if frame.sequence == sequence && link::is_answer(frame.id) {
            return (frame.id, frame.status);
        }
    }
}

fn other(id: u32) -> Pdu {
    Pdu::Other {
        command_id: CommandId::from(id),
        body: AnyOctetString::from_slice(&[1, 2, 3]),
    }
}

#[tokio::test]
async fn the_link_is_looked_after() {
    let (script, mut settings) = Script::new().await;
    settings.habits.enquire = Duration::from_millis(300);
    let smpp = open(&settings);
    let message_ = to("000001", "x");
    let sending = smpp.send(&message_);
    let scene = async {
        let mut link = script.link().await;
        // It asks us, says what we do not know, sends what cannot be read, and a text of a person.
        assert_eq!(
            answer(&mut link, Pdu::EnquireLink).await,
            (CommandId::EnquireLinkResp, OK)
        );
        let unknown = (CommandId::GenericNack, CommandStatus::EsmeRinvcmdid);
        assert_eq!(answer(&mut link, other(0x0000_7777)).await, unknown);
        let unreadable = (CommandId::DeliverSmResp, CommandStatus::EsmeRxPAppn);
        assert_eq!(answer(&mut link, other(0x0000_0005)).await, unreadable);
        let person = DeliverSm::default().into();
        assert_eq!(
            answer(&mut link, person).await,
            (CommandId::DeliverSmResp, OK)
        );
        let unheard = (CommandId::DeliverSmResp, CommandStatus::EsmeRxTAppn);
        assert_eq!(
            answer(&mut link, receipt("id:1 stat:DELIVRD")).await,
            unheard
        );
        // An answer to nothing is passed over.
        link.answer(77_777, OK, named("x")).await.unwrap();
        link
    };
    let read = async {
        let mut link = script_and_message(scene).await;
        // We ask after a silence.
        loop {
            let frame = link.receive().await.unwrap();
            if frame.id == CommandId::EnquireLink {
                link.answer(frame.sequence, OK, Pdu::EnquireLinkResp)
                    .await
                    .unwrap();
                break;
            }
        }
        link
    };
    let (sent, _link) = tokio::join!(sending, read);
    assert_eq!(sent.unwrap().reference.as_deref(), Some("7"));
    smpp.close().await;
}

/// Play a scene; answer the message that was sent meanwhile or comes then.
async fn script_and_message(scene: impl Future<Output = Link>) -> Link {
    let mut link = scene.await;
    // It was the first that we sent after signing in.
    link.answer(2, OK, named("7")).await.unwrap();
    link
}

#[tokio::test]
async fn what_it_refuses_without_a_body_is_refused() {
    let (script, settings) = Script::new().await;
    let smpp = open(&settings);
    let text = to("000002", "x");
    for (status, pdu, wanted) in [
        (
            CommandStatus::EsmeRinvdstadr,
            named(""),
            "not by this gateway: it knows no such number (status 0x0000000b)",
        ),
        (
            CommandStatus::EsmeRsyserr,
            Pdu::GenericNack,
            "later: something is wrong with it (status 0x00000008)",
        ),
    ] {
        let scene = async {
            let mut link = script.link().await;
            let sequence = message(&mut link).await;
            link.answer(sequence, status, pdu).await.unwrap();
            link
        };
        let fresh = open(&settings);
        let (sent, _link) = tokio::join!(fresh.send(&text), scene);
        assert_eq!(sent.unwrap_err().to_string(), wanted);
    }
    drop(smpp);
}

#[tokio::test]
async fn a_goodbye_and_what_is_no_smpp_end_the_link() {
    let (script, settings) = Script::new().await;
    for goodbye in [true, false] {
        let smpp = open(&settings);
        let text = to("000003", "x");
        let scene = async {
            let mut link = script.link().await;
            message(&mut link).await;
            if goodbye {
                assert_eq!(
                    answer(&mut link, Pdu::Unbind).await,
                    (CommandId::UnbindResp, OK)
                );
            } else {
                link.raw(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            }
            link
        };
        let (sent, _link) = tokio::join!(smpp.send(&text), scene);
        let wanted = if goodbye {
            "later: it said goodbye"
        } else {
            "later: it does not speak SMPP"
        };
        assert_eq!(sent.unwrap_err().to_string(), wanted);
    }
}

#[tokio::test]
async fn silence_is_not_waited_for_long() {
    let (script, mut settings) = Script::new().await;
    settings.habits.patience = Duration::from_millis(200);
    settings.habits.enquire = Duration::from_millis(200);
    let smpp = open(&settings);
    let text = to("000004", "x");
    let scene = async {
        let mut link = script.link().await;
        message(&mut link).await;
        link
    };
    let (sent, mut link) = tokio::join!(smpp.send(&text), scene);
    let silent = sent.unwrap_err();
    assert!(matches!(silent, SendError::Silent(_)), "{silent}");
    // It is asked whether it is there, and left when it is not.
    let asked = link.receive().await.unwrap();
    assert_eq!(asked.id, CommandId::EnquireLink);
    assert!(link.receive().await.is_err());
}

#[tokio::test]
async fn messages_leave_no_faster_than_allowed() {
    let (script, mut settings) = Script::new().await;
    settings.habits.per_second = 20;
    let smpp = open(&settings);
    let texts: Vec<_> = (0..5).map(|n| to(&format!("00001{n}"), "x")).collect();
    let scene = async {
        let mut link = script.link().await;
        let mut times = Vec::new();
        for _ in 0..5 {
            let sequence = message(&mut link).await;
            times.push(tokio::time::Instant::now());
            link.answer(sequence, OK, named("7")).await.unwrap();
        }
        times
    };
    let (_, times) = tokio::join!(join_all(texts.iter().map(|text| smpp.send(text))), scene);
    let took = times
        .last()
        .unwrap()
        .duration_since(*times.first().unwrap());
    assert!(took >= Duration::from_millis(180), "{took:?}");
    smpp.close().await;
}

#[tokio::test]
async fn a_receipt_is_acknowledged_when_it_is_kept() {
    let (script, settings) = Script::new().await;
    let portal = Portal::open().await;
    let smpp = open(&settings);
    smpp.listen(&portal.app, "sms");
    let mut link = script.link().await;
    let known = (CommandId::DeliverSmResp, OK);
    // About nothing that we know: it need not come again.
    assert_eq!(answer(&mut link, receipt("id:0 stat:DELIVRD")).await, known);
    // The database is gone: it has to come again.
    portal.app.store.close().await;
    let later = (CommandId::DeliverSmResp, CommandStatus::EsmeRxTAppn);
    assert_eq!(answer(&mut link, receipt("id:0 stat:DELIVRD")).await, later);
    let leaving = async {
        let frame = link.receive().await.unwrap();
        assert_eq!(frame.id, CommandId::Unbind);
        link.answer(frame.sequence, OK, Pdu::UnbindResp)
            .await
            .unwrap();
    };
    tokio::join!(smpp.close(), leaving);
}

#[tokio::test]
async fn a_code_leaves_before_the_notices_that_wait() {
    let (script, mut settings) = Script::new().await;
    settings.habits.per_second = 100;
    let smpp = open(&settings);
    let mut texts: Vec<_> = (0..5).map(|n| to(&format!("00002{n}"), "x")).collect();
    for notice in &mut texts[..4] {
        notice.code = Zeroizing::default();
    }
    let scene = async {
        // All of them wait before anything can leave.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut link = script.link().await;
        let mut numbers = Vec::new();
        while numbers.len() < 5 {
            let frame = link.receive().await.unwrap();
            if let Some(Pdu::SubmitSm(submit)) = &frame.pdu {
                numbers.push(submit.destination_addr.as_str().to_owned());
                link.answer(frame.sequence, OK, named("7")).await.unwrap();
            }
        }
        numbers
    };
    let (_, numbers) = tokio::join!(join_all(texts.iter().map(|text| smpp.send(text))), scene);
    assert_eq!(numbers.first().map(String::as_str), Some("12124000024"));
    assert_eq!(numbers.len(), 5);
    smpp.close().await;
}

/// Each may be paid for, and none is counted.
#[tokio::test]
async fn a_code_is_given_up_after_two_silences() {
    let (script, mut settings) = Script::new().await;
    settings.habits.patience = Duration::from_millis(100);
    let mut portal = Portal::open().await;
    assert_eq!(portal.start("bo").await.0, 303);
    let goal = [("goal", "forgot")];
    assert_eq!(portal.post("/reset/what", &goal).await.status, 303);
    let phone = [
        ("method", "sms"),
        ("country", "US"),
        ("number", "2125550142"),
    ];
    assert_eq!(portal.post("/reset/send", &phone).await.status, 303);
    let gateways = Gateways {
        sms: vec![Route::only("sms", Gateway::Smpp(Box::new(open(&settings))))],
        ..Gateways::default()
    };
    let worker = Worker::new(Arc::clone(&portal.app), gateways);
    let centre = tokio::spawn(async move {
        let (mut link, mut count) = (script.link().await, 0);
        while let Ok(frame) = link.receive().await {
            count += usize::from(frame.id == CommandId::SubmitSm);
            if frame.id == CommandId::Unbind {
                link.answer(frame.sequence, OK, Pdu::UnbindResp)
                    .await
                    .unwrap();
            }
        }
        count
    });
    for _ in 0..5 {
        worker.drain().await;
        portal.wait(Duration::from_secs(31));
    }
    drop(worker);
    assert_eq!(centre.await.unwrap(), 2);
    let metrics = portal.app.metrics.text();
    assert!(metrics.contains("reason=\"silence\"} 1"), "{metrics}");
}
