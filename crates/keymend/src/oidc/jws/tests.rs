use super::*;

/// RFC 7515, A.2.
const RS256: (&str, &str) = (
    r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#,
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
);
/// RFC 7515, A.3.
const ES256: (&str, &str) = (
    r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
);
/// RFC 8037, A.4.
const EDDSA: (&str, &str) = (
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
);
/// RFC 7515, A.1: a shared secret.
const HS256: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7515, A.5: nobody's.
const NONE: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";

fn keys(jwks: &[&str]) -> Vec<Key> {
    let set = format!(r#"{{"keys":[{}]}}"#, jwks.join(","));
    serde_json::from_str::<KeySet>(&set).unwrap().readable()
}

fn token(header: &str) -> String {
    let (_, signed) = EDDSA;
    let (_, rest) = signed.split_once('.').unwrap();
    format!("{}.{rest}", BASE64URL_NOPAD.encode(header.as_bytes()))
}

#[test]
fn the_examples_of_the_standards_are_believed() {
    for (key, token) in [RS256, ES256, EDDSA] {
        let payload = verify(token, &keys(&[key])).unwrap();
        assert!(payload.starts_with(b"{\"iss\":\"joe\"") || payload.starts_with(b"Example of"));
        // Found among others, too.
        let all = keys(&[RS256.0, ES256.0, EDDSA.0]);
        assert!(verify(token, &all).is_ok());
        assert_eq!(verify(token, &[]), Err(Unsigned::UnknownKey));
    }
}

#[test]
fn a_changed_letter_anywhere_is_not_believed() {
    for (key, token) in [RS256, ES256, EDDSA] {
        let keys = keys(&[key]);
        for at in (0..token.len()).step_by(7) {
            let mut changed = token.to_owned();
            let other = if &token[at..=at] == "A" { "B" } else { "A" };
            changed.replace_range(at..=at, other);
            assert!(verify(&changed, &keys).is_err(), "{at}");
        }
    }
}

#[test]
fn nobodys_signature_and_shared_secrets_are_never_taken() {
    let all = keys(&[RS256.0, ES256.0, EDDSA.0]);
    for token in [HS256, NONE] {
        let refused = verify(token, &all);
        assert_eq!(refused, Err(Unsigned::Shape("its algorithm is not taken")));
    }
    for alg in [
        "none", "None", "HS256", "HS512", "RSA1_5", "ES256K", "dir", "",
    ] {
        let refused = verify(&token(&format!(r#"{{"alg":"{alg}"}}"#)), &all);
        assert!(matches!(refused, Err(Unsigned::Shape(_))), "{alg}");
    }
}

#[test]
fn an_algorithm_needs_a_key_of_its_kind() {
    let all = keys(&[RS256.0, ES256.0, EDDSA.0]);
    let (_, rest) = RS256.1.split_once('.').unwrap();
    for alg in ["RS512", "PS256", "ES256", "EdDSA"] {
        let header = BASE64URL_NOPAD.encode(format!(r#"{{"alg":"{alg}"}}"#).as_bytes());
        assert!(verify(&format!("{header}.{rest}"), &all).is_err(), "{alg}");
    }
    // A key that is bound to another algorithm.
    let bound = RS256.0.replace('{', r#"{"alg":"RS384","#);
    assert_eq!(verify(RS256.1, &keys(&[&bound])), Err(Unsigned::UnknownKey));
}

#[test]
fn a_key_is_found_by_its_name() {
    let named = |kid: &str, usage: &str| {
        EDDSA
            .0
            .replace('{', &format!(r#"{{"kid":"{kid}","use":"{usage}","#))
    };
    let signed = token(r#"{"alg":"EdDSA","kid":"a"}"#);
    let verdict = |kid, usage| verify(&signed, &keys(&[&named(kid, usage)]));
    assert_eq!(verdict("a", "sig"), Err(Unsigned::Wrong));
    assert_eq!(verdict("b", "sig"), Err(Unsigned::UnknownKey));
    assert_eq!(verdict("a", "enc"), Err(Unsigned::UnknownKey));
}

#[test]
fn what_demands_more_or_is_another_kind_is_not_read() {
    let all = keys(&[EDDSA.0]);
    for header in [
        r#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt"}"#,
        r#"{"alg":"EdDSA","typ":"logout+jwt"}"#,
    ] {
        let refused = verify(&token(header), &all);
        assert!(matches!(refused, Err(Unsigned::Shape(_))), "{header}");
    }
    for odd in [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "e30.e30.e30",
        &"a".repeat(40_000),
    ] {
        assert!(
            matches!(verify(odd, &all), Err(Unsigned::Shape(_))),
            "{odd:.20}"
        );
    }
}

#[test]
fn odd_keys_are_left_out() {
    for odd in [
        r#"{"kty":"oct","k":"AAAA"}"#,
        r#"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#,
        r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
        r#"{"kty":"RSA","e":"AQAB"}"#,
        r#"{"kid":"a"}"#,
        "7",
    ] {
        assert!(keys(&[odd]).is_empty(), "{odd}");
    }
}
