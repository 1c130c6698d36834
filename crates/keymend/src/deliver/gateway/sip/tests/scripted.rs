//! An exchange by UDP whose every word is written here.

use std::net::SocketAddr;

use tokio::net::UdpSocket;

use super::super::message::{Headers, Incoming, Request, Response, parameter};
use super::super::sdp;
use super::*;

struct Exchange {
    socket: UdpSocket,
    /// Where the last message came from.
    them: Option<SocketAddr>,
}

impl Exchange {
    async fn start() -> (Self, Sip) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let short = SipSettings {
            ring: Duration::from_millis(200),
            ..settings(port, Transport::Udp)
        };
        (Self { socket, them: None }, Sip::new(&short).unwrap())
    }

    async fn next(&mut self) -> Incoming {
        let mut buffer = vec![0; 65_536];
        let (length, from) = self.socket.recv_from(&mut buffer).await.unwrap();
        self.them = Some(from);
        Incoming::datagram(&buffer[..length]).unwrap()
    }

    /// The next request of a method; what else comes is passed over.
    async fn asked(&mut self, method: &str) -> Request {
        loop {
            match self.next().await {
                Incoming::Request(request) if request.method == method => return request,
                _ => {}
            }
        }
    }

    async fn say(&self, text: &str) {
        let to = self.them.unwrap();
        self.socket.send_to(text.as_bytes(), to).await.unwrap();
    }

    /// An answer, in the name of the phone with this tag.
    async fn answer(&self, request: &Request, status: u16, tag: &str) {
        let mut response = request.answer(status, "Words", tag);
        if request.method == "INVITE" && status == 200 {
            let here = self.socket.local_addr().unwrap();
            response
                .headers
                .push("Contact", &format!("<sip:{tag}@{here}>"));
            // Where nobody listens: this exchange is about words.
            response.body = sdp::offer("127.0.0.1:9".parse().unwrap(), 1);
        }
        self.say(&response.print()).await;
    }

    /// A request of the phone within the call.
    async fn ask(&mut self, method: &str, invite: &Request, tag: &str) -> Response {
        let own = &invite.headers;
        let mut headers = Headers::default();
        headers.push("Via", "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx");
        let to = own.get("To").unwrap();
        headers.push("From", &format!("{to};tag={tag}"));
        headers.push("To", own.get("From").unwrap());
        headers.push("Call-ID", own.get("Call-ID").unwrap());
        headers.push("CSeq", &format!("1 {method}"));
        let request = Request {
            method: method.to_owned(),
            uri: "sip:keymend@127.0.0.1".to_owned(),
            headers,
            body: String::new(),
        };
        self.say(&request.print()).await;
        loop {
            if let Incoming::Response(response) = self.next().await {
                return response;
            }
        }
    }
}

/// The tag of whoever is meant.
fn tag(request: &Request) -> Option<String> {
    parameter(request.headers.get("To").unwrap(), "tag").map(str::to_owned)
}

#[tokio::test]
async fn what_is_lost_is_said_again() {
    let (mut exchange, sip) = Exchange::start().await;
    let talk = async {
        let lost = exchange.asked("INVITE").await;
        let invite = exchange.asked("INVITE").await;
        assert_eq!(lost, invite);
        exchange.answer(&invite, 180, "a").await;
        for _ in 0..3 {
            // As if its confirmation were lost twice.
            exchange.answer(&invite, 200, "a").await;
            let ack = exchange.asked("ACK").await;
            assert_eq!(tag(&ack).as_deref(), Some("a"));
            assert!(ack.uri.starts_with("sip:a@127.0.0.1:"), "{}", ack.uri);
            let number = |request: &Request| request.headers.sequence().unwrap().0;
            assert_eq!(number(&ack), number(&invite));
        }
        // The session stays as it is.
        let again = exchange.ask("INVITE", &invite, "a").await;
        assert_eq!(again.status, 488);
        assert_eq!(exchange.ask("OPTIONS", &invite, "a").await.status, 200);
        assert_eq!(exchange.ask("REFER", &invite, "a").await.status, 405);
        assert_eq!(exchange.ask("BYE", &invite, "a").await.status, 200);
    };
    let call = async {
        let taken = sip.send(&to("000")).await.unwrap();
        taken.rest.unwrap().await
    };
    let ((), end) = tokio::join!(talk, call);
    assert_eq!(end, Heard::Failed);
}

