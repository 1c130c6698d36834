use proptest::prelude::*;

use super::*;

fn phone(typed: &str, region: &str) -> Result<String, PhoneFault> {
    PhoneNumber::parse(typed, region, &[]).map(|number| number.as_str().to_owned())
}

fn email(typed: &str) -> Result<String, EmailFault> {
    EmailAddress::parse(typed, &[]).map(|address| address.as_str().to_owned())
}

#[test]
fn the_numbers_of_the_demo_people_are_valid() {
    for number in ["+12125550142", "+12125550187"] {
        assert_eq!(phone(number, "US").as_deref(), Ok(number));
        assert_eq!(phone(&number[2..], "US").as_deref(), Ok(number));
    }
}

#[test]
fn every_common_spelling_is_one_number() {
    for typed in [
        "212 555 0142",
        "(212) 555-0142",
        "212.555.0142",
        "1-212-555-0142",
        "+1 (212) 555 0142",
        "001 212 555 0142",
        "00 1 212 555 0142",
        "011 1 212 555 0142",
        "tel:+1-212-555-0142",
        "TEL:+1-212-555-0142",
        "\u{202a}+1\u{a0}212\u{a0}555\u{2011}0142\u{202c}",
        "\u{200f}+1 212 555 0142",
        "＋１ ２１２ ５５５ ０１４２",
        "（２１２）５５５－０１４２",
        "+١ ٢١٢ ٥٥٥ ٠١٤٢",
        "٢١٢٥٥٥٠١٤٢",
        "+۱۲۱۲۵۵۵۰۱۴۲",
        "  2125550142\t",
        "+1/212/555/0142",
    ] {
        assert_eq!(phone(typed, "US").as_deref(), Ok("+12125550142"), "{typed}");
    }
    for typed in [
        "+44 (0)20 7946 0958",
        "0044 20 7946 0958",
        "0044 (0) 20 7946 0958",
        "020 7946 0958",
        "20 7946 0958",
    ] {
        assert_eq!(
            phone(typed, "GB").as_deref(),
            Ok("+442079460958"),
            "{typed}"
        );
    }
    for region in ["AU", "TH", "KR", "US", "BR", "xx", ""] {
        assert_eq!(
            phone("0044 20 7946 0958", region).as_deref(),
            Ok("+442079460958"),
            "{region}"
        );
        assert_eq!(
            phone("00 1 212 555 0142", region).as_deref(),
            Ok("+12125550142"),
            "{region}"
        );
    }
    assert_eq!(
        phone("0011 44 20 7946 0958", "AU").as_deref(),
        Ok("+442079460958")
    );
    assert_eq!(
        phone("+39 06 6982 1234", "IT").as_deref(),
        Ok("+390669821234"),
        "an Italian zero stays"
    );
}

#[test]
fn the_countrys_own_way_out_is_understood_when_only_it_is_allowed() {
    let allowed = ["AU".to_owned(), "TH".to_owned()];
    let parse = |typed, region| PhoneNumber::parse(typed, region, &allowed).map(String::from);
    assert_eq!(
        parse("0011 61 2 9374 4000", "AU"),
        Ok("+61293744000".to_owned())
    );
    assert_eq!(
        parse("0061 2 9374 4000", "TH"),
        Ok("+61293744000".to_owned())
    );
    assert_eq!(parse("0044 20 7946 0958", "AU"), Err(PhoneFault::Country));
}

