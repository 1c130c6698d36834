//! EN: how long an answer takes tells nothing either. A hunt and no test: what must never differ, the work, is tested in
//! `crates/keymend/src/web/tests/effort.rs`; here `cargo xtask timing` looks for what nobody thought of.
//!
//! The method of `docs/abuse-cases.md`: classes interleaved at random on one warm connection, a thousand samples each,
//! and two bounds: medians within 5 ms, and a classifier by time alone right in at most 55 of 100.

use std::time::Duration;

use crate::browser::Browser;
use crate::portal::{Portal, Setup};
use crate::walk::{WRONG, person};

/// Largest difference of medians, in milliseconds.
const MOST: f64 = 5.0;
/// How often a classifier may be right.
const SURE: f64 = 0.55;

/// Samples of each class.
fn each() -> usize {
    let asked = std::env::var("KEYMEND_TIMING_SAMPLES").ok();
    asked.map_or(1000, |number| number.parse().unwrap())
}

/// Samples in milliseconds by class, the first of which is the one that the others are held against.
struct Samples {
    classes: Vec<(&'static str, Vec<f64>)>,
    random: u64,
}

impl Samples {
    fn of(classes: &[&'static str]) -> Self {
        let classes = classes.iter().map(|name| (*name, Vec::new())).collect();
        Self {
            classes,
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// Every class so many times, in random order.
    fn order(&mut self, each: usize) -> Vec<(usize, usize)> {
        let classes = self.classes.len();
        let mut order: Vec<_> = (0..each * classes)
            .map(|number| (number % classes, number / classes))
            .collect();
        for at in (1..order.len()).rev() {
            // Xorshift: an order that is the same in every run and follows nothing.
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            let other = usize::try_from(self.random % (at as u64 + 1)).unwrap();
            order.swap(at, other);
        }
        order
    }

    fn add(&mut self, class: usize, took: Duration) {
        self.classes[class].1.push(took.as_secs_f64() * 1000.0);
    }

    /// Print what was measured, and hold it against the bounds.
    fn tell_nothing(&self, what: &str) {
        let (first, known) = &self.classes[0];
        println!("{what}, {} samples a class", known.len());
        println!("{first:>20}: median {:8.3} ms", median(known));
        let mut told = Vec::new();
        for (name, others) in &self.classes[1..] {
            let (apart, area) = (median(others) - median(known), told_apart(known, others));
            let holds = apart.abs() <= MOST && area <= SURE;
            let word = if holds { "holds" } else { "DIFFERS" };
            println!(
                "{name:>20}: median {:8.3} ms, {apart:+.3} ms, told apart {area:.3}: {word}",
                median(others)
            );
            if !holds {
                told.push(*name);
            }
        }
        assert!(told.is_empty(), "{what}: {told:?} can be told from {first}");
    }
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Area under the curve of a classifier that knows the time only: 0.5 is a coin, 1.0 is certainty.
fn told_apart(one: &[f64], other: &[f64]) -> f64 {
    let (mut wins, mut pairs) = (0.0, 0.0);
    for a in one {
        for b in other {
            pairs += 1.0;
            wins += if a < b {
                1.0
            } else if a > b {
                0.0
            } else {
                0.5
            };
        }
    }
    let area: f64 = wins / pairs;
    area.max(1.0 - area)
}

/// Registered people, strangers, disabled people and such as registered nothing, so many of each.
fn crowd(each: usize) -> (Portal, impl Fn(usize, usize) -> String) {
    let each = u32::try_from(each).unwrap();
    let portal = Setup::new().loose().people(each * 3).start();
    let database = portal.database();
    let (first, last) = (person(each).name, person(each * 2).name);
    database.run(&format!(
        "UPDATE local_accounts SET enabled = FALSE WHERE name >= '{first}' AND name < '{last}'"
    ));
    database.run(&format!(
        "DELETE FROM methods WHERE account IN (SELECT id FROM accounts WHERE name >= '{last}')"
    ));
    let name = move |class: usize, number: usize| {
        let number = u32::try_from(number).unwrap();
        match class {
            0 => person(number).name,
            1 => format!("nobody-{number:07}"),
            2 => person(each + number).name,
            _ => person(each * 2 + number).name,
        }
    };
    (portal, name)
}

const CLASSES: [&str; 4] = ["registered", "unknown", "disabled", "nothing registered"];

fn start(browser: &mut Browser, name: &str) -> Duration {
    let answer = browser.post("/reset", &[("name", name), ("seal", ""), ("work", "")]);
    assert_eq!(answer.status, 303);
    answer.took
}

fn starts(what: &str, loaded: bool) {
    let each = each();
    let (portal, name) = crowd(each);
    let mut samples = Samples::of(&CLASSES);
    let mut browser = portal.browser();
    browser.get("/reset");
    for warm in 0..20 {
        start(&mut browser, &format!("warm-{warm}"));
    }
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        if loaded {
            scope.spawn(|| {
                let mut other = portal.browser();
                for number in 0.. {
                    if over.load(std::sync::atomic::Ordering::Relaxed) {
                        break;
                    }
                    other.get("/reset");
                    start(&mut other, &format!("load-{number}"));
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
        }
        for (class, number) in samples.order(each) {
            let took = start(&mut browser, &name(class, number));
            samples.add(class, took);
        }
        over.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    drop(portal);
    samples.tell_nothing(what);
}

/// The start.
#[test]
#[ignore = "a hunt: cargo xtask timing"]
fn en_002_starts_take_the_same_time() {
    starts("start", false);
}

/// The start, while others begin as well.
#[test]
#[ignore = "a hunt: cargo xtask timing"]
fn en_004_starts_take_the_same_time_under_load() {
    starts("start under load", true);
}

/// A wrong code.
#[test]
#[ignore = "a hunt: cargo xtask timing"]
fn en_003_wrong_codes_take_the_same_time() {
    const TRIES: usize = 5;
    let flows = each().div_ceil(TRIES);
    let (portal, name) = crowd(flows);
    let mut samples = Samples::of(&CLASSES);
    let mut browsers: Vec<Vec<Browser>> = Vec::new();
    for class in 0..CLASSES.len() {
        let begin = |number: usize| {
            let mut browser = portal.browser();
            browser.get("/reset");
            start(&mut browser, &name(class, number));
            browser.post("/reset/what", &[("goal", "forgot")]);
            let number = u32::try_from(number).unwrap();
            assert_eq!(browser.text(&person(number).phone), 303);
            browser
        };
        browsers.push((0..flows).map(begin).collect());
    }
    portal.settled();
    for (class, number) in samples.order(flows * TRIES) {
        let browser = &mut browsers[class][number % flows];
        assert_eq!(browser.verify(WRONG), 422);
        let took = browser.page.took;
        samples.add(class, took);
    }
    drop(portal);
    samples.tell_nothing("wrong code");
}

/// A wrong password.
#[test]
#[ignore = "a hunt: cargo xtask timing"]
fn en_012_wrong_passwords_take_the_same_time() {
    let each = each();
    let (portal, name) = crowd(each);
    portal.database().run(&format!(
        "UPDATE local_accounts SET locked_until = 9000000000000 WHERE name >= '{}'",
        person(u32::try_from(each * 2).unwrap()).name
    ));
    let mut browser = portal.browser();
    browser.get("/sign-in");
    let mut samples = Samples::of(&["registered", "unknown", "disabled", "locked"]);
    for (class, number) in samples.order(each) {
        let name = name(class, number);
        let fields = [
            ("name", name.as_str()),
            ("password", "not the password"),
            ("next", "register"),
        ];
        assert_eq!(browser.post("/sign-in", &fields).status, 422);
        let took = browser.page.took;
        samples.add(class, took);
    }
    drop(portal);
    samples.tell_nothing("wrong password");
}
