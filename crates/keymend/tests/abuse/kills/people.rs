//! People who want something while processes die: each walks one way to its end, and tries again what was cut off, as one
//! does who presses the button once more.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::world::{Deeds, Moment, Random, World};
use crate::browser::{Browser, read};
use crate::post::Message;
use crate::walk::{Person, person};

/// Longest that anybody waits for anything: longer than a claim of a dead process holds, several times over.
const PATIENCE: Duration = Duration::from_mins(8);
/// After this time some ask for another code.
const ENOUGH: Duration = Duration::from_secs(5);
/// How often somebody begins anew: processes may die faster than a busy machine changes a password. Each beginning costs a
/// sign-in or four, of which policy allows a hundred.
const BEGINNINGS: u32 = 25;

/// How an ask ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// With a page or a redirect.
    Status(u16),
    /// The cookie is worth nothing any more.
    Gone,
    /// Not at all.
    Cut,
}

/// Why a walk begins anew.
struct Anew;

type Step = Result<(), Anew>;

/// Somebody who walks.
pub struct Somebody {
    world: Arc<World>,
    browser: Browser,
    me: Person,
    number: u32,
    random: Random,
    deeds: Deeds,
    tried: u32,
}

/// Where a code is asked for and given back.
struct Gate<'a> {
    /// Ask for it here, with these fields.
    send: (&'a str, &'a [(&'a str, &'a str)]),
    /// Ask for another one, likewise.
    again: (&'a str, &'a [(&'a str, &'a str)]),
    /// Give it back.
    verify: &'a str,
    /// Where it arrives.
    to: &'a str,
}

impl Somebody {
    /// The person of this number, see [`person`].
    pub fn new(world: &Arc<World>, number: u32, seed: u64) -> Self {
        let me = person(number);
        let address = format!("198.18.{}.{}", number / 250, number % 250 + 1);
        Self {
            browser: Browser::new(world.address, &world.host).from(&address),
            world: Arc::clone(world),
            number,
            random: Random(seed ^ u64::from(number) << 32),
            deeds: Deeds {
                name: me.name.clone(),
                email: me.email.clone(),
                ..Deeds::default()
            },
            me,
            tried: 0,
        }
    }

    /// Walk one way to its end.
    pub fn walk(mut self) {
        let way = match self.number % 5 {
            0..3 => Self::reset,
            3 => Self::register,
            _ => Self::change,
        };
        let mut begun = 0;
        while way(&mut self).is_err() {
            begun += 1;
            self.world.count("walks begun anew");
            if begun == BEGINNINGS {
                self.world.count("walks given up");
                break;
            }
        }
        self.world.count("walks");
        self.world.seen().deeds.push(self.deeds);
    }

    fn fault(&self, what: &str) {
        self.world.fault(format!("{}: {what}", self.me.name));
    }

    /// Something was done that the audit log must have; `surely`: we were told, or have seen that it holds.
    fn did(&mut self, event: &'static str, surely: bool) {
        let known = self.deeds.events.entry(event).or_default();
        known.0 += i64::from(surely);
        known.1 += 1;
    }

    /// One request, on a connection of its own.
    fn ask(&mut self, bytes: &[u8]) -> Said {
        let pause = self.random.below(60);
        thread::sleep(Duration::from_millis(pause));
        let began = Instant::now();
        let mut stream = loop {
            match TcpStream::connect(self.world.address) {
                Ok(stream) => break stream,
                Err(error) => assert!(began.elapsed() < PATIENCE, "nobody listens: {error}"),
            }
            thread::sleep(Duration::from_millis(20));
        };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        if stream.write_all(bytes).is_err() {
            return Said::Cut;
        }
        let after = Duration::from_millis(self.random.below(40));
        self.world.after(Moment::Asked, after);
        let Ok(answer) = read(&mut stream, false) else {
            self.world.count("answers cut off");
            return Said::Cut;
        };
        self.browser.keep(answer);
        self.world.at(Moment::Answered);
        let page = &self.browser.page;
        match page.status {
            410 => Said::Gone,
            303 if page.location().starts_with("/sign-in") => Said::Gone,
            status => Said::Status(status),
        }
    }

    /// A page; looking at it twice does no harm.
    fn get(&mut self, target: &str) -> Said {
        let bytes = self.browser.bytes("GET", target, &[], None);
        loop {
            let said = self.ask(&bytes);
            if said != Said::Cut {
                return said;
            }
        }
    }

    fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Said {
        let bytes = self.browser.posting(target, fields);
        self.ask(&bytes)
    }

    /// What the page says, for a fault.
    fn unexpected(&self, target: &str, said: Said) -> Anew {
        let page = &self.browser.page;
        let alert = page.between("role=\"alert\"", "</").unwrap_or_default();
        let (to, alert) = (page.location(), alert.trim());
        self.fault(&format!("{target} was answered {said:?} {to} {alert}"));
        Anew
    }

