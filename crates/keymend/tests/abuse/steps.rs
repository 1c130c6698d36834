//! FL: gates that are skipped, swapped, forged or borrowed.

use crate::portal::{Portal, Setup};
use crate::walk::{ANSWERS, NEW, WRONG, bo, cleo, person, portal};

/// The password was not written and nobody got further.
fn untouched(portal: &Portal) {
    let database = portal.database();
    assert_eq!(database.number("SELECT COUNT(*) FROM writes"), 0);
    assert_eq!(
        database.number("SELECT COUNT(*) FROM audit WHERE event IN ('reset.done', 'unlock.done')"),
        0
    );
}

/// A new password straight after the name: refused, and in the audit log.
#[test]
fn fl_047_a_password_without_a_proof() {
    let portal = portal(1);
    let mut browser = portal.browser();
    assert_eq!(browser.begin(&person(0).name), 303);
    for target in ["/reset/password", "/reset/unlock"] {
        let fields: &[(&str, &str)] = if target.ends_with("password") {
            &[("password", NEW)]
        } else {
            &[]
        };
        assert_eq!(browser.post(target, fields).status, 409);
    }
    assert_eq!(
        portal
            .database()
            .number("SELECT COUNT(*) FROM audit WHERE event = 'reset.illegal-step'"),
        2
    );
    untouched(&portal);
}

/// A new password after one gate of two.
#[test]
fn fl_048_a_password_after_one_gate_of_two() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.pass_phone(&portal, &person(0));
    assert_eq!(browser.password(NEW), 409);
    assert_eq!(browser.post("/reset/unlock", &[]).status, 409);
    untouched(&portal);
}

/// "Another way" at every point, then empty and repeated forms of the first: no gate without a proof.
#[test]
fn fl_052_choosing_another_way_proves_nothing() {
    let portal = Setup::new().people(1).loose().start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    for _ in 0..3 {
        portal.database().skip_send_waits();
        assert_eq!(browser.text(&person(0).phone), 303);
        let code = portal.code("sms", &person(0).phone);
        assert_eq!(browser.post("/reset/other", &[]).status, 303);
        for odd in [&[][..], &[("code", "")], &[("code", code.as_str())]] {
            assert_eq!(browser.post("/reset/verify", odd).status / 100, 4);
        }
        assert_eq!(browser.mail(), 303);
        let mailed = portal.code("email", &person(0).email);
        // The code of the text message does not open the mail's challenge, unless chance made them alike.
        assert!(browser.verify(&code) == 422 || code == mailed);
        assert_eq!(browser.post("/reset/other", &[]).status, 303);
        assert_eq!(browser.post("/reset/again", &[]).status, 409);
        assert_eq!(browser.password(NEW), 409);
    }
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM evidence"), 0);
    untouched(&portal);
}

/// A gate that the phone passed is not passed by the same phone again, by text or by call.
#[test]
fn fl_054_one_phone_is_one_gate() {
    let portal = Setup::new().people(1).loose().start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.pass_phone(&portal, &person(0));
    for method in ["sms", "voice"] {
        assert_eq!(browser.phone(method, &person(0).phone), 422);
    }
    let page = browser.get("/reset/gate").body.clone();
    assert!(
        !page.contains("value=\"sms\"") && !page.contains("channel=voice"),
        "not offered either"
    );
    assert_eq!(browser.password(NEW), 409);
    untouched(&portal);
}

/// Fields, headers, cookies and queries that would forge a gate.
#[test]
fn fl_056_forged_gates_are_no_gates() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.pass_phone(&portal, &person(0));
    let forged = [
        ("gate", "2"),
        ("verified", "true"),
        ("step", "password"),
        ("required", "1"),
        ("method", "none"),
        ("skip", "1"),
        ("admin", "1"),
        ("user", "root"),
    ];
    for extra in forged {
        assert_eq!(
            browser
                .post("/reset/password", &[("password", NEW), extra])
                .status,
            400,
            "{extra:?}"
        );
        assert_eq!(
            browser
                .post("/reset/send", &[("method", "email"), extra])
                .status,
            400,
            "{extra:?}"
        );
        let query = format!("/reset/password?{}={}", extra.0, extra.1);
        assert_eq!(browser.post(&query, &[("password", NEW)]).status, 400);
        let mut other = browser.copy();
        other
            .headers
            .push((format!("X-{}", extra.0), extra.1.to_owned()));
        other.cookies.insert(extra.0.to_owned(), extra.1.to_owned());
        assert_eq!(other.password(NEW), 409);
    }
    untouched(&portal);
}

