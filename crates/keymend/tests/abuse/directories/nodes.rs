//! Portals that share a directory, or have a slow one.

use super::middle::{Middle, spoilt};
use super::register;
use super::server::{OLD, Server};
use crate::browser::Browser;
use crate::database::Postgres;
use crate::ldapx::{Fault, Op};
use crate::portal::{Portal, Setup};
use crate::walk::NEW;

on_each!(
    di_175_two_nodes_before_one_directory_are_one,
    di_175_a_directory_that_does_not_answer_holds_up_nobody_else,
    di_175_a_start_does_not_ask_the_directory,
);

fn node(first: &Portal, setup: Setup) -> Portal {
    let path = |name: &str| format!("\"{}\"", first.path(name).display());
    setup
        .with("keys", "file", path("keymend.keys"))
        .with("server", "origin", format!("\"http://{}\"", first.host))
        .with("sms", "folder", path("sms"))
        .with("mail", "folder", path("mail"))
        .start()
}

/// Take a browser to another node.
fn hop(browser: &mut Browser, node: &Portal) {
    let mut there = Browser::new(node.address, &browser.host);
    there.cookies.clone_from(&browser.cookies);
    there.keep(browser.page.clone());
    there.get("/");
    *browser = there;
}

/// Two nodes before one directory: one reset, wherever each of its steps arrives.
fn di_175_two_nodes_before_one_directory_are_one(server: &Server) {
    let Some(postgres) = Postgres::new() else {
        return;
    };
    let one = server.setup().database(&postgres.url).start();
    let other = node(&one, server.setup().database(&postgres.url));
    let person = server.colleague(&one);
    register(&one, &person);
    let mut browser = one.browser();
    browser.begin_for(&person.name, "forgot");
    hop(&mut browser, &other);
    browser.pass_phone(&one, &person);
    hop(&mut browser, &one);
    browser.pass_mail(&one, &person);
    hop(&mut browser, &other);
    // The directory refuses at one node; the proof is good at the other.
    assert_eq!(browser.password(OLD), 422);
    hop(&mut browser, &one);
    assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
    let lets_in = |node: &Portal, password: &str| {
        let mut browser = Browser::new(node.address, &one.host).from("192.0.2.250");
        browser.sign_in(&person.name, password)
    };
    for node in [&one, &other] {
        assert!(lets_in(node, NEW) && !lets_in(node, OLD));
    }
}

/// A dead directory at one node: pages that need none do not ask, and a stranger gets a colleague's answers.
fn di_175_a_directory_that_does_not_answer_holds_up_nobody_else(server: &Server) {
    let middle = Middle::before(server);
    let postgres = Postgres::new();
    let mut setup = middle.setup(server);
    if let Some(postgres) = &postgres {
        setup = setup.database(&postgres.url);
    }
    let portal = setup.start();
    let colleague = server.colleague(&portal);
    let stranger = colleague.name.replace("walker", "waiter");
    middle.always(Op::Search, Fault::SwallowQuestion);
    middle.always(Op::Bind, Fault::SwallowQuestion);
    for path in ["/", "/reset", "/sign-in"] {
        assert_eq!(portal.browser().get(path).status, 200, "{path}");
    }
    let answers = [&colleague.name, &stranger].map(|name| {
        let mut browser = portal.browser();
        let mut said = vec![(browser.begin(name), browser.page.shape())];
        said.push((
            browser.post("/reset/what", &[("goal", "forgot")]).status,
            browser.page.shape(),
        ));
        said.push((browser.get("/reset/gate").status, browser.page.shape()));
        said.push((browser.text(&colleague.phone), browser.page.shape()));
        said.push((browser.get("/reset/gate").status, browser.page.shape()));
        said.into_iter()
            .map(|(status, page)| (status, page.replace(name.as_str(), "NAME")))
            .collect::<Vec<_>>()
    });
    assert_eq!(answers[0], answers[1]);
    // Signing in needs it, and says that it is away; to a stranger as to a colleague.
    let signs = [&colleague.name, &stranger].map(|name| {
        let mut browser = portal.browser();
        assert!(!browser.sign_in(name, OLD));
        browser.page.status
    });
    assert_eq!(signs, [503, 503]);
}

/// Nothing before the first code asks the directory, so a slow one cannot slow a start.
fn di_175_a_start_does_not_ask_the_directory(server: &Server) {
    let (middle, portal) = spoilt(server);
    let person = server.colleague(&portal);
    let asked = || middle.asked(Op::Search) + middle.asked(Op::Bind);
    let before = asked();
    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    for path in ["/", "/reset", "/reset/gate", "/sign-in"] {
        browser.get(path);
    }
    assert_eq!(asked(), before);
    // Who does need it waits for it, and is served.
    let slow = std::time::Duration::from_millis(300);
    for op in [Op::Search, Op::Bind] {
        middle.always(op, Fault::Delay(slow));
    }
    assert!(portal.lets_in(&person.name, OLD));
    assert!(asked() > before);
}
