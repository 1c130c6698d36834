//! `keymend user`: accounts of the built-in directory.

use std::io::{BufRead as _, IsTerminal as _};

use clap::{Args, Subcommand};
use keymend_core::name::Choice;
use keymend_core::password::{DirectoryRules, NewPassword};

use super::{Configured, Outcome, build};
use crate::app::App;
use crate::app::password::Known;
use crate::directory::local::NewAccount;
use crate::directory::{Directory, Local};
use crate::store::audit::Event;
use crate::store::local::LocalRow;

/// What to do with an account.
#[derive(Subcommand)]
pub enum UserCommand {
    /// Add an account; the password is asked for, or read from standard input
    Add {
        #[command(flatten)]
        who: Who,
        /// The person's name
        #[arg(long = "name", value_name = "TEXT", default_value = "")]
        display: String,
        /// A group; may be given several times (administrators are privileged)
        #[arg(long = "group", value_name = "GROUP")]
        groups: Vec<String>,
        /// Must choose a new password at the first sign-in
        #[arg(long)]
        must_change: bool,
    },
    /// List all accounts
    List {
        #[command(flatten)]
        configured: Configured,
        /// One JSON object for each account
        #[arg(long)]
        json: bool,
    },
    /// Show an account: its state and what is registered, never a destination
    Show {
        #[command(flatten)]
        who: Who,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Set a password; it is asked for, or read from standard input
    SetPassword {
        #[command(flatten)]
        who: Who,
        /// Need not be changed at the next sign-in
        #[arg(long)]
        keep: bool,
    },
    /// Allow sign-in and reset
    Enable(Who),
    /// Refuse sign-in and reset; ends every session at its next request
    Disable(Who),
    /// Open a lock
    Unlock(Who),
    /// Allow recovery again after somebody said "this wasn't me"
    Unfreeze {
        #[command(flatten)]
        who: Who,
        /// Look for the name in this directory, where there are several
        #[arg(long, value_name = "NAME")]
        directory: Option<String>,
    },
}

/// An account of an installation.
#[derive(Args)]
pub struct Who {
    /// Sign-in name
    name: String,
    #[command(flatten)]
    configured: Configured,
}

impl UserCommand {
    fn configured(&self) -> &Configured {
        match self {
            Self::List { configured, .. } => configured,
            Self::Add { who, .. }
            | Self::Show { who, .. }
            | Self::SetPassword { who, .. }
            | Self::Unfreeze { who, .. }
            | Self::Enable(who)
            | Self::Disable(who)
            | Self::Unlock(who) => &who.configured,
        }
    }
}

/// Do it.
pub async fn run(command: UserCommand) -> Outcome {
    let settings = build::settings(command.configured())?;
    let (app, _gateways) = build::app(settings).await?;
    let done = act(&app, command).await;
    app.store.close().await;
    done.map_err(|line| vec![line])
}

async fn act(app: &App, command: UserCommand) -> Result<(), String> {
    match command {
        UserCommand::Add {
            who,
            display,
            groups,
            must_change,
        } => add(app, &who, &display, &groups, must_change).await,
        UserCommand::List { json, .. } => list(app, json).await,
        UserCommand::Show { who, json } => show(app, &who, json).await,
        UserCommand::SetPassword { who, keep } => {
            let row = row(app, &who).await?;
            let password = password(app, &row.name, &row.display_name)?;
            let (_, local) = local(app)?;
            local
                .set_password(&row, &password, !keep)
                .await
                .map_err(|error| error.to_string())?;
            end_everything(app, &row).await?;
            record(app, "user.password-set", &row.name).await?;
            println!("{}: the password is set", row.name);
            Ok(())
        }
        UserCommand::Enable(who) => enable(app, &who, true).await,
        UserCommand::Disable(who) => enable(app, &who, false).await,
        UserCommand::Unlock(who) => {
            let row = row(app, &who).await?;
            let mut tx = app.store.begin().await.map_err(|error| error.to_string())?;
            tx.unlock_local(&row.id, "")
                .await
                .map_err(|error| error.to_string())?;
            tx.commit().await.map_err(|error| error.to_string())?;
            record(app, "user.unlocked", &row.name).await?;
            println!("{}: unlocked", row.name);
            Ok(())
        }
        UserCommand::Unfreeze { who, directory } => unfreeze(app, &who, directory.as_deref()).await,
    }
}

/// The built-in directory, and its id.
fn local(app: &App) -> Result<(&str, &Local), String> {
    let mut members = app.directories.members().iter();
    let local = members.find_map(|member| match &member.directory {
        Directory::Local(local) => Some((member.id.as_str(), local)),
        Directory::Ldap(_) => None,
    });
    local.ok_or_else(|| {
        "accounts live in the LDAP directory: manage them there (`keymend user unfreeze` works here)"
            .to_owned()
    })
}

async fn add(
    app: &App,
    who: &Who,
    display: &str,
    groups: &[String],
    must_change: bool,
) -> Result<(), String> {
    let (_, local) = local(app)?;
    let name = canonical(app, &who.name)?;
    let password = password(app, &name, display)?;
    let account = NewAccount {
        name: &name,
        display_name: if display.is_empty() { &name } else { display },
        groups,
        must_change,
    };
    let added = local
        .add(&account, &password)
        .await
        .map_err(|error| error.to_string())?;
    if !added {
        return Err(format!(
            "{name} is there already; `keymend user show {name}` shows it"
        ));
    }
    record(app, "user.added", &name).await?;
    println!("{name}: added");
    Ok(())
}

async fn list(app: &App, json: bool) -> Result<(), String> {
    local(app)?;
    let now = app.now();
    let mut rows = vec![["name", "person", "state"].map(str::to_owned).to_vec()];
    let mut after = String::new();
    loop {
        let mut tx = app.store.read().await.map_err(|error| error.to_string())?;
        let page = tx
            .locals(&after, 500)
            .await
            .map_err(|error| error.to_string())?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.name);
        for row in &page {
            let state = state(row, now);
            if json {
                println!(
                    "{}",
                    serde_json::json!({"name": row.name, "person": row.display_name, "state": state})
                );
            } else {
                rows.push(vec![
                    row.name.clone(),
                    row.display_name.clone(),
                    state.to_owned(),
                ]);
            }
        }
    }
    if !json {
        print!("{}", build::table(&rows));
    }
    Ok(())
}

