//! The exact requests, as the providers' public documents have them, and what their answers mean.

use http::HeaderMap;

use super::*;
use crate::deliver::gateway::http::answer::Answer;
use crate::deliver::gateway::http::tests::provider::{Asked, Provider};
use crate::deliver::gateway::http::tests::{
    NUMBER, SECRET, TEXT, account, caller, gateway, message,
};
use crate::deliver::gateway::{Message, SendError};

async fn asked(kind: Kind, status: u16, body: &str) -> (Asked, Option<String>) {
    let provider = Provider::answering(status, body).await;
    let taken = gateway(kind, &provider.address)
        .send(&message(NUMBER))
        .await;
    (provider.only(), taken.unwrap().reference)
}

fn form_of(asked: &Asked) -> Vec<(String, String)> {
    assert_eq!(
        asked.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let body = asked.body.as_bytes();
    url::form_urlencoded::parse(body).into_owned().collect()
}

fn json_of(asked: &Asked) -> serde_json::Value {
    assert_eq!(asked.header("content-type"), Some("application/json"));
    serde_json::from_str(&asked.body).unwrap()
}

fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    wanted.iter().map(pair).collect()
}

/// `base64("AC1:s3cret+/=&?")`
const BASIC: &str = "Basic QUMxOnMzY3JldCsvPSY/";

#[tokio::test]
async fn twilio_is_asked_as_its_documents_say() {
    let (asked, reference) = asked(
        Kind::Twilio,
        201,
        "{\"sid\": \"SM9\", \"status\": \"queued\"}",
    )
    .await;
    assert_eq!(
        asked.line,
        "POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1"
    );
    assert_eq!(asked.header("authorization"), Some(BASIC));
    let wanted = pairs(&[
        ("To", NUMBER),
        ("From", "+12125550100"),
        ("Body", TEXT),
        ("StatusCallback", "https://reset.example.org/receipts/first"),
    ]);
    assert_eq!(form_of(&asked), wanted);
    assert_eq!(reference.unwrap(), "SM9");
}

#[tokio::test]
async fn twilio_calls_and_asks_us_what_to_say() {
    let provider = Provider::answering(201, "{\"sid\": \"CA9\", \"status\": \"queued\"}").await;
    let call = Message {
        script: Some("sealed-text".to_owned()),
        ..message(NUMBER)
    };
    let taken = caller(&provider.address).send(&call).await.unwrap();
    let asked = provider.only();
    assert_eq!(
        asked.line,
        "POST /2010-04-01/Accounts/AC1/Calls.json HTTP/1.1"
    );
    assert_eq!(asked.header("authorization"), Some(BASIC));
    let wanted = pairs(&[
        ("To", NUMBER),
        ("From", "+12125550100"),
        ("Url", "https://reset.example.org/calls/first/sealed-text"),
        ("StatusCallback", "https://reset.example.org/receipts/first"),
        ("TimeLimit", "300"),
    ]);
    assert_eq!(form_of(&asked), wanted);
    assert_eq!(taken.reference.unwrap(), "CA9");
    // Their request log has neither the code nor what we would say.
    assert!(!asked.body.contains("482913"), "{}", asked.body);
}

#[tokio::test]
async fn a_number_that_twilio_calls_never_is_not_called_again() {
    for (status, code, never) in [
        (400, 21211, true),
        (400, 21215, true),
        (403, 21216, true),
        (400, 21212, false),
        (401, 20003, false),
        (429, 20429, false),
    ] {
        let provider = Provider::answering(status, &format!("{{\"code\": {code}}}")).await;
        let call = Message {
            script: Some("sealed-text".to_owned()),
            ..message(NUMBER)
        };
        let said = caller(&provider.address).send(&call).await;
        let is_never = matches!(said, Err(SendError::Never(_)));
        assert_eq!(is_never, never, "{code} {said:?}");
    }
}

