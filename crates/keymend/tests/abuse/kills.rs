//! MS: `kill -9` between any two steps: nothing is lost, nothing stale arrives, and nothing comes twice but what was under
//! way when the process died.
//!
//! Begin with [`hunt`]. People walk resets, changes and registrations over HTTP ([`people`]) while a provider of text
//! messages and a mail server take what leaves ([`gateways`]) and the process is killed and started again on the same
//! database, at moments that [`world`] names. [`judge`] says at the end what was wrong. A few kills are a test; two
//! hundred are `cargo xtask kills`.

mod gateways;
mod judge;
mod people;
mod world;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::database::{Database, Postgres, on_each_store};
use crate::portal::{Portal, Setup};
use gateways::Gateways;
use people::Somebody;
use world::{Moment, Random, World};

/// People who walk at the same time.
const AT_ONCE: u64 = 5;
/// Longest wait for somebody to come to a moment, in milliseconds; then the process dies wherever it is.
const COMES: u64 = 3000;

/// Starts about one name that policy allows: nobody here is cut off so often.
const STARTS: u32 = 40;

/// What a hunt is like.
struct Plan {
    /// So many kills.
    times: u32,
    /// Of the moments. What happens between two of them is up to the machine.
    seed: u64,
    /// So many people are there at most.
    people: u32,
    /// Of so many claims that a dead process leaves one is not waited for.
    waits: u64,
    /// A process lives below so many milliseconds before somebody looks for a moment to kill it.
    life: u64,
}

/// A portal whose messages leave by gateways of ours.
fn portal(setup: Setup, plan: &Plan, gateways: &Gateways) -> Portal {
    let text = |text: &str| format!("\"{text}\"");
    let sms = format!("http://{}/sms", gateways.sms);
    let many = [
        "new-numbers-per-block-hour",
        "sends-per-country-hour",
        "sends-per-country-day",
        "sends-everywhere-hour",
        "sends-everywhere-day",
        "sends-registering-day",
    ];
    let setup = many.into_iter().fold(setup.loose(), |setup, key| {
        setup.with("limits", key, 1_000_000)
    });
    setup
        .people(plan.people)
        .with("limits", "conversion-percent", 0)
        .with("limits", "wrong-sign-ins-hour", 100)
        .with("limits", "starts-per-name-hour", STARTS)
        .with("policy", "again-after-seconds", 10)
        .with("sms.first", "kind", text("webhook"))
        .with("sms.first", "url", text(&sms))
        .with("sms.first", "secret", text(gateways::SECRET))
        .with("sms.first", "receipt-secret", text(gateways::RECEIPTS))
        .with("mail.only", "server", text("127.0.0.1"))
        .with("mail.only", "port", gateways.mail.port())
        .with("mail.only", "security", text("none"))
        .with(
            "mail.only",
            "from",
            text("Example Campus <no-reply@campus.example>"),
        )
        .variable("KEYMEND_LOG", "info")
        .start()
}

/// Kill the process so many times while people walk.
fn hunt(setup: Setup, plan: &Plan) {
    println!("{} kills, seed {}", plan.times, plan.seed);
    let began = Instant::now();
    let gateways = Gateways::new();
    let mut portal = portal(setup, plan, &gateways);
    let database = portal.database();
    // Registered once already: what they change needs a proof, and is told.
    database.run("UPDATE accounts SET finished = 1");
    let (strikes, struck) = channel::<Sender<()>>();
    let world = Arc::new(World::new(portal.address, &portal.host, strikes));
    let working = gateways.work(&world, plan.seed);
    let next = Arc::new(AtomicU32::default());
    let often = Somebody::new(&world, plan.people, plan.seed);
    let often = thread::spawn(move || often.start_too_often(STARTS));
    let walkers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (world, next) = (Arc::clone(&world), Arc::clone(&next));
            let (seed, people) = (plan.seed, plan.people);
            thread::spawn(move || {
                while !world.is_over() {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    assert!(number < people, "more people are needed");
                    Somebody::new(&world, number, seed).walk();
                }
            })
        })
        .collect();
    let mut killer = Killer {
        random: Random(plan.seed),
        database,
        attempts: HashMap::new(),
        moments: BTreeMap::new(),
    };
    for kill in 1..=plan.times {
        thread::sleep(Duration::from_millis(killer.random.below(plan.life)));
        let moment = killer.choose();
        let limit = match moment {
            Moment::Whenever | Moment::Starting => killer.random.below(COMES / 3),
            _ => COMES,
        };
        world.arm(moment);
        let mut dead = struck.recv_timeout(Duration::from_millis(limit));
        if dead.is_err() && !world.disarm() {
            // Somebody came at the last moment.
            dead = struck.recv().map_err(RecvTimeoutError::from);
        }
        portal.kill();
        let hit = if let Ok(dead) = &dead {
            dead.send(()).unwrap();
            moment
        } else if moment == Moment::Starting {
            // Killed to start it, and killed while it starts.
            portal.spawn();
            thread::sleep(Duration::from_millis(killer.random.below(150)));
            portal.kill();
            moment
        } else {
            Moment::Whenever
        };
        *killer.moments.entry(hit).or_default() += 1;
        working.drain();
        killer.between(&world, plan, kill == plan.times);
        world.killed();
        portal.start();
        if kill % 20 == 0 {
            let walked = world.seen().deeds.len();
            println!("{kill} kills, {walked} people came to their end");
        }
    }
    world.end();
    for walker in walkers {
        walker.join().unwrap();
    }
    often.join().unwrap();
    portal.settled();
    let (times, seconds) = (plan.times, began.elapsed().as_secs());
    println!("{times} kills in {seconds} s: {:?}", killer.moments);
    judge::judge(&portal, &world, plan.times);
}