#[test]
fn what_is_no_number_says_why() {
    for (typed, region, fault) in [
        ("", "US", PhoneFault::Empty),
        (" \u{200e}\u{200f} ", "US", PhoneFault::Empty),
        ("call me", "US", PhoneFault::NotANumber),
        ("1-800-FLOWERS", "US", PhoneFault::NotANumber),
        ("+", "US", PhoneFault::NotANumber),
        ("--", "US", PhoneFault::NotANumber),
        ("212\n5550142", "US", PhoneFault::NotANumber),
        ("212\r\n5550142", "US", PhoneFault::NotANumber),
        (
            "+1 212 555 0142 @evil #999999",
            "US",
            PhoneFault::NotANumber,
        ),
        ("+1 212 +555 0142", "US", PhoneFault::NotANumber),
        ("212555014²", "US", PhoneFault::NotANumber),
        (
            "tel:0142;phone-context=+1212555",
            "US",
            PhoneFault::NotANumber,
        ),
        ("212 555", "US", PhoneFault::TooShort),
        ("911", "US", PhoneFault::TooShort),
        ("112", "DE", PhoneFault::NotValid),
        ("+1 212 555 01422", "US", PhoneFault::TooLong),
        ("123456789012345678901234567890", "US", PhoneFault::TooLong),
        ("012 555 0142", "US", PhoneFault::NotValid),
        ("212 155 0142", "US", PhoneFault::NotValid),
        ("+999 1234567", "US", PhoneFault::Country),
        ("212 555 0142", "", PhoneFault::Country),
        ("212 555 0142", "XX", PhoneFault::Country),
        ("212 555 0142", "001", PhoneFault::Country),
    ] {
        assert_eq!(phone(typed, region), Err(fault), "{typed:?} in {region}");
    }
}

#[test]
fn extensions_are_refused_in_every_spelling() {
    for tail in [
        "x12",
        " x 12",
        " ext. 12",
        " extension 12",
        ";ext=12",
        "#12",
        ",12",
        ",,12",
        " ext:12",
        " доб. 12",
        " ｘ12",
    ] {
        let typed = format!("+1 212 555 0142{tail}");
        assert_eq!(phone(&typed, "US"), Err(PhoneFault::Extension), "{typed}");
    }
}

#[test]
fn lines_that_are_nobodys_own_are_refused_by_kind() {
    for (typed, region) in [
        ("+1 900 555 0142", "US"),
        ("900 234 5678", "US"),
        ("+1 800 234 5678", "US"),
        ("+44 909 879 0000", "GB"),
        ("+44 844 212 3456", "GB"),
        ("+44 345 678 9012", "GB"),
        ("+44 70 1234 5678", "GB"),
        ("+44 76 4012 3456", "GB"),
        ("+49 900 123 4567", "DE"),
        ("+881 612 345 678", "US"),
        ("+882 16 1234 5678", "US"),
        ("+883 510 012 3456", "US"),
        ("+870 301 234 567", "US"),
        ("+979 123 456 789", "US"),
        ("+800 1234 5678", "US"),
        ("+808 1234 5678", "US"),
    ] {
        assert_eq!(phone(typed, region), Err(PhoneFault::Kind), "{typed}");
    }
}

#[test]
fn the_country_is_judged_by_the_number_and_not_by_the_list() {
    let allowed = ["us".to_owned()];
    assert!(PhoneNumber::parse("212 555 0142", "US", &allowed).is_ok());
    assert_eq!(
        PhoneNumber::parse("+44 20 7946 0958", "US", &allowed),
        Err(PhoneFault::Country)
    );
    assert_eq!(
        PhoneNumber::parse("0044 20 7946 0958", "US", &allowed),
        Err(PhoneFault::Country)
    );
    assert_eq!(
        PhoneNumber::parse("+1 416 234 5678", "US", &allowed),
        Err(PhoneFault::Country),
        "Canada"
    );
}

#[test]
fn a_number_hides_itself() {
    let number = PhoneNumber::parse("+12125550142", "US", &[]).unwrap();
    assert_eq!(format!("{number:?}"), "PhoneNumber(…42)");
    assert_eq!(number.masked(), "********42");
    assert_eq!(number.international(), "+1 212-555-0142");
    assert_eq!(number.region().as_deref(), Some("US"));
}