    /// A new password for each try, so that one sees which was written.
    fn password(&mut self) -> String {
        self.tried += 1;
        format!("Quiet-Lantern-Gravel-{}-{}", self.number, self.tried)
    }

    /// Give a name on the first page of a reset.
    fn begin(&mut self, name: &str) -> Said {
        self.browser.cookies.clear();
        self.get("/reset");
        let seal = self.browser.page.field("seal").unwrap_or_default();
        let seal = seal.to_owned();
        self.post("/reset", &[("name", name), ("seal", &seal), ("work", "0")])
    }

    /// Begin resets about one name again and again, of which policy allows so many an hour: no kill gives another one.
    pub fn start_too_often(mut self, most: u32) {
        let (mut begun, mut refused) = (0, false);
        while !self.world.is_over() {
            match self.begin("nobody-0000000") {
                Said::Status(303) => begun += 1,
                Said::Status(429) => refused = true,
                Said::Cut => continue,
                said => drop(self.unexpected("/reset", said)),
            }
            if begun > most || refused && self.browser.page.status == 303 {
                self.fault(&format!("{begun} starts about one name"));
            }
            self.world.count(if refused {
                "starts refused"
            } else {
                "starts allowed"
            });
        }
    }

    fn reset(&mut self) -> Step {
        let name = self.me.name.clone();
        match self.begin(&name) {
            Said::Status(303) => {}
            Said::Cut => return Err(Anew),
            said => return Err(self.unexpected("/reset", said)),
        }
        let mut again = false;
        loop {
            match self.post("/reset/what", &[("goal", "forgot")]) {
                Said::Status(303) => break,
                // It was done the first time.
                Said::Status(409) if again => break,
                Said::Cut => again = true,
                said => return Err(self.unexpected("/reset/what", said)),
            }
        }
        let me = self.me.clone();
        let number = [
            ("method", "sms"),
            ("country", "US"),
            ("number", me.phone.as_str()),
        ];
        let gate = Gate {
            send: ("/reset/send", &number),
            again: ("/reset/again", &[]),
            verify: "/reset/verify",
            to: &me.phone,
        };
        self.pass(&gate)?;
        let gate = Gate {
            send: ("/reset/send", &[("method", "email")]),
            to: &me.email,
            ..gate
        };
        self.pass(&gate)?;
        let new = self.password();
        let mut again = false;
        loop {
            match self.post("/reset/password", &[("password", &new)]) {
                Said::Status(303) if self.browser.page.location() == "/reset/done" => {
                    self.held(&new);
                    self.did("reset.done", true);
                    return Ok(());
                }
                Said::Cut if self.holds(&new) => {
                    self.world.count("passwords written without an answer");
                    self.did("reset.done", true);
                    return Ok(());
                }
                Said::Cut => again = true,
                // The first try is looked into; whoever does not want to wait begins anew.
                Said::Status(_) | Said::Gone if again => return Err(Anew),
                said => return Err(self.unexpected("/reset/password", said)),
            }
        }
    }

    fn change(&mut self) -> Step {
        self.sign_in()?;
        self.get("/password");
        let (current, new) = (self.me.password.clone(), self.password());
        let fields = [("current", current.as_str()), ("password", new.as_str())];
        match self.post("/password", &fields) {
            Said::Status(303) => {
                self.held(&new);
                self.did("password.changed", true);
                Ok(())
            }
            Said::Cut if self.holds(&new) => {
                self.world.count("passwords written without an answer");
                self.did("password.changed", true);
                Ok(())
            }
            Said::Cut | Said::Gone => Err(Anew),
            said @ Said::Status(_) => Err(self.unexpected("/password", said)),
        }
    }

    fn register(&mut self) -> Step {
        self.sign_in()?;
        let me = self.me.clone();
        if self.get("/register/phone") == Said::Status(303) {
            let gate = Gate {
                send: ("/register/confirm-it-is-you", &[("method", "email")]),
                again: ("/register/confirm-it-is-you/again", &[]),
                verify: "/register/confirm-it-is-you/verify",
                to: &me.email,
            };
            self.pass(&gate)?;
        }
        // Each in a block of its own.
        let number = format!("+1212{}", 3_000_000 + self.number * 20);
        let fields = [
            ("country", "US"),
            ("number", number.as_str()),
            ("channel", "sms"),
        ];
        let gate = Gate {
            send: ("/register/phone", &fields),
            again: ("/register/phone/again", &[("channel", "sms")]),
            verify: "/register/phone/verify",
            to: &number,
        };
        let passed = self.pass(&gate);
        if passed.is_ok() {
            self.did("method.changed", true);
        } else {
            // It may have been kept all the same.
            self.did("method.changed", false);
        }
        passed
    }

    fn sign_in(&mut self) -> Step {
        self.browser.cookies.clear();
        self.get("/sign-in");
        let me = self.me.clone();
        let fields = [
            ("name", me.name.as_str()),
            ("password", &me.password),
            ("next", "register"),
        ];
        match self.post("/sign-in", &fields) {
            Said::Status(303) => Ok(()),
            Said::Cut => Err(Anew),
            said => Err(self.unexpected("/sign-in", said)),
        }
    }