#[tokio::test]
async fn vonage_is_asked_as_its_documents_say() {
    let answer = "{\"message-count\": \"1\", \"messages\": [{\"to\": \"12125550143\", \"message-id\": \"0A\", \"status\": \"0\"}]}";
    let (asked, reference) = asked(Kind::Vonage, 200, answer).await;
    assert_eq!(asked.line, "POST /sms/json HTTP/1.1");
    let wanted = pairs(&[
        ("api_key", "AC1"),
        ("api_secret", SECRET),
        ("to", "12125550143"),
        ("from", "+12125550100"),
        ("text", TEXT),
        ("type", "text"),
        ("client-ref", "job-1"),
    ]);
    assert_eq!(form_of(&asked), wanted);
    assert_eq!(reference.unwrap(), "0A");
}

#[tokio::test]
async fn messagebird_is_asked_as_its_documents_say() {
    let (asked, reference) = asked(Kind::Messagebird, 201, "{\"id\": \"e8077d\"}").await;
    assert_eq!(asked.line, "POST /messages HTTP/1.1");
    assert_eq!(
        asked.header("authorization"),
        Some(format!("AccessKey {SECRET}").as_str())
    );
    let wanted = serde_json::json!({
        "originator": "+12125550100", "recipients": ["12125550143"], "body": TEXT,
        "datacoding": "auto", "reference": "job-1",
    });
    assert_eq!(json_of(&asked), wanted);
    assert_eq!(reference.unwrap(), "e8077d");
}

#[tokio::test]
async fn sinch_is_asked_as_its_documents_say() {
    let (asked, reference) = asked(Kind::Sinch, 201, "{\"id\": \"01FC\"}").await;
    assert_eq!(asked.line, "POST /xms/v1/AC1/batches HTTP/1.1");
    assert_eq!(
        asked.header("authorization"),
        Some(format!("Bearer {SECRET}").as_str())
    );
    let wanted = serde_json::json!({
        "from": "+12125550100", "to": ["12125550143"], "body": TEXT, "client_reference": "job-1",
    });
    assert_eq!(json_of(&asked), wanted);
    assert_eq!(reference.unwrap(), "01FC");
}

#[tokio::test]
async fn plivo_is_asked_as_its_documents_say() {
    let answer =
        "{\"message\": \"message(s) queued\", \"message_uuid\": [\"db3c\"], \"api_id\": \"db34\"}";
    let (asked, reference) = asked(Kind::Plivo, 202, answer).await;
    assert_eq!(asked.line, "POST /v1/Account/AC1/Message/ HTTP/1.1");
    assert_eq!(asked.header("authorization"), Some(BASIC));
    let wanted = serde_json::json!({
        "src": "+12125550100", "dst": "12125550143", "text": TEXT, "log": false,
    });
    assert_eq!(json_of(&asked), wanted);
    assert_eq!(reference.unwrap(), "db3c");
}

#[tokio::test]
async fn sns_is_asked_as_its_documents_say() {
    let answer = "<PublishResponse><PublishResult><MessageId>567910cd-659e</MessageId></PublishResult></PublishResponse>";
    let (asked, reference) = asked(Kind::Sns, 200, answer).await;
    assert_eq!(asked.line, "POST / HTTP/1.1");
    assert_eq!(asked.header("x-amz-date"), Some("20251123T000000Z"));
    let authorization = asked.header("authorization").unwrap();
    assert!(
        authorization.starts_with("AWS4-HMAC-SHA256 Credential=AC1/20251123/0/sns/aws4_request, "),
        "{authorization}"
    );
    let wanted = pairs(&[
        ("Action", "Publish"),
        ("Version", "2010-03-31"),
        ("PhoneNumber", NUMBER),
        ("Message", TEXT),
        ("MessageAttributes.entry.1.Name", "AWS.SNS.SMS.SMSType"),
        ("MessageAttributes.entry.1.Value.DataType", "String"),
        (
            "MessageAttributes.entry.1.Value.StringValue",
            "Transactional",
        ),
        (
            "MessageAttributes.entry.2.Name",
            "AWS.MM.SMS.OriginationNumber",
        ),
        ("MessageAttributes.entry.2.Value.DataType", "String"),
        (
            "MessageAttributes.entry.2.Value.StringValue",
            "+12125550100",
        ),
    ]);
    assert_eq!(form_of(&asked), wanted);
    assert_eq!(reference.unwrap(), "567910cd-659e");
}

