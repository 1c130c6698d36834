//! ER and QT: registering, changing, and questions.

use crate::browser::Browser;
use crate::portal::{Portal, Setup};
use crate::walk::{ANSWERS, NEW, bo, person, portal};

fn signed_in(portal: &Portal, number: u32) -> Browser {
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person(number).name, &person(number).password));
    browser
}

/// Whoever has a method proves it before it is changed; a password alone is not enough. (Adding another kind right
/// after a sign-in is allowed, and what was added waits: ER-195.)
#[test]
fn er_192_a_change_needs_a_fresh_proof() {
    let portal = portal(1);
    portal.database().run("UPDATE accounts SET finished = 1");
    let mut browser = signed_in(&portal, 0);
    for page in ["/register/phone", "/register/email"] {
        assert_eq!(
            browser.get(page).location(),
            "/register/confirm-it-is-you",
            "{page}"
        );
    }
    for (target, fields) in [
        (
            "/register/phone",
            vec![
                ("country", "US"),
                ("number", "2125550143"),
                ("channel", "sms"),
            ],
        ),
        ("/register/email", vec![("address", "new@mail.example")]),
        ("/register/remove", vec![("method", "phone")]),
    ] {
        assert_eq!(browser.post(target, &fields).status, 303);
        assert_eq!(
            browser.page.location(),
            "/register/confirm-it-is-you",
            "{target}"
        );
    }
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
    assert_eq!(
        browser
            .post("/register/confirm-it-is-you", &[("method", "email")])
            .status,
        303
    );
    let code = portal.code("email", &person(0).email);
    assert_eq!(
        browser
            .post("/register/confirm-it-is-you/verify", &[("code", &code)])
            .status,
        303
    );
    assert_eq!(browser.register_phone(&portal, "+12125550143"), 303);
    // The old number is told, at once.
    portal.wait("a notice to the old number", |portal| {
        let old = |message: &crate::portal::Message| {
            message.to == person(0).phone && message.link().is_some()
        };
        portal.messages().iter().any(old).then_some(())
    });
}

/// A number whose code was never given back serves nothing.
#[test]
fn er_194_an_unverified_number_serves_nothing() {
    let portal = portal(1);
    portal.database().run("DELETE FROM methods");
    let mut browser = signed_in(&portal, 0);
    browser.get("/register/phone");
    let fields = [
        ("country", "US"),
        ("number", "+12125550143"),
        ("channel", "sms"),
    ];
    assert_eq!(browser.post("/register/phone", &fields).status, 303);
    portal.code("sms", "+12125550143");
    portal.forget_messages();
    let mut reset = portal.browser();
    reset.begin_for(&person(0).name, "forgot");
    assert_eq!(reset.text("+12125550143"), 303);
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
}

/// A method that nobody confirmed by an older one waits a day, and everybody known is told.
#[test]
fn er_195_a_new_method_waits() {
    let portal = portal(1);
    let database = portal.database();
    // Registered once, then lost everything: the next registration is not a first one.
    database.run("DELETE FROM methods");
    database.run("UPDATE accounts SET finished = 1");
    let mut browser = signed_in(&portal, 0);
    assert_eq!(browser.register_phone(&portal, "+12125550143"), 303);
    assert!(database.number("SELECT MIN(usable_from - verified) FROM methods") >= 24 * 3_600_000);
    portal.settled();
    portal.forget_messages();
    let mut reset = portal.browser();
    reset.begin_for(&person(0).name, "forgot");
    assert_eq!(reset.text("+12125550143"), 303);
    portal.settled();
    assert_eq!(
        portal.messages().len(),
        0,
        "nothing goes to a number that waits"
    );
    database.run("UPDATE methods SET usable_from = verified");
    database.skip_send_waits();
    assert_eq!(reset.post("/reset/again", &[]).status, 303);
    portal.code("sms", "+12125550143");
}

/// The last method goes only with a fresh proof, after a warning; the account itself stays, and everybody hears of it.
#[test]
fn er_198_the_last_method_goes_with_a_warning() {
    let portal = portal(1);
    let database = portal.database();
    database.run("DELETE FROM methods WHERE kind <> 'email'");
    database.run("UPDATE accounts SET finished = 1");
    let mut browser = signed_in(&portal, 0);
    let page = browser.get("/register/remove?method=email").body.clone();
    assert!(page.contains("Without it you cannot reset your password"));
    let last = [("method", "email")];
    assert_eq!(browser.post("/register/remove", &last).status, 303);
    assert_eq!(browser.page.location(), "/register/confirm-it-is-you");
    assert_eq!(
        browser.post("/register/confirm-it-is-you", &last).status,
        303
    );
    let code = portal.code("email", &person(0).email);
    let verify = "/register/confirm-it-is-you/verify";
    assert_eq!(browser.post(verify, &[("code", &code)]).status, 303);
    assert_eq!(browser.post("/register/remove", &last).status, 303);
    assert_eq!(browser.page.location(), "/register?news=removed");
    portal.wait("a notice to the address that is gone", |portal| {
        let told = |message: &crate::portal::Message| {
            message.to == person(0).email && message.link().is_some()
        };
        portal.messages().iter().any(told).then_some(())
    });
    assert!(signed_in(&portal, 0).is_in());
}

/// Addresses inside the organisation: nobody could read them while locked out.
#[test]
fn er_199_own_mail_domains_are_refused() {
    let portal = portal(1);
    portal.database().run("DELETE FROM methods");
    let mut browser = signed_in(&portal, 0);
    browser.get("/register/email");
    for address in [
        "a@campus.example",
        "a@CAMPUS.example",
        "a@sub.campus.example",
        "a@campus.example.",
        "a@\u{ff43}ampus.example",
    ] {
        assert_eq!(
            browser
                .post("/register/email", &[("address", address)])
                .status,
            422,
            "{address}"
        );
    }
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
    assert_eq!(browser.register_mail(&portal, "a@notcampus.example"), 303);
}

