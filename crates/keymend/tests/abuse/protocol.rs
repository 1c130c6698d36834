//! DO and LG: oversized, slow and odd requests, and what faults give away.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use crate::browser::{FORM, connect, read};
use crate::portal::{Portal, Setup};
use crate::walk::{bo, person, portal};

/// Bodies, heads and forms beyond all measure are refused early.
#[test]
fn do_242_too_much_is_refused_early() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.get("/reset");
    let kind = [("Content-Type", FORM)];
    let guard = browser.guard().to_owned();
    let big = format!("csrf={guard}&name={}", "a".repeat(1_000_000));
    assert_eq!(
        browser
            .send("POST", "/reset", &kind, Some(big.as_bytes()))
            .status,
        413
    );
    browser.get("/reset");
    let many = (0..5000).fold(String::new(), |text, number: u32| {
        text + "f" + &number.to_string() + "=&"
    });
    assert_eq!(
        browser
            .post_body("/reset", &format!("{many}csrf={guard}"))
            .status,
        400
    );
    // A length that is never sent: the answer comes before the body.
    let mut stream = connect(portal.address);
    let head = format!(
        "POST /reset HTTP/1.1\r\nHost: {}\r\nContent-Type: {FORM}\r\nCookie: keymend-form={}\r\nContent-Length: 1000000000\r\n\r\n",
        portal.host,
        browser.cookie("keymend-form").unwrap()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let filler = [b'a'; 1024];
    for _ in 0..80 {
        if stream.write_all(&filler).is_err() {
            break;
        }
    }
    assert_eq!(read(&mut stream, false).unwrap().status, 413);
    for (count, size) in [(10_000, 1), (1, 1_000_000), (70, 10)] {
        let mut stream = connect(portal.address);
        let mut head = format!("GET / HTTP/1.1\r\nHost: {}\r\n", portal.host);
        for number in 0..count {
            write!(head, "X-{number}: {}\r\n", "a".repeat(size)).unwrap();
        }
        head.push_str("\r\n");
        // The connection may be closed before everything is written.
        drop(stream.write_all(head.as_bytes()));
        let status = read(&mut stream, false).map_or(0, |answer| answer.status);
        assert!(matches!(status, 0 | 400 | 431), "{count} {size} {status}");
    }
    let long = format!("/{}", "a".repeat(60_000));
    let status = portal.browser().get(&long).status;
    assert!(matches!(status, 0 | 404 | 414 | 431), "{status}");
    assert_eq!(portal.browser().get("/livez").status, 200);
}

/// Connections that send a byte now and then are closed, and meanwhile everybody else is served.
#[test]
fn do_243_slow_heads_are_closed() {
    let portal = portal(1);
    let mut slow: Vec<_> = (0..200).map(|_| connect(portal.address)).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap();
    }
    let mut browser = portal.browser();
    browser.get("/");
    assert_eq!(browser.page.status, 200);
    for stream in &mut slow {
        let mut rest = Vec::new();
        assert!(
            stream.read_to_end(&mut rest).is_ok(),
            "closed by the server"
        );
    }
}

/// A packed body is not unpacked.
#[test]
fn do_248_packed_bodies_are_refused() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.get("/reset");
    let packed = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcbK\xccM\xb5M\x02\x00\x1d\x8a\x9c\xf5\x06\x00\x00\x00";
    for encoding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
        let headers = [("Content-Type", FORM), ("Content-Encoding", encoding)];
        let status = browser
            .send("POST", "/reset", &headers, Some(packed))
            .status;
        assert!(matches!(status, 400 | 403 | 415), "{encoding} {status}");
    }
    let guard = browser.guard().to_owned();
    let plain = format!("name=x&seal=&work=&csrf={guard}");
    let headers = [("Content-Type", FORM), ("Content-Encoding", "gzip")];
    let status = browser
        .send("POST", "/reset", &headers, Some(plain.as_bytes()))
        .status;
    assert!(
        matches!(status, 400 | 415),
        "a packed kind is refused even when it is not packed: {status}"
    );
}

/// Faults of every kind: a sentence and a reference, nothing of how it is built.
#[test]
fn lg_239_faults_give_nothing_away() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    let mut pages = Vec::new();
    for (method, target) in [
        ("GET", "/nothing"),
        ("PUT", "/reset"),
        ("POST", "/reset"),
        ("GET", "/reset/number?channel=x"),
        ("GET", "/register/remove"),
        ("GET", "/n/%ff"),
        ("GET", "/assets/%ff"),
    ] {
        pages.push(browser.send(method, target, &[], None).clone());
    }
    portal
        .database()
        .run("ALTER TABLE flows RENAME TO elsewhere");
    pages.push(browser.get("/reset/gate").clone());
    assert_eq!(pages.last().unwrap().status, 503);
    portal
        .database()
        .run("ALTER TABLE elsewhere RENAME TO flows");
    pages.push(portal.browser().raw(b"GET / HTTP/9.9\r\n\r\n").clone());
    for page in pages {
        let text = format!("{:?} {}", page.headers, page.body);
        for word in [
            "panicked",
            ".rs",
            "sqlx",
            "SQL",
            "no such table",
            "flows",
            "axum",
            "hyper",
            "/home",
            "/work",
            "thread",
            env!("CARGO_PKG_VERSION"),
            "Deserialize",
            "Failed to",
        ] {
            assert!(!text.contains(word), "{word} in {} {text}", page.status);
        }
    }
}

/// What serves operation is not for everybody.
#[test]
fn lg_240_nothing_is_left_open() {
    let portal = Setup::new()
        .people(1)
        .with("server", "metrics-listen", "\"127.0.0.1:0\"")
        .start();
    let mut browser = portal.browser();
    for path in [
        "/metrics",
        "/healthz",
        "/debug",
        "/debug/pprof",
        "/docs",
        "/.git/config",
        "/.env",
        "/api/v1/openapi.json",
        "/admin",
        "/helpdesk",
        "/demo/messages",
        "/demo/messages.json",
        "/server-status",
        "/keymend.toml",
        "/assets/",
        "/assets/../keymend.toml",
        "/robots.txt/..",
    ] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
    for path in ["/livez", "/readyz"] {
        assert_eq!(browser.get(path).body, "ok\n");
        assert!(browser.page.header("server").is_none());
    }
}

/// Whatever is typed, a log stays one record a line.
#[test]
fn lg_228_no_text_breaks_the_log() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.headers.push((
        "User-Agent".to_owned(),
        "x %1b[31m \"},{\"level\":\"FORGED".to_owned(),
    ));
    for name in [
        "a\r\n{\"level\":\"FORGED\"}",
        "a\u{1b}[31mb",
        "%n%s",
        "\"},{\"level\":\"FORGED\"",
        "a\u{2028}b",
    ] {
        browser.begin(name);
        browser.sign_in(name, "x\r\nFORGED");
    }
    browser.get("/a%0d%0aFORGED%1b[31m");
    browser.get("/\"},{\"level\":\"FORGED\"");
    for line in portal.log().lines() {
        let record: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert_ne!(record["level"], "FORGED");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
}

/// A body that never ends costs its own connection only.
#[test]
fn do_241_a_body_that_waits_blocks_nobody() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.begin_for("bo", "forgot");
    let mut waiting: Vec<_> = (0..50).map(|_| connect(portal.address)).collect();
    for stream in &mut waiting {
        let request = browser.posting("/reset/send", &[("method", "email")]);
        stream.write_all(&request[..request.len() - 3]).unwrap();
    }
    assert_eq!(browser.mail(), 303);
    portal.code("email", &bo().email);
}
