//! MS: calls that a provider places, which asks us what they say.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::browser::{Answer, Browser};
use crate::portal::{Portal, Setup};
use crate::walk::{Person, person};

const TOKEN: &str = "auth-token-71c2";

/// A provider of calls on this machine: it takes every one, and dials nobody.
struct Provider {
    url: String,
    placed: Arc<Mutex<Vec<BTreeMap<String, String>>>>,
}

/// A call that it took.
struct Call {
    to: String,
    sid: String,
    script: String,
    status: String,
}

impl Provider {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let placed = Arc::default();
        let kept = Arc::clone(&placed);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let placed = Arc::clone(&kept);
                thread::spawn(move || serve(stream.unwrap(), &placed));
            }
        });
        Self { url, placed }
    }

    fn portal(&self, people: u32) -> Portal {
        let text = |text: &str| format!("\"{text}\"");
        Setup::new()
            .people(people)
            .with("voice", "kind", text("twilio"))
            .with("voice", "url", text(&self.url))
            .with("voice", "account", text("AC1"))
            .with("voice", "secret", text(TOKEN))
            .with("voice", "from", text("+12125550100"))
            .start()
    }

    /// The newest call to a number.
    fn call(&self, portal: &Portal, to: &str) -> Call {
        let found = portal.wait(&format!("a call to {to}"), |_| {
            let placed = self.placed.lock().unwrap();
            let found = placed.iter().rposition(|call| call["To"] == to)?;
            Some((found, placed[found].clone()))
        });
        portal.settled();
        let (at, fields) = found;
        Call {
            to: to.to_owned(),
            sid: format!("CA{at}"),
            script: fields["Url"].clone(),
            status: fields["StatusCallback"].clone(),
        }
    }
}

fn serve(mut stream: TcpStream, placed: &Mutex<Vec<BTreeMap<String, String>>>) {
    let mut input = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut length = 0;
        let mut first = String::new();
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if first.is_empty() {
                first.clone_from(&line);
            }
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        input.read_exact(&mut body).unwrap();
        assert!(
            first.starts_with("POST /2010-04-01/Accounts/AC1/Calls.json "),
            "{first}"
        );
        let fields = url::form_urlencoded::parse(&body).into_owned().collect();
        let mut placed = placed.lock().unwrap();
        let answer = format!("{{\"sid\": \"CA{}\"}}", placed.len());
        placed.push(fields);
        let length = answer.len();
        let head = format!("HTTP/1.1 201 Created\r\ncontent-length: {length}\r\n\r\n");
        if stream.write_all((head + &answer).as_bytes()).is_err() {
            return;
        }
    }
}

/// A request of the provider; `secret` signs it.
fn post(portal: &Portal, url: &str, secret: &str, fields: &[(&str, &str)]) -> Answer {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(url.as_bytes());
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        mac.update(format!("{name}{value}").as_bytes());
        form.append_pair(name, value);
    }
    let signature = BASE64.encode(&mac.finalize().into_bytes());
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Twilio-Signature", &signature),
    ];
    let origin = format!("http://{}", portal.host);
    let target = url.strip_prefix(&origin).expect("an address of ours");
    let body = form.finish();
    portal
        .browser()
        .send("POST", target, &headers, Some(body.as_bytes()))
        .clone()
}

impl Call {
    fn says(&self, portal: &Portal, url: &str, digits: &str) -> Answer {
        let fields = [
            ("CallSid", self.sid.as_str()),
            ("To", &self.to),
            ("CallStatus", "in-progress"),
            ("Digits", digits),
        ];
        let wanted = if digits.is_empty() { 3 } else { 4 };
        post(portal, url, TOKEN, &fields[..wanted])
    }

    fn over(&self, portal: &Portal, status: &str) -> u16 {
        let fields = [("CallSid", self.sid.as_str()), ("CallStatus", status)];
        post(portal, &self.status, TOKEN, &fields).status
    }
}

/// Where the key is told that this script waits for.
fn action(script: &Answer) -> Option<String> {
    script.between("action=\"", "\"").map(str::to_owned)
}

/// The digits of a script that tells a code: they are there twice.
fn heard(script: &Answer) -> Option<String> {
    let mut digits = String::new();
    for said in script.body.split("<Say ").skip(1) {
        let (_, said) = said.split_once('>').unwrap();
        let (said, _) = said.split_once("</Say>").unwrap();
        let bare = said.replace(", ", "");
        if bare.bytes().all(|byte| byte.is_ascii_digit()) {
            digits += &bare;
        }
    }
    let (once, again) = digits.split_at(digits.len() / 2);
    assert_eq!(once, again, "{}", script.body);
    (once.len() == 6).then(|| once.to_owned())
}

fn called(portal: &Portal, somebody: &Person) -> Browser {
    let mut browser = portal.browser();
    browser.begin_for(&somebody.name, "forgot");
    assert_eq!(browser.phone("voice", &somebody.phone), 303);
    browser
}

fn states(portal: &Portal, state: &str) -> i64 {
    let sql =
        format!("SELECT COUNT(*) FROM deliveries WHERE channel = 'voice' AND state = '{state}'");
    portal.database().number(&sql)
}

