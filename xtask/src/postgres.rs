//! A PostgreSQL of our own: made in a temporary folder, gone when dropped.
//!
//! Durability stays as it is delivered (`fsync` on), so that what is measured on it is worth something.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::keeper::{Folder, Keeper, free_port};
use crate::run;

/// A running cluster with one superuser, `postgres`, who needs no password from this machine.
pub struct Postgres {
    keeper: Keeper,
    port: u16,
}

impl Postgres {
    /// Make a cluster and start it.
    pub fn start() -> Result<Self> {
        let programs = programs()
            .context("the PostgreSQL server programs are missing (Debian: postgresql)")?;
        let folder = Folder::new("postgres")?;
        if is_root() {
            let (uid, gid) = owner()?;
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        let data = folder.path().join("data");
        let mut initdb = as_owner(&programs.join("initdb"));
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]);
        let made = initdb
            .arg("--pgdata")
            .arg(&data)
            .current_dir(folder.path())
            .output()?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        let port = free_port()?;
        let mut server = as_owner(&programs.join("postgres"));
        server.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        server.arg("-k").arg(folder.path());
        for setting in [
            "listen_addresses=127.0.0.1",
            "max_connections=200",
            "log_min_messages=warning",
        ] {
            server.args(["-c", setting]);
        }
        // SIGINT is PostgreSQL's word for "disconnect everybody and stop".
        let keeper = Keeper::start("PostgreSQL", "INT", folder, &server)?;
        keeper.wait_for(port)?;
        let cluster = Self { keeper, port };
        cluster.wait_until_ready(&programs)?;
        Ok(cluster)
    }

    /// Its first process, from which the others come.
    pub fn pid(&self) -> u32 {
        self.keeper.pid
    }

    /// The address of the maintenance database. Tests make databases of their own.
    pub fn url(&self) -> String {
        self.database("postgres")
    }

    /// The address of one database of this cluster.
    pub fn database(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Make an empty database and give its address.
    pub fn create(&self, name: &str) -> Result<String> {
        let programs = programs().context("the PostgreSQL programs are gone")?;
        let mut createdb = Command::new(programs.join("createdb"));
        createdb
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p"])
            .arg(self.port.to_string());
        run::check(createdb.arg(name))?;
        Ok(self.database(name))
    }

    /// The port opens a moment before the first connection is taken.
    fn wait_until_ready(&self, programs: &Path) -> Result<()> {
        let mut ready = Command::new(programs.join("pg_isready"));
        ready
            .args(["-q", "-t", "10", "-h", "127.0.0.1", "-U", "postgres", "-p"])
            .arg(self.port.to_string());
        for _ in 0..1200 {
            if run::works(&mut ready) {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        bail!("PostgreSQL takes no connections:\n{}", self.keeper.log());
    }
}

/// The folder with `initdb` and `postgres`: Debian's newest, or whatever PATH has.
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            (folder.join("initdb").is_file() && folder.join("postgres").is_file())
                .then_some((version, folder))
        })
        .max();
    newest
        .map(|(_, folder)| folder)
        .or_else(|| run::find("initdb")?.parent().map(Path::to_owned))
}

/// PostgreSQL refuses to run as root; then it runs as the user its package made.
fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid=postgres",
        "--regid=postgres",
        "--init-groups",
        "--inh-caps=-all",
    ]);
    command.arg(program);
    command
}

fn owner() -> Result<(u32, u32)> {
    let ask = |what: &str| -> Result<u32> {
        let answer = run::read(Command::new("id").args([what, "postgres"]))?;
        answer.trim().parse().context("there is no user postgres")
    };
    Ok((ask("-u")?, ask("-g")?))
}

/// Are we root?
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}
