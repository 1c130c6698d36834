use keymend_core::method::Channel;
use zeroize::Zeroizing;

use super::*;

fn message(body: &str) -> Message {
    Message {
        id: "job-1".to_owned(),
        channel: Channel::Sms,
        to: "+12125550142".to_owned(),
        country: None,
        subject: String::new(),
        body: body.to_owned(),
        html: None,
        language: "en",
        code: Zeroizing::default(),
        script: None,
        purpose: None,
        until: None,
    }
}

fn form(letters: Letters, long: Long) -> Form {
    let from = From::parse("Campus", None, None).unwrap();
    Form {
        from,
        letters,
        long,
    }
}

fn bytes(part: &SubmitSm) -> &[u8] {
    part.short_message().as_ref()
}

#[test]
fn a_short_text_is_one_part() {
    let form = form(Letters::Gsm, Long::Pieces);
    let parts = form.parts(&message("@a é"), Some(Duration::from_secs(599)));
    let [part] = parts.as_slice() else {
        panic!("{parts:?}")
    };
    assert_eq!(bytes(part), [0, 0x61, 0x20, 0x05]);
    assert_eq!(part.data_coding, DataCoding::McSpecific);
    assert_eq!(part.destination_addr.as_str(), "12125550142");
    assert_eq!(part.validity_period.as_str(), "000000000959000R");
    assert_eq!(u8::from(part.registered_delivery), 1);
    assert_eq!(u8::from(part.esm_class), 0);
    let plain = form.parts(&message("a"), None);
    assert_eq!(plain.first().unwrap().validity_period.as_str(), "");
}

#[test]
fn a_long_text_is_cut_and_its_last_part_asks_for_the_receipt() {
    let form = form(Letters::Gsm, Long::Pieces);
    let parts = form.parts(&message(&"ع".repeat(140)), None);
    assert_eq!(parts.len(), 3);
    let mark = bytes(parts.first().unwrap()).get(3).copied().unwrap();
    for (at, part) in (1..).zip(&parts) {
        let (header, text) = bytes(part).split_at(6);
        assert_eq!(header, [5, 0, 3, mark, 3, at]);
        assert_eq!(text.len(), if at == 3 { 12 } else { 134 });
        assert_eq!(u8::from(part.esm_class), 0x40);
        assert_eq!(part.data_coding, DataCoding::Ucs2);
        assert_eq!(u8::from(part.registered_delivery), u8::from(at == 3));
    }
    // The same text sent again is the same to the phone.
    assert_eq!(parts, form.parts(&message(&"ع".repeat(140)), None));
    let basic = form.parts(&message(&"a".repeat(306)), None);
    let lengths: Vec<_> = basic.iter().map(|part| bytes(part).len()).collect();
    assert_eq!(lengths, [159, 159]);
}

#[test]
fn a_long_text_can_leave_whole() {
    let text = "ع".repeat(140);
    let parts = form(Letters::Gsm, Long::Payload).parts(&message(&text), None);
    let [part] = parts.as_slice() else {
        panic!("{parts:?}")
    };
    assert!(bytes(part).is_empty());
    let [tlv] = part.tlvs() else {
        panic!("{part:?}")
    };
    assert_eq!(usize::from(tlv.value_length()), 280);
}

#[test]
fn a_centre_that_takes_latin_letters_gets_them() {
    let form = form(Letters::Latin1, Long::Pieces);
    for (text, wanted, coding) in [
        ("@é[", &[0x40, 0xE9, 0x5B][..], DataCoding::Latin1),
        ("Δ", &[0x03, 0x94], DataCoding::Ucs2),
        ("ع", &[0x06, 0x39], DataCoding::Ucs2),
    ] {
        let parts = form.parts(&message(text), None);
        let part = parts.first().unwrap();
        assert_eq!((bytes(part), part.data_coding), (wanted, coding), "{text}");
    }
    // 160 letters, one of which is not in that set.
    let long = format!("{}€", "a".repeat(158));
    assert_eq!(
        (form.count(&long), form.parts(&message(&long), None).len()),
        (3, 3)
    );
}

#[test]
fn a_sender_is_a_number_a_short_one_or_a_name() {
    for (text, ton, npi) in [
        ("+12125550100", 1, 1),
        ("12125550100", 1, 1),
        ("82828", 3, 0),
        ("Campus IT", 5, 0),
    ] {
        let from = From::parse(text, None, None).unwrap();
        assert_eq!(
            (u8::from(from.ton), u8::from(from.npi)),
            (ton, npi),
            "{text}"
        );
        let own = From::parse(text, Some(6), Some(9)).unwrap();
        assert_eq!((u8::from(own.ton), u8::from(own.npi)), (6, 9));
    }
    for text in [
        "",
        "+",
        "+1x",
        "Campus IT desk",
        "Campüs",
        "@campus",
        "1234567890123456",
    ] {
        assert!(From::parse(text, None, None).is_err(), "{text}");
    }
}

#[test]
fn a_validity_is_written_as_a_time_from_now() {
    for (seconds, wanted) in [
        (1, "000000000100000R"),
        (600, "000000001000000R"),
        (86_399, "000000235959000R"),
        (1_000_000, "000000235959000R"),
    ] {
        assert_eq!(period(Duration::from_secs(seconds)), wanted);
    }
}
