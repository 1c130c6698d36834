//! FRD: what known networks may still send when somebody else has used up the rest.

use crate::browser::Browser;
use crate::database::on_each_store;
use crate::portal::{Portal, Setup};
use crate::walk::person;

const PASSWORD: &str = "Quiet-Lantern-Gravel-57";
const INSIDE: &str = "10.1.2.3";
const OUTSIDE: &str = "203.0.113.9";

on_each_store! {
    /// A budget is spent: who sits in a known network gets codes from the reserve, as long as it lasts, and nobody else.
    frd_5_a_known_network_has_a_reserve => super::budgets;
    /// So it is where the money is spent.
    frd_5_the_reserve_is_there_without_money => super::money;
}

fn setup(setup: Setup) -> Setup {
    let networks = "[\"10.0.0.0/8\", \"2001:db8:10::/48\"]";
    setup.people(4).with("limits", "known-networks", networks)
}

/// Ask for a text for a reset, from an address as a listed proxy says it.
fn reset(portal: &Portal, number: u32, from: &str) {
    let somebody = person(number);
    let mut browser = portal.browser().from(from);
    browser.begin_for(&somebody.name, "forgot");
    assert_eq!(browser.text(&somebody.phone), 303);
}

/// Somebody with an account and nothing registered, signed in.
fn newcomer(portal: &Portal, name: &str, from: &str) -> Browser {
    portal.command(&["user", "add", name], &format!("{PASSWORD}\n"));
    let mut browser = portal.browser().from(from);
    assert!(browser.sign_in(name, PASSWORD), "{}", browser.page.body);
    browser
}

fn register(browser: &mut Browser, number: &str) {
    browser.get("/register/phone");
    let fields = [("country", "US"), ("number", number), ("channel", "sms")];
    assert_eq!(browser.post("/register/phone", &fields).status, 303);
}

/// So many codes have been refused by a limit; the log says by which, and nobody's number.
fn refused(portal: &Portal, times: usize, which: &str, number: &str) {
    portal.wait(&format!("refusals by {which}"), |portal| {
        let log = portal.log();
        let refusals = log
            .lines()
            .filter(|line| line.contains("a code was not sent"));
        let own = refusals.filter(|line| line.contains(which));
        (own.count() == times).then_some(())
    });
    assert!(!portal.log().contains(number), "the log tells the number");
    let messages = portal.messages();
    assert!(messages.iter().all(|message| message.to != number));
}

fn reserved(portal: &Portal, wanted: &str) {
    let said = portal.command(&["messages", "status"], "");
    assert!(said.contains(wanted), "{said}");
}

fn budgets(on: Setup) {
    let portal = setup(on)
        .with("limits", "sends-everywhere-hour", 1)
        .with("limits", "known-networks-hour", 2)
        .start();
    reserved(
        &portal,
        "Reserve of known networks: 0 of 2 used within the hour",
    );
    let [first, second, third, fourth] = [0, 1, 2, 3].map(|number| person(number).phone);
    reset(&portal, 0, OUTSIDE);
    portal.code("sms", &first);
    reset(&portal, 1, OUTSIDE);
    refused(&portal, 1, "sends-everywhere-hour", &second);
    // What stands in front of the last address was written by whoever asks.
    reset(&portal, 1, &format!("{INSIDE}, {OUTSIDE}"));
    refused(&portal, 2, "sends-everywhere-hour", &second);
    reserved(&portal, "0 of 2 used within the hour");
    reset(&portal, 1, INSIDE);
    portal.code("sms", &second);
    reset(&portal, 2, "2001:db8:10:7::1");
    portal.code("sms", &third);
    let log = portal.log();
    let lines = log.lines();
    let leaving = lines.filter(|line| line.contains("a code leaves from the reserve"));
    assert_eq!(leaving.count(), 2);
    reserved(
        &portal,
        "2 of 2 used within the hour, 2 of 2000 within the day",
    );
    reset(&portal, 3, INSIDE);
    refused(&portal, 3, "sends-everywhere-hour", &fourth);
    assert!(
        portal
            .log()
            .contains("the reserve of known networks is used up")
    );
    // An hour that is used up takes nothing from the day.
    reserved(
        &portal,
        "2 of 2 used within the hour, 2 of 2000 within the day",
    );
}

