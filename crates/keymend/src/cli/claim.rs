//! `keymend claim`: one-time codes for people who have nothing yet.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::{Configured, Outcome, build};
use crate::app::App;
use crate::directories::Found;

/// What to do with claim codes.
#[derive(Subcommand)]
pub enum ClaimCommand {
    /// Make a code for somebody and print it, once; an older one is void
    New {
        #[command(flatten)]
        whose: Whose,
        /// How long it is good
        #[arg(long, value_name = "N", default_value_t = 72, value_parser = clap::value_parser!(u64).range(1..=720))]
        hours: u64,
        /// Remove what was registered, where nobody finished that, and end its sessions
        #[arg(long)]
        start_over: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the codes that are open; never what they are
    List {
        #[command(flatten)]
        configured: Configured,
        /// One JSON object for each
        #[arg(long)]
        json: bool,
    },
    /// Void the code of somebody
    Revoke(Whose),
}

/// Somebody in a directory.
#[derive(Args)]
pub struct Whose {
    /// Sign-in name
    name: String,
    /// Look for the name in this directory, where there are several
    #[arg(long, value_name = "NAME")]
    directory: Option<String>,
    #[command(flatten)]
    configured: Configured,
}

impl ClaimCommand {
    fn configured(&self) -> &Configured {
        match self {
            Self::List { configured, .. } => configured,
            Self::New { whose, .. } | Self::Revoke(whose) => &whose.configured,
        }
    }
}

/// Do it.
pub async fn run(command: ClaimCommand) -> Outcome {
    let settings = build::settings(command.configured())?;
    let (app, _gateways) = build::app(settings).await?;
    let done = act(&app, command).await;
    app.store.close().await;
    done.map_err(|line| vec![line])
}

async fn act(app: &App, command: ClaimCommand) -> Result<(), String> {
    match command {
        ClaimCommand::New {
            whose,
            hours,
            start_over,
            json,
        } => {
            let life = Duration::from_hours(hours);
            new(app, &whose, life, start_over, json).await
        }
        ClaimCommand::List { json, .. } => list(app, json).await,
        ClaimCommand::Revoke(whose) => {
            let found = find(app, &whose).await?;
            let name = found.entry.name.clone();
            let revoked = app.revoke_claim(&found).await;
            if revoked.map_err(|error| error.to_string())? {
                println!("{name}: the code is void");
                Ok(())
            } else {
                Err(format!("{name} has no code that is open"))
            }
        }
    }
}

async fn new(
    app: &App,
    whose: &Whose,
    life: Duration,
    start_over: bool,
    json: bool,
) -> Result<(), String> {
    let found = find(app, whose).await?;
    let name = &found.entry.name;
    let made = app
        .make_claim(&found, life, start_over)
        .await
        .map_err(|error| error.to_string())?
        .map_err(|why| format!("{name}: {why}"))?;
    let until = app.site.date_time(made.expires);
    let code = made.code.spelled();
    if json {
        let said = serde_json::json!({
            "name": name, "directory": found.directory, "code": code.as_str(), "expires": until,
        });
        println!("{said}");
        return Ok(());
    }
    println!("{}", code.as_str());
    let replaced = if made.replaced {
        "; the one before is void"
    } else {
        ""
    };
    eprintln!(
        "{name}: good once, until {until}, at {}/sign-in/claim{replaced}. It is not shown again.",
        app.site.origin
    );
    Ok(())
}

async fn list(app: &App, json: bool) -> Result<(), String> {
    let mut tx = app.store.read().await.map_err(|error| error.to_string())?;
    let claims = tx.claims(app.now()).await;
    let claims = claims.map_err(|error| error.to_string())?;
    let mut rows = vec![
        ["name", "directory", "code", "made", "until"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for claim in claims {
        let at = |time| app.site.date_time(time);
        let (made, until) = (at(claim.made()), at(claim.expires()));
        let begin = format!("{}…", claim.lookup);
        if json {
            let said = serde_json::json!({
                "name": claim.name, "directory": claim.directory, "code": begin, "made": made, "expires": until,
            });
            println!("{said}");
        } else {
            rows.push(vec![claim.name, claim.directory, begin, made, until]);
        }
    }
    if !json {
        print!("{}", build::table(&rows));
    }
    Ok(())
}

/// Whom a name means; a code for the wrong namesake would let somebody else in.
async fn find<'a>(app: &'a App, whose: &Whose) -> Result<Found<'a>, String> {
    let typed = &whose.name;
    let choice = app.directories.name(typed);
    let choice = choice.map_err(|_| format!("`{typed}` is not a sign-in name"))?;
    if let Some(id) = &whose.directory {
        app.directories
            .of(id)
            .map_err(|_| format!("there is no directory `{id}`"))?;
    }
    let home = whose.directory.as_deref().or(choice.home());
    let Some(lookup) = choice.name().lookup() else {
        return Err(format!("there is nobody of the name {typed}"));
    };
    let all = app.directories.all_named(lookup, home).await;
    let mut all = all.map_err(|error| error.to_string())?;
    match (all.pop(), all.is_empty()) {
        (Some(found), true) => Ok(found),
        (Some(_), false) => Err(format!(
            "{typed} is in several directories; say which by --directory"
        )),
        (None, _) => Err(format!("there is nobody of the name {typed}")),
    }
}
