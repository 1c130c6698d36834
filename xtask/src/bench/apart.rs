//! Processors of one's own: a directory has its own machine in life, and here a processor that nobody else works on.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::run;

/// The processors of this machine, in two halves that do not get in each other's way.
pub struct Apart {
    ours: String,
    directorys: String,
}

impl Apart {
    /// `None` on a machine with one processor, or without taskset(1).
    pub fn new() -> Option<Self> {
        let all = std::thread::available_parallelism().ok()?.get();
        let possible = all > 1 && run::works(Command::new("taskset").arg("--version"));
        possible.then(|| Self {
            ours: format!("0-{}", all / 2 - 1),
            directorys: format!("{}-{}", all / 2, all - 1),
        })
    }

    /// Let a process work on the directory's half.
    pub fn directory(&self, pid: u32) -> Result<()> {
        keep_to(&self.directorys, pid)
    }

    /// Let a process, this one by default, work on our half; what it starts from now on does so too.
    pub fn ours(&self, pid: Option<u32>) -> Result<()> {
        keep_to(&self.ours, pid.unwrap_or(std::process::id()))
    }

    /// Let this process work anywhere again.
    pub fn over(&self) -> Result<()> {
        keep_to(
            &format!("{},{}", self.ours, self.directorys),
            std::process::id(),
        )
    }
}

fn keep_to(processors: &str, pid: u32) -> Result<()> {
    let mut set = Command::new("taskset");
    set.args(["--all-tasks", "--cpu-list", "--pid", processors]);
    run::check(set.arg(pid.to_string()).stdout(Stdio::null()))
}