async fn show(app: &App, who: &Who, json: bool) -> Result<(), String> {
    let row = row(app, who).await?;
    let (id, _) = local(app)?;
    let text = |error: crate::store::StoreError| error.to_string();
    let mut tx = app.store.read().await.map_err(text)?;
    let account = tx.account_of(id, &row.id).await.map_err(text)?;
    let mut registered = Vec::new();
    let mut frozen = false;
    if let Some(account) = &account {
        frozen = account.frozen();
        let methods = tx
            .methods(&account.id().map_err(text)?, &app.keys)
            .await
            .map_err(text)?;
        registered.extend(methods.iter().map(|method| method.kind.as_str()));
    }
    let state = state(&row, app.now());
    if json {
        let shown = serde_json::json!({
            "name": row.name, "person": row.display_name, "state": state, "must_change": row.must_change,
            "groups": serde_json::from_str::<serde_json::Value>(&row.groups).unwrap_or_default(),
            "registered": registered, "recovery_frozen": frozen,
        });
        println!("{shown}");
    } else {
        let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
        let methods = if registered.is_empty() {
            "nothing".to_owned()
        } else {
            registered.join(", ")
        };
        let rows = [
            ("name", row.name.clone()),
            ("person", row.display_name.clone()),
            ("state", state.to_owned()),
            ("must change", yes(row.must_change)),
            ("registered", methods),
            ("recovery frozen", yes(frozen)),
        ];
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|(key, value)| vec![key.to_owned(), value])
            .collect();
        print!("{}", build::table(&rows));
    }
    Ok(())
}

fn state(row: &LocalRow, now: keymend_core::time::Timestamp) -> &'static str {
    if !row.enabled {
        "disabled"
    } else if row.locked(now) {
        "locked"
    } else {
        "enabled"
    }
}

async fn enable(app: &App, who: &Who, enabled: bool) -> Result<(), String> {
    let row = row(app, who).await?;
    let mut tx = app.store.begin().await.map_err(|error| error.to_string())?;
    tx.enable_local(&row.id, enabled)
        .await
        .map_err(|error| error.to_string())?;
    tx.commit().await.map_err(|error| error.to_string())?;
    let (event, word) = if enabled {
        ("user.enabled", "enabled")
    } else {
        ("user.disabled", "disabled")
    };
    record(app, event, &row.name).await?;
    println!("{}: {word}", row.name);
    Ok(())
}

