//! Refusals and faults as sentences.

use keymend_core::password::{Argument, DirectoryRules, PasswordFault};
use keymend_core::refusal::Refusal;
use keymend_core::time::Timestamp;

use super::context::Cx;
use super::pages::{Country, Fault, Faults, Rules, Sent};
use crate::app::AppError;
use crate::app::password::Known;
use crate::i18n::Arg;
use keymend_core::challenge::Challenge;
use keymend_core::method::Channel;

impl Faults {
    /// One fault of one field; the empty field is the whole form.
    pub fn one(field: &str, text: String) -> Self {
        Self(vec![Fault {
            field: field.to_owned(),
            text,
        }])
    }

    /// One more.
    pub fn push(&mut self, field: &str, text: String) {
        self.0.push(Fault {
            field: field.to_owned(),
            text,
        });
    }
}

impl Cx {
    /// The sentence of a refusal that a form can show; `None` when it needs another page.
    pub fn refusal(&self, refusal: &Refusal) -> Option<String> {
        let now = self.app.now();
        let key = match refusal {
            Refusal::WrongCode => "fault-code-wrong",
            Refusal::CodeShape => {
                let digits = ("digits", Arg::from(i64::from(self.app.policy.codes.digits)));
                return Some(self.words.f("fault-code-shape", &[digits]));
            }
            Refusal::WrongAppCode => "fault-app-code-wrong",
            Refusal::WrongRecoveryCode => "fault-recovery-code-wrong",
            Refusal::RecoveryCodeShape => "fault-recovery-code-shape",
            Refusal::ClockOff(off) => {
                let key = if off.behind {
                    "fault-app-clock-behind"
                } else {
                    "fault-app-clock-ahead"
                };
                let minutes = i64::try_from(off.minutes()).unwrap_or(i64::MAX);
                return Some(self.words.f(key, &[("minutes", Arg::from(minutes))]));
            }
            Refusal::AppOver => "fault-app-over",
            Refusal::WrongPasskey => "fault-passkey-wrong",
            Refusal::PasskeyOver => "fault-passkey-over",
            Refusal::PasskeyModel => "fault-passkey-model",
            Refusal::TooManyOfThem => "fault-too-many-of-them",
            Refusal::WrongAnswers => "fault-answers-wrong",
            Refusal::CodeExpired => "fault-code-expired",
            Refusal::CodeSpent => "fault-code-spent",
            Refusal::SendsSpent => "fault-sends-spent",
            Refusal::MethodUsed => "fault-method-used",
            Refusal::NotOffered | Refusal::NotRegistered => "fault-must-choose",
            Refusal::NumberMissing => "fault-phone-empty",
            Refusal::WaitBeforeAgain { until } => {
                let seconds = i64::try_from(now.until(*until).as_secs() + 1).unwrap_or(i64::MAX);
                return Some(
                    self.words
                        .f("fault-again-wait", &[("seconds", Arg::from(seconds))]),
                );
            }
            Refusal::NotNow
            | Refusal::FlowOver
            | Refusal::TooManyWrong
            | Refusal::NotEnoughProof
            | Refusal::NotAllowed
            | Refusal::SubmitsSpent
            | Refusal::ProofNeeded
            | Refusal::SignInAgain
            | Refusal::Frozen
            | Refusal::Minimum(_) => return None,
        };
        Some(self.t(key))
    }

    /// The sentence of a failure that a form can show, with its status.
    pub fn sentence(&self, error: &AppError) -> Option<(u16, String)> {
        match error {
            AppError::Refused(refusal) => self.refusal(refusal).map(|text| (422, text)),
            AppError::TooMany { until, .. } => Some((429, self.too_many(*until))),
            AppError::Gone | AppError::Moved | AppError::Busy(_) | AppError::Internal(_) => None,
        }
    }

    /// That a visit ends after so many minutes.
    pub fn flow_over(&self) -> String {
        let minutes = self.app.policy.reset.life.as_secs() / 60;
        let minutes = i64::try_from(minutes).unwrap_or(15);
        self.words
            .f("flow-over-text", &[("minutes", Arg::from(minutes))])
    }

    /// "There were too many tries", with the time from which on there are not.
    pub fn too_many(&self, until: Timestamp) -> String {
        // Rounded up to the next minute: a clock time shows no seconds.
        let until = until.plus(std::time::Duration::from_secs(59));
        self.words.f(
            "fault-too-many",
            &[("until", Arg::from(self.app.site.clock_time(until)))],
        )
    }

