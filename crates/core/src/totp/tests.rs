//! The vectors of RFC 4226 and RFC 6238, and what must hold for every secret.

use proptest::prelude::*;

use super::*;
use crate::testing::Chance;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn app(algorithm: Algorithm, secret: &[u8], digits: u8) -> App {
    App {
        name: AppName("My phone".to_owned()),
        secret: Secret(secret.to_vec()),
        algorithm,
        digits,
        period: 30,
    }
}

fn random(seed: u64) -> App {
    App::new(AppName("My phone".to_owned()), &mut Chance::new(seed))
}

fn registered(seed: u64, used: i64) -> Registered {
    Registered {
        destination: format!("app {seed}"),
        app: random(seed),
        used,
    }
}

fn code(app: &App, step: i64) -> OneTimeCode {
    typed(&app.code(step)).unwrap()
}

/// RFC 4226, appendix D.
#[test]
fn counters_give_the_codes_of_rfc_4226() {
    let app = app(Algorithm::Sha1, b"12345678901234567890", 6);
    let expected = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];
    for (counter, expected) in expected.iter().enumerate() {
        assert_eq!(*app.code(i64::try_from(counter).unwrap()), *expected);
    }
    assert_eq!(*app.code(-1), "", "there was no step before the first");
}

/// RFC 6238, appendix B, with the secrets of its erratum 2866.
#[test]
fn moments_give_the_codes_of_rfc_6238() {
    let secret = |length| b"1234567890".iter().copied().cycle().take(length);
    let secrets: Vec<Vec<u8>> = [20, 32, 64].map(|n| secret(n).collect()).to_vec();
    let table = [
        (59, ["94287082", "46119246", "90693936"]),
        (1_111_111_109, ["07081804", "68084774", "25091201"]),
        (1_111_111_111, ["14050471", "67062674", "99943326"]),
        (1_234_567_890, ["89005924", "91819424", "93441116"]),
        (2_000_000_000, ["69279037", "90698825", "38618901"]),
        (20_000_000_000, ["65353130", "77737706", "47863826"]),
    ];
    let algorithms = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
    for (seconds, expected) in table {
        let at = Timestamp::from_millis(seconds * 1000);
        for ((algorithm, secret), expected) in algorithms.iter().zip(&secrets).zip(expected) {
            let app = app(*algorithm, secret, 8);
            assert_eq!(*app.code(app.step(at)), expected, "{algorithm:?} {seconds}");
            let code = typed(expected).unwrap();
            assert_eq!(app.matches(&code, at, 0), Ok(app.step(at)));
        }
    }
}