/// The sixth account with one number is refused, in words that say nothing of the other five.
#[test]
fn er_200_a_number_is_shared_by_five() {
    let portal = portal(6);
    let database = portal.database();
    let of = |number: u32| {
        format!(
            "(SELECT id FROM accounts WHERE name = '{}')",
            person(number).name
        )
    };
    database.run(&format!("DELETE FROM methods WHERE account = {}", of(5)));
    database.run(&format!(
        "UPDATE methods SET destination = (SELECT destination FROM methods WHERE kind = 'phone' AND account = {}) \
         WHERE kind = 'phone'",
        of(0)
    ));
    let mut browser = signed_in(&portal, 5);
    browser.get("/register/phone");
    let number = person(0).phone;
    let fields = [
        ("country", "US"),
        ("number", number.as_str()),
        ("channel", "sms"),
    ];
    assert_eq!(browser.post("/register/phone", &fields).status, 422);
    for word in ["use", "taken", "already", "other account"] {
        let fault = browser
            .page
            .between("class=\"fault\"", "</p>")
            .unwrap_or_default();
        assert!(!fault.contains(&format!(" {word} ")), "{fault}");
    }
    let noted = "SELECT COUNT(*) FROM audit WHERE event = 'registration.refused' AND detail = 'shared-destination'";
    assert_eq!(database.number(noted), 1);
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
}

/// One wrong answer, two, three: the same refusal.
#[test]
fn qt_180_no_answer_is_judged_alone() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.begin_for("bo", "forgot");
    browser.pass_phone(&portal, &bo());
    browser.post("/reset/send", &[("method", "questions")]);
    let mut seen = Vec::new();
    for right in [2, 1, 0] {
        let fields: Vec<_> = ANSWERS
            .iter()
            .enumerate()
            .map(|(at, (name, answer))| (*name, if at < right { *answer } else { "wrong" }))
            .collect();
        assert_eq!(browser.post("/reset/answers", &fields).status, 422);
        seen.push(browser.page.shape());
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[1], seen[2]);
    assert!(
        !browser.page.body.contains("wrong\""),
        "what was typed does not come back"
    );
}

/// Case, spaces and punctuation do not matter when answering; what is too easy is refused when registering.
#[test]
fn qt_182_answers_are_compared_kindly_and_chosen_strictly() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.begin_for("bo", "forgot");
    browser.pass_phone(&portal, &bo());
    browser.post("/reset/send", &[("method", "questions")]);
    let fields = [
        ("answer-1", " LISBON! "),
        ("answer-2", "\u{ff4b}estrel."),
        ("answer-3", "Hopper"),
    ];
    assert_eq!(browser.post("/reset/answers", &fields).status, 303);
    assert_eq!(browser.password(NEW), 303);
    let mut ana = portal.browser();
    assert!(ana.sign_in("ana", "Harbor-Violet-Kite-71"));
    ana.get("/register/questions");
    let page = ana.page.body.clone();
    let ids = [
        "first-trip-alone",
        "first-wild-animal",
        "dinner-with-history",
    ];
    assert!(ids.iter().all(|id| page.contains(id)));
    let mut save = |questions: [&str; 3], answers: [&str; 3]| {
        let names = [
            "question-1",
            "question-2",
            "question-3",
            "answer-1",
            "answer-2",
            "answer-3",
        ];
        let values = questions.into_iter().chain(answers);
        let fields: Vec<_> = names.into_iter().zip(values).collect();
        ana.post("/register/questions", &fields).status
    };
    let long = "x1".repeat(21);
    for answer in [
        "ab",
        "",
        "...",
        "ana",
        "Reyes",
        "aaa",
        "123",
        "first",
        "town",
        long.as_str(),
        "Otter!",
    ] {
        assert_eq!(save(ids, [answer, "otter", "Lovelace"]), 422, "{answer}");
    }
    assert_eq!(
        save([ids[0], ids[0], ids[2]], ["Rome", "otter", "Lovelace"]),
        422
    );
    assert_eq!(
        save(["made-up", ids[1], ids[2]], ["Rome", "otter", "Lovelace"]),
        422
    );
    assert_eq!(save(ids, ["Rome", "otter", "Lovelace"]), 303);
    // QT-183: in no form that could be read.
    let stored = portal
        .database()
        .texts("SELECT hex(sealed) FROM methods")
        .concat();
    for secret in ["otter", "Lovelace", "lovelace", "Rome"] {
        assert!(!stored.contains(&data_encoding::HEXUPPER.encode(secret.as_bytes())));
        assert!(!portal.log().contains(secret), "{secret}");
    }
    let mut page = portal.browser();
    assert!(page.sign_in("ana", "Harbor-Violet-Kite-71"));
    assert!(!page.get("/register").body.to_lowercase().contains("otter"));
    assert!(
        !page
            .get("/register/questions")
            .body
            .to_lowercase()
            .contains("otter")
    );
}

/// A policy with nothing but questions is refused before anything starts.
#[test]
fn qt_184_questions_never_stand_alone() {
    let portal = Setup::new().people(1).start();
    let file = portal.path("keymend.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace("[\"phone\", \"email\", \"questions\"]", "[\"questions\"]");
    std::fs::write(&file, text).unwrap();
    let checked = std::process::Command::new(env!("CARGO_BIN_EXE_keymend"))
        .args(["check", "--config"])
        .arg(&file)
        .env_remove("KEYMEND_TEST_POSTGRES")
        .output()
        .unwrap();
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stderr).contains("questions never stand alone"));
}
