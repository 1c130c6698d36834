//! FRD: being made to pay for messages to an attacker's numbers.

use crate::browser::Browser;
use crate::portal::{Portal, Setup};
use crate::walk::person;

const PASSWORD: &str = "Quiet-Lantern-Gravel-57";

/// Somebody with an account and nothing registered, signed in.
fn newcomer(portal: &Portal, name: &str) -> Browser {
    portal.command(&["user", "add", name], &format!("{PASSWORD}\n"));
    let mut browser = portal.browser();
    assert!(browser.sign_in(name, PASSWORD), "{}", browser.page.body);
    browser
}

/// Ask for a code to a number that is to be registered.
fn ask(browser: &mut Browser, number: &str) {
    browser.get("/register/phone");
    let fields = [("country", "US"), ("number", number), ("channel", "sms")];
    assert_eq!(browser.post("/register/phone", &fields).status, 303);
}

/// A code that was refused by a budget never comes; the log says which one, and no number.
fn refused(portal: &Portal, number: &str, which: &str) {
    let line = portal.wait(&format!("a refusal by {which}"), |portal| {
        let log = portal.log();
        let line = log
            .lines()
            .find(|line| line.contains("a code was not sent"));
        line.map(str::to_owned)
    });
    assert!(line.contains(which), "{line}");
    assert!(!portal.log().contains(number), "the log tells the number");
    let messages = portal.messages();
    assert!(messages.iter().all(|message| message.to != number));
}

#[test]
fn frd_4_numbers_that_are_counted_through_get_no_codes() {
    let portal = Setup::new()
        .with("limits", "new-numbers-per-block-hour", 2)
        .start();
    for (name, number) in [("one", "+12125550110"), ("two", "+12125550111")] {
        let mut browser = newcomer(&portal, name);
        ask(&mut browser, number);
        portal.code("sms", number);
    }
    let mut third = newcomer(&portal, "three");
    ask(&mut third, "+12125550112");
    refused(&portal, "+12125550112", "new-numbers-block");
    // Another block is another matter.
    let mut fourth = newcomer(&portal, "four");
    ask(&mut fourth, "+12125550210");
    portal.code("sms", "+12125550210");
}

#[test]
fn frd_2_registering_does_not_use_up_what_resets_need() {
    let portal = Setup::new()
        .people(1)
        .with("limits", "sends-registering-day", 1)
        // What is refused takes no room from anybody.
        .with("limits", "sends-everywhere-day", 2)
        .start();
    let mut first = newcomer(&portal, "one");
    ask(&mut first, "+12125550110");
    portal.code("sms", "+12125550110");
    let mut second = newcomer(&portal, "two");
    ask(&mut second, "+13125550111");
    refused(&portal, "+13125550111", "sends-registering");
    let somebody = person(0);
    let mut browser = portal.browser();
    browser.begin_for(&somebody.name, "forgot");
    assert_eq!(browser.text(&somebody.phone), 303);
    portal.code("sms", &somebody.phone);
}

#[test]
fn frd_1_a_country_has_a_budget_of_its_own() {
    let portal = Setup::new()
        .people(1)
        .with("organisation", "countries", "[\"US\", \"ES\"]")
        .with("limits", "sends-per-country-hour", 1)
        .start();
    let mut first = newcomer(&portal, "one");
    ask(&mut first, "+34612345678");
    portal.code("sms", "+34612345678");
    let mut second = newcomer(&portal, "two");
    ask(&mut second, "+34698765432");
    refused(&portal, "+34698765432", "sends-country");
    let mut third = newcomer(&portal, "three");
    ask(&mut third, "+12125550110");
    portal.code("sms", "+12125550110");
}

