use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::{Arg, Catalogue, ENGLISH, LANGUAGES, OTHERS, Source, messages, variables};

fn sources() -> Vec<&'static Source> {
    let all: Vec<_> = std::iter::once(&ENGLISH).chain(&OTHERS).collect();
    assert_eq!(
        all.iter().map(|source| source.language).collect::<Vec<_>>(),
        LANGUAGES
    );
    all
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let expected: HashMap<_, _> = messages(ENGLISH.text).into_iter().collect();
    for source in sources() {
        let found = messages(source.text);
        let keys: BTreeSet<_> = found.iter().map(|(key, _)| *key).collect();
        assert_eq!(
            keys.len(),
            found.len(),
            "{}: a message is there twice",
            source.language
        );
        assert_eq!(
            keys,
            expected.keys().copied().collect(),
            "{}",
            source.language
        );
        for (key, body) in found {
            assert_eq!(
                variables(body),
                variables(expected[key]),
                "{}: {key}",
                source.language
            );
        }
    }
}

#[test]
fn fluent_reads_every_message_and_renders_it_for_any_number() {
    let catalogue = Catalogue::built_in();
    for source in sources() {
        let read = fluent_bundle::FluentResource::try_new(source.text.to_owned());
        assert!(
            read.is_ok(),
            "{}: {:?}",
            source.language,
            read.err().map(|(_, errors)| errors)
        );
        let words = catalogue.words(source.language);
        for (key, body) in messages(source.text) {
            for number in [0, 1, 2, 3, 6, 8, 11, 15, 100, 256] {
                let args: Vec<_> = variables(body)
                    .into_iter()
                    .map(|name| (name, Arg::Number(number)))
                    .collect();
                let text = words.f(key, &args);
                assert!(
                    !text.is_empty() && !text.contains('{'),
                    "{}: {key}: {text}",
                    source.language
                );
                if body.contains("->") {
                    assert!(
                        text.contains(&number.to_string()),
                        "{}: {key}: {text}",
                        source.language
                    );
                }
            }
        }
    }
}

#[test]
fn arabic_has_a_form_for_each_of_its_six_kinds_of_number() {
    let arabic = OTHERS
        .iter()
        .find(|source| source.language == "ar")
        .unwrap();
    for (key, body) in messages(arabic.text) {
        let selectors = body.matches("->").count();
        for kind in ["[zero]", "[one]", "[two]", "[few]", "[many]", "*[other]"] {
            assert_eq!(body.matches(kind).count(), selectors, "{key}: {kind}");
        }
    }
}

#[test]
fn the_fixed_texts_stay_fixed() {
    let catalogue = Catalogue::built_in();
    let english = catalogue.words("en");
    for (key, text) in [
        ("register-title", "don't lose access to your account!"),
        (
            "row-phone-missing",
            "authentication phone is not configured",
        ),
        (
            "row-email-missing",
            "authentication email is not configured",
        ),
        (
            "row-questions-missing",
            "security questions are not configured",
        ),
        ("set-up-now", "set it up now"),
        ("change", "change"),
        (
            "register-enough",
            "thanks! we'll use the info below to recover your account if you forget your password. click \"finish\" to close this page.",
        ),
        (
            "email-lead",
            "please verify your authentication email address below.",
        ),
        (
            "sent-email",
            "we've sent an email message containing a verification code to your inbox.",
        ),
        ("questions-lead", "please select questions to answer below."),
        ("goal-forgot", "i forgot my password"),
        ("goal-locked", "i know my password, but still can't sign in"),
        ("try-another-way", "try another way"),
        ("cannot-use", "i cannot use any of these"),
        ("text-me", "text me"),
        ("call-me", "call me"),
        ("verify", "verify"),
        ("try-again", "try again"),
        ("back", "back"),
        ("email-me", "email me"),
        ("save-answers", "save answers"),
        ("finish", "finish"),
        ("cancel", "cancel"),
        ("looks-good", "looks good"),
        ("still-right-title", "is this still right?"),
        ("name-label", "sign-in name"),
        ("password-label", "password"),
        ("country-label", "country or region"),
        ("number-label", "phone number"),
        ("email-label", "authentication email"),
        ("code-label", "security code"),
        ("new-password-label", "new password"),
    ] {
        assert_eq!(english.t(key).to_lowercase(), text);
    }
    assert_eq!(
        english.f(
            "questions-rule",
            &[("count", 3.into()), ("least", 3.into())]
        ),
        "Your admin requires you to set up 3 questions, and answers must be at least 3 characters long."
    );
    assert_eq!(
        english.f("row-questions-set", &[("count", 3.into())]),
        "3 Security Questions are configured"
    );
    let destination = [("value", Arg::from("X"))];
    assert_eq!(
        english.f("row-phone-set", &destination),
        "Authentication Phone is set to X"
    );
    assert_eq!(
        english.f("row-email-set", &destination),
        "Authentication Email is set to X"
    );
    assert_eq!(
        english.f("question-label", &[("number", 1.into())]),
        "Security question 1"
    );
    assert_eq!(
        english.f("answer-label", &[("number", 1.into())]),
        "Answer 1"
    );
}