    /// Does this password let me in, in another window?
    fn lets_in(&mut self, password: &str) -> bool {
        let name = self.me.name.clone();
        let cookies = std::mem::take(&mut self.browser.cookies);
        let guard = self.browser.copy();
        let fields = [
            ("name", name.as_str()),
            ("password", password),
            ("next", "register"),
        ];
        let said = loop {
            self.get("/sign-in");
            let said = self.post("/sign-in", &fields);
            if said != Said::Cut {
                break said;
            }
        };
        self.browser = guard;
        self.browser.cookies = cookies;
        said == Said::Status(303)
    }

    /// The same, for sure: a sign-in that began before all sessions end is void, and a change that was cut off ends them
    /// when the worker finds out.
    fn holds(&mut self, password: &str) -> bool {
        (0..3).any(|_| self.lets_in(password))
    }

    /// Told that it is done, so it is.
    fn held(&mut self, password: &str) {
        if !self.holds(password) {
            self.fault("was told that the new password holds, and it does not");
        }
    }

    /// Ask for a code, wait for it, give it back.
    fn pass(&mut self, gate: &Gate<'_>) -> Step {
        let known = self.world.seen().codes(gate.to).len();
        let mut again = false;
        loop {
            match self.post(gate.send.0, gate.send.1) {
                Said::Status(303) => break,
                // Refused since it was sent a moment ago: the first try did it.
                Said::Status(409 | 422) if again => break,
                Said::Cut => again = true,
                Said::Gone => return Err(Anew),
                said @ Said::Status(_) => return Err(self.unexpected(gate.send.0, said)),
            }
        }
        self.world.count("codes promised");
        let mut promised = self.world.epoch();
        let (mut tried, mut cut, mut newer) = (Vec::<Message>::new(), false, false);
        let began = Instant::now();
        let (mut since, impatient) = (began, self.random.below(2) == 0);
        loop {
            if began.elapsed() > PATIENCE {
                self.fault(&format!("a code to {} never came", gate.to));
                return Err(Anew);
            }
            let codes: Vec<Message> = {
                let seen = self.world.seen();
                let codes = seen.codes(gate.to);
                codes.into_iter().skip(known).cloned().collect()
            };
            let newest = codes
                .last()
                .filter(|code| cut || tried.iter().all(|old| old.id != code.id));
            let Some(newest) = newest else {
                thread::sleep(Duration::from_millis(20));
                // It went out of date while nobody was there to send it.
                let waited = impatient && since.elapsed() > ENOUGH;
                if waited || self.world.was_expired_since(promised) {
                    match self.ask_again(gate.again)? {
                        Some(303) => {
                            (promised, newer) = (self.world.epoch(), true);
                            since = Instant::now();
                        }
                        // Perhaps it was heard.
                        None => newer = true,
                        _ => {}
                    }
                }
                continue;
            };
            let code = newest.code().unwrap();
            let older = codes
                .iter()
                .rev()
                .nth(1)
                .and_then(Message::code)
                .filter(|old| *old != code);
            if let Some(older) = older.filter(|_| tried.is_empty()) {
                self.world.count("older codes tried");
                match self.post(gate.verify, &[("code", &older)]) {
                    Said::Status(303) => self.fault("an older code proved something"),
                    Said::Gone | Said::Cut => return Err(Anew),
                    Said::Status(_) => {}
                }
            }
            match self.post(gate.verify, &[("code", &code)]) {
                Said::Status(303) => {
                    self.world.count("codes that proved something");
                    return Ok(());
                }
                // Right the first time, and the answer with the new cookie is lost.
                Said::Gone => return Err(Anew),
                Said::Status(409) if cut => return Err(Anew),
                // A newer one is on its way.
                Said::Status(422) if newer => {
                    tried.push(newest.clone());
                    (cut, newer) = (false, false);
                }
                // Tries that were cut off are tries: now and then one has to wait.
                Said::Status(429) if cut => thread::sleep(Duration::from_secs(1)),
                Said::Cut => cut = true,
                said @ Said::Status(_) => return Err(self.unexpected(gate.verify, said)),
            }
        }
    }

    /// Ask for another code: the answer, if there was one.
    fn ask_again(
        &mut self,
        (target, fields): (&str, &[(&str, &str)]),
    ) -> Result<Option<u16>, Anew> {
        match self.post(target, fields) {
            Said::Status(303) => {
                self.world.count("codes asked for again");
                Ok(Some(303))
            }
            Said::Gone | Said::Status(409) => Err(Anew),
            Said::Cut => Ok(None),
            // Too early.
            Said::Status(status @ (422 | 429)) => {
                thread::sleep(Duration::from_secs(1));
                Ok(Some(status))
            }
            said @ Said::Status(_) => Err(self.unexpected(target, said)),
        }
    }
}
