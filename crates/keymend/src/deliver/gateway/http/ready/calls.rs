//! Calls by Twilio, which asks us what they say.

use http::Method;

use super::{ANSWERED, PASSING, at, form, probe, signed_in};
use crate::deliver::gateway::http::account::Account;
use crate::deliver::gateway::http::answer::{Answers, Rule};
use crate::deliver::gateway::http::description::Description;
use crate::deliver::gateway::http::template::Template;
use crate::deliver::receipt::Signing;

/// <https://www.twilio.com/docs/voice/api/call-resource>, `/docs/api/errors`.
#[must_use]
pub fn description(address: &str, account: Account) -> Description {
    let base = address.trim_end_matches('/');
    let own = format!("{base}/2010-04-01/Accounts/{{account}}");
    // About the number: invalid, out of reach, a country that is switched off, blocked, not valid.
    let never = ["21211", "21214", "21215", "21216", "21217"];
    Description {
        method: Method::POST,
        url: Template::ours(&format!("{own}/Calls.json")),
        headers: signed_in("Basic {basic}"),
        body: form(&[
            ("To", "{to}"),
            ("From", "{from}"),
            ("Url", "{script}"),
            ("StatusCallback", "{receipts}"),
            // Seconds. All that we say, said as often as we say it, is shorter.
            ("TimeLimit", "300"),
        ]),
        answers: Answers {
            sent: vec![Rule::status(&[ANSWERED])],
            later: vec![Rule::status(&PASSING)],
            never: vec![Rule::status(&[(400, 400), (403, 403)]).and("/code", &never)],
            reference: Some(at("/sid")),
        },
        probe: Some(probe(
            &format!("{own}/Balance.json"),
            "/balance",
            "/currency",
        )),
        account,
        signing: Signing::Twilio,
    }
}