fn money(on: Setup) {
    let portal = setup(on)
        .with("sms", "price", "1.0")
        .with("limits", "spend-day", 1)
        .start();
    let [first, second] = [0, 1].map(|number| person(number).phone);
    reset(&portal, 0, OUTSIDE);
    portal.code("sms", &first);
    portal.wait("the money to be spent", |portal| {
        let said = portal.command(&["messages", "status"], "");
        said.contains("Spent in 24 hours by sms: 1.0000")
            .then_some(())
    });
    reset(&portal, 1, OUTSIDE);
    refused(&portal, 1, "spend-day", &second);
    reset(&portal, 1, INSIDE);
    portal.code("sms", &second);
    reserved(
        &portal,
        "1 of 400 used within the hour, 1 of 2000 within the day",
    );
}

/// However many budgets are spent, a code is one code of the reserve.
#[test]
fn frd_5_a_code_is_counted_once() {
    let portal = setup(Setup::new())
        .with("sms", "price", "1.0")
        .with("limits", "spend-day", 1)
        .with("limits", "sends-everywhere-hour", 1)
        .with("limits", "sends-per-prefix-day", 1)
        .start();
    let [first, second] = [0, 1].map(|number| person(number).phone);
    reset(&portal, 0, OUTSIDE);
    portal.code("sms", &first);
    portal.settled();
    reset(&portal, 1, INSIDE);
    portal.code("sms", &second);
    reserved(
        &portal,
        "1 of 400 used within the hour, 1 of 2000 within the day",
    );
}

/// A country that is stopped: the reserve lets a known network register a number there.
#[test]
fn frd_5_a_known_network_registers_where_registering_is_stopped() {
    let portal = setup(Setup::new()).start();
    portal.command(&["messages", "stop", "US"], "");
    let mut outside = newcomer(&portal, "one", OUTSIDE);
    register(&mut outside, "+12125550110");
    refused(&portal, 1, "the country is stopped", "+12125550110");
    let mut inside = newcomer(&portal, "two", INSIDE);
    register(&mut inside, "+13125550111");
    portal.code("sms", "+13125550111");
    reserved(&portal, "1 of 400 used within the hour");
}

/// What protects one person, and the look at numbers that are counted through, hold in a known network as well.
#[test]
fn frd_5_the_reserve_lifts_nothing_that_protects_somebody() {
    let portal = setup(Setup::new())
        .with("limits", "sends-everywhere-hour", 1)
        .with("limits", "sends-per-destination-hour", 1)
        .with("limits", "new-numbers-per-block-hour", 1)
        .start();
    let mut one = newcomer(&portal, "one", INSIDE);
    register(&mut one, "+12125550110");
    portal.code("sms", "+12125550110");
    let mut two = newcomer(&portal, "two", INSIDE);
    register(&mut two, "+12125550111");
    refused(&portal, 1, "new-numbers-block", "+12125550111");
    let mut three = newcomer(&portal, "three", INSIDE);
    register(&mut three, "+13125550110");
    portal.code("sms", "+13125550110");
    let mut four = newcomer(&portal, "four", INSIDE);
    register(&mut four, "+13125550110");
    portal.wait("a refusal for the number", |portal| {
        portal.log().contains("destination-hour").then_some(())
    });
    reserved(&portal, "1 of 400 used within the hour");
    // Neither does a number of another country, or of a kind that is never called.
    let mut browser = newcomer(&portal, "five", INSIDE);
    browser.get("/register/phone");
    for number in ["+34612345678", "+19005550110"] {
        let fields = [("country", "US"), ("number", number), ("channel", "sms")];
        assert_eq!(
            browser.post("/register/phone", &fields).status,
            422,
            "{number}"
        );
    }
}

/// An address that nobody trusted has written is no known network.
#[test]
fn frd_5_forged_addresses_are_not_known() {
    let portal = setup(Setup::new())
        .with("server", "trusted-proxies", "[\"192.0.2.7/32\"]")
        .with("limits", "sends-everywhere-hour", 1)
        .start();
    let [first, second] = [0, 1].map(|number| person(number).phone);
    reset(&portal, 0, INSIDE);
    portal.code("sms", &first);
    reset(&portal, 1, INSIDE);
    refused(&portal, 1, "sends-everywhere-hour", &second);
}

/// A proxy that says nothing of whom it speaks for: its own network says nothing either.
#[test]
fn frd_5_a_proxy_is_no_known_network() {
    let portal = setup(Setup::new())
        .with("limits", "known-networks", "[\"127.0.0.0/8\"]")
        .with("limits", "sends-everywhere-hour", 1)
        .start();
    let [first, second] = [0, 1].map(|number| person(number).phone);
    for number in [0, 1] {
        let mut browser = portal.browser();
        browser.begin_for(&person(number).name, "forgot");
        assert_eq!(browser.text(&person(number).phone), 303);
        if number == 0 {
            portal.code("sms", &first);
        }
    }
    refused(&portal, 1, "sends-everywhere-hour", &second);
}