async fn unfreeze(app: &App, who: &Who, directory: Option<&str>) -> Result<(), String> {
    let choice = choice(app, &who.name)?;
    let name = plain(&choice)?;
    let mut members = app.directories.members().iter();
    if let Some(id) = directory
        && !members.any(|member| member.id == id)
    {
        return Err(format!("there is no directory {id}"));
    }
    let home = directory.or(choice.home());
    let found = app.directories.find(name, home).await;
    let found = found.map_err(|error| error.to_string())?;
    let found = found.ok_or_else(|| format!("{name} is not in the directory"))?;
    let mut tx = app.store.read().await.map_err(|error| error.to_string())?;
    let account = tx
        .account_of(found.directory, &found.entry.subject)
        .await
        .map_err(|error| error.to_string())?;
    drop(tx);
    let lifted = match account {
        Some(account) => {
            let id = account.id().map_err(|error| error.to_string())?;
            app.unfreeze_by_command(&id)
                .await
                .map_err(|error| error.to_string())?
        }
        None => false,
    };
    let said = if lifted {
        "recovery is allowed again"
    } else {
        "recovery was not frozen"
    };
    println!("{name}: {said}");
    Ok(())
}

/// A password that somebody else set ends what was under way, and is told like any other change.
async fn end_everything(app: &App, row: &LocalRow) -> Result<(), String> {
    let text = |error: crate::store::StoreError| error.to_string();
    let (id, _) = local(app)?;
    let mut tx = app.store.begin().await.map_err(text)?;
    if let Some(account) = tx.account_of(id, &row.id).await.map_err(text)? {
        let id = account.id().map_err(text)?;
        app.end_and_tell(&mut tx, &id, "").await.map_err(text)?;
    }
    tx.commit().await.map_err(text)
}

async fn record(app: &App, name: &'static str, detail: &str) -> Result<(), String> {
    let event = Event {
        name,
        account: None,
        flow: None,
        source: "command",
        detail,
    };
    let write = async {
        let mut tx = app.store.begin().await?;
        tx.record(&event, app.now()).await?;
        tx.commit().await
    };
    write
        .await
        .map_err(|error: crate::store::StoreError| error.to_string())
}

async fn row(app: &App, who: &Who) -> Result<LocalRow, String> {
    let name = canonical(app, &who.name)?;
    let mut tx = app.store.read().await.map_err(|error| error.to_string())?;
    let row = tx
        .local_by_name(&name)
        .await
        .map_err(|error| error.to_string())?;
    row.ok_or_else(|| {
        format!("{name} is not in the built-in directory; `keymend user list` shows who is")
    })
}

/// A name of the built-in directory.
fn canonical(app: &App, typed: &str) -> Result<String, String> {
    let (id, _) = local(app)?;
    let choice = choice(app, typed)?;
    match choice.home() {
        Some(home) if home != id => Err(format!(
            "{typed} belongs to the directory {home}: manage the account there"
        )),
        _ => plain(&choice).map(str::to_owned),
    }
}

fn choice(app: &App, typed: &str) -> Result<Choice, String> {
    let choice = app.directories.name(typed);
    choice.map_err(|fault| format!("the name is {fault}"))
}

fn plain(choice: &Choice) -> Result<&str, String> {
    choice
        .name()
        .lookup()
        .ok_or_else(|| "the name has characters that look like others; write it plainly".to_owned())
}

/// A password from the terminal, twice, or a line of standard input; held against the rules.
fn password(app: &App, name: &str, display: &str) -> Result<NewPassword, String> {
    let typed = if std::io::stdin().is_terminal() {
        let first = rpassword::prompt_password("Password: ").map_err(|error| error.to_string())?;
        let second =
            rpassword::prompt_password("Once more: ").map_err(|error| error.to_string())?;
        if first != second {
            return Err("the two differ; nothing was changed".to_owned());
        }
        first
    } else {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    let password = NewPassword::new(typed);
    let known = Known {
        sign_in: name,
        display_name: Some(display),
    };
    let faults = app.password_faults(&password, &DirectoryRules::default(), known);
    if faults.is_empty() {
        Ok(password)
    } else {
        let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Err(format!("the password is {}", all.join(", and ")))
    }
}
