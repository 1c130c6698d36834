use proptest::prelude::*;

use super::*;

fn question(id: &str) -> QuestionId {
    QuestionId::parse(id).unwrap()
}

fn three() -> [QuestionId; 3] {
    [
        question("first-trip-alone"),
        question("first-wild-animal"),
        question("dinner-with-history"),
    ]
}

const BO: AnswerContext<'_> = AnswerContext {
    names: &["Bo Lindqvist"],
    addresses: &["bo.home@mail.example", "+12125550142"],
    sign_in: "bo",
};

fn faults(answers: [&str; 3]) -> Vec<(usize, SetFault)> {
    let [a, b, c] = three();
    let text = "Which town did you first travel to on your own?";
    check(
        &[
            (a, answers[0], text),
            (b, answers[1], text),
            (c, answers[2], text),
        ],
        &BO,
        3,
    )
}

#[test]
fn the_answers_of_the_demo_people_are_taken() {
    assert_eq!(faults(["lisbon", "kestrel", "hopper"]), []);
    assert_eq!(faults(["القاهرة", "Île d’Yeu", "São Tomé"]), []);
}

#[test]
fn the_bank_has_many_questions_and_each_once() {
    let ids: HashSet<&str> = QuestionId::all().map(QuestionId::as_str).collect();
    assert_eq!(ids.len(), QuestionId::all().count());
    assert!(ids.len() >= 45, "{}", ids.len());
    for id in QuestionId::all() {
        assert_eq!(QuestionId::parse(id.as_str()), Some(id));
        assert!(
            id.as_str()
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-')
        );
        assert_eq!(id.message_key(), format!("question-{}", id.as_str()));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<QuestionId>(&json).unwrap(), id);
    }
    assert!(serde_json::from_str::<QuestionId>("\"favourite-colour\"").is_err());
    assert_eq!(QuestionId::choose(""), Err(QuestionFault::Missing));
    assert_eq!(
        QuestionId::choose("favourite-colour"),
        Err(QuestionFault::Unknown)
    );
    assert!(QuestionId::choose("first-trip-alone").is_ok());
}

#[test]
fn spellings_of_one_answer_are_one_answer() {
    for (typed, same) in [
        ("  Saint-Étienne ", "saint etienne"),
        ("O'Neil", "oneil"),
        ("ＬＩＳＢＯＮ", "lisbon"),
        ("STRASSE", "straße"),
        ("Ελλάς", "ΕΛΛΑΣ"),
        ("Istanbul", "İSTANBUL"),
        ("new   york\t", "New\u{a0}York."),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("القاهرة", "القاهره"),
        ("محـــمد", "محمد"),
        ("١٩٨٤", "1984"),
        ("ﬁnch", "finch"),
    ] {
        assert_eq!(canonical(typed), canonical(same), "{typed}");
    }
    assert_ne!(canonical("lisbon"), canonical("lisbo"));
    assert_eq!(canonical(" ?!… 🙂 "), "");
}

#[test]
fn every_kind_of_bad_answer_is_refused_with_its_line() {
    for (typed, fault) in [
        ("", AnswerFault::Empty),
        (" ?! ", AnswerFault::Empty),
        ("ab", AnswerFault::TooShort { min: 3 }),
        ("a.b.", AnswerFault::TooShort { min: 3 }),
        ("e\u{301}\u{301}\u{301}", AnswerFault::TooShort { min: 3 }),
        ("123", AnswerFault::TooCommon),
        ("45678", AnswerFault::TooCommon),
        ("Password", AnswerFault::TooCommon),
        ("N/A", AnswerFault::TooCommon),
        ("none", AnswerFault::TooCommon),
        ("Test", AnswerFault::TooCommon),
        ("aaaa", AnswerFault::TooCommon),
        ("qwerty", AnswerFault::TooCommon),
        ("i don't know", AnswerFault::TooCommon),
        ("TOWN", AnswerFault::InQuestion),
        ("first travel", AnswerFault::InQuestion),
        ("lindqvist", AnswerFault::InNameOrAddress),
        ("Bo Lindqvist", AnswerFault::InNameOrAddress),
        ("bohome", AnswerFault::InNameOrAddress),
        ("55501", AnswerFault::InNameOrAddress),
        ("Kestrel", AnswerFault::SameAnswer),
        ("kes trel", AnswerFault::SameAnswer),
    ] {
        assert_eq!(
            faults(["lisbon", "kestrel", typed]),
            [(2, fault.into())],
            "{typed:?}"
        );
    }
    assert_eq!(
        faults(["lisbon", "kestrel", &"ab ".repeat(14)]),
        [(2, AnswerFault::TooLong.into())]
    );
    assert_eq!(
        faults(["lisbon", "kestrel", &"lisb on€s".repeat(5_000)]),
        [(2, AnswerFault::TooLong.into())]
    );
    assert_eq!(
        faults(["lisbon", "kestrel", &"xy".repeat(20)]),
        [],
        "forty are taken"
    );
    assert_eq!(faults(["x", "none", "x"]).len(), 3, "all faults at once");
}

#[test]
fn a_question_counts_once() {
    let [a, b, _] = three();
    let set = [(a, "lisbon", ""), (b, "kestrel", ""), (a, "hopper", "")];
    assert_eq!(check(&set, &BO, 3), [(2, QuestionFault::Repeated.into())]);
}

#[test]
fn keys_are_distinct_and_carry_their_numbers() {
    assert_eq!(
        SetFault::from(AnswerFault::TooShort { min: 4 }).argument(),
        Some(("min", 4))
    );
    assert_eq!(
        SetFault::from(AnswerFault::TooLong).argument(),
        Some(("max", 40))
    );
    assert_eq!(
        SetFault::from(QuestionFault::Unknown).key(),
        "fault-question-unknown"
    );
}

#[test]
fn the_set_is_the_same_in_any_order_and_letters_cannot_wander() {
    let [a, b, c] = three();
    let stored = canonical_set(&[(a, "Lisbon"), (b, "kestrel"), (c, "hopper")]);
    assert_eq!(
        stored,
        canonical_set(&[(c, "HOPPER "), (a, "lisbon."), (b, "kestrel")])
    );
    assert_ne!(
        stored,
        canonical_set(&[(b, "Lisbon"), (a, "kestrel"), (c, "hopper")])
    );
    assert_ne!(
        canonical_set(&[(a, "lisbonk"), (b, "estrel")]),
        canonical_set(&[(a, "lisbon"), (b, "kestrel")])
    );
    assert_eq!(
        canonical_set(&[(a, "ab")]).as_slice(),
        b"\0\0\0\x10first-trip-alone\0\0\0\x02ab"
    );
}

proptest! {
    #[test]
    fn canonical_twice_is_canonical_once(answer in "(\\PC|[ \\-']){0,60}") {
        let once = canonical(&answer);
        prop_assert_eq!(canonical(&once), once.clone());
        prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        prop_assert!(once.chars().all(|c| !c.is_control()));
    }

    #[test]
    fn capitals_and_spaces_around_never_matter(answer in "[a-zA-Zäöüéñ0-9 ]{1,30}") {
        prop_assert_eq!(canonical(&format!("  {}\t", answer.to_uppercase())), canonical(&answer));
    }

    #[test]
    fn any_set_is_answered(answers in prop::array::uniform3("\\PC{0,60}")) {
        let [a, b, c] = &answers;
        let _ = faults([a, b, c]);
    }
}
