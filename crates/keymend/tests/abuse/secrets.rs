//! LG-227: nothing secret in any file that stays, or in the log.

use std::path::Path;

use crate::portal::Setup;
use crate::walk::{NEW, WRONG, person};

/// Every byte of every file in a folder and below, apart from what is sent and the keys themselves.
fn bytes(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "sms" | "voice" | "mail") {
            bytes(&path, all);
        } else if path.is_file() && name != "keymend.keys" {
            all.push((name, std::fs::read(&path).unwrap()));
        }
    }
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

/// Canaries walk through everything, with the log as wordy as it can be; none is found afterwards.
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one walk through everything, in its order"
)]
fn lg_227_no_secret_is_stored_or_logged() {
    let portal = Setup::new()
        .loose()
        .people(1)
        .variable("KEYMEND_LOG", "trace")
        .start();
    let somebody = person(0);
    let (typo, number) = ("Canary-Of-A-Wrong-Password-1", "+12125550143");
    let mut secrets: Vec<String> = [
        NEW,
        typo,
        number,
        "canary.home@mail.example",
        "Canaryanswer",
        "seldomanswer",
        "thirdanswer",
    ]
    .map(str::to_owned)
    .to_vec();
    secrets.extend([
        somebody.password.clone(),
        somebody.phone.clone(),
        somebody.email.clone(),
    ]);
    let mut browser = portal.browser();
    assert!(!browser.sign_in(&somebody.name, typo));
    assert!(browser.sign_in(&somebody.name, &somebody.password));
    secrets.push(browser.cookie("keymend-session").unwrap().to_owned());
    browser.post("/register/confirm-it-is-you", &[("method", "sms")]);
    let code = portal.code("sms", &somebody.phone);
    browser.post("/register/confirm-it-is-you/verify", &[("code", &code)]);
    secrets.push(browser.cookie("keymend-session").unwrap().to_owned());
    assert_eq!(
        browser.register_mail(&portal, "canary.home@mail.example"),
        303
    );
    let mut other = portal.browser();
    assert!(other.sign_in(&somebody.name, &somebody.password));
    other.post("/register/confirm-it-is-you", &[("method", "email")]);
    let mailed = portal.code("email", "canary.home@mail.example");
    let fields = [("code", mailed.as_str())];
    assert_eq!(
        other
            .post("/register/confirm-it-is-you/verify", &fields)
            .status,
        303
    );
    assert_eq!(other.register_phone(&portal, number), 303);
    let fields = [
        ("question-1", "first-trip-alone"),
        ("question-2", "first-wild-animal"),
        ("question-3", "dinner-with-history"),
        ("answer-1", "Canaryanswer"),
        ("answer-2", "seldomanswer"),
        ("answer-3", "thirdanswer"),
    ];
    assert_eq!(browser.post("/register/questions", &fields).status, 303);
    let changed = crate::walk::Person {
        phone: number.to_owned(),
        email: "canary.home@mail.example".to_owned(),
        ..somebody
    };
    portal.database().run("UPDATE methods SET usable_from = 1");
    let mut reset = portal.browser();
    reset.begin_for(&changed.name, "forgot");
    secrets.push(reset.cookie("keymend-flow").unwrap().to_owned());
    secrets.push(reset.cookie("keymend-form").unwrap().to_owned());
    secrets.push(reset.guard().to_owned());
    reset.verify(WRONG);
    reset.pass_phone(&portal, &changed);
    reset.pass_mail(&portal, &changed);
    secrets.push(reset.cookie("keymend-flow").unwrap().to_owned());
    assert_eq!(reset.password("short"), 422);
    assert_eq!(reset.password(NEW), 303);
    let notice = portal.wait("a notice", |portal| {
        portal
            .messages()
            .into_iter()
            .find(|message| message.to == changed.email && message.link().is_some())
    });
    let link = notice.link().unwrap();
    secrets.push(link["/n/".len()..].to_owned());
    reset.get(&link);
    reset.post(&link, &[]);
    portal.settled();
    let mut places = vec![("the log".to_owned(), portal.log().into_bytes())];
    bytes(portal.path("").as_path(), &mut places);
    assert!(places.len() >= 3, "a log, a database and a configuration");
    for (place, content) in &places {
        for secret in &secrets {
            let bytes = secret.as_bytes();
            let bare = secret.trim_start_matches('+');
            for form in [
                bare.to_owned(),
                data_encoding::BASE64
                    .encode(bytes)
                    .trim_end_matches('=')
                    .to_owned(),
                data_encoding::HEXLOWER.encode(bytes),
                url::form_urlencoded::byte_serialize(bytes).collect(),
            ] {
                assert!(!holds(content, &form), "{secret} as {form} in {place}");
            }
        }
        assert!(!holds(content, &format!("\"{code}\"")), "a code in {place}");
    }
}
