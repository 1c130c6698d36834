//! `/register/confirm-it-is-you`: a fresh proof before something registered is changed.

use keymend_core::method::{Kind, Way};
use keymend_core::readiness::counts;
use keymend_core::refusal::Refusal;
use keymend_core::registration::{Ask, Slot};

use super::super::context::Cx;
use super::super::form::{BadForm, Form};
use super::super::pages::{Confirm, Faults};
use super::super::sign_in::need_person;
use super::super::{Answer, Signing, ok, to, unprocessable};
use super::{chrome, mended, on_its_way, onward, person, value};
use crate::app::AppError;
use crate::app::session::Person;
use crate::i18n::Arg;
use crate::store::methods::{Holding, MethodRow};

fn view(cx: &Cx, person: &Person, faults: Faults) -> Confirm {
    let now = cx.app.now();
    let own = cx.app.policy_of(&person.account);
    let counted = |way: &&Way| counts(own, way.kind(), person.account.rank());
    let frozen = person.account.frozen_at();
    let vouches = |method: &MethodRow| !method.spent() && method.held().vouches(frozen, now);
    let way = |way: &Way| {
        let held = person.methods.iter();
        let held = held.filter(|method| method.kind == way.kind() && vouches(method));
        let shown: Vec<_> = match way {
            // "3" says nothing below "Answer my security questions", nor does "7" below a recovery code.
            Way::Questions | Way::Codes => held.map(|_| String::new()).collect(),
            _ => held.map(value).collect(),
        };
        (!shown.is_empty()).then(|| (way.as_str(), shown.join(", ")))
    };
    let ways: Vec<_> = own.ways().iter().filter(counted).filter_map(way).collect();
    // What was asked for and would not be taken any more is not asked: an answer to it costs a try.
    let open = person.session.visit.confirm.as_ref().map(|open| open.way);
    let open = open.filter(|open| ways.iter().any(|(way, _)| *way == open.as_str()));
    let asks = |way: Way| open == Some(way);
    Confirm {
        chrome: chrome(cx, person, "/register/confirm-it-is-you"),
        none: ways.is_empty().then(|| none(cx, person)),
        ways,
        sent: open.and_then(|_| on_its_way(cx, person, Slot::Confirm)),
        app: asks(Way::App),
        passkey: open.and_then(|_| cx.app.passkey_to_vouch(person)),
        codes: asks(Way::Codes),
        typed: String::new(),
        questions: asks(Way::Questions).then(|| cx.questions(&ids(person))),
        faults,
    }
}

/// How somebody goes on whom nothing vouches for: by waiting, by adding something, or at the service desk.
fn none(cx: &Cx, person: &Person) -> String {
    let now = cx.app.now();
    let own = cx.app.policy_of(&person.account);
    let counted = |kind: Kind| counts(own, kind, person.account.rank());
    let held = || person.methods.iter();
    if person.account.frozen() {
        return cx.t("confirm-none");
    }
    let waits = held().filter(|method| counted(method.kind) && !method.serves(now));
    let waits = waits.filter(|method| !method.worn() && !method.spent());
    if let Some(from) = waits.map(|method| method.usable_from).min() {
        let from = cx.words.isolated(&cx.app.site.date_time(from));
        return cx
            .words
            .f("confirm-none-waits", &[("value", Arg::from(from))]);
    }
    let there = |kind: Kind| held().any(|method| method.kind == kind);
    let addable = |kind: &Kind| counted(*kind) && !there(*kind);
    if !own.methods.iter().any(addable) {
        return cx.t("confirm-none");
    }
    let visit = &person.session.visit;
    let wait = visit.wait(!person.account.finished(), own);
    match wait.as_secs().div_ceil(3600) {
        0 => cx.t("confirm-none-add-now"),
        hours => {
            let hours = usize::try_from(hours).unwrap_or(usize::MAX);
            cx.words
                .f("confirm-none-add", &[("count", Arg::from(hours))])
        }
    }
}

fn ids(person: &Person) -> Vec<String> {
    let ids = person
        .methods
        .iter()
        .find_map(|method| match &method.holding {
            Holding::Questions { ids, .. } if method.kind == Kind::Questions => Some(ids.clone()),
            _ => None,
        });
    ids.unwrap_or_default()
}

/// `GET`
pub async fn page(cx: Cx) -> Answer {
    let person = person!(&cx);
    ok(&view(&cx, &person, Faults::default()))
}

/// `POST`
pub async fn choose(cx: Cx, mut form: Form) -> Answer {
    let way = Way::parse(&form.take("method")?).ok_or(BadForm::Shape)?;
    form.end()?;
    let person = person!(&cx);
    match cx.app.visit(&person, Ask::Confirm(way), &cx.client).await {
        Ok(_) => Ok(to("/register/confirm-it-is-you")),
        Err(error) => {
            // The directory was asked once more: rank and policy may be others than before.
            let person = person!(&cx);
            again_with(&cx, &person, error, "")
        }
    }
}

/// `POST …/verify`
pub async fn verify(cx: Cx, mut form: Form) -> Answer {
    let code = form.take("code")?;
    form.end()?;
    let person = person!(&cx);
    match cx
        .app
        .visit_code(&person, Slot::Confirm, &code, &cx.client)
        .await
    {
        Ok(visited) => Ok(onward(&cx, &visited, "/register")),
        Err(AppError::Refused(refusal @ Refusal::RecoveryCodeShape)) => {
            let text = cx.refusal(&refusal).unwrap_or_default();
            unprocessable(&Confirm {
                typed: code,
                ..view(&cx, &person, Faults::one("code", text))
            })
        }
        Err(error) => again_with(&cx, &person, error, "code"),
    }
}

/// `POST …/passkey`
pub async fn passkey(cx: Cx, form: Form) -> Answer {
    let signing = Signing::read(form)?;
    let person = person!(&cx);
    let answer = match signing {
        Signing::Answer(answer) => answer,
        Signing::Silent(why) => {
            let silent = cx.app.silent_visit(&person, Slot::Confirm, why, &cx.client);
            silent.await?;
            let faults = Faults::one("", cx.t(why.key()));
            return unprocessable(&view(&cx, &person, faults));
        }
    };
    match cx.app.visit_passkey(&person, &answer, &cx.client).await {
        Ok(visited) => Ok(onward(&cx, &visited, "/register")),
        Err(error) => again_with(&cx, &person, error, ""),
    }
}

/// `POST …/answers`
pub async fn answers(cx: Cx, mut form: Form) -> Answer {
    let person = person!(&cx);
    let given = form.list("answer", ids(&person).len())?;
    form.end()?;
    if given.iter().any(|answer| answer.len() > 1024) {
        return Err(BadForm::Shape.into());
    }
    match cx.app.visit_answers(&person, &given, &cx.client).await {
        Ok(visited) => Ok(onward(&cx, &visited, "/register")),
        Err(error) => again_with(&cx, &person, error, "answer-1"),
    }
}

/// `POST …/again`
pub async fn again(cx: Cx, mut form: Form) -> Answer {
    drop(form.maybe("channel"));
    form.end()?;
    let person = person!(&cx);
    match cx
        .app
        .visit(&person, Ask::Again(Slot::Confirm, None), &cx.client)
        .await
    {
        Ok(_) => Ok(to("/register/confirm-it-is-you")),
        Err(error) => again_with(&cx, &person, error, "code"),
    }
}

fn again_with(cx: &Cx, person: &Person, error: AppError, field: &str) -> Answer {
    mended(cx, error, field, |faults| view(cx, person, faults))
}