#[test]
fn the_address_says_what_apps_do_not_assume() {
    let mut app = app(Algorithm::Sha1, b"12345678901234567890", 6);
    assert_eq!(
        *app.uri("Campus & Co: Öst", "ana maria@campus.example"),
        "otpauth://totp/Campus%20%26%20Co%3A%20%C3%96st:ana%20maria%40campus.example\
         ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Campus%20%26%20Co%3A%20%C3%96st"
    );
    assert_eq!(*app.key(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    app.algorithm = Algorithm::Sha512;
    app.digits = 8;
    app.period = 60;
    let uri = app.uri("x", "y");
    assert!(uri.ends_with("&issuer=x&algorithm=SHA512&digits=8&period=60"));
    app.algorithm = Algorithm::Sha256;
    assert!(app.uri("x", "y").contains("&algorithm=SHA256&"));
}

#[test]
fn a_secret_has_160_bits_and_hides_itself() {
    let app = random(3);
    assert_eq!(app.secret.0.len(), 20);
    assert_ne!(app.secret, random(4).secret);
    assert!(!format!("{app:?}").contains(&app.secret.base32()));
    let stored = serde_json::to_string(&app).unwrap();
    assert_eq!(serde_json::from_str::<App>(&stored).unwrap(), app);
    assert!(Secret::try_from("not Base32!".to_owned()).is_err());
}

#[test]
fn names_are_short_and_turn_nothing_around() {
    assert_eq!(AppName::parse("  My phone ").unwrap().as_str(), "My phone");
    assert_eq!(AppName::parse("هاتفي").unwrap().as_str(), "هاتفي");
    assert_eq!(AppName::parse(" \t"), Err(NameFault::Empty));
    assert_eq!(AppName::parse(&"é".repeat(41)), Err(NameFault::Long));
    assert!(AppName::parse(&"é".repeat(40)).is_ok());
    for turned in ["a\u{202E}b", "a\u{2067}b", "a\nb", "a\u{7}b"] {
        assert_eq!(AppName::parse(turned), Err(NameFault::Signs));
    }
    for fault in [NameFault::Empty, NameFault::Long, NameFault::Signs] {
        assert!(fault.key().starts_with("fault-app-name-"));
    }
}

#[test]
fn a_step_is_taken_once_and_no_older_one_after_it() {
    let mut known = registered(1, i64::MIN);
    let present = known.app.step(NOW);
    let ask = |known: &Registered, step: i64| {
        let code = code(&known.app, step);
        check(std::slice::from_ref(known), &code, NOW, 1).seen
    };
    let seen = ask(&known, present).unwrap();
    assert_eq!((seen.destination.as_str(), seen.step), ("app 1", present));
    known.used = seen.step;
    assert_eq!(ask(&known, present), None, "the same");
    assert_eq!(ask(&known, present - 1), None, "an older one");
    assert_eq!(ask(&known, present + 1).unwrap().step, present + 1);
}

#[test]
fn a_code_some_steps_off_is_refused_and_told_to_operators() {
    let known = [registered(1, 0), registered(2, 0)];
    let present = known[1].app.step(NOW);
    for (off, seconds, behind) in [(-2, 60, true), (2, 60, false), (20, 600, false)] {
        let code = code(&known[1].app, present + off);
        let found = check(&known, &code, NOW, 1);
        assert_eq!(found.seen, None);
        let by = Duration::from_secs(seconds);
        assert_eq!(found.off, Some(Off { by, behind }));
        let matched = known[1].app.matches(&code, NOW, 1);
        assert_eq!(matched, Err(found.off));
    }
    for off in [-21, 21] {
        let code = code(&known[1].app, present + off);
        assert_eq!(check(&known, &code, NOW, 1), Found::default());
    }
}

#[test]
fn nobody_has_no_right_code() {
    let nobody = Registered::nobody(&mut Chance::new(1));
    let code = code(&nobody.app, nobody.app.step(NOW));
    assert_eq!(check(&[nobody], &code, NOW, 1), Found::default());
}

#[test]
fn six_to_eight_digits_are_a_code() {
    for text in ["123456", "1234567", "1234 5678", " 123 456 "] {
        assert!(typed(text).is_some(), "{text}");
    }
    for text in ["", "12345", "123456789", "12345a", "١٢٣٤٥٦"] {
        assert!(typed(text).is_none(), "{text}");
    }
}

proptest! {
    /// Whatever is typed when, in any order: no step twice, none before one that was taken, and nothing from afar.
    #[test]
    fn steps_that_are_taken_only_grow(
        seed: u64,
        around in 0_u8..=1,
        tries in proptest::collection::vec((0_u64..90, -4_i64..=4), 1..40),
    ) {
        let mut known = registered(seed, i64::MIN);
        let mut now = NOW;
        let mut taken: Vec<i64> = Vec::new();
        for (gap, off) in tries {
            now = now.plus(Duration::from_secs(gap));
            let present = known.app.step(now);
            let code = code(&known.app, present + off);
            let found = check(std::slice::from_ref(&known), &code, now, around);
            let fresh = taken.last().is_none_or(|last| present + off > *last);
            // Two steps may have one code by chance; none of these seeds is that unlucky every time.
            if let Some(seen) = found.seen {
                prop_assert!((seen.step - present).abs() <= i64::from(around));
                prop_assert!(taken.last().is_none_or(|last| seen.step > *last));
                known.used = seen.step;
                taken.push(seen.step);
            } else {
                prop_assert!(!(fresh && off.abs() <= i64::from(around)));
            }
        }
    }

    #[test]
    fn another_secret_gives_other_codes(one: u64, other: u64) {
        prop_assume!(one != other);
        let known = registered(one, i64::MIN);
        let present = known.app.step(NOW);
        let wrong = (0..3).filter(|off| {
            let code = code(&random(other), present + off);
            check(std::slice::from_ref(&known), &code, NOW, 1).seen.is_some()
        });
        prop_assert!(wrong.count() < 3);
    }
}
