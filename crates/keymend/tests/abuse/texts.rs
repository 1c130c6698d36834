//! MS: the texts of messages, read and tried by whoever runs the portal.

use std::path::Path;

use tempfile::TempDir;

use crate::portal::{Portal, Setup};
use crate::post::in_folder;
use crate::provider::{Provider, SECRET};
use crate::walk::person;

#[test]
fn ms_170_every_message_can_be_read_before_anybody_gets_it() {
    let portal = Setup::new().start();
    let preview = |words: &[&str]| {
        let words: Vec<&str> = ["messages", "preview"]
            .iter()
            .chain(words)
            .copied()
            .collect();
        portal.command(&words, "")
    };
    let all = preview(&[]);
    assert_eq!(all.matches("== ").count(), 3 * (5 * 3 + 10 * 2 + 3));
    let one = preview(&["--purpose", "reset", "--channel", "sms", "--lang", "es"]);
    assert!(
        one.starts_with("== sms reset es: 1 text message, "),
        "{one}"
    );
    assert!(one.contains(" letters of 160, basic alphabet\n"), "{one}");
    let arabic = preview(&["--purpose", "unlock", "--channel", "sms", "--lang", "ar"]);
    assert!(arabic.contains(" of 134, UCS-2\n"), "{arabic}");
    assert!(
        one.contains("Restablecer contraseña, Example Campus: 482913."),
        "{one}"
    );
    assert!(one.contains("\n@localhost #482913\n"), "{one}");
    assert_eq!(one.matches("== ").count(), 1);
    let folder = portal.path("html");
    let lines = preview(&[
        "--json",
        "--channel",
        "email",
        "--html",
        &folder.display().to_string(),
    ]);
    let mut subjects = 0;
    for line in lines.lines() {
        let mail: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(mail["channel"], "email");
        let subject = mail["subject"].as_str().unwrap();
        assert!(
            subject.contains("Example Campus") && !subject.contains("482913"),
            "{subject}"
        );
        subjects += 1;
    }
    assert_eq!(subjects, 3 * 18);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 3 * 18);
    let arabic = std::fs::read_to_string(folder.join("reset.ar.html")).unwrap();
    assert!(
        arabic.contains("dir=\"rtl\"") && arabic.contains("482913"),
        "{arabic}"
    );
    let (code, said) = portal.attempt(&["messages", "preview", "--purpose", "resett"], "");
    assert_eq!(code, Some(2), "{said}");
}

/// A portal, and the folder of its operator's texts.
fn with_texts(setup: Setup) -> (Portal, TempDir) {
    let folder = TempDir::new().unwrap();
    let place = format!("\"{}\"", folder.path().display());
    (setup.with("organisation", "texts", place).start(), folder)
}

#[test]
fn ms_171_a_text_that_could_do_harm_is_refused_and_names_its_place() {
    let (mut portal, folder) = with_texts(Setup::new().people(1));
    portal.kill();
    let file = folder.path().join("en.ftl");
    let bound = "\n\n    @{ $host } #{ $code }\n";
    let good = format!(
        "sms-code-reset =\n    Password help of the Campus: {{ $code }}, for you only.{bound}"
    );
    for (text, part) in [
        (
            good.replace("sms-code", "sms-coed"),
            "sms-coed-reset: there is no message of this name",
        ),
        (
            good.replace("$code }", "$coed }"),
            "sms-code-reset: there is no variable $coed",
        ),
        (
            good.replace("{ $host }", "host"),
            "sms-code-reset: must use the variable $host",
        ),
        (
            good.replace("{ $host }", "{ $host"),
            "sms-code-reset: cannot be read near line",
        ),
        (
            good.replace("Password", "Kind"),
            "sms-code-reset: one of these words must stand",
        ),
        (
            good.replace(" #", "  #"),
            "sms-code-reset: its last line must be `@localhost #`",
        ),
        (
            good.replace("you only", "https://campus.example"),
            "sms-code-reset: `https://campus.example` looks like a link",
        ),
        (
            good.replace("you only", &"you only ".repeat(12)),
            "sms-code-reset: it takes ",
        ),
    ] {
        std::fs::write(&file, text).unwrap();
        let wanted = format!("{}: {part}", file.display());
        for command in ["check", "serve"] {
            let (code, said) = portal.attempt(&[command], "");
            assert_eq!(code, Some(1), "{said}");
            assert!(said.contains(&wanted), "{command}: {said}");
        }
        let (code, said) = portal.attempt(&["doctor"], "");
        assert_eq!(code, Some(1));
        assert!(said.contains(part), "{said}");
    }
    // What was refused last can be looked at.
    let (code, said) = portal.attempt(&["messages", "preview", "--lang", "en"], "");
    assert_eq!(code, Some(1));
    assert!(said.contains("for you only you only"), "{said}");
    assert!(said.contains("2 text messages instead of 1"), "{said}");
    std::fs::write(&file, good).unwrap();
    portal.command(&["check"], "");
    portal.start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    assert_eq!(browser.text(&person(0).phone), 303);
    let code = portal.code("sms", &person(0).phone);
    let message = portal.messages().remove(0);
    let wanted =
        format!("Password help of the Campus: {code}, for you only.\n\n@localhost #{code}");
    assert_eq!(message.text.trim(), wanted);
}

