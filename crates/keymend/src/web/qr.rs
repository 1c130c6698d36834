//! QR codes as inline pictures: nothing to fetch, and nothing that a script draws.

use std::fmt::Write as _;

use askama::filters::Safe;
use fast_qr::{ECL, QRBuilder};

/// Modules of white around the code (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// A text as a picture, dark on light in every theme, since many apps read no other. `None` when it is too long.
///
/// The caller says beside it what it is: the picture is passed over by screen readers.
pub fn picture(text: &str) -> Option<Safe<String>> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let size = code.size;
    let whole = size + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.data.chunks(size).take(size).enumerate() {
        let dark = |x: &usize| row.get(*x).is_some_and(|module| module.value());
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(dark).count();
            if run > 0 {
                // Writing to a string does not fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Some(Safe(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\" focusable=\"false\">\
         <rect width=\"{whole}\" height=\"{whole}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Draws the picture as a browser would, eight dots a module.
    fn drawn(picture: &str) -> (usize, Vec<bool>) {
        const DOTS: usize = 8;
        let between = |from: &str, to: char| {
            let start = picture.find(from).unwrap() + from.len();
            picture[start..].split(to).next().unwrap().to_owned()
        };
        let side: usize = between("viewBox=\"0 0 ", ' ').parse().unwrap();
        let width = side * DOTS;
        let mut dots = vec![false; width * width];
        for run in between(" d=\"", '"').split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let length: usize = rest.split('v').next().unwrap().parse().unwrap();
            for row in y * DOTS..(y + 1) * DOTS {
                for column in x * DOTS..(x + length) * DOTS {
                    dots[row * width + column] = true;
                }
            }
        }
        (width, dots)
    }

    fn read(text: &str) -> String {
        let (width, dots) = drawn(&picture(text).unwrap().0);
        let grey = |x: usize, y: usize| if dots[y * width + x] { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, width, grey);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn what_is_drawn_is_read_by_another_library() {
        let longest = format!("otpauth://totp/{}", "%D8%A7".repeat(60));
        for text in [
            "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ&issuer=A",
            &longest,
        ] {
            assert_eq!(read(text), text);
        }
        assert!(picture(&"x".repeat(3000)).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

        #[test]
        fn any_address_is_read_back(text in "otpauth://totp/[A-Za-z0-9%.:?=&-]{20,160}") {
            prop_assert_eq!(read(&text), text);
        }
    }
}
