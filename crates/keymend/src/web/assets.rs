//! The files that pages load: style, script and mark, inside the binary.
//!
//! Each is served under a name that carries a digest of its content, so that a browser may keep it for a
//! year and still never shows an old one. [`path`] gives a template that name, [`find`] gives the handler the file.

use std::sync::OnceLock;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Folder of the addresses that [`path`] gives.
pub const FOLDER: &str = "/assets/";

struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static [u8],
}

const ASSETS: [Asset; 5] = [
    Asset {
        name: "keymend.css",
        content_type: "text/css; charset=utf-8",
        body: include_bytes!("../../assets/keymend.css"),
    },
    Asset {
        name: "keymend.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_bytes!("../../assets/keymend.js"),
    },
    Asset {
        name: "work.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_bytes!("../../assets/work.js"),
    },
    Asset {
        name: "sheet.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_bytes!("../../assets/sheet.js"),
    },
    Asset {
        name: "mark.svg",
        content_type: "image/svg+xml",
        body: include_bytes!("../../assets/mark.svg"),
    },
];

/// An asset with its address.
struct Served {
    asset: &'static Asset,
    path: String,
}

fn served() -> &'static [Served] {
    static SERVED: OnceLock<Vec<Served>> = OnceLock::new();
    SERVED.get_or_init(|| {
        ASSETS
            .iter()
            .map(|asset| Served {
                asset,
                path: address(asset),
            })
            .collect()
    })
}

fn address(asset: &Asset) -> String {
    let digest = HEXLOWER.encode(&Sha256::digest(asset.body));
    let short = digest.get(..12).unwrap_or(&digest);
    let (stem, end) = asset.name.split_once('.').unwrap_or((asset.name, ""));
    format!("{FOLDER}{stem}-{short}.{end}")
}

/// The address of an asset, such as `/assets/keymend-0123456789ab.css`; empty for a name we do not have.
#[must_use]
pub fn path(name: &str) -> &'static str {
    served()
        .iter()
        .find(|served| served.asset.name == name)
        .map_or("", |served| served.path.as_str())
}

/// Content type and content of a file by the last part of its address.
#[must_use]
pub fn find(file: &str) -> Option<(&'static str, &'static [u8])> {
    served()
        .iter()
        .find(|served| served.path.strip_prefix(FOLDER) == Some(file))
        .map(|served| (served.asset.content_type, served.asset.body))
}

#[cfg(test)]
mod tests;
