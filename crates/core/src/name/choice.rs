//! Which directories a name may mean, and which counters it has, where there are several.
//!
//! A domain that a directory calls its own chooses that directory alone. Any other name may be in
//! each of them. A person is counted under directory and name together: `ana` of one directory
//! neither uses up nor clears the tries of `ana` of another. A name that may mean either counts for
//! both, so that no spelling of a person's name gets past that person's counter, though nobody was
//! asked who is meant.

use super::{NameFault, SignInName};

/// A directory, as far as names go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    /// Its id. Without a blank.
    pub id: String,
    /// Its domains, in small letters.
    pub domains: Vec<String>,
}

/// A name that was read before some directories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    name: SignInName,
    home: Option<String>,
}

impl Choice {
    /// Read a typed name. `name@domain` and `DOMAIN\name` choose the directory that has the domain;
    /// after `DOMAIN` one is looked for that has just this, then the only one with a domain of
    /// which it is the first label.
    ///
    /// # Errors
    /// [`NameFault`].
    pub fn read(typed: &str, realms: &[Realm]) -> Result<Self, NameFault> {
        let whole = SignInName::parse(typed, &[])?;
        let Some((home, bare)) = chosen(&whole.bucket, realms) else {
            return Ok(Self {
                name: whole,
                home: None,
            });
        };
        let name = SignInName {
            // Both are the same text, or there is no lookup.
            lookup: whole.lookup.is_some().then(|| bare.to_owned()),
            bucket: bare.to_owned(),
        };
        let home = Some(home.id.clone());
        Ok(Self { name, home })
    }

    /// The name, without its domain if that chose a directory.
    #[must_use]
    pub fn name(&self) -> &SignInName {
        &self.name
    }

    /// The id of the directory that its domain chose.
    #[must_use]
    pub fn home(&self) -> Option<&str> {
        self.home.as_deref()
    }

    /// What limits count under, one for each directory that may be meant.
    #[must_use]
    pub fn counters(&self, realms: &[Realm]) -> Vec<String> {
        let meant = realms.iter().filter(|realm| self.may_mean(&realm.id));
        meant
            .map(|realm| counter(&realm.id, self.name.bucket()))
            .collect()
    }

    fn may_mean(&self, id: &str) -> bool {
        self.home().is_none_or(|home| home == id)
    }
}

/// What limits count a person of a directory under.
#[must_use]
pub fn counter(directory: &str, name: &str) -> String {
    format!("{directory} {name}")
}

/// The realm of a folded name's domain, and the name without it.
fn chosen<'a, 'r>(name: &'a str, realms: &'r [Realm]) -> Option<(&'r Realm, &'a str)> {
    let named = |domain: &str| {
        let has = |realm: &&Realm| realm.domains.iter().any(|own| own == domain);
        realms.iter().find(has)
    };
    let (realm, bare) = if let Some((front, domain)) = name.rsplit_once('@') {
        (named(domain)?, front)
    } else {
        let (short, rest) = name.split_once('\\')?;
        (named(short).or_else(|| abbreviated(short, realms))?, rest)
    };
    (!bare.is_empty()).then_some((realm, bare))
}

