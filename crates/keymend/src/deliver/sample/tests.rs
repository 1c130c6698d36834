use std::fs;
use std::path::Path;

use super::*;
use crate::cli::demo::settings;

/// An organisation with a name and a host as long as most.
fn site() -> Site {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    Site {
        organisation: "University of Anytown Sys".into(),
        origin: "https://reset.accounts.example-uni.edu".to_owned(),
        host: "reset.accounts.example-uni.edu".to_owned(),
        ..settings(address, Path::new("/nowhere")).site
    }
}

fn judge(site: &Site, catalogue: &Catalogue) -> Result<Vec<String>, Vec<String>> {
    let digits = 8;
    let samples = Samples {
        site,
        catalogue,
        digits,
    };
    samples.judge()
}

/// What is wrong with an operator's file.
fn faults(language: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(format!("{language}.ftl")), text).unwrap();
    let catalogue = Catalogue::with_overrides(folder.path()).unwrap();
    let faults = judge(&site(), &catalogue).err().unwrap_or_default();
    let begin = format!("{}/", folder.path().display());
    let line = |line: String| line.strip_prefix(&begin).unwrap().to_owned();
    faults.into_iter().map(line).collect()
}

#[test]
fn every_message_is_there_in_every_language() {
    let (site, catalogue) = (site(), Catalogue::built_in());
    let samples = Samples {
        site: &site,
        catalogue: &catalogue,
        digits: 6,
    };
    for language in LANGUAGES {
        let all = samples.of(language);
        assert_eq!(all.len(), 5 * 3 + 9 * 2 + 3);
        let mut purposes: Vec<_> = all.iter().map(|sample| sample.purpose.clone()).collect();
        purposes.dedup();
        assert_eq!(purposes, PURPOSES);
        for Sample { key, message, .. } in &all {
            assert_eq!(message.language, language);
            assert!(message.body.len() > 40, "{key}: {}", message.body);
            assert!(!message.body.contains('{'), "{key}: {}", message.body);
            let mail = message.channel == Channel::Email;
            assert_eq!(
                (mail, mail),
                (message.html.is_some(), !message.subject.is_empty())
            );
            assert_ne!(catalogue.words(language).f(key, &[]), *key);
        }
    }
}

#[test]
fn our_own_texts_are_right_in_every_language() {
    assert_eq!(judge(&site(), &Catalogue::built_in()), Ok(Vec::new()));
}

#[test]
fn a_name_that_looks_like_a_link_is_worth_a_note() {
    let site = Site {
        organisation: "campus.edu".into(),
        languages: ["en"].into(),
        ..site()
    };
    let notes = judge(&site, &Catalogue::built_in()).unwrap();
    assert_eq!(notes.len(), 5 + 9, "{notes:?}");
    let long = Site {
        organisation: "University of Anytown, Department of Long Names and Longer Titles".into(),
        languages: ["en"].into(),
        ..site.clone()
    };
    let found = judge(&long, &Catalogue::built_in()).unwrap();
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(
        found[0].contains("letters of 160: 2 text messages instead of 1"),
        "{found:?}"
    );
    let first = "sms-code-reset (en): `campus.edu` looks like a link";
    assert!(notes[0].starts_with(first), "{notes:?}");
}

#[test]
fn a_text_of_an_operator_that_could_do_harm_is_refused() {
    let bound = "\n\n    @{ $host } #{ $code }\n";
    for (text, part) in [
        (
            "Hello, password: { $code }",
            "its last line must be `@reset.accounts.example-uni.edu #`",
        ),
        (
            "Hello, your code: { $code }",
            "must stand in its first 40 characters: password",
        ),
        (
            "Your password.",
            "it must say the code before its last line",
        ),
        (
            "Password: { $code }. See www.campus.edu.",
            "`www.campus.edu` looks like a link",
        ),
    ] {
        let end = if part.contains("last line must") {
            bound.replace(" #", "#")
        } else {
            bound.to_owned()
        };
        let found = faults("en", &format!("sms-code-reset =\n    {text}{end}"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("en.ftl: sms-code-reset: "),
            "{found:?}"
        );
        assert!(found[0].contains(part), "{found:?}");
    }
    let good = format!("sms-code-reset =\n    Password code {{ $code }}, do not share it.{bound}");
    assert_eq!(faults("en", &good), Vec::<String>::new());
    // Whoever has another word for it says so.
    let other = good.replace("Password", "PIN");
    assert_eq!(faults("en", &other).len(), 1);
    let words = format!("{other}sms-words-reset = PIN, password\n");
    assert_eq!(faults("en", &words), Vec::<String>::new());
    let none = faults("es", "sms-words-unlock = x\n");
    assert!(
        none[0].starts_with("es.ftl: sms-code-unlock: one of"),
        "{none:?}"
    );
    let subject = "mail-code-reset-subject =\n    Two\n    lines\n";
    let found = faults("ar", subject);
    assert_eq!(
        found,
        ["ar.ftl: mail-code-reset-subject: a subject has one line"]
    );
    let notice = "notice-reset-sms = Ask https://desk.example, { $name }: { $link }\n";
    let found = faults("en", notice);
    assert_eq!(
        found,
        ["en.ftl: notice-reset-sms: `https://desk.example` looks like a link"]
    );
}
