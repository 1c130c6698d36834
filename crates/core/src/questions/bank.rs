//! The bank of questions and the answers that nobody may give.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::QuestionFault;

/// In order of their letters. An id is never given a new meaning: stored answers hang on it.
const IDS: &[&str] = &[
    "bedtime-song",
    "bedtime-story",
    "best-hiding-place",
    "book-character",
    "book-never-finished",
    "broken-in-secret",
    "childhood-collection",
    "childhood-fear",
    "cousin-nickname",
    "dinner-with-history",
    "dish-burnt",
    "dish-refused",
    "family-car-name",
    "family-word",
    "film-walked-out",
    "first-concert",
    "first-device-name",
    "first-dish-cooked",
    "first-earned-money",
    "first-game-won",
    "first-hill",
    "first-landlord",
    "first-poem",
    "first-savings",
    "first-soft-toy",
    "first-team",
    "first-trip-alone",
    "first-wild-animal",
    "foreign-word",
    "grandparent-pet-name",
    "holiday-friend",
    "holiday-rain",
    "imaginary-friend",
    "learned-bicycle",
    "learned-swimming",
    "lost-for-good",
    "lucky-charm",
    "met-far-away",
    "missed-departure",
    "museum-piece",
    "neighbours-pet",
    "oldest-thing-owned",
    "pen-friend-town",
    "plant-kept-alive",
    "ringtone",
    "school-neighbour",
    "school-play",
    "song-of-a-summer",
    "strange-present",
    "sweet-shop",
    "teacher-nickname",
    "toy-never-had",
    "word-mispronounced",
    "wrong-bus",
];

/// A question of the bank.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuestionId(&'static str);

impl QuestionId {
    /// The whole bank.
    #[must_use]
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        IDS.iter().map(|id| Self(id))
    }

    /// Reads an id back; `None` when the bank does not have it.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        IDS.iter()
            .find(|known| **known == id)
            .map(|known| Self(known))
    }

    /// What a form sent for one question.
    ///
    /// # Errors
    /// `Missing` when nothing was chosen, `Unknown` when the bank does not have it.
    pub fn choose(typed: &str) -> Result<Self, QuestionFault> {
        if typed.is_empty() {
            return Err(QuestionFault::Missing);
        }
        Self::parse(typed).ok_or(QuestionFault::Unknown)
    }

    /// The id, for forms and for storing.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The message that holds its text.
    #[must_use]
    pub fn message_key(self) -> String {
        format!("question-{}", self.0)
    }
}

impl fmt::Debug for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QuestionId({})", self.0)
    }
}

impl Serialize for QuestionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

// By hand, because the derived one would want input that lives for ever.
impl<'de> Deserialize<'de> for QuestionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Self::choose(&id).map_err(D::Error::custom)
    }
}

/// Answers that are given to any question, or tried first against any, in the languages of the product; words of one
/// answer are joined, as answers are compared here without their spaces.
pub(super) const COMMON_ANSWERS: &str = "
    answer answers any anything asdf blah blank changeme com default dontcare dontknow dunno dog cat dad daddy mom mommy
    mum mummy mother father sister brother wife husband son daughter baby family friend god jesus allah love iloveyou
    home house school work office mypassword password passwort pass passw0rd password1 welcome letmein admin administrator
    root user guest secret hello hi hey idk idontknow idontremember cantremember forgot forgotten ihavenone ihavenot
    me myself nil nothing nowhere nobody noone none no nope not notapplicable notsure null never undefined unknown
    na naa ok okay question qwerty1 abc123 1q2w3e 1qaz2wsx same sample skip something somewhere somebody test tester
    testing test1 test123 the this that what whatever where who why x xxx xyz yes yeah yup zzz london newyork paris
    pizza blue red green black white football soccer harrypotter starwars michael john maria mohamed muhammad
    nada ninguno ninguna nadie nose nolose nosabe norecuerdo prueba contrasena clave respuesta hola casa madre padre
    mama papa perro gato azul rojo madrid barcelona secreto siempre nunca desconocido
    لا نعم لاشيء لااعرف لاأعرف لااعلم لااتذكر لايوجد مجهول تجربه اختبار كلمةالسر كلمهالمرور سري بيت البيت امي ابي ماما بابا
    محمد احمد الله حب احبك قطه كلب ازرق احمر القدس مكه المدرسه مرحبا
";