/// Who kills.
struct Killer {
    random: Random,
    database: Database,
    /// How often each row of the outbox was claimed, when the last process was dead.
    attempts: HashMap<String, i64>,
    moments: BTreeMap<Moment, u32>,
}

impl Killer {
    fn choose(&mut self) -> Moment {
        let all = Moment::ALL.len();
        let at = usize::try_from(self.random.below(all as u64)).unwrap();
        Moment::ALL[at]
    }

    /// The process is dead: look at what it left, and let time pass, now and then.
    fn between(&mut self, world: &World, plan: &Plan, last: bool) {
        self.database.alone();
        // Within the life of one process nothing is handed over twice.
        for row in self
            .database
            .texts("SELECT id || ' ' || attempts FROM outbox WHERE attempts > 0")
        {
            let (id, attempts) = row.split_once(' ').unwrap();
            let attempts: i64 = attempts.parse().unwrap();
            let before = self.attempts.insert(id.to_owned(), attempts).unwrap_or(0);
            if attempts > before + 1 {
                let more = attempts - before;
                world.fault(format!("{id} was claimed {more} times by one process"));
            }
        }
        let queued = "FROM outbox WHERE state = 'queued'";
        if self.random.below(5) == 0 && !last {
            // A long time: what had an end is past it.
            let codes = "lane IN ('text', 'call', 'mail')";
            let ids = self
                .database
                .texts(&format!("SELECT id {queued} AND {codes}"));
            self.database.run(&format!(
                "UPDATE outbox SET expires = 1 WHERE state = 'queued' AND {codes}"
            ));
            let epoch = world.epoch();
            world
                .seen()
                .expired
                .extend(ids.into_iter().map(|id| (id, epoch)));
        }
        if last || self.random.below(plan.waits) != 0 {
            // As long as claims hold, and until writes count as cut off.
            self.database
                .run("UPDATE outbox SET due = 0 WHERE state = 'queued'");
            self.database.age_writes();
        }
    }
}

impl Database {
    /// What the dead process began on a server is over.
    fn alone(&self) {
        if !self.is_postgres() {
            return;
        }
        let others = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
        while self.number(others) > 0 {
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Every write to a directory that has no outcome is old.
    fn age_writes(&self) {
        for body in self.texts("SELECT body FROM flows WHERE state = 'applying'") {
            let mut flow: serde_json::Value = serde_json::from_str(&body).unwrap();
            *flow.pointer_mut("/state/since").unwrap() = serde_json::json!(1_000_000);
            let (id, flow) = (flow["id"].as_str().unwrap().to_owned(), flow.to_string());
            let flow = flow.replace('\'', "''");
            self.run(&format!(
                "UPDATE flows SET body = '{flow}' WHERE id = '{id}'"
            ));
        }
    }
}

fn a_few(setup: Setup) {
    let plan = Plan {
        times: 5,
        seed: 147,
        people: 200,
        waits: u64::MAX,
        life: 300,
    };
    hunt(setup, &plan);
}

on_each_store! {
    /// Five times, with a seed that is always the same.
    ms_147_killed_between_any_two_steps => super::a_few;
}

/// What `cargo xtask kills` runs.
#[test]
#[ignore = "a hunt: cargo xtask kills"]
fn as_often_as_wanted() {
    let number = |name: &str, usual: u64| {
        let asked = std::env::var(name).ok();
        asked.map_or(usual, |number| number.parse().unwrap())
    };
    let times = u32::try_from(number("KEYMEND_KILLS_TIMES", 200)).unwrap();
    let plan = Plan {
        times,
        seed: number("KEYMEND_KILLS_SEED", 147),
        people: 200 + times * 20,
        waits: 3,
        life: 1500,
    };
    match Postgres::new() {
        Some(postgres) => hunt(Setup::new().database(&postgres.url), &plan),
        None => hunt(Setup::new(), &plan),
    }
}
