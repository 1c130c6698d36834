use std::collections::HashSet;

use super::*;
use crate::testing::Chance;

const KEY: [u8; 32] = [5; 32];

fn code(seed: u64) -> RecoveryCode {
    RecoveryCode::random(&mut Chance::new(seed))
}

fn kept(code: &RecoveryCode, set: &Id<id::Method>) -> Kept {
    Kept {
        set: set.clone(),
        digest: code.digest(set, &DigestKey::new(KEY)),
    }
}

#[test]
fn a_code_is_eight_groups_of_four_and_hides_itself() {
    let code = code(1);
    let shown = code.shown();
    let groups: Vec<_> = shown.split(' ').collect();
    assert_eq!(groups.len(), 8);
    assert!(groups.iter().all(|group| group.len() == 4));
    assert_eq!(groups[0], code.look_up());
    assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
}

#[test]
fn a_code_has_128_bits_and_more_beyond_what_looks_it_up() {
    let random = crockford::LENGTH - LOOK_UP - 1;
    assert_eq!(random * 5, 135);
}

#[test]
fn a_set_has_ten_that_are_looked_up_differently() {
    for seed in 0..200 {
        let codes = set(&mut Chance::new(seed));
        let look_ups: HashSet<_> = codes.iter().map(RecoveryCode::look_up).collect();
        assert_eq!((codes.len(), look_ups.len()), (MANY, MANY));
    }
}

#[test]
fn only_the_very_code_of_the_very_set_is_recognised() {
    let key = DigestKey::new(KEY);
    let (one, other) = (code(1), code(2));
    let [set, newer] = [1, 2].map(|seed| Id::random(&mut Chance::new(seed)));
    let known = check(&one, Some(kept(&one, &set)), &key).unwrap();
    assert_eq!(
        (known.kind, known.destination.as_str()),
        (Kind::Codes, set.as_str())
    );
    assert_eq!(
        known.spends,
        Spends::Code {
            look_up: one.look_up().to_owned()
        }
    );
    assert_eq!(check(&other, Some(kept(&one, &set)), &key), None);
    assert_eq!(check(&one, None, &key), None);
    let moved = Kept {
        set: newer,
        ..kept(&one, &set)
    };
    assert_eq!(
        check(&one, Some(moved), &key),
        None,
        "a digest of another set"
    );
    let other_key = DigestKey::new([6; 32]);
    assert_eq!(check(&one, Some(kept(&one, &set)), &other_key), None);
    // What stands for nobody's is nobody's.
    let nobodys = Kept {
        set: Id::nobodys(),
        digest: CodeDigest::nobodys(),
    };
    assert_eq!(check(&one, Some(nobodys), &key), None);
}

#[test]
fn what_a_hand_writes_is_read() {
    let code = code(3);
    let shown = code.shown().to_string();
    let wide: String = shown
        .chars()
        .map(|c| match c {
            ' ' => '\u{3000}',
            c => char::from_u32(u32::from(c) - 0x21 + 0xFF01).unwrap(),
        })
        .collect();
    let arabic: String = shown
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(digit) => char::from_u32(0x0660 + digit).unwrap(),
            None => c,
        })
        .collect();
    for written in [
        shown.to_lowercase(),
        shown.replace(' ', "-"),
        shown.replace(' ', " – "),
        shown.replace(' ', ""),
        shown.replace('0', "o").replace('1', "l"),
        shown.replace('0', "O").replace('1', "I"),
        format!("\u{2068}{shown}\u{2069}\r\n"),
        wide,
        arabic,
    ] {
        assert_eq!(
            RecoveryCode::typed(&written),
            Some(code.clone()),
            "{written}"
        );
    }
}

#[test]
fn it_is_read_back_as_it_was_sealed() {
    let code = code(5);
    let text = serde_json::to_string(&code).unwrap();
    assert_eq!(serde_json::from_str::<RecoveryCode>(&text).unwrap(), code);
    assert!(serde_json::from_str::<RecoveryCode>("\"0\"").is_err());
}
