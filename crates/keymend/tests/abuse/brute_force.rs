//! BF: guessing. Limits hold whatever changes: the flow, the cookie, the address, the method, the spelling.

use crate::browser::Browser;
use crate::portal::{Portal, Setup};
use crate::walk::{ANSWERS, NEW, WRONG, bo, cleo, person, portal};

/// Offer wrong codes until something other than "wrong" comes; gives how many were compared.
fn guess(browser: &mut Browser, most: u32) -> u32 {
    let mut compared = 0;
    while compared < most
        && browser.verify(WRONG) == 422
        && browser.page.body.contains("not the code")
    {
        compared += 1;
    }
    compared
}

/// The method rests: nothing is compared, nothing is sent.
fn rests(browser: &mut Browser, name: &str, number: &str) {
    browser.begin_for(name, "forgot");
    assert_eq!(browser.text(number), 429, "{}", browser.page.body);
}

fn no_evidence(portal: &Portal) {
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM evidence"), 0);
}

/// Five wrong codes, then the right one.
#[test]
fn bf_016_the_right_code_after_five_wrong_ones_is_refused() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.text(&person(0).phone);
    let code = portal.code("sms", &person(0).phone);
    for _ in 0..5 {
        assert_eq!(browser.verify(WRONG), 422);
    }
    assert!(browser.page.body.contains("tried too often"));
    assert_eq!(browser.verify(&code), 422);
    no_evidence(&portal);
    portal.database().skip_send_waits();
    assert_eq!(browser.post("/reset/again", &[]).status, 303);
    let code = portal.code("sms", &person(0).phone);
    assert_eq!(
        browser.verify(&code),
        303,
        "a new challenge has tries of its own"
    );
}

/// Four wrong ones in each fresh flow, cookie and address: ten compared at the very most.
#[test]
fn bf_018_wrong_codes_count_across_flows() {
    let portal = Setup::new()
        .people(1)
        .loose()
        .with("limits", "wrong-per-method-day", 10)
        .start();
    let mut compared = 0;
    for round in 0..6 {
        let mut browser = portal.browser().from(&format!("192.0.2.{round}"));
        browser.begin_for(&person(0).name, "forgot");
        if browser.text(&person(0).phone) != 303 {
            break;
        }
        compared += guess(&mut browser, 4);
        portal.database().skip_waits();
    }
    assert_eq!(compared, 10);
}