#[test]
fn stored_numbers_and_addresses_are_looked_at_again() {
    let number = PhoneNumber::parse("+12125550142", "US", &[]).unwrap();
    let json = serde_json::to_string(&number).unwrap();
    assert_eq!(json, "\"+12125550142\"");
    assert_eq!(serde_json::from_str::<PhoneNumber>(&json).unwrap(), number);
    for bad in [
        "",
        "+",
        "12125550142",
        "+0212555014",
        "+1212555014a",
        "+123456",
        "+1234567890123456",
        "+١٢١٢٥٥٥٠١٤٢",
    ] {
        assert!(
            serde_json::from_str::<PhoneNumber>(&format!("\"{bad}\"")).is_err(),
            "{bad}"
        );
    }
    let address = EmailAddress::parse("Bo.Home@Mail.Example", &[]).unwrap();
    let json = serde_json::to_string(&address).unwrap();
    assert_eq!(json, "\"Bo.Home@mail.example\"");
    assert_eq!(
        serde_json::from_str::<EmailAddress>(&json).unwrap(),
        address
    );
    assert!(serde_json::from_str::<EmailAddress>("\"a@b\\r\\nBcc: c@d.example\"").is_err());
}

#[test]
fn the_list_of_countries_is_whole_and_ordered() {
    let all = countries();
    assert!(all.len() > 240, "{}", all.len());
    assert!(all.windows(2).all(|pair| pair[0].region < pair[1].region));
    let code = |region: &str| {
        all.iter()
            .find(|one| one.region == region)
            .map(|one| one.calling_code)
    };
    assert_eq!(
        (code("GB"), code("US"), code("EG"), code("001")),
        (Some(44), Some(1), Some(20), None)
    );
}

#[test]
fn ordinary_addresses_are_taken() {
    for (typed, stored) in [
        ("bo.home@mail.example", "bo.home@mail.example"),
        (
            "  Ana.Maria+keys@Mail.Example ",
            "Ana.Maria+keys@mail.example",
        ),
        ("o'neil@mail.example", "o'neil@mail.example"),
        ("x@sub.mail.example", "x@sub.mail.example"),
        ("bo@bücher.example", "bo@xn--bcher-kva.example"),
        ("bo@BÜCHER.example", "bo@xn--bcher-kva.example"),
        ("bo@مثال.example", "bo@xn--mgbh0fb.example"),
        ("bo@mail。example", "bo@mail.example"),
        ("bo@ｍａｉｌ.example", "bo@mail.example"),
        ("1@163.com", "1@163.com"),
        ("jos\u{e9}@mail.example", "jos\u{e9}@mail.example"),
        ("jose\u{301}@mail.example", "jos\u{e9}@mail.example"),
        ("用户@例え.example", "用户@xn--r8jz45g.example"),
        ("عائشة@mail.example", "عائشة@mail.example"),
        ("अजय@mail.example", "अजय@mail.example"),
    ] {
        assert_eq!(email(typed).as_deref(), Ok(stored), "{typed}");
    }
}