/// The id of another flow in the address or the form moves nobody: the cookie decides.
#[test]
fn fl_058_no_request_names_a_flow() {
    let portal = portal(2);
    let mut victim = portal.browser();
    victim.prove(&portal, &person(0), "forgot");
    let id = portal.database().texts("SELECT id FROM flows")[0].clone();
    let mut attacker = portal.browser();
    attacker.begin_for(&person(1).name, "forgot");
    assert_eq!(
        attacker
            .post("/reset/password", &[("password", NEW), ("flow", &id)])
            .status,
        400
    );
    assert_eq!(
        attacker
            .post(&format!("/reset/password?flow={id}"), &[("password", NEW)])
            .status,
        400
    );
    attacker
        .cookies
        .insert("keymend-flow-id".to_owned(), id.clone());
    assert_eq!(attacker.password(NEW), 409);
    attacker.cookies.insert("keymend-flow".to_owned(), id);
    assert_eq!(attacker.password(NEW), 410);
    untouched(&portal);
}

/// Gates passed as oneself do not serve when the name is given anew in the same browser.
#[test]
fn fl_059_a_new_name_voids_every_proof() {
    let portal = Setup::new().people(2).loose().start();
    let mut browser = portal.browser();
    browser.prove(&portal, &person(1), "forgot");
    let old = browser.cookie("keymend-flow").unwrap().to_owned();
    browser.begin_for(&person(0).name, "forgot");
    assert_ne!(browser.cookie("keymend-flow").unwrap(), old);
    assert_eq!(browser.password(NEW), 409);
    browser.pass_phone(&portal, &person(0));
    assert_eq!(browser.password(NEW), 409);
    untouched(&portal);
}

/// A flow about the victim beside a session of one's own: neither lends the other anything.
#[test]
fn fl_060_a_session_proves_nothing_in_a_flow() {
    let portal = portal(2);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    assert!(browser.sign_in(&person(1).name, &person(1).password));
    assert_eq!(browser.password(NEW), 409);
    browser.get("/register/phone");
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM methods"), 4);
    untouched(&portal);
    assert!(portal.lets_in(&person(0).name, &person(0).password));
}

/// Back and forth in the browser: one gate stays one gate.
#[test]
fn fl_062_the_back_button() {
    let portal = Setup::new().people(1).loose().start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.pass_phone(&portal, &person(0));
    for page in [
        "/reset/what",
        "/reset/number?channel=sms",
        "/reset/password",
        "/reset/done",
    ] {
        assert_eq!(browser.get(page).status, 303, "{page}");
        assert_eq!(browser.page.location(), "/reset/gate");
    }
    assert_eq!(
        browser.post("/reset/what", &[("goal", "forgot")]).status,
        409
    );
    assert_eq!(browser.verify(WRONG), 409);
    assert_eq!(browser.text(&person(0).phone), 422);
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM evidence"), 1);
    browser.pass_mail(&portal, &person(0));
    assert_eq!(browser.password(NEW), 303);
}

/// After "cancel" the old cookie is worth nothing.
#[test]
fn fl_063_cancelled_is_over() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    let mut kept = browser.copy();
    assert_eq!(browser.post("/reset/cancel", &[]).status, 303);
    for target in ["/reset/verify", "/reset/password"] {
        let name = if target.ends_with("verify") {
            "code"
        } else {
            "password"
        };
        let status = kept.post(target, &[(name, NEW)]).status;
        assert!(matches!(status, 409 | 410), "{target} {status}");
    }
    assert_eq!(kept.get("/reset/password").status / 100, 3);
    untouched(&portal);
}

