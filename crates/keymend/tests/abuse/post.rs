//! Messages that left, as a portal without a network hands them over.

use std::path::Path;

/// A message that left.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which one.
    pub id: String,
    /// `sms`, `voice` or `email`.
    pub channel: String,
    /// Number or address.
    pub to: String,
    /// Subject and text.
    pub text: String,
}

impl Message {
    /// The six digits, or the eight of where one proof is enough, if it has a code.
    pub fn code(&self) -> Option<String> {
        let text = self.text.replace(", ", "");
        let words = text.split(|c: char| !c.is_ascii_digit());
        words
            .map(str::to_owned)
            .find(|word| matches!(word.len(), 6 | 8))
    }

    /// The path of the "this wasn't me" link, if it has one.
    pub fn link(&self) -> Option<String> {
        let at = self.text.find("/n/")?;
        self.text[at..].split_whitespace().next().map(str::to_owned)
    }
}

/// The messages in a folder, newest first.
pub fn in_folder(folder: &Path, channel: &str) -> Vec<Message> {
    let mut found: Vec<(std::time::SystemTime, Message)> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        // Files that begin with a dot are still being written.
        let Some(text) = std::fs::read_to_string(entry.path())
            .ok()
            .filter(|_| !name.starts_with('.'))
        else {
            continue;
        };
        let (head, text) = text.split_once('\n').unwrap();
        let message = Message {
            id: name,
            channel: channel.to_owned(),
            to: head.strip_prefix("To: ").unwrap().to_owned(),
            text: text.to_owned(),
        };
        found.push((entry.metadata().unwrap().modified().unwrap(), message));
    }
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    found.into_iter().map(|(_, message)| message).collect()
}
