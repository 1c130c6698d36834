//! What must be so after all kills. Begin with [`judge`]; each function of [`Court`] is one question.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::world::{Arrival, Seen, World};
use crate::database::Database;
use crate::portal::Portal;

/// Time in which a message that was not stale when its gateway was asked may still be on its way, in milliseconds: the
/// part of a code's life in which it is not sent any more.
const MARGIN: i64 = 60_000;
/// A message that was begun so often is given up: gateways refused it, or processes died with it.
const TRIES: u32 = 12;

/// Hold everything that was seen against what is stored; fails with all that is wrong.
pub fn judge(portal: &Portal, world: &World, kills: u32) {
    let database = portal.database();
    let seen = std::mem::take(&mut *world.seen());
    let mut court = Court::new(&database, &seen);
    let given_up = court.nothing_is_lost();
    let (twice, most) = court.nothing_comes_twice();
    court.nothing_comes_after_its_end();
    court.nothing_comes_behind_a_newer_one();
    court.receipts_are_kept();
    let done = court.what_was_done_is_known_and_told();
    let (messages, arrivals) = (court.messages.len(), seen.arrivals.len());
    println!(
        "{messages} messages arrived, {arrivals} times; {twice} came again, at most {most} after one kill and each once"
    );
    let (expired, receipts) = (seen.expired.len(), seen.receipts.len());
    println!("{done} changes done and told; {receipts} receipts heard");
    println!(
        "{expired} codes went out of date while no process ran; {given_up} messages were given up, {TRIES} processes having died with each"
    );
    let counts: BTreeMap<_, _> = seen.counts.iter().collect();
    println!("{counts:?}");
    let times = |what| seen.counts.get(what).copied().unwrap_or(0);
    if times("walks given up") * 4 > times("walks") {
        court.fault("hardly anybody came to an end".to_owned());
    }
    let faults = court.faults;
    let (many, all) = (faults.len(), faults.join("\n"));
    assert!(
        faults.is_empty(),
        "{many} faults after {kills} kills:\n{all}"
    );
}

/// A row of the outbox.
struct Row {
    lane: String,
    state: String,
    expires: i64,
    attempts: u32,
    reason: String,
}

impl Row {
    fn read(text: &str) -> (String, Self) {
        let mut words = text.splitn(6, ' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let id = next();
        let row = Self {
            lane: next(),
            state: next(),
            expires: next().parse().unwrap(),
            attempts: next().parse().unwrap(),
            reason: next(),
        };
        (id, row)
    }
}

struct Court<'a> {
    database: &'a Database,
    seen: &'a Seen,
    /// The outbox.
    rows: HashMap<String, Row>,
    /// What arrived, by id.
    messages: BTreeMap<&'a str, Vec<&'a Arrival>>,
    faults: Vec<String>,
}

impl<'a> Court<'a> {
    fn new(database: &'a Database, seen: &'a Seen) -> Self {
        let columns = ["id", "lane", "state", "expires", "attempts", "reason"];
        let columns = columns.join(" || ' ' || ");
        let rows = database.texts(&format!("SELECT {columns} FROM outbox"));
        let mut messages: BTreeMap<&str, Vec<&Arrival>> = BTreeMap::new();
        for arrival in &seen.arrivals {
            messages
                .entry(&arrival.message.id)
                .or_default()
                .push(arrival);
        }
        Self {
            database,
            seen,
            rows: rows.iter().map(|row| Row::read(row)).collect(),
            messages,
            faults: seen.faults.clone(),
        }
    }

    fn fault(&mut self, what: String) {
        self.faults.push(what);
    }

    /// What counts as sent arrived, and everything has an end. How many were given up.
    fn nothing_is_lost(&mut self) -> u32 {
        let mut given_up = 0;
        let mut faults = Vec::new();
        for (id, row) in &self.rows {
            let arrived = self.messages.contains_key(id.as_str());
            // A change of a password that was looked into, and was none.
            let nothing = row.reason == "nothing was written";
            match row.state.as_str() {
                "sent" if !arrived => faults.push(format!("{id} counts as sent and never arrived")),
                "dropped" if row.lane == "notice" && !nothing => {
                    faults.push(format!("the notice {id} was dropped: {}", row.reason));
                }
                "dead" if row.reason == "too many tries" && row.attempts > TRIES => given_up += 1,
                "dead" | "queued" => faults.push(format!("{id} is {}: {}", row.state, row.reason)),
                _ => {}
            }
        }
        let none = self
            .messages
            .keys()
            .filter(|id| !self.rows.contains_key(**id));
        faults.extend(none.map(|id| format!("{id} is no row of the outbox")));
        if self
            .database
            .number("SELECT COUNT(*) FROM flows WHERE state = 'applying'")
            > 0
        {
            faults.push("a write has no outcome".to_owned());
        }
        self.faults.extend(faults);
        given_up
    }