/// The one file in a folder.
fn only(folder: &Path, to: &str) -> String {
    let mut found = in_folder(folder, "any");
    assert_eq!(found.len(), 1, "{found:?}");
    let message = found.remove(0);
    assert_eq!(message.to, to);
    message.text
}

#[test]
fn ms_172_a_test_leaves_by_the_gateway_that_is_named_and_goes_nowhere_else() {
    let (number, address) = ("+12125550143", "ops@campus.example");
    let provider = Provider::start();
    let place = TempDir::new().unwrap();
    let portal = Setup::new()
        .with(
            "sms.modem",
            "folder",
            format!("\"{}\"", place.path().display()),
        )
        .with("sms.hook", "kind", "\"webhook\"")
        .with("sms.hook", "url", format!("\"{}\"", provider.url))
        .with("sms.hook", "secret", format!("\"{SECRET}\""))
        .with("sms.hook", "countries", "[\"US\"]")
        .with("sms.gone", "kind", "\"webhook\"")
        .with("sms.gone", "url", "\"http://127.0.0.1:9/\"")
        .with("sms.gone", "secret", format!("\"{SECRET}\""))
        .with("organisation", "countries", "[\"US\", \"GB\"]")
        .start();
    let send = |gateway: &str, to: &str, more: &[&str]| {
        let words = ["messages", "send-test", "--gateway", gateway, "--to", to];
        let words: Vec<&str> = words.iter().chain(more).copied().collect();
        let (code, said) = portal.attempt(&words, "");
        assert!(!said.contains(&to[2..]), "{said}");
        (code, said)
    };
    let (code, said) = send("modem", number, &["--lang", "es"]);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "modem, to ********43: taken\n")
    );
    let text = only(place.path(), number);
    assert!(
        text.contains("Mensaje de prueba, Example Campus: 123456."),
        "{text}"
    );
    assert!(text.ends_with("\n@localhost #123456\n"), "{text}");
    let (code, said) = send("sms.hook", number, &[]);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "sms.hook, to ********43: taken, as `w-17`\n")
    );
    assert!(
        provider
            .newest(number)
            .unwrap()
            .text
            .contains("Test message")
    );
    let (code, said) = send("voice", number, &[]);
    assert_eq!(code, Some(0), "{said}");
    let call = only(&portal.path("voice"), number);
    assert!(call.contains("Your code is: 1, 2, 3, 4, 5, 6."), "{call}");
    // Whoever tries the mail server reads its mail in the organisation's own.
    let (code, said) = send("mail", address, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(only(&portal.path("mail"), address).contains("123456"));
    // Nobody but the named gateway was asked, and nothing waits.
    assert_eq!(in_folder(place.path(), "sms").len(), 1);
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM outbox"), 0);
    for (gateway, to, part) in [
        ("modem", "+81312345678", "cannot send codes to this country"),
        ("modem", "+19005550143", "this kind of number"),
        ("modem", "212 555", "too short"),
        ("mail", "nobody", "looks like name@example.com"),
        ("hook", "+442079460018", "hook does not serve GB"),
        (
            "pigeon",
            number,
            "there is no such gateway; there is gone, hook, modem, voice, mail",
        ),
    ] {
        let (code, said) = send(gateway, to, &[]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(part), "{said}");
    }
    let (code, said) = send("gone", number, &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("gone, to ********43: not now: "), "{said}");
    assert!(!said.contains(SECRET), "{said}");
    let (code, said) = send("modem", number, &["--lang", "fr"]);
    assert_eq!(code, Some(2), "{said}");
    // Nothing that was refused here was handed over.
    let tested = "SELECT detail FROM audit WHERE event = 'messages.tested' ORDER BY id";
    let tested = portal.database().texts(tested);
    assert_eq!(tested, ["modem", "hook", "voice", "mail", "gone"]);
}