#[test]
fn a_code_by_text_fits_one_message_and_says_who_and_why_at_once() {
    let catalogue = Catalogue::built_in();
    let args = [
        ("organisation", Arg::from("University of Anytown Sys")),
        ("code", Arg::from("12345678")),
        ("host", Arg::from("reset.accounts.example-uni.edu")),
    ];
    let purposes = [
        ("reset", "Password reset"),
        ("unlock", "Account unlock"),
        ("enrol", "Phone set-up"),
        ("confirm", "Confirm change"),
    ];
    for language in LANGUAGES {
        let mut openings = BTreeSet::new();
        for (purpose, words) in purposes {
            let text = catalogue
                .words(language)
                .f(&format!("sms-code-{purpose}"), &args);
            let opening: String = text.chars().take(40).collect();
            let (_, bound) = text.rsplit_once("\n\n").unwrap();
            assert_eq!(bound, "@reset.accounts.example-uni.edu #12345678");
            openings.insert(opening.clone());
            if language == "en" {
                assert!(opening.starts_with(words), "{opening}");
                assert!(opening.contains("University of Anytown"), "{text}");
                assert!(text.contains("Never share"), "{text}");
            }
        }
        assert_eq!(openings.len(), purposes.len(), "{openings:?}");
    }
}

#[test]
fn unknown_languages_and_keys_have_an_answer() {
    let catalogue = Catalogue::built_in();
    assert_eq!(catalogue.words("xx").language(), "en");
    assert_eq!(catalogue.words("ar").direction(), "rtl");
    assert_eq!(catalogue.words("es").t("no-such-key"), "no-such-key");
    assert_eq!(catalogue.words("es").f("no-such-key", &[]), "no-such-key");
}

#[test]
fn a_date_keeps_its_order_among_lines_that_run_the_other_way() {
    let catalogue = Catalogue::built_in();
    let date = "2026-11-23 14:32 EST";
    assert_eq!(catalogue.words("es").isolated(date), date);
    let isolated = catalogue.words("ar").isolated(date);
    assert_eq!(isolated, format!("\u{2068}{date}\u{2069}"));
}

#[test]
fn an_operators_file_replaces_single_messages() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("en.ftl"), "product = Way back\n").unwrap();
    fs::write(dir.path().join("README"), "not ours").unwrap();
    let catalogue = Catalogue::with_overrides(dir.path()).unwrap();
    let words = catalogue.words("en");
    assert_eq!(words.own("product"), Some(&*dir.path().join("en.ftl")));
    assert_eq!(words.own("back"), None);
    assert_eq!(catalogue.words("es").own("product"), None);
    assert_eq!(catalogue.words("en").t("product"), "Way back");
    assert_eq!(catalogue.words("en").t("back"), "Back");
    assert_eq!(catalogue.words("es").t("back"), "Volver");
}

#[test]
fn an_operators_mistakes_are_all_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("en.ftl"),
        "prodduct = X\nstep = Step { $gaet } of { $gates }\nback = { broken\n",
    )
    .unwrap();
    fs::write(dir.path().join("fr.ftl"), "back = Retour\n").unwrap();
    let faults = Catalogue::with_overrides(dir.path()).err().unwrap();
    for (line, part) in faults.iter().zip([
        "prodduct: there is no message",
        "step: there is no variable $gaet",
        "back: cannot be read",
        "fr.ftl: no such language",
    ]) {
        assert!(line.contains(part), "{line} does not say {part}");
    }
    assert_eq!(faults.len(), 4, "{faults:?}");
    assert_eq!(
        Catalogue::with_overrides(&dir.path().join("none"))
            .err()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn an_operators_message_says_what_matters_and_has_no_holes() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("es.ftl"),
        "sms-code-reset = { $organisation }\nnotice-reset-sms = { $name }\nback = { nowhere }\nfinish = { -term }\n\
         cancel =\n    .title = X\n",
    )
    .unwrap();
    let faults = |dir: &Path| Catalogue::with_overrides(dir).err().unwrap();
    let (missing, place) = (faults(dir.path()), dir.path().join("es.ftl"));
    for (line, part) in missing.iter().zip([
        "sms-code-reset: must use the variable $code",
        "sms-code-reset: must use the variable $host",
        "notice-reset-sms: must use the variable $link",
    ]) {
        assert_eq!(*line, format!("{}: {part}", place.display()));
    }
    assert_eq!(missing.len(), 3, "{missing:?}");
    let text = fs::read_to_string(&place).unwrap();
    let rest = text.split_once("back").unwrap().1;
    fs::write(&place, format!("back{rest}")).unwrap();
    let holes = faults(dir.path());
    assert_eq!(holes.len(), 3, "{holes:?}");
    for line in holes {
        assert!(
            line.contains("has no text, or uses a message or term"),
            "{line}"
        );
    }
}

