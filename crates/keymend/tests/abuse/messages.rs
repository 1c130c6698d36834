//! MS: what leaves the house, and to whom.

use crate::browser::Browser;
use crate::portal::{Message, Portal, Setup};
use crate::provider::{Provider, SECRET};
use crate::walk::{NEW, bo, cleo, person, portal};

/// A text message of a code: named, warned, bound to our host, one segment.
fn checked(message: &Message, code: &str, host: &str) {
    let text = message.text.trim_start();
    let lines: Vec<_> = text.lines().collect();
    assert!(text.contains("Example Campus"), "{text}");
    assert_eq!(*lines.last().unwrap(), format!("@{host} #{code}"), "{text}");
    assert_eq!(
        lines[lines.len() - 2],
        "",
        "the bound line stands alone: {text}"
    );
    assert_eq!(text.matches(code).count(), 2, "{text}");
    assert_eq!(text.matches('@').count(), 1, "{text}");
    for word in ["http", "www.", "bo.home", "person-", "/n/"] {
        assert!(!text.contains(word), "{text}");
    }
    // The basic alphabet of text messages as far as our three languages use it.
    let basic = |c: char| {
        c.is_ascii() && !"`[]{}|^~\\".contains(c)
            || "\u{e9}\u{f1}\u{d1}\u{bf}\u{a1}\u{e0}\u{fc}".contains(c)
    };
    // Two segments where the script needs two bytes a letter: a name, a warning and the bound line fit in no fewer.
    let most = if text.chars().all(basic) { 160 } else { 134 };
    let units = text.encode_utf16().count();
    println!("{units} of {most}: {text}");
    assert!(units <= most, "{units} of {most}: {text}");
}

fn newest(portal: &Portal, to: &str) -> Message {
    portal
        .messages()
        .into_iter()
        .find(|message| message.to == to)
        .unwrap()
}

/// Every purpose in every language.
#[test]
fn ms_140_text_messages_say_what_they_are_for() {
    for (language, reset, unlock) in [
        ("en", "password reset", "unlock"),
        ("es", "contrase", "desbloque"),
        ("ar", "", ""),
    ] {
        let portal = Portal::demo();
        let mut browser = portal.browser();
        browser
            .cookies
            .insert("keymend-lang".to_owned(), language.to_owned());
        for (somebody, goal, purpose) in [(bo(), "forgot", reset), (cleo(), "locked", unlock)] {
            browser.begin_for(&somebody.name, goal);
            browser.text(&somebody.phone);
            let code = portal.code("sms", &somebody.phone);
            let message = newest(&portal, &somebody.phone);
            assert!(
                message.text.to_lowercase().contains(purpose),
                "{}",
                message.text
            );
            checked(&message, &code, "localhost");
        }
    }
}

/// Every purpose of a session: registering and confirming.
#[test]
fn ms_141_registration_messages_say_what_they_are_for() {
    let portal = Portal::demo();
    let mut ana = portal.browser();
    assert!(ana.sign_in("ana", "Harbor-Violet-Kite-71"));
    assert_eq!(ana.register_phone(&portal, "+12125550143"), 303);
    let message = newest(&portal, "+12125550143");
    checked(&message, &message.code().unwrap(), "localhost");
    assert!(message.text.contains("set-up"));
    let mut browser = portal.browser();
    assert!(browser.sign_in("bo", &bo().password));
    browser.post("/register/confirm-it-is-you", &[("method", "sms")]);
    let code = portal.code("sms", &bo().phone);
    checked(&newest(&portal, &bo().phone), &code, "localhost");
}