/// In the audit log with who did it and without where to; and the day's money is spent by it as by codes.
#[test]
fn ms_172_a_test_is_written_down_and_paid_for() {
    let number = "+12125550143";
    let portal = Setup::new()
        .people(1)
        .with("sms", "price", "0.5")
        .with("limits", "spend-day", 1)
        .start();
    let words = ["messages", "send-test", "--gateway", "sms", "--to", number];
    portal.command(&words, "");
    let database = portal.database();
    let tested = "SELECT source || ' ' || detail FROM audit WHERE event = 'messages.tested'";
    assert_eq!(database.texts(tested), ["command sms"]);
    let kept = "SELECT gateway || ' ' || purpose FROM deliveries";
    assert_eq!(database.texts(kept), ["sms test"]);
    let status = || portal.command(&["messages", "status"], "");
    let said = status();
    assert!(said.contains("Spent in 24 hours by sms: 0.5000"), "{said}");
    assert!(
        said.contains("of the last 6 hours: none"),
        "no code: {said}"
    );
    portal.command(&words, "");
    assert!(status().contains("Spent in 24 hours by sms: 1.0000"));
    let somebody = person(0);
    let mut browser = portal.browser();
    browser.begin_for(&somebody.name, "forgot");
    assert_eq!(browser.text(&somebody.phone), 303);
    portal.wait("a refusal", |portal| {
        let log = portal.log();
        log.contains("the money for messages is spent")
            .then_some(())
    });
}

/// The doctor proves each gateway, and on request by a message.
#[test]
fn ms_174_the_doctor_sends_a_test_through_each_gateway_that_reaches_somebody() {
    let (number, address) = ("+12125550144", "ops@campus.example");
    let place = TempDir::new().unwrap();
    let folder = format!("\"{}\"", place.path().display());
    let portal = Setup::new()
        .people(1)
        .with("sms.modem", "folder", &folder)
        .with("sms.gone", "kind", "\"webhook\"")
        .with("sms.gone", "url", "\"http://127.0.0.1:9/\"")
        .with("sms.gone", "secret", format!("\"{SECRET}\""))
        .with("sms.spain", "folder", &folder)
        .with("sms.spain", "countries", "[\"ES\"]")
        .start();
    let (code, said) = portal.attempt(&["doctor"], "");
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("FAIL  sms        gone: 127.0.0.1: no connection"),
        "{said}"
    );
    assert!(
        in_folder(place.path(), "sms").is_empty(),
        "nothing is sent unasked"
    );
    let words = ["doctor", "--send-test", number, "--send-test", address];
    let (code, said) = portal.attempt(&words, "");
    assert_eq!(code, Some(1), "{said}");
    for line in [
        "ok    test       sms.modem: to ********44: taken",
        "FAIL  test       sms.gone: to ********44: not now: ",
        "ok    test       voice: to ********44: taken",
        "ok    test       mail: to ",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("sms.spain: to"), "{said}");
    assert!(
        !said.contains(&number[2..]) && !said.contains(SECRET),
        "{said}"
    );
    assert!(only(place.path(), number).contains("Test message"));
    assert!(only(&portal.path("voice"), number).contains("1, 2, 3, 4, 5, 6."));
    assert!(only(&portal.path("mail"), address).contains("123456"));
    let words = ["doctor", "--json", "--send-test", "+81312345678"];
    let (_, said) = portal.attempt(&words, "");
    let lines = said.lines();
    let lines = lines.filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let lines: Vec<_> = lines.collect();
    let of = |what: &'static str| lines.iter().filter(move |line| line["check"] == what);
    assert!(of("sms").any(|line| line["gateway"] == "modem"), "{said}");
    let refused = of("test").next().unwrap();
    assert_eq!(refused["ok"], false);
    let text = refused["text"].as_str().unwrap();
    assert!(text.contains("cannot send codes to this country"), "{text}");
}

/// In as many pieces as the preview says: a real gateway cuts them.
#[test]
fn ms_173_a_test_arrives_on_the_phone_behind_a_real_gateway() {
    let Ok(address) = std::env::var("KEYMEND_TEST_KANNEL") else {
        println!("KEYMEND_TEST_KANNEL is not set: Kannel is left out");
        return;
    };
    let phone = std::env::var("KEYMEND_TEST_KANNEL_PHONE").unwrap();
    let portal = Setup::new()
        .with("sms", "kind", "\"kannel\"")
        .with("sms", "url", format!("\"{address}\""))
        .with("sms", "user", "\"keymend\"")
        .with("sms", "secret", "\"kannel-secret\"")
        .with("sms", "from", "\"Campus\"")
        .start();
    for (language, number, pieces) in [("en", "+12125550181", 1), ("ar", "+12125550182", 2)] {
        let words = ["messages", "send-test", "--gateway", "sms", "--to", number];
        let words: Vec<&str> = words.into_iter().chain(["--lang", language]).collect();
        let said = portal.command(&words, "");
        assert!(said.starts_with("sms, to ********8"), "{said}");
        let shown = [
            "messages",
            "preview",
            "--channel",
            "sms",
            "--purpose",
            "test",
        ];
        let words: Vec<&str> = shown.into_iter().chain(["--lang", language]).collect();
        let shown = portal.command(&words, "");
        assert!(
            shown.contains(&format!(": {pieces} text message")),
            "{shown}"
        );
        portal.wait("all pieces on the phone", |_| {
            let seen = std::fs::read_to_string(&phone).unwrap();
            (seen.matches(number).count() == pieces).then_some(())
        });
    }
}