#[tokio::test]
async fn a_receiver_can_prove_a_webhook() {
    let (asked, reference) = asked(Kind::Webhook, 200, "{\"reference\": \"w1\"}").await;
    assert_eq!(asked.line, "POST / HTTP/1.1");
    assert_eq!(asked.header("idempotency-key"), Some("job-1"));
    assert_eq!(asked.header("keymend-timestamp"), Some("1763856000"));
    let wanted = serde_json::json!({"id": "job-1", "to": NUMBER, "text": TEXT, "language": "en"});
    assert_eq!(json_of(&asked), wanted);
    // As the documents tell receivers to do it.
    let documents = include_str!("../../../../../../../docs/messages.md");
    let (_, program) = documents.split_once("```python\n").unwrap();
    let (program, _) = program.split_once("```").unwrap();
    let timestamp = asked.header("keymend-timestamp").unwrap();
    let signature = asked.header("keymend-signature").unwrap();
    let said = |timestamp: &str, signature: &str, body: &str| {
        // Its clock stands where ours did.
        let call = format!(
            "{program}\nimport sys\ntime.time = lambda: 1763856100\n\
             print(is_genuine(*[word.encode() if at in (0, 3) else word for at, word in enumerate(sys.argv[1:])]))"
        );
        let output = std::process::Command::new("python3")
            .args(["-c", &call, SECRET, timestamp, signature, body])
            .output();
        output.map(|output| String::from_utf8(output.stdout).unwrap())
    };
    if let Ok(genuine) = said(timestamp, signature, &asked.body) {
        assert_eq!(genuine, "True\n");
        let other = said("1763856001", signature, &asked.body).unwrap();
        let old = said("1763855000", signature, &asked.body).unwrap();
        let changed = said(timestamp, signature, &asked.body.replace("143", "144")).unwrap();
        assert_eq!([other, old, changed], ["False\n"; 3]);
    }
    assert_eq!(reference.unwrap(), "w1");
}

/// Status and body, and what they mean.
const ANSWERS: &[(Kind, u16, &str, &str)] = &[
    (Kind::Twilio, 400, "{\"code\": 21610}", "never"),
    (Kind::Twilio, 400, "{\"code\": 21614}", "never"),
    (Kind::Twilio, 400, "{\"code\": 21635}", "never"),
    (Kind::Twilio, 403, "{\"code\": 21408}", "never"),
    (Kind::Twilio, 401, "{\"code\": 20003}", "later"),
    (Kind::Twilio, 429, "{\"code\": 20429}", "later"),
    (Kind::Twilio, 500, "", "later"),
    (
        Kind::Vonage,
        200,
        "{\"messages\": [{\"status\": \"0\", \"error-text\": \"x\"}]}",
        "sent",
    ),
    (
        Kind::Vonage,
        200,
        "{\"messages\": [{\"status\": \"1\", \"error-text\": \"x\"}]}",
        "later",
    ),
    (
        Kind::Vonage,
        200,
        "{\"messages\": [{\"status\": \"4\", \"error-text\": \"x\"}]}",
        "later",
    ),
    (
        Kind::Vonage,
        200,
        "{\"messages\": [{\"status\": \"6\", \"error-text\": \"x\"}]}",
        "never",
    ),
    (
        Kind::Vonage,
        200,
        "{\"messages\": [{\"status\": \"7\", \"error-text\": \"x\"}]}",
        "never",
    ),
    (
        Kind::Vonage,
        200,
        "{\"messages\": [{\"status\": \"9\", \"error-text\": \"x\"}]}",
        "later",
    ),
    (
        Kind::Vonage,
        200,
        "{\"messages\": [{\"status\": \"15\", \"error-text\": \"x\"}]}",
        "no rule",
    ),
    (Kind::Vonage, 200, "{\"messages\": []}", "no rule"),
    (Kind::Vonage, 401, "", "later"),
    (
        Kind::Messagebird,
        422,
        "{\"errors\": [{\"code\": 9, \"description\": \"no (correct) recipients found\", \"parameter\": \"recipients\"}]}",
        "never",
    ),
    (
        Kind::Messagebird,
        422,
        "{\"errors\": [{\"code\": 9, \"parameter\": \"originator\"}]}",
        "no rule",
    ),
    (
        Kind::Messagebird,
        402,
        "{\"errors\": [{\"code\": 25}]}",
        "later",
    ),
    (
        Kind::Sinch,
        400,
        "{\"code\": \"syntax_invalid_parameter_format\", \"text\": \"x\"}",
        "never",
    ),
    (Kind::Sinch, 403, "{\"code\": \"unauthorized\"}", "later"),
    (
        Kind::Sinch,
        400,
        "{\"code\": \"syntax_invalid_json\"}",
        "no rule",
    ),
    (Kind::Plivo, 202, "{\"message_uuid\": []}", "no rule"),
    (Kind::Plivo, 400, "{\"error\": \"invalid dst\"}", "never"),
    (Kind::Plivo, 401, "", "later"),
    (
        Kind::Sns,
        400,
        "<Error><Code>InvalidParameter</Code></Error>",
        "never",
    ),
    (
        Kind::Sns,
        400,
        "<Error><Code>Throttling</Code></Error>",
        "no rule",
    ),
    (
        Kind::Sns,
        403,
        "<Error><Code>SignatureDoesNotMatch</Code></Error>",
        "later",
    ),
    (Kind::Kannel, 202, "3: Queued for later delivery", "sent"),
    (
        Kind::Kannel,
        503,
        "Temporal failure, try again later.",
        "later",
    ),
    (Kind::Kannel, 202, "4: unknown", "no rule"),
    (Kind::Webhook, 204, "", "sent"),
    (Kind::Webhook, 422, "", "never"),
    (Kind::Webhook, 500, "", "later"),
    (Kind::Webhook, 404, "", "no rule"),
];