/// Policy is raised from one gate to two between the gate and the password.
#[test]
fn fl_064_raised_policy_holds_at_once() {
    let setup = Setup::new()
        .people(1)
        .with("policy", "gates", 1)
        .with("policy", "code-digits", 8);
    let mut portal = setup.start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    assert_eq!(browser.text(&person(0).phone), 303);
    let code = portal.wait("a code of eight digits", |portal| {
        let text = portal.messages().pop()?.text;
        text.split(|c: char| !c.is_ascii_digit())
            .find(|word| word.len() == 8)
            .map(str::to_owned)
    });
    assert_eq!(browser.verify(&code), 303);
    assert_eq!(browser.page.location(), "/reset/password");
    portal.kill();
    portal.configure("policy", "gates", 2);
    portal.start();
    assert_eq!(browser.password(NEW), 409);
    untouched(&portal);
}

/// Disabled after the last gate: refused without a reason, nothing written.
#[test]
fn fl_066_disabled_in_the_middle() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    portal.command(&["user", "disable", &person(0).name], "");
    assert_eq!(browser.password(NEW), 409);
    assert!(!browser.page.body.contains("disabled"));
    untouched(&portal);
    portal.command(&["user", "enable", &person(0).name], "");
    assert!(portal.lets_in(&person(0).name, &person(0).password));
}

/// Made an administrator after the last gate: the questions that counted do not any more.
#[test]
fn fl_067_privileged_in_the_middle() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.begin_for("bo", "forgot");
    browser.pass_phone(&portal, &bo());
    browser.post("/reset/send", &[("method", "questions")]);
    assert_eq!(browser.post("/reset/answers", &ANSWERS).status, 303);
    assert_eq!(browser.page.location(), "/reset/password");
    portal
        .database()
        .run("UPDATE local_accounts SET groups = '[\"administrators\"]' WHERE name = 'bo'");
    assert_eq!(browser.password(NEW), 409);
    untouched(&portal);
}

/// The number is changed while its code is on its way: that code proves nothing any more.
#[test]
fn fl_068_a_changed_destination_voids_its_code() {
    let portal = portal(2);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    assert_eq!(browser.text(&person(0).phone), 303);
    let code = portal.code("sms", &person(0).phone);
    portal
        .database()
        .run("UPDATE methods SET destination = 'another' WHERE kind = 'phone'");
    assert_eq!(browser.verify(&code), 422);
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM evidence"), 0);
}

/// Proofs of an unlock do not set a password, and the other way round.
#[test]
fn fl_074_proofs_serve_their_purpose() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.prove(&portal, &cleo(), "locked");
    assert_eq!(browser.password(NEW), 409);
    assert_eq!(
        browser.post("/reset/what", &[("goal", "forgot")]).status,
        409
    );
    let mut other = portal.browser();
    other.prove(&portal, &bo(), "forgot");
    assert_eq!(other.post("/reset/unlock", &[]).status, 409);
    untouched(&portal);
}

/// A code that registers a phone does not reset a password, though phone and person are the same.
#[test]
fn fl_075_a_registration_code_resets_nothing() {
    let portal = Setup::new().people(1).loose().start();
    portal
        .database()
        .run("DELETE FROM methods WHERE kind = 'email'");
    let mut signed_in = portal.browser();
    assert!(signed_in.sign_in(&person(0).name, &person(0).password));
    assert_eq!(
        signed_in
            .post("/register/confirm-it-is-you", &[("method", "sms")])
            .status,
        303
    );
    let confirming = portal.code("sms", &person(0).phone);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    assert_eq!(browser.text(&person(0).phone), 303);
    let resetting = portal.code("sms", &person(0).phone);
    assert!(browser.verify(&confirming) == 422 || confirming == resetting);
    // FL-076: nor does a code of the reset confirm anything of the session.
    let status = signed_in
        .post(
            "/register/confirm-it-is-you/verify",
            &[("code", &resetting)],
        )
        .status;
    assert!(status == 422 || confirming == resetting);
}