#[test]
fn whatever_could_bend_a_mail_is_refused() {
    for typed in [
        "bo",
        "@",
        "bo@",
        "@mail.example",
        "bo@mail",
        "bo@@mail.example",
        "a@b@mail.example",
        "bo@mail..example",
        "bo@.example",
        "bo@mail.example.",
        ".bo@mail.example",
        "bo.@mail.example",
        "b..o@mail.example",
        "b o@mail.example",
        "bo@ma il.example",
        "bo @mail.example",
        "bo@ mail.example",
        "bo@mail.example\r\nBcc: x@y.example",
        "bo\r\n@mail.example",
        "bo@mail.example\n",
        "bo\0@mail.example",
        "bo@mail.example\0",
        "bo\u{2028}@mail.example",
        "bo@mail\u{2028}.example",
        "bo@mail.example\u{2029}",
        "\u{feff}bo@mail.example",
        "\"bo\"@mail.example",
        "\"b o\"@mail.example",
        "Bo <bo@mail.example>",
        "<bo@mail.example>",
        "bo(home)@mail.example",
        "bo@mail.example(home)",
        "bo@[127.0.0.1]",
        "bo@[IPv6:::1]",
        "bo@127.0.0.1",
        "bo@mail.0x7f",
        "bo@0x7f.1",
        "bo,al@mail.example",
        "bo@mail.example,al@mail.example",
        "bo;al@mail.example",
        "mailto:bo@mail.example",
        "bo%evil.example@mail.example",
        "evil!bo@mail.example",
        "=?utf-8?q?=0d=0a?=@mail.example",
        "a%0d%0aBcc@mail.example",
        "bo\\@mail.example",
        "bo@-mail.example",
        "bo@mail_.example",
        "bo@mail.example/x",
        "bo@xn--zz--zz.example",
        "b\u{f6}\u{202e}@mail.example",
        "\u{202e}bo@mail.example",
        "b\u{200d}o@mail.example",
        "b\u{ad}o@mail.example",
        "\u{301}bo@mail.example",
        "\u{ff42}\u{ff4f}@mail.example",
        "bo\u{b2}@mail.example",
        "\u{fb01}n@mail.example",
        "bo\u{2665}@mail.example",
        "bo\u{ff05}0d@mail.example",
        "bo@mail\u{202e}.example",
        "bo＠mail.example",
        "bo@mail.example\u{a0}",
    ] {
        assert_eq!(email(typed), Err(EmailFault::NotAnAddress), "{typed:?}");
    }
    assert_eq!(email("   "), Err(EmailFault::Empty));
    assert_eq!(
        email(&format!("bo@{}.example", "a".repeat(64))),
        Err(EmailFault::NotAnAddress),
        "a label of 64"
    );
    assert_eq!(
        email(&format!("{}@mail.example", "a".repeat(65))),
        Err(EmailFault::NotAnAddress)
    );
    let long = format!(
        "{}@{}.example",
        "a".repeat(64),
        ["b".repeat(60), "c".repeat(60), "d".repeat(60)].join(".")
    );
    assert_eq!(long.len(), 255);
    assert_eq!(email(&long), Err(EmailFault::TooLong));
    assert!(email(&long[1..]).is_ok());
}

#[test]
fn the_organisations_own_mail_is_refused_with_all_below_it() {
    let own = [
        Domain::parse("campus.example").unwrap(),
        Domain::parse("Bücher.example").unwrap(),
    ];
    for typed in [
        "ana@campus.example",
        "ana@CAMPUS.example",
        "ana@gc.campus.example",
        "ana@ｃampus.example",
        "ana@campus。example",
        "ana@bücher.example",
        "ana@a.XN--BCHER-KVA.example",
    ] {
        assert_eq!(
            EmailAddress::parse(typed, &own),
            Err(EmailFault::OwnDomain),
            "{typed}"
        );
    }
    for typed in [
        "ana@notcampus.example",
        "ana@campus.example.mail.example",
        "ana@example.org",
    ] {
        assert!(EmailAddress::parse(typed, &own).is_ok(), "{typed}");
    }
}

#[test]
fn aliases_of_one_mailbox_count_once() {
    let key = |typed: &str| EmailAddress::parse(typed, &[]).unwrap().mailbox();
    assert_eq!(
        key("Bo.Home+keys@mail.example"),
        key("bo.home@MAIL.example")
    );
    assert_eq!(key("b.o+x@gmail.com"), key("Bo@googlemail.com"));
    assert_eq!(
        key("JOS\u{c9}+x@mail.example"),
        key("jose\u{301}@mail.example")
    );
    assert_ne!(key("b.o@mail.example"), key("bo@mail.example"));
    assert_eq!(key("+keys@mail.example"), "+keys@mail.example");
}

