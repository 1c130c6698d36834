//! `keymend demo`: the whole product with nothing else installed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use keymend_core::contact::{Domain, EmailAddress, PhoneNumber};
use keymend_core::id::{self, Id};
use keymend_core::password::{NewPassword, PasswordRules};
use keymend_core::policy::Preset;
use keymend_core::registration::Destination;

use super::{Outcome, build};
use crate::app::registration::canonical;
use crate::app::{App, Site};
use crate::chance::{Clock, Os};
use crate::config::{Passwords, Settings, SignIn};
use crate::deliver::Worker;
use crate::deliver::gateway::Gateway;
use crate::deliver::gateways::{Gateways, Route};
use crate::directory::local::{ADMINISTRATORS, FOR_GOOD, LocalPolicy};
use crate::hashing::Hasher;
use crate::i18n::{Catalogue, LANGUAGES};
use crate::keys::Source;
use crate::store::local::NewLocal;
use crate::store::methods::Holding;
use crate::web::router;
use crate::web::server::{listen, serve};

const DOMAIN: &str = "campus.example";
const QUESTIONS: [&str; 3] = [
    "first-trip-alone",
    "first-wild-animal",
    "dinner-with-history",
];
const ANSWERS: [&str; 3] = ["lisbon", "kestrel", "hopper"];

struct DemoPerson {
    name: &'static str,
    display: &'static str,
    password: &'static str,
    contact: Option<(&'static str, &'static str)>,
    what: &'static str,
}

const PEOPLE: [DemoPerson; 5] = [
    DemoPerson {
        name: "ana",
        display: "Ana Reyes",
        password: "Harbor-Violet-Kite-71",
        contact: None,
        what: "nothing registered",
    },
    DemoPerson {
        name: "bo",
        display: "Bo Lindqvist",
        password: "Maple-Orbit-Lamp-38",
        contact: Some(("+12125550142", "bo.home@mail.example")),
        what: "+1 212 555 0142, bo.home@mail.example, answers lisbon, kestrel, hopper",
    },
    DemoPerson {
        name: "cleo",
        display: "Cleo Marsh",
        password: "Signal-Peach-Tundra-26",
        contact: Some(("+12125550187", "cleo.home@mail.example")),
        what: "as bo, but locked out; +1 212 555 0187, cleo.home@mail.example",
    },
    DemoPerson {
        name: "dev",
        display: "Dev Okafor",
        password: "Copper-Yacht-Fern-90",
        contact: None,
        what: "disabled",
    },
    DemoPerson {
        name: "root",
        display: "Rut Sandoval",
        password: "Walnut-Prism-Delta-53",
        contact: None,
        what: "administrator",
    },
];

/// A folder that goes when the demo ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Vec<String>> {
        let id: Id<id::Job> = Id::random(&mut Os);
        let path = std::env::temp_dir().join(format!("keymend-demo-{id}"));
        std::fs::create_dir(&path)
            .map_err(|error| vec![format!("cannot make {}: {error}", path.display())])?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind lies in the folder for temporary files.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Run the demo until told to stop.
pub async fn run(address: SocketAddr, preset: Preset) -> Outcome {
    build::log(false, "warn");
    let listener = listen(address).await.map_err(|line| vec![line])?;
    let address = listener
        .local_addr()
        .map_err(|error| vec![error.to_string()])?;
    let folder = Folder::new()?;
    let mut settings = settings(address, &folder.0);
    settings.policy = preset.policy();
    let (store, keys) = build::open(&settings.database, &settings.keys).await?;
    let app = build::wire(settings, store, keys, Catalogue::built_in(), Clock::System)?;
    plant(&app)
        .await
        .map_err(|line| vec![format!("the demo's people cannot be made: {line}")])?;
    let page = |channel| {
        let page = Gateway::Demo {
            store: app.store.clone(),
            clock: Clock::System,
        };
        vec![Route::only(channel, page)]
    };
    let gateways = Gateways {
        sms: page("sms"),
        voice: page("voice"),
        email: page("mail"),
    };
    let stop = build::stop_signal()?;
    let worker = tokio::spawn(Worker::new(Arc::clone(&app), gateways).run(stop.clone()));
    print!("{}", welcome(address));
    // Everybody here is on this machine, a test with many windows included.
    let here = vec![IpNet::from(address.ip())];
    serve(listener, router(Arc::clone(&app)), here, stop).await;
    drop(worker.await);
    app.store.close().await;
    Ok(())
}

