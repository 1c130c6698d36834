//! MS: several gateways of a channel, and one of them fails.

use std::path::Path;

use tempfile::TempDir;

use crate::portal::{Message, Portal, Setup};
use crate::post::in_folder;
use crate::walk::{Person, person};

/// A portal with two gateways for text messages, and their folders.
struct Two {
    portal: Portal,
    place: TempDir,
}

impl Two {
    fn start() -> Self {
        let place = TempDir::new().unwrap();
        let path = |name: &str| format!("\"{}\"", place.path().join(name).display());
        for name in ["first", "second"] {
            std::fs::create_dir(place.path().join(name)).unwrap();
        }
        let setup = Setup::new()
            .people(2)
            .with("sms.first", "folder", path("first"))
            .with("sms.first", "priority", 1)
            .with("sms.second", "folder", path("second"))
            .with("sms.second", "priority", 2);
        let portal = setup.start();
        Self { portal, place }
    }

    fn folder(&self, name: &str) -> std::path::PathBuf {
        self.place.path().join(name)
    }

    fn forgot(&self, somebody: &Person) {
        let mut browser = self.portal.browser();
        browser.begin_for(&somebody.name, "forgot");
        assert_eq!(browser.text(&somebody.phone), 303);
    }

    fn arrives(&self, name: &str, to: &str) -> Message {
        let folder = self.folder(name);
        self.portal
            .wait(&format!("a message to {to} by the {name} gateway"), |_| {
                newest(&folder, to)
            })
    }
}

fn newest(folder: &Path, to: &str) -> Option<Message> {
    let all = in_folder(folder, "sms");
    all.into_iter().find(|message| message.to == to)
}

#[test]
fn ms_160_whoever_asks_again_is_served_by_another_gateway() {
    let two = Two::start();
    let somebody = person(0);
    two.forgot(&somebody);
    two.arrives("first", &somebody.phone);
    two.forgot(&somebody);
    two.arrives("second", &somebody.phone);
    // Others are served by the first as ever.
    let other = person(1);
    two.forgot(&other);
    two.arrives("first", &other.phone);
}

#[test]
fn ms_161_a_gateway_that_fails_is_passed_over_and_the_log_names_it_but_nobody() {
    let two = Two::start();
    let somebody = person(0);
    std::fs::remove_dir(two.folder("first")).unwrap();
    two.forgot(&somebody);
    let message = two.arrives("second", &somebody.phone);
    let log = two.portal.log();
    let line = log
        .lines()
        .find(|line| line.contains("a gateway did not take a message"));
    assert!(line.unwrap().contains("first"), "{line:?}");
    assert!(!log.contains(&message.code().unwrap()), "{log}");
    assert!(!log.contains(&somebody.phone), "{log}");
}
