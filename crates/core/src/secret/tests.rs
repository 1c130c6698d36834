use proptest::prelude::*;

use super::*;
use crate::testing::Chance;

fn binding() -> Binding<'static> {
    Binding {
        purpose: Purpose::Reset,
        flow: "f",
        gate: 1,
        way: "sms",
        challenge: "c",
        destination: "d",
    }
}

#[test]
fn a_code_keeps_its_leading_zeros() {
    let mut rng = Chance::new(1);
    let codes: Vec<_> = (0..2000)
        .map(|_| OneTimeCode::random(&mut rng, 6))
        .collect();
    assert!(codes.iter().all(|code| code.expose().len() == 6));
    let low = codes
        .iter()
        .filter(|code| code.expose().starts_with('0'))
        .count();
    assert!(
        (120..=280).contains(&low),
        "{low} of 2000 begin with a zero"
    );
}

#[test]
fn codes_of_every_length_are_spread_over_the_whole_range() {
    let mut rng = Chance::new(2);
    for digits in 1..=18 {
        let code = OneTimeCode::random(&mut rng, digits);
        assert_eq!(code.expose().len(), usize::from(digits));
    }
    assert_eq!(OneTimeCode::random(&mut rng, 40).expose().len(), 18);
    assert_eq!(OneTimeCode::random(&mut rng, 0).expose().len(), 1);
}

#[test]
fn only_ascii_digits_of_the_exact_length_are_a_code() {
    assert_eq!(
        OneTimeCode::typed(" 123 456 ", 6).unwrap().expose(),
        "123456"
    );
    for text in [
        "12345",
        "1234567",
        "１２３４５６",
        "0x1E24",
        "1.2e56",
        "+12345",
        "-12345",
        "12345\n",
        "",
        "null",
    ] {
        assert!(OneTimeCode::typed(text, 6).is_none(), "{text:?}");
    }
    assert!(OneTimeCode::typed(&" ".repeat(100), 6).is_none());
    assert!(OneTimeCode::typed(&format!("{}123456", " ".repeat(58)), 6).is_some());
    assert!(OneTimeCode::typed(&format!("{}123456", " ".repeat(59)), 6).is_none());
}

#[test]
fn a_digest_is_bound_to_every_part() {
    let key = DigestKey::new([7; 32]);
    let code = OneTimeCode::typed("123456", 6).unwrap();
    let base = key.digest(&binding(), &code);
    assert!(base.matches(&key.digest(&binding(), &code)));
    let others = [
        Binding {
            purpose: Purpose::Unlock,
            ..binding()
        },
        Binding {
            purpose: Purpose::Enrol,
            ..binding()
        },
        Binding {
            purpose: Purpose::Confirm,
            ..binding()
        },
        Binding {
            flow: "g",
            ..binding()
        },
        Binding {
            gate: 2,
            ..binding()
        },
        Binding {
            way: "voice",
            ..binding()
        },
        Binding {
            challenge: "x",
            ..binding()
        },
        Binding {
            destination: "",
            ..binding()
        },
        Binding {
            flow: "fs",
            way: "ms",
            ..binding()
        },
    ];
    for other in others {
        assert!(!base.matches(&key.digest(&other, &code)));
    }
    let wrong = OneTimeCode::typed("123457", 6).unwrap();
    assert!(!base.matches(&key.digest(&binding(), &wrong)));
    assert!(!base.matches(&DigestKey::new([8; 32]).digest(&binding(), &code)));
    assert_ne!(key.index("name", "a"), key.index("phone", "a"));
    assert_ne!(key.index("name", "a"), key.index("name", "b"));
    assert_eq!(key.index("name", "a"), key.index("name", "a"));
}

#[test]
fn secrets_do_not_show_in_debug() {
    let mut rng = Chance::new(3);
    let code = OneTimeCode::random(&mut rng, 6);
    let token = Token::random(&mut rng);
    let key = DigestKey::new([1; 32]);
    let digest = key.digest(&binding(), &code);
    assert_eq!(format!("{code:?}"), "OneTimeCode(…)");
    assert_eq!(format!("{token:?}"), "Token(…)");
    assert_eq!(format!("{key:?}"), "DigestKey(…)");
    assert_eq!(format!("{digest:?}"), "CodeDigest(…)");
}

#[test]
fn tokens_have_their_bits_and_read_back() {
    let mut rng = Chance::new(4);
    let (long, short) = (Token::random(&mut rng), Token::short(&mut rng));
    assert_eq!((long.expose().len(), short.expose().len()), (43, 22));
    assert_ne!(long.expose(), Token::random(&mut rng).expose());
    assert_eq!(
        Token::presented(long.expose()).unwrap().digest(),
        long.digest()
    );
    assert!(Token::presented(short.expose()).is_some());
    for text in [
        "",
        "short",
        "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ",
        &"a".repeat(44),
        &"a".repeat(21),
        &format!("{};", "a".repeat(25)),
    ] {
        assert!(Token::presented(text).is_none(), "{text}");
    }
}

proptest! {
    #[test]
    fn a_stored_digest_reads_back(bytes in any::<[u8; 32]>()) {
        let text = serde_json::to_string(&CodeDigest(bytes)).unwrap();
        prop_assert!(serde_json::from_str::<CodeDigest>(&text).unwrap().matches(&CodeDigest(bytes)));
    }

    #[test]
    fn nothing_typed_makes_it_panic(text in ".*", digits in 0_u8..20) {
        let _ = OneTimeCode::typed(&text, digits);
        let _ = Token::presented(&text);
    }
}