#[tokio::test]
async fn whoever_answers_too_late_is_told_goodbye() {
    let (mut exchange, sip) = Exchange::start().await;
    let talk = async {
        let invite = exchange.asked("INVITE").await;
        exchange.answer(&invite, 180, "a").await;
        let cancel = exchange.asked("CANCEL").await;
        assert_eq!(cancel.headers.branch(), invite.headers.branch());
        exchange.answer(&cancel, 200, "a").await;
        exchange.answer(&invite, 200, "a").await;
        exchange.asked("ACK").await;
        let bye = exchange.asked("BYE").await;
        assert_eq!(tag(&bye).as_deref(), Some("a"));
        exchange.answer(&bye, 200, "a").await;
    };
    let call = async {
        let taken = sip.send(&to("000")).await.unwrap();
        taken.rest.unwrap().await
    };
    let ((), end) = tokio::join!(talk, call);
    assert_eq!(end, Heard::Failed);
}

#[tokio::test]
async fn a_second_phone_that_answers_is_told_goodbye_and_a_stranger_nothing() {
    let (mut exchange, sip) = Exchange::start().await;
    let talk = async {
        let invite = exchange.asked("INVITE").await;
        exchange.answer(&invite, 200, "a").await;
        exchange.asked("ACK").await;
        exchange.answer(&invite, 200, "b").await;
        let ack = exchange.asked("ACK").await;
        assert_eq!(tag(&ack).as_deref(), Some("b"));
        let bye = exchange.asked("BYE").await;
        assert_eq!(tag(&bye).as_deref(), Some("b"));
        // Somebody who does not know our tag ends nothing.
        let mut stranger = invite.clone();
        stranger.method = "BYE".to_owned();
        exchange.say(&stranger.print()).await;
        let noise = "noise";
        exchange.say(noise).await;
        assert_eq!(exchange.ask("INFO", &invite, "a").await.status, 200);
        assert_eq!(exchange.ask("BYE", &invite, "a").await.status, 200);
    };
    let call = async {
        let taken = sip.send(&to("000")).await.unwrap();
        taken.rest.unwrap().await
    };
    let ((), end) = tokio::join!(talk, call);
    assert_eq!(end, Heard::Failed);
}

#[tokio::test]
async fn an_exchange_that_is_never_content_is_given_up() {
    let (mut exchange, sip) = Exchange::start().await;
    let sip = Sip {
        settings: Settings {
            account: Some(portal("trunk-secret")),
            ..sip.settings.clone()
        },
        ..sip
    };
    let talk = async {
        for turn in 0.. {
            let invite = exchange.asked("INVITE").await;
            let mut response = invite.answer(401, "Unauthorized", "a");
            let wanted = format!("Digest realm=\"r\", nonce=\"{turn}\", qop=\"auth\", stale=true");
            response.headers.push("WWW-Authenticate", &wanted);
            exchange.say(&response.print()).await;
            exchange.asked("ACK").await;
        }
    };
    let message = to("000");
    tokio::select! {
        () = talk => {}
        refused = sip.send(&message) => {
            let words = refused.unwrap_err().to_string();
            assert!(words.contains("does not take user and secret"), "{words}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_nobody_can_speak_over_ends_the_call() {
    let (mut exchange, sip) = Exchange::start().await;
    let talk = async {
        let invite = exchange.asked("INVITE").await;
        let mut response = invite.answer(200, "OK", "a");
        response.body = "v=0\r\nm=audio 0 RTP/AVP 8\r\n".to_owned();
        exchange.say(&response.print()).await;
        exchange.asked("ACK").await;
        let bye = exchange.asked("BYE").await;
        exchange.answer(&bye, 200, "a").await;
    };
    let call = async {
        let taken = sip.send(&to("000")).await.unwrap();
        taken.rest.unwrap().await
    };
    let ((), end) = tokio::join!(talk, call);
    assert_eq!(end, Heard::Failed);
}
