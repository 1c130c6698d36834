//! What the script of a page with a passkey sends: what the browser answered, or the word of why it did not.

use super::form::{BadForm, Form};
use crate::app::passkeys::Silence;

/// One or the other.
pub enum Signing {
    /// JSON, read where it is checked.
    Answer(String),
    /// Nothing was signed.
    Silent(Silence),
}

impl Signing {
    /// Read the form.
    ///
    /// # Errors
    /// [`BadForm::Shape`], also for a word that no script of ours sends.
    pub fn read(mut form: Form) -> Result<Self, BadForm> {
        let answer = form.take("answer")?;
        let why = form.take("why")?;
        form.end()?;
        match why.as_str() {
            "" => Ok(Self::Answer(answer)),
            why => Silence::parse(why).map(Self::Silent).ok_or(BadForm::Shape),
        }
    }
}
