//! Amazon Simple Notification Service.

use http::header::AUTHORIZATION;
use http::{HeaderName, Method};

use super::{ANSWERED, PASSING, form, probe};
use crate::deliver::gateway::http::account::Account;
use crate::deliver::gateway::http::answer::{Answers, Reference, Rule};
use crate::deliver::gateway::http::description::Description;
use crate::deliver::gateway::http::template::Template;
use crate::deliver::receipt::Signing;

/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>. A region has an address of its own.
pub fn description(base: &str, account: Account) -> Description {
    const ATTRIBUTE: &str = "MessageAttributes.entry";
    let mut fields = vec![
        ("Action".to_owned(), "Publish"),
        ("Version".to_owned(), "2010-03-31"),
        ("PhoneNumber".to_owned(), "{to}"),
        ("Message".to_owned(), "{text}"),
    ];
    // Without a sender one of the account's own is taken.
    let sender = account.from.as_ref().map(|from| {
        let number = from.trim_start_matches('+');
        if number.bytes().all(|byte| byte.is_ascii_digit()) {
            "AWS.MM.SMS.OriginationNumber"
        } else {
            "AWS.SNS.SMS.SenderID"
        }
    });
    let attributes = [
        Some(("AWS.SNS.SMS.SMSType", "Transactional")),
        sender.map(|name| (name, "{from}")),
    ];
    for (at, (name, value)) in (1..).zip(attributes.into_iter().flatten()) {
        let attribute = format!("{ATTRIBUTE}.{at}");
        fields.push((format!("{attribute}.Name"), name));
        fields.push((format!("{attribute}.Value.DataType"), "String"));
        fields.push((format!("{attribute}.Value.StringValue"), value));
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let code = |code: &str| format!("<Code>{code}</Code>");
    Description {
        method: Method::POST,
        url: Template::ours(&format!("{base}/")),
        headers: vec![
            (
                HeaderName::from_static("x-amz-date"),
                Template::ours("{aws-date}"),
            ),
            (AUTHORIZATION, Template::ours("{aws-sns}")),
        ],
        body: form(&fields),
        answers: Answers {
            sent: vec![Rule::status(&[ANSWERED])],
            later: vec![Rule::status(&PASSING)],
            never: vec![Rule {
                has: ["InvalidParameter", "InvalidParameterValue", "OptedOut"]
                    .map(code)
                    .into(),
                ..Rule::status(&[(400, 400)])
            }],
            reference: Some(Reference::After("<MessageId>".to_owned())),
        },
        probe: Some(probe(
            &format!("{base}/?Action=GetSMSAttributes&Version=2010-03-31"),
            "",
            "",
        )),
        account,
        signing: Signing::Ours,
    }
}