    /// Nothing comes twice from one process, and what comes again is the same. How many came again, and after one kill at
    /// most.
    fn nothing_comes_twice(&mut self) -> (u32, u32) {
        let mut again = BTreeMap::<u32, u32>::new();
        let mut faults = Vec::new();
        for (id, arrivals) in &self.messages {
            let epochs: HashSet<u32> = arrivals.iter().map(|arrival| arrival.epoch).collect();
            if epochs.len() < arrivals.len() {
                faults.push(format!("{id} came twice from one process"));
            }
            let [first, others @ ..] = arrivals.as_slice() else {
                continue;
            };
            for other in others {
                *again.entry(other.epoch).or_default() += 1;
                let same = (&other.message.to, other.message.code())
                    == (&first.message.to, first.message.code());
                if !same {
                    faults.push(format!("{id} came again with something else in it"));
                }
            }
        }
        self.faults.extend(faults);
        (
            again.values().sum(),
            again.values().copied().max().unwrap_or(0),
        )
    }

    fn nothing_comes_after_its_end(&mut self) {
        for arrival in &self.seen.arrivals {
            let id = &arrival.message.id;
            let Some(row) = self.rows.get(id) else {
                continue;
            };
            let after = match self.seen.expired.get(id) {
                Some(epoch) => arrival.epoch > *epoch,
                None => arrival.at > row.expires + MARGIN,
            };
            if after {
                self.fault(format!("{id} arrived after its end"));
            }
        }
    }

    /// A code that arrives after a newer one to the same place is dead on arrival. Ids are in the order in which codes were
    /// asked for.
    fn nothing_comes_behind_a_newer_one(&mut self) {
        let mut newest: HashMap<&str, &str> = HashMap::new();
        let codes = self.seen.arrivals.iter().map(|arrival| &arrival.message);
        for code in codes.filter(|message| message.link().is_none()) {
            let newest = newest.entry(&code.to).or_insert(&code.id);
            if code.id.as_str() < *newest {
                self.fault(format!("{} arrived after the newer code {newest}", code.id));
            } else {
                *newest = &code.id;
            }
        }
    }

    fn receipts_are_kept(&mut self) {
        let unknown =
            "SELECT reference FROM deliveries WHERE channel = 'sms' AND state <> 'arrived'";
        for reference in self.database.texts(unknown) {
            if self.seen.receipts.contains(&reference) {
                self.fault(format!(
                    "the receipt of {reference} was heard and forgotten"
                ));
            }
        }
    }

    /// The log has what was done, once, and each of it was told. How much was done.
    fn what_was_done_is_known_and_told(&mut self) -> i64 {
        let lines = self.database.texts(
            "SELECT name || ' ' || event || ' ' || COUNT(*) FROM audit JOIN accounts ON accounts.id = audit.account \
             WHERE event IN ('reset.done', 'password.changed', 'method.changed') GROUP BY name, event",
        );
        let mut log: HashMap<&str, i64> = HashMap::new();
        for line in &lines {
            let (what, times) = line.rsplit_once(' ').unwrap();
            log.insert(what, times.parse().unwrap());
        }
        let mut notices: HashMap<&str, usize> = HashMap::new();
        for arrivals in self.messages.values() {
            let message = &arrivals[0].message;
            if message.link().is_some() {
                *notices.entry(&message.to).or_default() += 1;
            }
        }
        let mut done = 0;
        for deeds in &self.seen.deeds {
            let name = &deeds.name;
            let mut logged = 0;
            for (event, (least, most)) in &deeds.events {
                let times = log
                    .get(format!("{name} {event}").as_str())
                    .copied()
                    .unwrap_or(0);
                if !(*least..=*most).contains(&times) {
                    self.fault(format!(
                        "{name}: {event} {times} times in the log, not {least} to {most}"
                    ));
                }
                logged += times;
            }
            done += logged;
            let told = notices.get(deeds.email.as_str()).copied().unwrap_or(0);
            if told != usize::try_from(logged).unwrap() {
                self.fault(format!(
                    "{name}: {logged} changes, and {told} notices to the address"
                ));
            }
        }
        done
    }
}