/// The files under a folder whose name ends so.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if path.is_dir() {
            found.extend(files(&path, end));
        } else if path.extension().is_some_and(|extension| extension == end) {
            found.push(path);
        }
    }
    found
}

/// The text of all templates and of all code, except these tests.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = files(&root.join("templates"), "html");
    all.extend(files(&root.join("src"), "rs"));
    all.extend(files(&root.join("../core/src"), "rs"));
    all.retain(|path| !path.ends_with("i18n/tests.rs"));
    all.iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// What stands between double quotes, near enough: keys have no quotes, blanks or line ends in them.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|part| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_{}".contains(c))
    })
}

#[test]
fn every_message_is_used() {
    let texts = texts();
    let literals: BTreeSet<&str> = texts.iter().flat_map(|text| quoted(text)).collect();
    // `format!("fault-phone-{kind}")` uses the whole family.
    let families: Vec<(&str, &str)> = literals
        .iter()
        .filter_map(|literal| {
            let (before, rest) = literal.split_once('{')?;
            let (_, after) = rest.rsplit_once('}')?;
            (before.len() > 3 && before.ends_with('-')).then_some((before, after))
        })
        .collect();
    let unused: Vec<&str> = messages(ENGLISH.text)
        .into_iter()
        .map(|(key, _)| key)
        .filter(|key| !literals.contains(key))
        .filter(|key| {
            !families
                .iter()
                .any(|(before, after)| key.starts_with(before) && key.ends_with(after))
        })
        .collect();
    assert!(unused.is_empty(), "nobody says these: {unused:?}");
}

#[test]
fn every_message_that_is_used_exists() {
    let known: BTreeSet<&str> = messages(ENGLISH.text)
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    let mut lacking = BTreeSet::new();
    let texts = texts();
    for text in &texts {
        for call in [".t(\"", ".f(\"", ".say(\"", ".count(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                if !key.contains('{') && !known.contains(key) {
                    lacking.insert(key.to_owned());
                }
            }
        }
    }
    assert!(lacking.is_empty(), "no language has these: {lacking:?}");
}

#[test]
fn every_rule_of_a_directory_has_its_sentence() {
    use keymend_core::password::{DirectoryRules, Kind, Kinds, Least, PasswordFault};
    use std::time::Duration;
    let catalogue = Catalogue::built_in();
    let mut keys = BTreeSet::new();
    for kinds in [Kinds::ActiveDirectory, Kinds::Ds389(4)] {
        for minutes in [5, 60, 24 * 60] {
            let age = Some(Duration::from_mins(minutes));
            let least = Least {
                digits: 1,
                letters: 1,
                capitals: 1,
                smalls: 1,
                specials: 1,
                foreign: 1,
            };
            let rules = DirectoryRules {
                min_age: age,
                max_age: age,
                kinds: Some(kinds),
                least,
                repeats: Some(2),
                names: vec!["ana".to_owned()],
                more: true,
                ..DirectoryRules::default()
            };
            let all = rules.sentences().into_iter().chain(rules.keeping());
            keys.extend(all.map(|sentence| sentence.key));
        }
    }
    assert_eq!(keys.len(), 17);
    let kinds = [
        Kind::Digits,
        Kind::Letters,
        Kind::Capitals,
        Kind::Smalls,
        Kind::Specials,
        Kind::Foreign,
    ];
    let few = kinds.map(|kind| PasswordFault::FewOf { kind, least: 1 });
    keys.extend(few.iter().map(PasswordFault::key));
    let word = String::new();
    let others = [
        PasswordFault::FewKinds { least: 3 },
        PasswordFault::Repeats { most: 2 },
        PasswordFault::DirectoryName { word },
        PasswordFault::OneOfThese,
    ];
    keys.extend(others.iter().map(PasswordFault::key));
    for key in keys {
        assert_ne!(catalogue.words("en").f(key, &[]), key);
    }
}