/// LIM-4: so many wrong ones in a row and the method serves nothing, whatever comes later; a right one in between
/// begins the row anew.
#[test]
fn a_method_wears_out_by_wrong_proofs_in_a_row() {
    let portal = Setup::new()
        .people(1)
        .loose()
        .with("limits", "wrong-for-life", 5)
        .start();
    let database = portal.database();
    let worn = "SELECT COUNT(*) FROM methods WHERE usable_from > 9000000000000000";
    for (wrong, right) in [(3, true), (3, false), (2, false)] {
        assert_eq!(database.number(worn), 0);
        let mut browser = portal.browser();
        browser.begin_for(&person(0).name, "forgot");
        assert_eq!(browser.text(&person(0).phone), 303);
        let code = portal.code("sms", &person(0).phone);
        for _ in 0..wrong {
            assert_eq!(guess(&mut browser, 1), 1);
            database.skip_waits();
        }
        if right {
            assert_eq!(browser.verify(&code), 303);
        }
        portal.settled();
    }
    assert_eq!(database.number(worn), 1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    let before = portal.messages().len();
    assert_eq!(browser.text(&person(0).phone), 303, "as for a stranger");
    portal.settled();
    assert_eq!(portal.messages().len(), before, "no code leaves");
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    let overview = &browser.get("/register").body;
    assert!(overview.contains("no longer resets a password"));
    assert!(!overview.contains("1970"));
}

/// Ten wrong in a day, without the growing wait in between: the method rests, in every flow and for a stranger too.
#[test]
fn bf_022_no_address_buys_a_further_try() {
    let portal = Setup::new()
        .people(1)
        .loose()
        .with("limits", "wrong-per-method-day", 10)
        .start();
    let database = portal.database();
    for name in [person(0).name.as_str(), "nobody"] {
        let mut compared = 0;
        for round in 0..40 {
            let mut browser = portal.browser().from(&format!("198.51.100.{round}"));
            browser.begin_for(name, "forgot");
            if browser.text(&person(0).phone) != 303 {
                break;
            }
            compared += guess(&mut browser, 1);
            database.skip_waits();
        }
        assert_eq!(compared, 10, "for {name}");
        rests(
            &mut portal.browser().from("203.0.113.9"),
            name,
            &person(0).phone,
        );
    }
    no_evidence(&portal);
}

/// Text message and mail in turns: ten wrong proofs end the flow, whatever the method.
#[test]
fn bf_019_wrong_proofs_count_across_methods() {
    let portal = Setup::new()
        .people(1)
        .loose()
        .with("policy", "code-tries", 3)
        .start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    let mut wrong = 0;
    for round in 0..5 {
        portal.database().skip_send_waits();
        let status = if round % 2 == 0 {
            browser.text(&person(0).phone)
        } else {
            browser.mail()
        };
        if status != 303 {
            break;
        }
        for _ in 0..3 {
            match browser.verify(WRONG) {
                422 => wrong += 1,
                409 | 410 => break,
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!(wrong, 9, "the tenth closes the flow");
    assert_eq!(browser.mail() / 100, 4);
    let database = portal.database();
    assert_eq!(database.texts("SELECT state FROM flows"), ["closed"]);
    assert!(database.number("SELECT COUNT(*) FROM audit WHERE detail = 'too-many-wrong'") > 0);
    no_evidence(&portal);
}

/// Headers that only a listed proxy may send change nothing for anybody else.
#[test]
fn bf_023_forged_addresses_are_ignored() {
    let portal = Setup::new()
        .people(1)
        .with("server", "trusted-proxies", "[\"192.0.2.7/32\"]")
        .start();
    let mut started = 0;
    for round in 0..8 {
        let mut browser = portal.browser();
        for name in [
            "X-Forwarded-For",
            "X-Real-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-Client-IP",
        ] {
            browser
                .headers
                .push((name.to_owned(), format!("203.0.113.{round}")));
        }
        browser
            .headers
            .push(("Forwarded".to_owned(), format!("for=203.0.113.{round}")));
        browser.get("/reset");
        let name = format!("somebody-{round}");
        // Without work: six an hour for one address.
        started += u32::from(
            browser
                .post("/reset", &[("name", &name), ("seal", ""), ("work", "")])
                .status
                == 303,
        );
    }
    assert_eq!(started, 6);
    let sources = portal.database().texts("SELECT DISTINCT source FROM audit");
    assert_eq!(sources, ["127.0.0.1"]);
}

/// Through a listed proxy the last address counts that is none of its own, and nothing in front of it.
#[test]
fn bf_023_a_list_of_addresses_is_read_from_its_end() {
    let portal = portal(1);
    let mut started = 0;
    for round in 0..8 {
        let mut browser = portal
            .browser()
            .from(&format!("10.9.8.{round}, 203.0.113.77, 127.0.0.1"));
        browser.get("/reset");
        let name = format!("somebody-{round}");
        started += u32::from(
            browser
                .post("/reset", &[("name", &name), ("seal", ""), ("work", "")])
                .status
                == 303,
        );
    }
    assert_eq!(started, 6);
    assert_eq!(
        portal.database().texts("SELECT DISTINCT source FROM audit"),
        ["203.0.113.77"]
    );
}

/// Three hundred addresses of one /64, and of one /48: one customer.
#[test]
fn bf_024_ipv6_counts_by_64_and_48() {
    let portal = Setup::new()
        .people(1)
        .with("limits", "starts-per-site-hour", 40)
        .start();
    let start = |round: u32, address: &str| {
        let mut browser = portal.browser().from(address);
        browser.begin(&format!("somebody-{round}")) == 303
    };
    let same_64 = (0..30)
        .filter(|round| start(*round, &format!("2001:db8:1:2::{round:x}")))
        .count();
    assert_eq!(same_64, 20);
    let same_48 = (100..140)
        .filter(|round| start(*round, &format!("2001:db8:1:{round:x}::1")))
        .count();
    assert_eq!(
        same_48,
        40 - 30,
        "the thirty of one /64 count in their /48 as well"
    );
}

/// Every spelling of a name counts in one bucket.
#[test]
fn bf_026_no_spelling_buys_a_further_start() {
    let portal = Setup::new()
        .people(1)
        .loose()
        .with("limits", "starts-per-name-hour", 5)
        .start();
    let plain = person(0).name;
    let spellings = [
        plain.clone(),
        plain.to_uppercase(),
        format!(" {plain}"),
        format!("{plain} "),
        format!("{plain}@campus.example"),
        format!("{}@CAMPUS.EXAMPLE", plain.to_uppercase()),
        format!("CAMPUS\\{plain}"),
        plain.replace('p', "\u{ff50}"),
        plain.replace('0', "\u{ff10}"),
    ];
    let started = spellings
        .iter()
        .filter(|name| portal.browser().begin(name) == 303)
        .count();
    assert_eq!(started, 5);
    assert_eq!(
        portal
            .database()
            .number("SELECT COUNT(DISTINCT name_key) FROM flows"),
        1
    );
}

/// Many codes in one request are one wrong one.
#[test]
fn bf_027_a_list_of_codes_is_one_failure() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.text(&person(0).phone);
    let code = portal.code("sms", &person(0).phone);
    let guard = browser.guard().to_owned();
    let many: Vec<String> = (0..1000).map(|guess| format!("\"{guess:06}\"")).collect();
    let bodies = [
        format!("code=000000&code={code}&csrf={guard}"),
        format!("code%5B%5D={code}&csrf={guard}"),
        format!("code={code}&extra=1&csrf={guard}"),
    ];
    for (wrong, body) in bodies.iter().enumerate() {
        assert_eq!(browser.post_body("/reset/verify", body).status, 400);
        let body: serde_json::Value =
            serde_json::from_str(&portal.database().texts("SELECT body FROM flows")[0]).unwrap();
        assert_eq!(body["wrong"], wrong + 1);
    }
    let json = format!("{{\"code\": [{}], \"csrf\": \"{guard}\"}}", many.join(","));
    let json = json.as_bytes();
    assert_eq!(
        browser
            .send(
                "POST",
                "/reset/verify",
                &[("Content-Type", "application/json")],
                Some(json)
            )
            .status,
        415
    );
    no_evidence(&portal);
}

/// Only ASCII digits of the exact length are a code; spaces and hyphens around and between may be there.
#[test]
fn bf_028_only_digits_are_a_code() {
    let portal = Setup::new().people(2).loose().start();
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.text(&person(0).phone);
    let code = portal.code("sms", &person(0).phone);
    let number: u32 = code.parse().unwrap();
    let wide: String = code
        .chars()
        .map(|c| char::from_u32(c as u32 - 0x30 + 0xff10).unwrap())
        .collect();
    let arabic: String = code
        .chars()
        .map(|c| char::from_u32(c as u32 - 0x30 + 0x660).unwrap())
        .collect();
    let odd = [wide, arabic, format!("0x{number:X}"), format!("+{code}")];
    for odd in odd {
        assert_eq!(browser.verify(&odd), 422, "{odd}");
    }
    no_evidence(&portal);
    let mut other = portal.browser();
    other.begin_for(&person(1).name, "forgot");
    other.text(&person(1).phone);
    let code = portal.code("sms", &person(1).phone);
    for odd in [
        format!("{code}0"),
        format!("0{code}"),
        format!("{code}.0"),
        format!("{code}e0"),
    ] {
        assert_eq!(other.verify(&odd), 422, "{odd}");
    }
    no_evidence(&portal);
    assert_eq!(
        other.verify(&format!(" {} {} ", &code[..3], &code[3..])),
        303,
        "spaces as people type them"
    );
}

/// The fourth unlock of a day is refused: unlocking without end is guessing without end.
#[test]
fn bf_030_three_unlocks_a_day() {
    let portal = Setup::new().people(1).loose().start();
    let mut done = 0;
    for _ in 0..4 {
        portal
            .database()
            .run("UPDATE local_accounts SET locked_until = 9000000000000");
        let mut browser = portal.browser();
        browser.prove(&portal, &person(0), "locked");
        done += u32::from(browser.post("/reset/unlock", &[]).status == 303);
    }
    assert_eq!(done, 3);
    assert!(!portal.lets_in(&person(0).name, &person(0).password));
}

/// Wrong sets of answers: three a day.
#[test]
fn bf_014_three_sets_of_answers_a_day() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.begin_for("bo", "forgot");
    browser.pass_phone(&portal, &bo());
    assert_eq!(
        browser
            .post("/reset/send", &[("method", "questions")])
            .status,
        303
    );
    for _ in 0..3 {
        let wrong = [
            ("answer-1", "lisbon"),
            ("answer-2", "kestrel"),
            ("answer-3", "wrong"),
        ];
        assert_eq!(browser.post("/reset/answers", &wrong).status, 422);
    }
    assert_eq!(browser.post("/reset/answers", &ANSWERS).status, 429);
    assert_eq!(browser.password(NEW) / 100, 4);
}

/// A wrong password at the sign-in page: a limit by name, whatever the address, and no other name pays for it.
#[test]
fn bf_021_sign_in_guesses_are_limited() {
    let portal = Setup::new()
        .people(2)
        .with("directory", "lock-after", 100)
        .with("limits", "wrong-sign-ins-hour", 5)
        .start();
    for round in 0..5 {
        let mut browser = portal.browser().from(&format!("192.0.2.{round}"));
        assert!(!browser.sign_in(&person(0).name, "not the password"));
        assert_eq!(browser.page.status, 422);
    }
    let mut browser = portal.browser().from("192.0.2.99");
    assert!(!browser.sign_in(&person(0).name, &person(0).password));
    assert_eq!(browser.page.status, 429);
    assert!(portal.lets_in(&person(1).name, &person(1).password));
}

/// A flow with all proofs tries five passwords that the directory refuses, not more.
#[test]
fn bf_029_five_passwords_a_flow() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.prove(&portal, &bo(), "forgot");
    let same = bo().password;
    for _ in 0..5 {
        assert_eq!(browser.password(&same), 422, "the directory knows this one");
    }
    assert_eq!(browser.password(NEW) / 100, 4, "the sixth is too many");
    assert!(portal.lets_in("bo", &same));
}

/// Guessing against somebody who is locked out leaves the lock, and the account, as they were.
#[test]
fn bf_025_guessing_never_touches_the_account() {
    let portal = Portal::demo();
    let before = portal
        .database()
        .texts("SELECT name || failures || locked_until || password FROM local_accounts");
    for somebody in [bo(), cleo()] {
        let mut browser = portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        browser.text(&somebody.phone);
        assert_eq!(guess(&mut browser, 10), 4);
    }
    let after = portal
        .database()
        .texts("SELECT name || failures || locked_until || password FROM local_accounts");
    assert_eq!(before, after);
}