#[test]
fn an_address_hides_itself() {
    let address = EmailAddress::parse("bo.home@mail.example", &[]).unwrap();
    assert_eq!(address.masked(), "b***@m***.example");
    assert_eq!(format!("{address:?}"), "EmailAddress(b***@m***.example)");
    assert_eq!(address.domain(), "mail.example");
    assert_eq!(
        EmailAddress::parse("bo@bücher.example", &[])
            .unwrap()
            .readable(),
        "bo@bücher.example"
    );
}

#[test]
fn domains_are_names() {
    for bad in [
        "",
        "example",
        "a..example",
        ".example",
        "example.",
        "-a.example",
        "1.2.3.4",
        "a b.example",
        "a@b.example",
    ] {
        assert_eq!(Domain::parse(bad), Err(NotADomain), "{bad}");
    }
    assert_eq!(
        " Campus.Example ".parse::<Domain>().unwrap().as_str(),
        "campus.example"
    );
}

#[test]
fn junk_is_refused() {
    for junk in [
        format!("{}!", "a".repeat(50_000)),
        "1".repeat(50_000),
        " ".repeat(50_000),
        "+".repeat(50_000),
        "(0)".repeat(17_000),
        format!("a@{}", "b.".repeat(25_000)),
        "@".repeat(50_000),
        "٠".repeat(25_000),
        format!("+1212555014{}", " ".repeat(50_000)),
        format!("a@{}", "ü".repeat(500)),
        format!("a@{}", "ü.".repeat(330)),
        "1 ".repeat(120),
        "x1".repeat(120),
    ] {
        assert!(phone(&junk, "US").is_err(), "{junk:.20}");
        assert!(email(&junk).is_err(), "{junk:.20}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(typed in "\\PC{0,80}", region in "[A-Z]{0,3}") {
        let _ = phone(&typed, &region);
        let _ = email(&typed);
        let _ = Domain::parse(&typed);
    }

    #[test]
    fn numbers_survive_being_shown_and_typed_again(digits in "[2-9][0-9]{2}[2-9][0-9]{6}", region in prop::sample::select(vec!["US", "GB", "DE", "EG", "IT"])) {
        for typed in [format!("+1{digits}"), format!("+44{digits}"), format!("+39{digits}"), digits.clone()] {
            if let Ok(number) = PhoneNumber::parse(&typed, region, &[]) {
                for again in [number.as_str().to_owned(), number.international(), format!("00{}", &number.as_str()[1..])] {
                    prop_assert_eq!(phone(&again, region), Ok(number.as_str().to_owned()));
                }
            }
        }
    }

    #[test]
    fn a_spelling_never_makes_a_second_destination(seps in prop::collection::vec(prop::sample::select(vec!["", " ", "-", ".", "(", ")", "\u{a0}", "\u{200f}"]), 10)) {
        let typed: String = "2125550142".chars().zip(&seps).flat_map(|(d, s)| s.chars().chain(Some(d))).collect();
        prop_assert_eq!(phone(&typed, "US"), Ok("+12125550142".to_owned()));
    }

    #[test]
    fn an_accepted_address_is_clean(typed in "[ -~\r\n\u{0}\u{2028}ü.@]{0,12}@[a-zü0-9.@\\-\r\n ]{1,12}\\.[a-z]{2,5}") {
        if let Ok(address) = EmailAddress::parse(&typed, &[]) {
            let text = address.as_str();
            prop_assert!(text.chars().all(|c| c.is_ascii_graphic() || c == 'ü'), "{:?}", text);
            prop_assert!(address.domain().bytes().all(|b| b.is_ascii_graphic()), "{:?}", text);
            prop_assert_eq!(text.matches('@').count(), 1);
            prop_assert_eq!(format!("{}@{}", address.local_part(), address.domain()), text);
            prop_assert!(text.len() <= 254);
            prop_assert_eq!(email(text), Ok(text.to_owned()));
            prop_assert_eq!(email(&address.readable()), Ok(text.to_owned()));
        }
    }
}