/// The demo's policy and site, on an address.
pub(crate) fn settings(address: SocketAddr, folder: &Path) -> Settings {
    let host = format!("localhost:{}", address.port());
    let site = Site {
        origin: format!("http://{host}"),
        host: "localhost".to_owned(),
        hosts: vec![
            host,
            address.to_string(),
            format!("127.0.0.1:{}", address.port()),
        ],
        secure: false,
        organisation: Arc::from("Example Campus"),
        help: Arc::from("Service desk: +1 212 555 0100, room 12"),
        country: "US".to_owned(),
        countries: ["US", "CA", "GB", "ES", "DE", "FR"]
            .map(str::to_owned)
            .to_vec(),
        languages: Arc::from(LANGUAGES),
        language: "en",
        zone: jiff::tz::TimeZone::UTC,
        sign_in_url: None,
        alerts: Vec::new(),
        own_domains: [DOMAIN, "gc.campus.example"]
            .iter()
            .filter_map(|text| Domain::parse(text).ok())
            .collect(),
        proxies: Vec::new(),
        known_networks: Vec::new(),
        work_bits: 16,
        demo: true,
    };
    Settings {
        listen: address,
        metrics_listen: None,
        database: format!("sqlite:{}", folder.join("keymend.db").display()),
        keys: Source::File(folder.join("keymend.keys")),
        site,
        texts: None,
        models: None,
        policy: Preset::Seed.policy(),
        profiles: Vec::new(),
        rules: PasswordRules::default(),
        directories: vec![(
            "local".to_owned(),
            Passwords::Local(LocalPolicy {
                domains: vec![DOMAIN.to_owned()],
                lock_after: 10,
                lock_for: Duration::from_mins(30),
                history: 5,
            }),
        )],
        sign_in: SignIn {
            password: true,
            providers: Vec::new(),
        },
        mail: Vec::new(),
        sms: Vec::new(),
        voice: Vec::new(),
    }
}

/// Make the demo's people. Their first hashes are cheap, so that the demo is there at once; the
/// first sign-in puts a real one in their place.
pub(crate) async fn plant(app: &App) -> Result<(), String> {
    let line = |error: &dyn std::fmt::Display| error.to_string();
    let cheap = Hasher::new(app.keys.pepper(), 1);
    for person in &PEOPLE {
        let password = NewPassword::new(person.password.to_owned());
        let hash = cheap
            .hash_cheaply(password.nfc().as_bytes(), &mut Os)
            .await
            .map_err(|error| line(&error))?;
        let subject: Id<id::Account> = Id::random(&mut Os);
        let groups = if person.name == "root" {
            format!("[\"{ADMINISTRATORS}\"]")
        } else {
            "[]".to_owned()
        };
        let planted = async {
            let mut tx = app.store.begin().await?;
            tx.add_local(&NewLocal {
                id: subject.as_str(),
                name: person.name,
                display_name: person.display,
                password: &hash.to_phc(),
                groups: &groups,
                must_change: false,
            })
            .await?;
            match person.name {
                "dev" => tx.enable_local(subject.as_str(), false).await?,
                "cleo" => tx.lock_local(subject.as_str(), FOR_GOOD).await?,
                _ => {}
            }
            tx.commit().await
        };
        planted.await.map_err(|error| line(&error))?;
        if let Some((phone, email)) = person.contact {
            register(app, person.name, subject.as_str(), phone, email, &cheap).await?;
        }
    }
    Ok(())
}

async fn register(
    app: &App,
    name: &str,
    subject: &str,
    phone: &str,
    email: &str,
    cheap: &Hasher,
) -> Result<(), String> {
    let line = |error: &dyn std::fmt::Display| error.to_string();
    let now = app.now();
    let made = async {
        let mut tx = app.store.begin().await?;
        let account = tx
            .see_account(&Id::random(&mut Os), "local", subject, name, "en", now)
            .await?
            .id()?;
        tx.finish_account(&account, now).await?;
        tx.commit().await?;
        Ok::<_, crate::store::StoreError>(account)
    };
    let account = made.await.map_err(|error| line(&error))?;
    let ids = QUESTIONS.map(str::to_owned).to_vec();
    let answers = ANSWERS.map(str::to_owned);
    let secret = canonical(&ids, &answers).ok_or("the demo's questions are not in the bank")?;
    let hash = cheap
        .hash_cheaply(&secret, &mut Os)
        .await
        .map_err(|error| line(&error))?;
    let phone = PhoneNumber::parse(phone, "US", &[]).map_err(|error| line(&error))?;
    let email = EmailAddress::parse(email, &[]).map_err(|error| line(&error))?;
    for holding in [
        Holding::Destination(Destination::Phone(phone)),
        Holding::Destination(Destination::Email(email)),
        Holding::Questions {
            ids,
            hash: hash.to_phc(),
        },
    ] {
        app.plant_method(&account, &holding, now)
            .await
            .map_err(|error| line(&error))?;
    }
    Ok(())
}

fn welcome(address: SocketAddr) -> String {
    let mut rows = vec![["name", "password", ""].map(str::to_owned).to_vec()];
    rows.extend(PEOPLE.iter().map(|person| {
        vec![
            person.name.to_owned(),
            person.password.to_owned(),
            person.what.to_owned(),
        ]
    }));
    let port = address.port();
    format!(
        "Keymend demo\n\n  http://localhost:{port}\n  http://127.0.0.1:{port}\n\n  \
         every message: http://localhost:{port}/demo/messages\n\n{}\n\
         Plain http on this machine: cookies go without `Secure` and the `__Host-` prefix.\n\
         Nothing is kept: Ctrl-C ends the demo and removes it.\n",
        build::table(&rows)
    )
}