#[test]
fn ms_144_a_voice_mail_hears_no_code() {
    let provider = Provider::start();
    let portal = provider.portal(1);
    let somebody = person(0);
    called(&portal, &somebody);
    let call = provider.call(&portal, &somebody.phone);
    let opening = call.says(&portal, &call.script, "");
    assert_eq!(opening.status, 200, "{}", opening.body);
    assert!(opening.body.contains("Example Campus"), "{}", opening.body);
    assert_eq!(heard(&opening), None);
    // Nobody presses a key: the script goes on behind the question, and ends.
    let (_, rest) = opening.body.split_once("</Gather>").unwrap();
    assert_eq!(rest.trim(), "<Hangup/>\n</Response>");
    assert_eq!(states(&portal, "taken"), 1);
    assert_eq!(call.over(&portal, "in-progress"), 204);
    assert_eq!(states(&portal, "taken"), 1);
    for _ in 0..2 {
        assert_eq!(call.over(&portal, "completed"), 204);
        assert_eq!(states(&portal, "failed"), 1);
    }
    assert!(!portal.log().contains(&somebody.phone));
}

#[test]
fn ms_163_whoever_presses_a_key_hears_the_code_which_works_once() {
    let provider = Provider::start();
    let portal = provider.portal(1);
    let somebody = person(0);
    let mut browser = called(&portal, &somebody);
    let call = provider.call(&portal, &somebody.phone);
    let opening = call.says(&portal, &call.script, "");
    let told = call.says(&portal, &action(&opening).unwrap(), "5");
    let code = heard(&told).expect("a code");
    let again = action(&told).unwrap();
    assert_eq!(heard(&call.says(&portal, &again, "7")), None);
    let once_more = call.says(&portal, &again, "1");
    assert_eq!(heard(&once_more).as_ref(), Some(&code));
    assert_eq!(states(&portal, "arrived"), 1);
    assert_eq!(call.over(&portal, "completed"), 204);
    assert_eq!(states(&portal, "arrived"), 1, "the first word stands");
    assert_eq!(browser.verify(&code), 303);
    // Spent, it is said no more, wherever in the call.
    for url in [&call.script, &action(&opening).unwrap(), &again] {
        let over = call.says(&portal, url, "1");
        assert_eq!((over.status, heard(&over)), (200, None), "{}", over.body);
        assert_eq!(action(&over), None, "{}", over.body);
    }
    let log = portal.log();
    let spaced: Vec<String> = code.chars().map(String::from).collect();
    let token = call.script.rsplit('/').next().unwrap();
    for secret in [&code, &spaced.join(", "), &somebody.phone, token, TOKEN] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn ms_164_only_the_provider_of_a_call_learns_what_it_says() {
    let provider = Provider::start();
    let portal = provider.portal(2);
    let (somebody, other) = (person(0), person(1));
    called(&portal, &somebody);
    called(&portal, &other);
    let call = provider.call(&portal, &somebody.phone);
    let others = provider.call(&portal, &other.phone);
    let pressed = format!("{}/1", call.script);
    let fields = [
        ("CallSid", call.sid.as_str()),
        ("To", &call.to),
        ("Digits", "1"),
    ];
    assert!(heard(&post(&portal, &pressed, TOKEN, &fields)).is_some());
    // Signed with something else; one call's address in another call.
    for secret in ["", "auth-token", "AC1"] {
        assert_eq!(post(&portal, &pressed, secret, &fields).status, 403);
    }
    let swapped = others.says(&portal, &pressed, "1");
    assert_eq!((swapped.status, heard(&swapped)), (403, None));
    // Changed on its way, however well it is signed.
    let (front, token) = call.script.rsplit_once('/').unwrap();
    let (first, rest) = token.split_at(1);
    let flipped = format!("{}{rest}", if first == "A" { "B" } else { "A" });
    for url in [
        format!("{front}/{flipped}/1"),
        format!("{front}/{}/1", &token[..token.len() - 2]),
        format!("{front}/x/1"),
        format!("{front}/{}/1", "A".repeat(4000)),
    ] {
        assert_eq!(call.says(&portal, &url, "1").status, 403, "{url}");
    }
    // By another name than that of the gateway; with a turn that is none.
    let sms = pressed.replace("/calls/voice/", "/calls/sms/");
    assert_eq!(call.says(&portal, &sms, "1").status, 403);
    for turn in ["x", "-1", "256"] {
        let url = format!("{}/{turn}", call.script);
        assert!(
            matches!(call.says(&portal, &url, "1").status, 400 | 404),
            "{turn}"
        );
    }
    // Without a signature, by another method, with more than anybody has to say.
    let origin = format!("http://{}", portal.host);
    let target = pressed.strip_prefix(&origin).unwrap();
    let mut browser = portal.browser();
    assert_eq!(
        browser.send("POST", target, &[], Some(b"Digits=1")).status,
        403
    );
    for method in ["GET", "PUT", "DELETE"] {
        assert_eq!(
            browser.send(method, target, &[], None).status,
            405,
            "{method}"
        );
    }
    let long = "x".repeat(10_000);
    let fields = [("CallSid", "CA0"), ("To", &call.to), ("Digits", &long)];
    assert_eq!(post(&portal, &pressed, TOKEN, &fields).status, 413);
}
