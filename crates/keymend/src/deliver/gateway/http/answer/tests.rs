use super::*;

fn rules(text: &str) -> Result<Vec<Rule>, toml::de::Error> {
    #[derive(Deserialize)]
    struct Rules {
        rules: Vec<Rule>,
    }
    toml::from_str::<Rules>(text).map(|read| read.rules)
}

fn judged(answers: &Answers, status: u16, body: &str) -> String {
    let answer = Answer {
        status,
        headers: &HeaderMap::new(),
        body: body.as_bytes(),
    };
    match answers.judge(&answer) {
        Ok(taken) => format!("sent {}", taken.reference.unwrap_or_default()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn rules_are_read_as_they_are_written() {
    let read = rules(
        "rules = [{ status = 202 }, { status = \"200-299\", begins = \"OK\" }, \
         { status = [429, \"500-599\"], at = \"/code\", is = [21211, \"x\"] }]",
    )
    .unwrap();
    assert_eq!(read[0].status, Statuses::ours(&[(202, 202)]));
    assert_eq!(read[2].status, Statuses::ours(&[(429, 429), (500, 599)]));
    assert_eq!(read[2].is[0], Word("21211".to_owned()));
    for wrong in [
        "{ status = 99 }",
        "{ status = 600 }",
        "{ status = \"299-200\" }",
        "{ status = \"2xx\" }",
        "{ status = [] }",
        "{ status = true }",
        "{ at = \"/code\" }",
        "{ status = 200, at = \"code\" }",
        "{ status = 200, at = \"/a~2\" }",
        "{ status = 200, is = [true] }",
        "{ status = 200, text = \"x\" }",
    ] {
        assert!(rules(&format!("rules = [{wrong}]")).is_err(), "{wrong}");
    }
}

#[test]
fn never_goes_before_later_and_later_before_sent() {
    let any = || vec![Rule::status(&[(200, 299)])];
    let mut answers = Answers {
        sent: any(),
        later: any(),
        never: any(),
        reference: None,
    };
    assert_eq!(judged(&answers, 200, ""), "never: the gateway answered 200");
    answers.never.clear();
    assert_eq!(judged(&answers, 200, ""), "later: the gateway answered 200");
    answers.later.clear();
    assert_eq!(judged(&answers, 200, ""), "sent ");
    let none = "later: the gateway answered 500, which no rule is about";
    assert_eq!(judged(&answers, 500, ""), none);
}

#[test]
fn a_reason_has_the_word_that_decided_and_nothing_else_of_the_answer() {
    let answers = Answers {
        sent: vec![Rule::status(&[(200, 200)]).and("/ok", &["true"])],
        never: vec![Rule::status(&[(400, 400)]).and("/code", &["21211"])],
        ..Answers::default()
    };
    let body = "{\"code\": 21211, \"message\": \"+12125550143 482913\"}";
    assert_eq!(
        judged(&answers, 400, body),
        "never: the gateway answered 400, 21211 at /code"
    );
    let other = body.replace("21211", "1");
    for body in [other.as_str(), "+12125550143 482913", "", "{\"code\":"] {
        assert_eq!(
            judged(&answers, 400, body),
            "later: the gateway answered 400, which no rule is about"
        );
    }
    assert_eq!(judged(&answers, 200, "{\"ok\": true}"), "sent ");
}

#[test]
fn words_can_stand_anywhere_in_an_answer() {
    let rule =
        rules("rules = [{ status = 200, begins = \"ERR\", has = [\"blocked\", \"bad number\"] }]");
    let answers = Answers {
        never: rule.unwrap(),
        ..Answers::default()
    };
    for (body, wanted) in [
        (
            "ERR 7: bad number +12125550143",
            "never: the gateway answered 200, bad number",
        ),
        (
            "ERR 7: busy",
            "later: the gateway answered 200, which no rule is about",
        ),
        (
            "OK blocked",
            "later: the gateway answered 200, which no rule is about",
        ),
        (
            "",
            "later: the gateway answered 200, which no rule is about",
        ),
    ] {
        assert_eq!(judged(&answers, 200, body), wanted);
    }
}

#[test]
fn a_reference_is_one_word_that_can_be_shown() {
    let with = |reference| Answers {
        sent: vec![Rule::status(&[(200, 200)])],
        reference: Some(reference),
        ..Answers::default()
    };
    let pointer = with(Reference::At(Pointer::ours("/id")));
    assert_eq!(judged(&pointer, 200, "{\"id\": \"SM1\"}"), "sent SM1");
    assert_eq!(judged(&pointer, 200, "{\"id\": 17}"), "sent 17");
    let long = format!("{{\"id\": \"{}\"}}", "x".repeat(201));
    for none in ["{\"id\": \"a\\u001bb\"}", "{\"id\": null}", "{}", "", &long] {
        assert_eq!(judged(&pointer, 200, none), "sent ", "{none}");
    }
    let after = with(Reference::After("ID: ".to_owned()));
    for body in ["OK\nID: a1 b2\n", "<r>ID: a1</r>", "ID: a1"] {
        assert_eq!(judged(&after, 200, body), "sent a1", "{body}");
    }
    let header = with(Reference::Header("X-Id".to_owned()));
    let mut headers = HeaderMap::new();
    headers.insert("x-id", "h1".parse().unwrap());
    let answer = Answer {
        status: 200,
        headers: &headers,
        body: b"",
    };
    assert_eq!(header.judge(&answer).unwrap().reference.unwrap(), "h1");
}

#[test]
fn an_answer_can_ask_for_a_longer_wait_within_reason() {
    let waited = |asked: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", asked.parse().unwrap());
        wait(&headers).as_secs()
    };
    let all = ["30", "1", "99999999", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"].map(waited);
    assert_eq!(all, [30, 5, 600, 5, 5]);
}
