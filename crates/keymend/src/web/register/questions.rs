//! `/register/questions`

use keymend_core::method::Kind;
use keymend_core::questions::{AnswerContext, QuestionId, SetFault, canonical_set, check};
use keymend_core::registration::Destination;

use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Faults, Pair, Questions};
use super::super::sign_in::need_person;
use super::super::{Answer, ok, unprocessable};
use super::{chrome, mended, onward, opened, person};
use crate::app::registration::{AnswerSet, destinations};
use crate::app::session::Person;
use crate::i18n::Arg;

fn view(
    cx: &Cx,
    person: &Person,
    picked: &[String],
    answers: &[String],
    faults: Faults,
) -> Questions {
    let policy = &cx.app.policy_of(&person.account).registration;
    let pair = |at: usize| {
        let chosen = picked.get(at).map(String::as_str);
        Pair {
            number: at + 1,
            options: QuestionId::all()
                .map(|id| {
                    let text = cx.t(&id.message_key());
                    (id.as_str(), text, chosen == Some(id.as_str()))
                })
                .collect(),
            answer: answers.get(at).cloned().unwrap_or_default(),
        }
    };
    Questions {
        chrome: chrome(cx, person, "/register/questions"),
        pairs: (0..usize::from(policy.questions)).map(pair).collect(),
        least: usize::from(policy.answer_length),
        faults,
    }
}

/// `GET`
pub async fn page(cx: Cx) -> Answer {
    let person = person!(&cx);
    if let Err(elsewhere) = opened(&cx, &person, Kind::Questions).await {
        return elsewhere;
    }
    ok(&view(&cx, &person, &[], &[], Faults::default()))
}

/// `POST`: save answers.
pub async fn save(cx: Cx, mut form: Form) -> Answer {
    let person = person!(&cx);
    let own = cx.app.policy_of(&person.account);
    let count = usize::from(own.registration.questions);
    let picked = form.list("question", count)?;
    let answers = form.list("answer", count)?;
    form.end()?;
    let mut faults = Faults::default();
    let mut set = Vec::with_capacity(count);
    for (at, id) in picked.iter().enumerate() {
        match QuestionId::choose(id) {
            Ok(id) => set.push(id),
            Err(fault) => faults.push(&format!("question-{}", at + 1), cx.t(fault.key())),
        }
    }
    if faults.none() {
        faults = faults_of(&cx, &person, &set, &answers).await?;
    }
    if !faults.none() {
        return unprocessable(&view(&cx, &person, &picked, &answers, faults));
    }
    let pairs: Vec<_> = set
        .iter()
        .copied()
        .zip(answers.iter().map(String::as_str))
        .collect();
    let kept = AnswerSet {
        secret: canonical_set(&pairs),
        ids: set.clone(),
    };
    match cx.app.keep_answers(&person, &kept, &cx.client).await {
        Ok(visited) => Ok(onward(&cx, &visited, "/register?news=questions")),
        Err(error) => mended(&cx, error, "", |faults| {
            view(&cx, &person, &picked, &answers, faults)
        }),
    }
}

async fn faults_of(
    cx: &Cx,
    person: &Person,
    set: &[QuestionId],
    answers: &[String],
) -> Result<Faults, crate::app::AppError> {
    let account = &person.account;
    let entry = cx
        .app
        .directories
        .entry(&account.directory, &account.subject)
        .await?;
    let display = entry.map(|entry| entry.display_name).unwrap_or_default();
    let names: Vec<&str> = display.split_whitespace().collect();
    let held = destinations(&person.methods);
    let addresses: Vec<&str> = held.iter().map(Destination::as_str).collect();
    let texts: Vec<String> = set.iter().map(|id| cx.t(&id.message_key())).collect();
    let asked: Vec<(QuestionId, &str, &str)> = set
        .iter()
        .zip(answers)
        .zip(&texts)
        .map(|((id, answer), text)| (*id, answer.as_str(), text.as_str()))
        .collect();
    let context = AnswerContext {
        names: &names,
        addresses: &addresses,
        sign_in: &person.account.name,
    };
    let mut faults = Faults::default();
    let least = cx.app.policy_of(&person.account).registration.answer_length;
    for (at, fault) in check(&asked, &context, least) {
        let field = match fault {
            SetFault::Question(_) => format!("question-{}", at + 1),
            SetFault::Answer(_) => format!("answer-{}", at + 1),
        };
        let args: Vec<(&str, Arg)> = fault
            .argument()
            .map(|(name, number)| (name, Arg::from(number)))
            .into_iter()
            .collect();
        faults.push(&field, cx.words.f(fault.key(), &args));
    }
    Ok(faults)
}
