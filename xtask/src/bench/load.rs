//! Many workers doing one thing again and again for some seconds, and what that gave.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// What a measurement gave.
pub struct Report {
    /// Things done per second.
    pub rate: f64,
    /// The median.
    pub p50: Duration,
    /// 99 of 100 were faster.
    pub p99: Duration,
    /// How many did not go as they should, and what the first of them was.
    pub faults: usize,
    /// What the first fault was.
    pub first_fault: Option<String>,
}

/// How long a worker runs before it is measured.
const WARM_UP: Duration = Duration::from_secs(1);

/// Run `workers` side by side, each on a thread, for `seconds` after a short warm-up.
///
/// A worker gives back `false` when it has nothing left to do. An error is counted, and the worker goes on; a hundred
/// errors in a row end it, because then nothing is measured any more.
pub fn run<W>(seconds: u64, workers: Vec<W>) -> Result<Report>
where
    W: FnMut() -> Result<bool> + Send,
{
    let begun = Instant::now() + WARM_UP;
    let end = begun + Duration::from_secs(seconds);
    let mut times = Vec::new();
    let (mut faults, mut first_fault) = (0, None);
    let mut last = begun;
    thread::scope(|scope| -> Result<()> {
        let threads: Vec<_> = workers
            .into_iter()
            .map(|worker| scope.spawn(move || one(worker, begun, end)))
            .collect();
        for thread in threads {
            let one = thread.join().ok().context("a worker panicked")?;
            times.extend(one.times);
            faults += one.faults;
            first_fault = first_fault.take().or(one.first_fault);
            last = last.max(one.last);
        }
        Ok(())
    })?;
    times.sort_unstable();
    // All may have run out of work before the time was up.
    let elapsed = last.duration_since(begun).as_secs_f64().max(f64::EPSILON);
    let count = u32::try_from(times.len())?;
    if times.is_empty() && first_fault.is_none() {
        first_fault = Some("nothing was left to do after the warm-up".to_owned());
    }
    Ok(Report {
        rate: f64::from(count) / elapsed,
        p50: quantile(&times, 50),
        p99: quantile(&times, 99),
        faults,
        first_fault,
    })
}

struct One {
    times: Vec<Duration>,
    last: Instant,
    faults: usize,
    first_fault: Option<String>,
}

fn one(mut work: impl FnMut() -> Result<bool>, begun: Instant, end: Instant) -> One {
    let mut one = One {
        times: Vec::with_capacity(1 << 16),
        last: begun,
        faults: 0,
        first_fault: None,
    };
    let mut in_a_row = 0;
    let mut now = Instant::now();
    while now < end && in_a_row < 100 {
        let from = now;
        let outcome = work();
        now = Instant::now();
        match outcome {
            Ok(false) => break,
            Ok(true) if now >= begun => {
                in_a_row = 0;
                one.times.push(now - from);
                one.last = now;
            }
            Ok(true) => in_a_row = 0,
            Err(fault) => {
                in_a_row += 1;
                one.faults += 1;
                one.first_fault.get_or_insert_with(|| format!("{fault:#}"));
            }
        }
    }
    one
}

/// The time that so many of a hundred were below.
pub fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// The middle of some durations.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    quantile(&times, 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_that_run_out_of_work_are_not_waited_for() {
        let mut left = 2000;
        let worker = || {
            thread::sleep(Duration::from_millis(1));
            left -= 1;
            Ok(left > 0)
        };
        // An hour, if they were.
        let report = run(3600, vec![worker]).unwrap();
        assert!(report.rate > 1.0 && report.faults == 0 && report.p50 <= report.p99);
    }

    #[test]
    fn work_that_ends_in_the_warm_up_is_told_as_not_measured() {
        let report = run(60, vec![|| Ok(false)]).unwrap();
        assert!(report.first_fault.unwrap().contains("warm-up"));
    }

    #[test]
    fn a_worker_that_only_fails_is_stopped_and_its_first_fault_told() {
        let report = run(60, vec![|| -> Result<bool> { anyhow::bail!("no") }]).unwrap();
        assert_eq!(
            (report.faults, report.first_fault.as_deref()),
            (100, Some("no"))
        );
    }
}