#[test]
fn each_provider_says_never_of_numbers_and_later_of_what_can_be_mended() {
    let judged = |kind: Kind, status, body: &str| {
        let answers = kind.description("https://a.example", account()).answers;
        let headers = HeaderMap::new();
        let body = body.as_bytes();
        match answers.judge(&Answer {
            status,
            headers: &headers,
            body,
        }) {
            Ok(_) => "sent",
            Err(SendError::Silent(why)) => panic!("{why}"),
            Err(SendError::Later(_, why)) if why.contains("no rule") => "no rule",
            Err(SendError::Later(..)) => "later",
            Err(SendError::Elsewhere(_)) => "elsewhere",
            Err(SendError::Never(_)) => "never",
        }
    };
    for (kind, status, body, wanted) in ANSWERS {
        assert_eq!(
            judged(*kind, *status, body),
            *wanted,
            "{kind:?} {status} {body}"
        );
    }
}

#[test]
fn what_is_ready_has_no_fault_and_no_hole_of_a_mistyped_name() {
    for kind in Kind::ALL {
        let address = kind.address().unwrap_or("https://sms.example.org/send");
        let description = kind.description(address, account());
        assert_eq!(description.faults(), [], "{kind:?}");
        // A template with a fault would be words with braces in them.
        let headers = description.headers.iter().map(|(_, value)| value);
        let probe = description.probe.iter().map(|probe| &probe.url);
        let mut all: Vec<&Template> = headers.chain(probe).collect();
        all.push(&description.url);
        all.extend(description.body.templates());
        for template in all {
            assert!(
                !template.words().any(|words| words.contains(['{', '}'])),
                "{kind:?}"
            );
        }
        let nobody = kind.description(address, Account::default());
        let missing = nobody.faults();
        let keys: Vec<&str> = missing.iter().map(|(key, _)| key.as_str()).collect();
        assert!(keys.contains(&"secret"), "{kind:?}: {keys:?}");
    }
}

#[test]
fn a_messaging_service_of_twilio_stands_in_its_own_field() {
    let service = Account {
        from: Some(format!("MG{}", "0".repeat(32))),
        ..account()
    };
    let Body::Form(fields) = Kind::Twilio.description("https://a.example", service).body else {
        panic!("a form");
    };
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = ["To", "MessagingServiceSid", "Body", "StatusCallback"];
    assert_eq!(names, wanted);
}

#[test]
fn an_api_key_of_twilio_proves_no_receipts_so_none_are_asked_for() {
    let keyed = Account {
        user: Some("SK1".to_owned()),
        ..account()
    };
    let Body::Form(fields) = Kind::Twilio.description("https://a.example", keyed).body else {
        panic!("a form");
    };
    assert!(fields.iter().all(|(name, _)| name != "StatusCallback"));
}