/// Whatever the client says: a code goes to what is stored.
#[test]
fn ms_142_recipients_come_from_the_store() {
    let portal = Setup::new().loose().people(2).start();
    let other = person(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    assert_eq!(browser.text(&other.phone), 303);
    for (name, value) in [
        ("email", other.email.as_str()),
        ("to", "a@b.example"),
        ("number", &other.phone),
        ("address", "x@y.example"),
    ] {
        assert_eq!(
            browser
                .post("/reset/send", &[("method", "email"), (name, value)])
                .status,
            400,
            "{name}"
        );
    }
    assert_eq!(
        browser.phone("voice", &other.phone),
        422,
        "the wait before another"
    );
    portal.database().skip_send_waits();
    assert_eq!(browser.phone("voice", &other.phone), 303);
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
    assert_eq!(browser.mail(), 303);
    portal.settled();
    let sent = portal.messages();
    assert_eq!(
        (sent.len(), sent[0].to.as_str()),
        (1, person(0).email.as_str())
    );
}

/// Two recipients in one field, or a field twice.
#[test]
fn ms_143_lists_of_recipients_are_refused() {
    let portal = Setup::new().loose().people(2).start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    let (one, other) = (person(0).phone, person(1).phone);
    for list in [
        format!("{one},{other}"),
        format!("{one};{other}"),
        format!("{one} {other}"),
        format!("[\"{one}\",\"{other}\"]"),
    ] {
        assert_eq!(browser.text(&list), 422, "{list}");
    }
    let guard = browser.guard().to_owned();
    for body in [
        format!("method=sms&country=US&number={one}&number={other}&csrf={guard}"),
        format!("method=sms&country=US&number[]={one}&number[]={other}&csrf={guard}"),
        format!("method=sms&method=email&country=US&number={one}&csrf={guard}"),
    ] {
        assert_eq!(
            browser.post_body("/reset/send", &body).status,
            400,
            "{body}"
        );
    }
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
}

fn reset(portal: &Portal) -> Browser {
    let mut browser = portal.browser();
    browser.prove(portal, &bo(), "forgot");
    assert_eq!(browser.password(NEW), 303);
    browser
}

fn notices(portal: &Portal) -> Vec<Message> {
    portal.wait("both notices", |portal| {
        let all: Vec<_> = portal
            .messages()
            .into_iter()
            .filter(|message| message.link().is_some())
            .collect();
        (all.len() == 2).then_some(all)
    })
}

/// Every destination hears of a reset, with the time and the way to object, and without a code.
#[test]
fn ms_151_everybody_known_is_told() {
    let portal = Portal::demo();
    reset(&portal);
    let notices = notices(&portal);
    let mut told: Vec<_> = notices.iter().map(|notice| notice.to.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["+12125550142", "bo.home@mail.example"]);
    for notice in &notices {
        assert!(
            notice.text.contains("reset") && notice.code().is_none(),
            "{}",
            notice.text
        );
        assert!(!notice.text.contains(NEW));
    }
    assert!(
        notices
            .iter()
            .any(|notice| notice.channel == "email" && notice.text.contains("bo"))
    );
}

/// "This wasn't me": looking does nothing, the button freezes without a sign-in, once; it can do nothing else.
#[test]
fn ms_152_the_link_freezes_and_nothing_more() {
    let portal = Portal::demo();
    reset(&portal);
    let link = notices(&portal)[0].link().unwrap();
    let database = portal.database();
    let frozen = || database.number("SELECT COUNT(*) FROM accounts WHERE frozen IS NOT NULL");
    let mut stranger = portal.browser();
    for _ in 0..3 {
        assert_eq!(stranger.get(&link).status, 200);
        assert_eq!(stranger.send("HEAD", &link, &[], None).status, 200);
    }
    assert_eq!(frozen(), 0);
    stranger.get(&link);
    assert_eq!(stranger.post(&link, &[("unfreeze", "1")]).status, 400);
    assert_eq!(stranger.post(&link, &[]).status, 200);
    assert_eq!(frozen(), 1);
    let before = database.number("SELECT COUNT(*) FROM audit");
    stranger.post(&link, &[]);
    assert_eq!(
        database.number("SELECT COUNT(*) FROM audit WHERE event = 'recovery.frozen'"),
        1
    );
    assert!(database.number("SELECT COUNT(*) FROM audit") <= before + 1);
    assert!(!stranger.is_in());
    // Frozen: nothing is sent any more, and nothing shows it.
    portal.settled();
    let sent = portal.messages().len();
    let mut browser = portal.browser();
    browser.begin_for("bo", "forgot");
    assert_eq!(browser.text(&bo().phone), 303);
    portal.settled();
    assert_eq!(portal.messages().len(), sent);
    // Thawing needs the password and a proof.
    let mut owner = portal.browser();
    assert!(owner.sign_in("bo", NEW));
    assert_eq!(owner.post("/register/unfreeze", &[]).status, 303);
    assert_eq!(owner.page.location(), "/register/confirm-it-is-you");
    assert_eq!(frozen(), 1);
}

/// A carrier that refuses: no answer to anybody changes (MS-150), and the message is tried again.
#[test]
fn ms_150_a_broken_gateway_shows_nowhere() {
    let portal = portal(2);
    let ask = |name: &str| {
        let mut browser = portal.browser();
        browser.begin_for(name, "forgot");
        browser.text(&person(0).phone);
        let mut seen = vec![browser.page.shape()];
        seen.push(browser.get("/reset/gate").shape());
        browser.verify(crate::walk::WRONG);
        seen.push(browser.page.shape());
        seen
    };
    let folder = portal.path("sms");
    std::fs::remove_dir_all(&folder).unwrap();
    let (known, unknown) = (ask(&person(0).name), ask("nobody-0000000"));
    assert_eq!(known, unknown);
    portal.wait("a second try", |portal| {
        portal.log().contains("will be tried again").then_some(())
    });
    std::fs::create_dir(&folder).unwrap();
    portal.code("sms", &person(0).phone);
}

/// A code that leaves over HTTP: asked for on the pages, signed, taken, typed; and at the most talkative level the
/// log has neither number nor code nor key.
#[test]
fn ms_140_a_code_arrives_by_a_signed_webhook_and_stands_in_no_log() {
    let provider = Provider::start();
    let portal = Setup::new()
        .loose()
        .people(1)
        .with("sms", "kind", "\"webhook\"")
        .with("sms", "url", format!("\"{}\"", provider.url))
        .with("sms", "secret", format!("\"{SECRET}\""))
        .variable("KEYMEND_LOG", "trace")
        .start();
    let somebody = person(0);
    let mut browser = portal.browser();
    browser.begin_for(&somebody.name, "forgot");
    assert_eq!(browser.text(&somebody.phone), 303);
    let message = portal.wait("a text message", |_| provider.newest(&somebody.phone));
    let code = message.code().unwrap();
    checked(&message, &code, "localhost");
    assert_eq!(browser.verify(&code), 303);
    portal.settled();
    let doctor = portal.command(&["doctor"], "");
    assert!(doctor.contains("127.0.0.1: reachable"), "{doctor}");
    let log = portal.log();
    assert!(log.contains("w-17"), "{log}");
    for hidden in [&somebody.phone[1..], &code, SECRET] {
        assert!(!log.contains(hidden), "{hidden} stands in the log");
    }
}

/// A gateway that says nothing: everybody is answered, known or not, and no more wait for it than there are places. When it
/// speaks again, everybody who still waits gets a code.
#[test]
fn ms_146_a_silent_gateway_holds_nobody_up() {
    const PEOPLE: u32 = 500;
    let provider = Provider::silent();
    let portal = Setup::new()
        .loose()
        .people(PEOPLE)
        .with("sms", "kind", "\"webhook\"")
        .with("sms", "url", format!("\"{}\"", provider.url))
        .with("sms", "secret", format!("\"{SECRET}\""))
        .start();
    let ask = |number: u32| {
        let mut browser = portal.browser();
        browser.begin_for(&person(number).name, "forgot");
        assert_eq!(browser.text(&person(number).phone), 303);
    };
    std::thread::scope(|scope| {
        for first in 0..8 {
            scope.spawn(move || (first..PEOPLE).step_by(8).for_each(ask));
        }
    });
    // Nobody whom we do not know is answered otherwise.
    let mut stranger = portal.browser();
    stranger.begin_for("nobody-0000000", "forgot");
    assert_eq!(stranger.text(&person(0).phone), 303);
    assert!(
        (0..PEOPLE).all(|number| provider.newest(&person(number).phone).is_none()),
        "it answered"
    );
    portal.wait("all places to be taken", |_| {
        (provider.waited() >= 64).then_some(())
    });
    assert_eq!(provider.waited(), 64, "at once");
    provider.speak();
    portal.wait("a code for everybody", |_| {
        let arrived = |number| provider.newest(&person(number).phone).is_some();
        (0..PEOPLE).all(arrived).then_some(())
    });
}
