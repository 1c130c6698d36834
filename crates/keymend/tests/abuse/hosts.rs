//! HO: hosts, redirects and proxies.

use std::io::Write as _;

use crate::browser::{connect, read};
use crate::portal::{Portal, Setup};
use crate::walk::{NEW, person, portal};

/// Any other host is refused, however it is said, before anything is looked at.
#[test]
fn ho_107_other_hosts_are_refused() {
    let portal = portal(1);
    let ours = &portal.host;
    let port = portal.address.port();
    let lines = [
        "Host: evil.example".to_owned(),
        format!("Host: evil.example:{port}"),
        format!("Host: localhost:{port}@evil.example"),
        format!("Host: evil.example#localhost:{port}"),
        format!("Host: {ours}.evil.example"),
        "Host: localhost".to_owned(),
        format!("Host: LOCALHOST:{port}."),
        "Host:".to_owned(),
        "X-Nothing: 1".to_owned(),
        format!("Host: {ours}\r\nHost: evil.example"),
        format!("Host: evil.example\r\nHost: {ours}"),
        format!("Host: {ours}, evil.example"),
        format!("Host: {ours} evil.example"),
    ];
    for line in lines {
        let request = format!("GET /reset HTTP/1.1\r\n{line}\r\n\r\n");
        let status = portal.browser().raw(request.as_bytes()).status;
        assert!(matches!(status, 400 | 421), "{line}: {status}");
    }
    let absolute = format!("GET http://evil.example/reset HTTP/1.1\r\nHost: {ours}\r\n\r\n");
    assert!(matches!(
        portal.browser().raw(absolute.as_bytes()).status,
        400 | 421
    ));
}

/// Headers that name another host or protocol change no page and no message.
#[test]
fn ho_108_forwarded_hosts_reach_no_message() {
    let portal = portal(1);
    let mut browser = portal.browser();
    for (name, value) in [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Host", "evil.example"),
        ("X-Original-Host", "evil.example"),
        ("X-Forwarded-Server", "evil.example"),
        ("X-Original-URL", "/evil"),
        ("X-Rewrite-URL", "/evil"),
        (
            "Forwarded",
            "for=192.0.2.1;host=evil.example;proto=javascript",
        ),
        ("X-Forwarded-Proto", "javascript"),
        ("X-Forwarded-Scheme", "http"),
        ("X-Forwarded-Prefix", "/evil"),
        ("X-Forwarded-Port", "666"),
    ] {
        browser.headers.push((name.to_owned(), value.to_owned()));
    }
    browser.prove(&portal, &person(0), "forgot");
    assert_eq!(browser.password(NEW), 303);
    assert!(!browser.get("/reset/done").body.contains("evil"));
    portal.settled();
    let messages = portal.messages();
    assert!(messages.len() >= 2);
    for message in messages {
        assert!(
            !message.text.contains("evil") && !message.text.contains(":666/"),
            "{}",
            message.text
        );
        for (_, rest) in message
            .text
            .match_indices("://")
            .map(|(at, _)| message.text.split_at(at + 3))
        {
            assert!(rest.starts_with(&portal.host), "{}", message.text);
        }
    }
}

/// Nowhere does a field or a query lead out.
#[test]
fn ho_110_no_open_redirect() {
    let portal = portal(1);
    for out in [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "%2f%2fevil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/register?x=@evil.example",
        "register\r\nLocation: https://evil.example",
        " /register",
    ] {
        let mut browser = portal.browser().from("192.0.2.8");
        browser.get(&format!(
            "/sign-in?next={}",
            out.replace([' ', '\r', '\n', '\\'], "%20")
        ));
        assert!(
            !browser.page.body.contains("evil") && !browser.page.body.contains("alert"),
            "{out}"
        );
        browser.get("/sign-in");
        let fields = [("name", "nobody"), ("password", "x"), ("next", out)];
        assert_eq!(browser.post("/sign-in", &fields).status, 400, "{out}");
        assert_eq!(
            browser
                .post("/preferences", &[("theme", "dark"), ("back", out)])
                .status,
            400,
            "{out}"
        );
        assert!(browser.page.location().is_empty());
    }
}

/// What a redirect says is a path of ours, without a name, a code or a token.
#[test]
fn ho_111_redirects_tell_nothing() {
    let portal = portal(1);
    let mut browser = portal.browser();
    let mut seen = Vec::new();
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    seen.push(browser.page.location().to_owned());
    browser.begin(&person(0).name);
    seen.push(browser.page.location().to_owned());
    browser.post("/reset/what", &[("goal", "forgot")]);
    seen.push(browser.page.location().to_owned());
    browser.pass_phone(&portal, &person(0));
    seen.push(browser.page.location().to_owned());
    browser.pass_mail(&portal, &person(0));
    seen.push(browser.page.location().to_owned());
    browser.password(NEW);
    seen.push(browser.page.location().to_owned());
    let known = [
        "/register",
        "/reset/what",
        "/reset/gate",
        "/reset/gate",
        "/reset/password",
        "/reset/done",
    ];
    assert_eq!(seen, known);
}

/// Requests that two servers could read in two ways: refused, and the connection ends.
#[test]
fn ho_112_no_request_hides_in_another() {
    let portal = Setup::new().people(1).start();
    let host = &portal.host;
    let hidden = format!("GET /livez HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let heads = [
        format!("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Content-Length: 0\r\nContent-Length: 44\r\n\r\n{hidden}"),
        format!("Content-Length: +0\r\n\r\n{hidden}"),
        format!("Content-Length: -1\r\n\r\n{hidden}"),
        format!("Content-Length : 0\r\n\r\n{hidden}"),
        format!("X: 1\r\n folded: 2\r\nContent-Length: 0\r\n\r\n{hidden}"),
        format!("X: a\rContent-Length: 0\r\n\r\n{hidden}"),
        format!("X: a\0b\r\nContent-Length: 0\r\n\r\n{hidden}"),
    ];
    for head in heads {
        let mut stream = connect(portal.address);
        let request = format!("POST /reset HTTP/1.1\r\nHost: {host}\r\n{head}");
        stream.write_all(request.as_bytes()).unwrap();
        let first = read(&mut stream, false).unwrap_or_default();
        let second = read(&mut stream, false).unwrap_or_default();
        assert!(
            matches!(first.status, 0 | 400 | 403 | 415 | 501),
            "{head:?} {}",
            first.status
        );
        assert_ne!(
            second.status, 200,
            "the hidden request was answered: {head:?}"
        );
    }
}

/// A host that is ours in the demo is ours by name and by number, and by nothing else.
#[test]
fn ho_109_the_demo_answers_under_both_names() {
    let portal = Portal::demo();
    let port = portal.address.port();
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1", 200),
        ("0.0.0.0", 421),
        ("[::1]", 421),
        ("demo", 421),
    ] {
        let mut browser = portal.browser();
        browser.host = format!("{host}:{port}");
        assert_eq!(browser.get("/").status, status, "{host}");
    }
}