#[test]
fn frd_3_a_country_that_is_stopped_registers_nobody_and_resets_go_on() {
    let portal = Setup::new().people(1).start();
    let mut first = newcomer(&portal, "one");
    ask(&mut first, "+12125550110");
    let code = portal.code("sms", "+12125550110");
    let verified = first.post("/register/phone/verify", &[("code", &code)]);
    assert_eq!(verified.status, 303);
    let somebody = person(0);
    let reset = |before: usize| {
        let mut browser = portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        assert_eq!(browser.text(&somebody.phone), 303);
        portal.wait("a code for a reset", |portal| {
            let messages = portal.messages();
            let own = messages.iter().filter(|one| one.to == somebody.phone);
            (own.count() > before).then_some(())
        });
    };
    reset(0);
    let status = || portal.command(&["messages", "status"], "");
    portal.wait("both deliveries", |_| {
        let said = status();
        let both = said.contains("US registering: 1 sent, 1 used, 100 %")
            && said.contains("US resets: 1 sent, 0 used, 0 %");
        both.then_some(())
    });
    let said = portal.command(&["messages", "stop", "us", "--hours", "12"], "");
    assert!(said.starts_with("US: stopped until"), "{said}");
    let again = portal.command(&["messages", "stop", "US"], "");
    assert!(again.contains("was stopped already"), "{again}");
    assert!(status().contains("US: registering is stopped since"));
    let mut second = newcomer(&portal, "two");
    ask(&mut second, "+12125550111");
    refused(&portal, "+12125550111", "the country is stopped");
    reset(1);
    let said = portal.command(&["messages", "resume", "US"], "");
    assert!(said.contains("registered again"), "{said}");
    let said = portal.command(&["messages", "resume", "US"], "");
    assert!(said.contains("was not stopped"), "{said}");
    let mut third = newcomer(&portal, "three");
    ask(&mut third, "+12125550112");
    portal.code("sms", "+12125550112");
    let (code, said) = portal.attempt(&["messages", "stop", "France"], "");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("two letters, such as US"), "{said}");
}

#[test]
fn frd_2_money_is_counted_and_registering_does_not_spend_all_of_it() {
    let portal = Setup::new()
        .people(1)
        .with("sms", "price", "0.5")
        .with("sms", "prices", "{ US = 0.75 }")
        .with("limits", "spend-registering-day", 1)
        .with("limits", "spend-day", 2)
        .start();
    let spent = |sum: &str| {
        portal.wait("what was spent", |portal| {
            let said = portal.command(&["messages", "status"], "");
            said.contains(&format!("Spent in 24 hours by sms: {sum}"))
                .then_some(())
        });
    };
    for (name, number, sum) in [
        ("one", "+12125550110", "0.7500"),
        ("two", "+13125550111", "1.5000"),
    ] {
        let mut browser = newcomer(&portal, name);
        ask(&mut browser, number);
        portal.code("sms", number);
        spent(sum);
    }
    let mut third = newcomer(&portal, "three");
    ask(&mut third, "+14155550112");
    refused(&portal, "+14155550112", "spend-registering");
    let somebody = person(0);
    let mut browser = portal.browser();
    browser.begin_for(&somebody.name, "forgot");
    assert_eq!(browser.text(&somebody.phone), 303);
    portal.code("sms", &somebody.phone);
    spent("2.2500");
    let metrics = portal.log();
    assert!(metrics.contains("the money for messages is spent"));
}

#[test]
fn frd_2_a_day_has_a_budget_of_its_own() {
    for (key, which) in [
        ("sends-per-prefix-day", "sends-prefix-day"),
        ("sends-per-country-day", "sends-country-day"),
        ("sends-everywhere-hour", "sends-everywhere-hour"),
    ] {
        let portal = Setup::new().with("limits", key, 1).start();
        let mut first = newcomer(&portal, "one");
        ask(&mut first, "+12125550110");
        portal.code("sms", "+12125550110");
        let mut second = newcomer(&portal, "two");
        ask(&mut second, "+12125550211");
        refused(&portal, "+12125550211", which);
    }
}
