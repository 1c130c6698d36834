//! EN: how long an answer takes tells nothing either.
//!
//! The method of `docs/abuse-cases.md`, sized for every run: classes interleaved at random on one warm connection, a
//! few hundred samples, and two bounds: medians within 5 ms, and a classifier by time alone right in at most 60 of 100.

use std::time::Duration;

use crate::browser::Browser;
use crate::portal::Setup;
use crate::walk::{WRONG, person};

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

    /// `most` is the largest difference of medians, in milliseconds; `sure` how often a classifier may be right.
    fn tell_nothing(&self, most: f64, sure: f64) {
        let (first, known) = &self.classes[0];
        for (name, others) in &self.classes[1..] {
            let (one, other) = (median(known), median(others));
            let told = told_apart(known, others);
            let line = format!("{first} {one:.2} ms, {name} {other:.2} ms, told apart {told:.3}");
            println!("{line}");
            assert!((one - other).abs() <= most, "{line}");
            assert!(told <= sure, "{line}");
        }
    }
}

/// A busy machine makes some hashes slow and none fast, so the fastest three are what tells classes apart.
fn fastest(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.iter().take(3).sum::<f64>() / 3.0
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

const EACH: usize = 250;

/// Registered people, strangers, disabled people and such as registered nothing, so many of each.
fn crowd(each: u32) -> (crate::portal::Portal, impl Fn(usize, usize) -> String) {
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

fn starts(each: usize, loaded: bool) {
    let (portal, name) = crowd(u32::try_from(each).unwrap());
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
    samples.tell_nothing(5.0, 0.6);
}

/// The start.
#[test]
fn en_002_starts_take_the_same_time() {
    starts(EACH, false);
}

/// The start, while others begin as well.
#[test]
fn en_004_starts_take_the_same_time_under_load() {
    starts(EACH, true);
}

/// A wrong code.
#[test]
fn en_003_wrong_codes_take_the_same_time() {
    const FLOWS: usize = 50;
    const TRIES: usize = 5;
    let (portal, name) = crowd(u32::try_from(FLOWS).unwrap());
    let mut samples = Samples::of(&CLASSES);
    let mut flows: Vec<Vec<Browser>> = Vec::new();
    for class in 0..CLASSES.len() {
        let begin = |number: usize| {
            let mut browser = portal.browser();
            browser.get("/reset");
            start(&mut browser, &name(class, number));
            browser.post("/reset/what", &[("goal", "forgot")]);
            assert_eq!(
                browser.text(&person(u32::try_from(number).unwrap()).phone),
                303
            );
            browser
        };
        flows.push((0..FLOWS).map(begin).collect());
    }
    portal.settled();
    for (class, number) in samples.order(FLOWS * TRIES) {
        let browser = &mut flows[class][number % FLOWS];
        assert_eq!(browser.verify(WRONG), 422);
        let took = browser.page.took;
        samples.add(class, took);
    }
    samples.tell_nothing(5.0, 0.6);
}

/// A wrong password. One hash each makes samples dear: there are few, their lower quarters are compared, and what is
/// looked for is a hash more or less;
/// and since a leak is there every time and noise is not, up to three times.
#[test]
fn en_012_wrong_passwords_take_the_same_time() {
    const SIGN_INS: usize = 20;
    let (portal, name) = crowd(u32::try_from(SIGN_INS).unwrap());
    portal.database().run(&format!(
        "UPDATE local_accounts SET locked_until = 9000000000000 WHERE name >= '{}'",
        person(u32::try_from(SIGN_INS * 2).unwrap()).name
    ));
    let mut browser = portal.browser();
    browser.get("/sign-in");
    let mut told = String::new();
    let mut samples = Samples::of(&["registered", "unknown", "disabled", "locked"]);
    for _ in 0..3 {
        for (class, number) in samples.order(SIGN_INS) {
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
        let typical: Vec<_> = samples
            .classes
            .iter()
            .map(|(_, times)| fastest(times))
            .collect();
        if typical
            .iter()
            .all(|other| (typical[0] - other).abs() <= typical[0] * 0.4)
        {
            return;
        }
        told = format!("{typical:?}");
    }
    panic!("three times told apart, at last by {told}");
}
