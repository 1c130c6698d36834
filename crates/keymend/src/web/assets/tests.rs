use super::{ASSETS, FOLDER, find, path};

fn text(name: &str) -> &'static str {
    let asset = ASSETS.iter().find(|asset| asset.name == name).unwrap();
    std::str::from_utf8(asset.body).unwrap()
}

#[test]
fn every_address_leads_to_its_file() {
    for asset in &ASSETS {
        let address = path(asset.name);
        let file = address.strip_prefix(FOLDER).unwrap();
        assert_eq!(
            find(file).unwrap(),
            (asset.content_type, asset.body),
            "{address}"
        );
        assert_ne!(file, asset.name, "the digest is missing");
    }
}

#[test]
fn a_wrong_digest_or_name_finds_nothing() {
    for file in [
        "keymend.css",
        "keymend-000000000000.css",
        "",
        "../Cargo.toml",
    ] {
        assert!(find(file).is_none(), "{file}");
    }
    assert_eq!(path("nothing.js"), "");
}

#[test]
fn style_and_script_stay_small() {
    assert!(
        text("keymend.css").len() <= 24_000,
        "{}",
        text("keymend.css").len()
    );
    let scripts = text("keymend.js").len() + text("work.js").len();
    assert!(scripts <= 10_000, "{scripts}");
    assert!(text("sheet.js").len() <= 1_000);
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    for name in ["keymend.css", "keymend.js", "work.js", "sheet.js"] {
        for foreign in ["http:", "https:", "//fonts", "@import", "data:"] {
            assert!(!text(name).contains(foreign), "{name} contains {foreign}");
        }
    }
}

#[test]
fn the_style_knows_no_left_and_right() {
    for line in text("keymend.css").lines() {
        for physical in [
            "-left",
            "-right",
            " left:",
            " right:",
            "text-align: left",
            "text-align: right",
        ] {
            assert!(!line.contains(physical), "{line}");
        }
    }
}

/// The tokens of one block, such as `("ink", "16181d")`.
fn tokens(block: &str) -> Vec<(&str, &str)> {
    block
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"))
        .map(|(name, value)| (name, value.trim_end_matches(';')))
        .collect()
}

fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_pair_of_colours_that_meet_has_enough_contrast() {
    let style = text("keymend.css");
    let block = |from: &str| {
        let rest = style.split_once(from).unwrap_or_else(|| panic!("{from}")).1;
        tokens(rest.split_once('}').unwrap().0)
    };
    let light = block("/* light */");
    let dark = block("/* dark, by the system */");
    assert_eq!(
        dark,
        block("/* dark, by choice */"),
        "the two dark themes differ"
    );
    assert!(light.len() > 15 && dark.len() == light.len());
    let pairs = [
        ("ink", "page", 7.0),
        ("ink", "card", 7.0),
        ("ink", "sunken", 7.0),
        ("muted", "page", 4.5),
        ("muted", "card", 4.5),
        ("muted", "sunken", 4.5),
        ("edge", "card", 3.0),
        ("edge", "page", 3.0),
        ("accent", "page", 4.5),
        ("accent", "card", 4.5),
        ("accent", "accent-soft", 4.5),
        ("accent", "sunken", 4.5),
        ("on-accent", "accent", 4.5),
        ("on-accent", "accent-strong", 4.5),
        ("ok", "card", 4.5),
        ("ok", "ok-soft", 4.5),
        ("ink", "ok-soft", 7.0),
        ("bad", "card", 4.5),
        ("bad", "bad-soft", 4.5),
        ("ink", "bad-soft", 7.0),
        ("warn", "warn-soft", 4.5),
        ("ink", "warn-soft", 7.0),
        ("focus", "card", 3.0),
        ("focus", "page", 3.0),
    ];
    for (theme, tokens) in [("light", light), ("dark", dark)] {
        let colour = |name: &str| {
            tokens
                .iter()
                .find(|(token, _)| *token == name)
                .unwrap_or_else(|| panic!("{theme} has no {name}"))
                .1
        };
        for (one, other, least) in pairs {
            let found = contrast(colour(one), colour(other));
            assert!(
                found >= least,
                "{theme}: {one} on {other} is {found:.2}, not {least}"
            );
        }
    }
}