    /// The sentences of password faults, at the field `password`.
    pub fn password(&self, faults: &[PasswordFault]) -> Faults {
        let say = |fault: &PasswordFault| match fault.argument() {
            Some((name, Argument::Number(number))) => {
                self.words.f(fault.key(), &[(name, Arg::from(number))])
            }
            Some((name, Argument::Text(text))) => {
                self.words.f(fault.key(), &[(name, Arg::from(text))])
            }
            Some((name, Argument::Moment(moment))) => {
                let moment = self.app.site.date_time(moment);
                self.words.f(fault.key(), &[(name, Arg::from(moment))])
            }
            None => self.t(fault.key()),
        };
        let mut all = Faults::default();
        for fault in faults {
            all.push("password", say(fault));
        }
        all
    }

    /// The rules of a new password, ours and the directory's. `changing` is a change by its owner, for which a
    /// directory may ask to wait.
    pub fn rules(&self, directory: &DirectoryRules, changing: bool, person: Known<'_>) -> Rules {
        let rules = &self.app.rules;
        let (min, max) = rules.length_with(directory);
        let mut ours = vec![
            self.words.f("rule-length", &[("min", Arg::from(min))]),
            self.words.f("rule-max", &[("max", Arg::from(max))]),
        ];
        let mut add = |there: bool, key: &str| {
            if there {
                ours.push(self.t(key));
            }
        };
        add(true, "rule-spaces-allowed");
        add(true, "rule-common");
        add(rules.own_words(), "rule-own-words");
        add(rules.banned().is_some(), "rule-banned");
        match directory.history {
            None => add(true, "rule-history"),
            Some(0) => {}
            Some(1) => add(true, "rule-history-current"),
            Some(count) => ours.push(
                self.words
                    .f("rule-history-count", &[("count", Arg::from(count))]),
            ),
        }
        let keeping = directory.keeping().filter(|_| changing);
        let asked = directory.sentences().into_iter().chain(keeping);
        let directory_asks = asked.map(|sentence| match sentence.number {
            Some((name, number)) => self.words.f(sentence.key, &[(name, Arg::from(number))]),
            None => self.t(sentence.key),
        });
        Rules {
            ours,
            directory: directory_asks.collect(),
            min,
            for_managers: for_managers(directory, min, max),
            suggestion: self
                .app
                .suggestion(directory, person)
                .map(|phrase| phrase.expose().to_owned()),
        }
    }

    /// Countries for the drop-down, by name.
    pub fn countries(&self, selected: &str) -> Vec<Country> {
        let allowed = &self.app.site.countries;
        let mut all: Vec<Country> = keymend_core::contact::countries()
            .iter()
            .filter(|country| allowed.contains(&country.region))
            .map(|country| {
                let key = format!("region-{}", country.region.to_ascii_lowercase());
                let name = self.words.t(&key).to_owned();
                Country {
                    label: format!("{name} (+{})", country.calling_code),
                    selected: country.region == selected,
                    region: country.region.clone(),
                }
            })
            .collect();
        all.sort_by(|one, other| one.label.cmp(&other.label));
        all
    }

    /// A code that is on its way, for its page. `again` is when another may be asked for.
    pub fn sent(&self, challenge: &Challenge, again: Option<Timestamp>) -> Option<Sent> {
        let channel: Channel = challenge.way.channel()?;
        let now = self.app.now();
        let wait = again.map_or(0, |again| now.until(again).as_millis().div_ceil(1000));
        Some(Sent {
            channel,
            at: self.app.site.clock_time(challenge.at),
            until: self.app.site.clock_time(challenge.until),
            again_in: i64::try_from(wait).unwrap_or(0),
            arrival: None,
        })
    }

    /// Texts of questions.
    pub fn questions(&self, ids: &[String]) -> Vec<String> {
        ids.iter()
            .map(|id| self.t(&format!("question-{id}")))
            .collect()
    }
}

/// The rules for password managers, in the language of the `passwordrules` attribute.
fn for_managers(directory: &DirectoryRules, min: usize, max: usize) -> String {
    let least = &directory.least;
    let some = directory.kinds.is_some();
    let wanted = [
        (some || least.capitals > 0, "upper"),
        (some || least.smalls > 0 || least.letters > 0, "lower"),
        (some || least.digits > 0, "digit"),
        (
            least.specials > 0 || directory.kinds.is_some_and(|kinds| kinds.least() > 3),
            "special",
        ),
    ];
    let mut all = format!("minlength: {min}; maxlength: {max};");
    for (_, class) in wanted.into_iter().filter(|(wanted, _)| *wanted) {
        all.push_str(" required: ");
        all.push_str(class);
        all.push(';');
    }
    if let Some(most) = directory.repeats {
        all.push_str(" max-consecutive: ");
        all.push_str(&most.to_string());
        all.push(';');
    }
    all.push_str(" allowed: unicode;");
    all
}
