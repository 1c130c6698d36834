use super::*;

const ANSWER: &str = "SIP/2.0 200 OK\r\n\
v: SIP/2.0/UDP 192.0.2.1:5060;rport=5060;branch=z9hG4bK74, SIP/2.0/UDP x;branch=z2\r\n\
f: <sip:a@example.org>;tag=1\r\n\
To: \"Bo, <the> other\" <sip:b@example.org;x=y>\r\n ;tag=2\r\n\
Call-Id: c1\r\n\
cseq: 7  INVITE\r\n\
Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\n\
L: 3\r\n\
\r\nv=0";

#[test]
fn a_response_is_read_in_every_spelling() {
    let Ok(Incoming::Response(response)) = Incoming::datagram(ANSWER.as_bytes()) else {
        panic!("not read");
    };
    assert_eq!((response.status, response.reason.as_str()), (200, "OK"));
    let headers = &response.headers;
    assert_eq!(headers.branch(), Some("z9hG4bK74"));
    assert_eq!(headers.sequence(), Some((7, "INVITE")));
    let to = headers.get("To").unwrap();
    assert_eq!(parameter(to, "tag"), Some("2"));
    assert_eq!(parameter(to, "x"), None);
    let routes = list(headers.get("Record-Route").unwrap());
    assert_eq!(routes, ["<sip:p1;lr>", "<sip:p2;lr>"]);
    assert_eq!(response.body, "v=0");
}

#[test]
fn a_stream_gives_its_messages_one_by_one() {
    let mut buffer = Vec::new();
    let whole = format!("\r\n\r\n{ANSWER}{ANSWER}");
    let mut found = 0;
    for byte in whole.bytes() {
        buffer.push(byte);
        if let Some(message) = Incoming::stream(&mut buffer).unwrap() {
            found += 1;
            assert!(matches!(message, Incoming::Response(_)));
            assert!(buffer.is_empty());
        }
    }
    assert_eq!(found, 2);
}

#[test]
fn what_is_no_message_is_a_fault() {
    for text in [
        "",
        "\r\n\r\n",
        "SIP/2.0 99 x\r\n\r\n",
        "SIP/2.0 700 x\r\n\r\n",
        "SIP/2.0 abc\r\n\r\n",
        "INVITE sip:a HTTP/1.1\r\n\r\n",
        "invite sip:a SIP/2.0\r\n\r\n",
        "INVITE\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nno header\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\n goes on\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nabc",
        "OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nContent-Length: 20000\r\n\r\n",
    ] {
        let read = Incoming::datagram(text.as_bytes());
        assert_eq!(read, Err(Unreadable), "{text:?}");
    }
    let many = "x: y\r\n".repeat(MOST_HEADERS + 1);
    let many = format!("OPTIONS sip:a SIP/2.0\r\n{many}\r\n");
    assert_eq!(Incoming::datagram(many.as_bytes()), Err(Unreadable));
    let mut endless = vec![b'x'; LONGEST_HEAD + 1];
    assert_eq!(Incoming::stream(&mut endless), Err(Unreadable));
}

#[test]
fn nothing_that_comes_in_makes_it_panic() {
    use proptest::prelude::*;
    proptest!(|(bytes: Vec<u8>, cut in 0..ANSWER.len(), flip in 0..ANSWER.len(), with: u8)| {
        let _ = Incoming::datagram(&bytes);
        let _ = Incoming::datagram(&ANSWER.as_bytes()[..cut]);
        let mut changed = ANSWER.as_bytes().to_vec();
        changed[flip] = with;
        if let Ok(message) = Incoming::datagram(&changed) {
            let headers = message.headers();
            let _ = (headers.branch(), headers.sequence());
        }
        let text = String::from_utf8_lossy(&bytes);
        let _ = (uri(&text), parameter(&text, "tag"), list(&text), host(&text));
        let _ = Incoming::stream(&mut changed);
    });
}

#[test]
fn no_value_begins_another_header() {
    let mut headers = Headers::default();
    headers.push("To", "<sip:1@x>\r\nEvil: yes");
    let request = Request {
        method: "OPTIONS".to_owned(),
        uri: "sip:x".to_owned(),
        headers,
        body: "é".to_owned(),
    };
    let text = request.print();
    assert!(!text.contains("\nEvil"), "{text}");
    assert!(text.ends_with("Content-Length: 2\r\n\r\né"), "{text}");
    let read = Incoming::datagram(text.as_bytes()).unwrap();
    assert!(matches!(read, Incoming::Request(_)));
}

#[test]
fn an_answer_repeats_what_it_answers() {
    let text = "BYE sip:us SIP/2.0\r\nVia: a;branch=1\r\nVia: b\r\nFrom: x;tag=1\r\nTo: y\r\nCall-ID: c\r\nCSeq: 3 BYE\r\n\r\n";
    let Ok(Incoming::Request(request)) = Incoming::datagram(text.as_bytes()) else {
        panic!("not read");
    };
    let answer = request.answer(200, "OK", "ours");
    assert_eq!(answer.headers.all("Via").count(), 2);
    assert_eq!(answer.headers.get("To"), Some("y;tag=ours"));
    assert_eq!(answer.headers.sequence(), Some((3, "BYE")));
}

#[test]
fn words_of_a_server_are_cut_to_letters() {
    let mut response = Request {
        method: "BYE".to_owned(),
        uri: String::new(),
        headers: Headers::default(),
        body: String::new(),
    }
    .answer(404, "Not +12125550142 Found\u{7}", "x");
    assert_eq!(response.words(), "404 Not  Found");
    response.reason = String::new();
    assert_eq!(response.words(), "404");
}

#[test]
fn a_uri_says_where_it_leads() {
    for (text, wanted) in [
        (
            "sip:a@192.0.2.7:5070;transport=tcp",
            Some(("192.0.2.7", Some(5070))),
        ),
        ("sips:example.org", Some(("example.org", None))),
        (
            "sip:a:b@[2001:db8::1]:5061",
            Some(("2001:db8::1", Some(5061))),
        ),
        ("sip:a@[2001:db8::1]", Some(("2001:db8::1", None))),
        ("sip:", None),
        ("a", None),
    ] {
        assert_eq!(host(text), wanted, "{text}");
    }
    assert_eq!(uri("\"x\" <sip:a@b;lr>;q=1"), "sip:a@b;lr");
    assert_eq!(uri("sip:a@b;tag=1"), "sip:a@b");
}