/// The only realm with a domain that begins with this label.
fn abbreviated<'r>(label: &str, realms: &'r [Realm]) -> Option<&'r Realm> {
    let begins = |own: &String| own.split('.').next() == Some(label);
    let mut all = realms
        .iter()
        .filter(|realm| realm.domains.iter().any(begins));
    all.next().filter(|_| all.next().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn realms() -> Vec<Realm> {
        [
            ("staff", ["staff.example", "campus.example"].as_slice()),
            ("students", &["students.example", "campus.test"]),
            ("guests", &[]),
        ]
        .map(|(id, domains)| Realm {
            id: id.to_owned(),
            domains: domains.iter().map(|&domain| domain.to_owned()).collect(),
        })
        .to_vec()
    }

    fn read(typed: &str) -> Choice {
        Choice::read(typed, &realms()).unwrap()
    }

    #[test]
    fn a_domain_chooses_its_directory_alone() {
        for (typed, home, bare) in [
            ("ana@staff.example", Some("staff"), "ana"),
            ("ANA@Campus.Example", Some("staff"), "ana"),
            ("STUDENTS\\ana", Some("students"), "ana"),
            ("students.example\\ana", Some("students"), "ana"),
            ("ana@campus.test", Some("students"), "ana"),
            // Two directories begin with it, so it chooses neither.
            ("CAMPUS\\ana", None, "campus\\ana"),
            ("ana", None, "ana"),
            ("ana@mail.example", None, "ana@mail.example"),
            ("other\\ana", None, "other\\ana"),
            ("@staff.example", None, "@staff.example"),
            ("staff\\", None, "staff\\"),
            (
                "ana@students.example@staff.example",
                Some("staff"),
                "ana@students.example",
            ),
            (
                "students\\ana@staff.example",
                Some("staff"),
                "students\\ana",
            ),
        ] {
            let choice = read(typed);
            assert_eq!(choice.home(), home, "{typed}");
            assert_eq!(choice.name().lookup(), Some(bare), "{typed}");
        }
        // It folds to a name, and counts as that, but is not it.
        let wide = read("ＡＮＡ@staff.example");
        assert_eq!((wide.home(), wide.name().lookup()), (Some("staff"), None));
        let counters = wide.counters(&realms());
        assert_eq!(counters, read("ana@staff.example").counters(&realms()));
    }

    #[test]
    fn a_domain_without_a_dot_goes_before_a_first_label() {
        let mut realms = realms();
        realms[2].domains.push("campus".to_owned());
        let choice = Choice::read("CAMPUS\\ana", &realms).unwrap();
        assert_eq!(choice.home(), Some("guests"));
    }

    #[test]
    fn before_one_directory_every_spelling_is_one_name() {
        let realms = &realms()[..1];
        let counters = |typed: &str| Choice::read(typed, realms).unwrap().counters(realms);
        for typed in [
            "ana",
            "ana@staff.example",
            "CAMPUS\\Ana",
            "ana@campus.example",
        ] {
            assert_eq!(counters(typed), ["staff ana"], "{typed}");
        }
    }

    #[test]
    fn a_chosen_name_leaves_the_counters_of_namesakes_alone() {
        let counters = |typed: &str| read(typed).counters(&realms());
        assert_eq!(counters("ana@staff.example"), ["staff ana"]);
        assert_eq!(counters("STUDENTS\\ana"), ["students ana"]);
        assert_eq!(counters("ana"), ["staff ana", "students ana", "guests ana"]);
    }

    /// Names with each decoration that a realm knows, and some that nobody does.
    fn spelling() -> impl Strategy<Value = String> {
        let name = select(
            &[
                "ana",
                "ANA",
                "bo",
                "ana@mail.example",
                "campus\\ana",
                "ａna",
            ][..],
        );
        let front = select(
            &[
                "",
                "",
                "",
                "STAFF\\",
                "students\\",
                "campus\\",
                "students.example\\",
            ][..],
        );
        let back = select(
            &[
                "",
                "",
                "",
                "@staff.example",
                "@Students.Example",
                "@campus.test",
                "@x",
            ][..],
        );
        (front, name, back).prop_map(|(front, name, back)| format!("{front}{name}{back}"))
    }

    proptest! {
        #[test]
        fn whoever_a_spelling_reaches_is_counted(
            typed in prop_oneof![spelling(), "[@\\\\a-cＡ.]{1,12}"],
            people in proptest::collection::vec(
                (0_usize..3, select(&["ana", "bo", "ana@mail.example", "campus\\ana", "x\\ana"][..])), 0..8),
        ) {
            let realms = realms();
            if let Ok(choice) = Choice::read(&typed, &realms) {
                // Whom the directories find, asked in order.
                let has = |at: usize| {
                    let name = choice.name().lookup()?;
                    people.contains(&(at, name)).then(|| counter(&realms[at].id, name))
                };
                let mut asked = (0..3).filter(|at| choice.may_mean(&realms[*at].id));
                let counters = choice.counters(&realms);
                if let Some(person) = asked.find_map(has) {
                    prop_assert!(counters.contains(&person), "{typed}: {counters:?}");
                }
                // A chosen name counts for nobody else.
                prop_assert!(choice.home().is_none() || counters.len() == 1);
            }
        }

        #[test]
        fn before_one_directory_a_choice_is_the_name_that_the_directory_reads(typed in prop_oneof![spelling(), "\\PC{0,20}"]) {
            let realm = realms().remove(0);
            let read = SignInName::parse(&typed, &realm.domains);
            let choice = Choice::read(&typed, &[realm]);
            prop_assert_eq!(choice.map(|choice| choice.name), read);
        }
    }
}
