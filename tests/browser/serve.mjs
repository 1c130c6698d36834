// What `keymend serve` needs that a demo brings along: a folder with its messages, and a port.

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd, command, mailbox, program } from "./walk.mjs";

const CHANNELS = ["email", "sms", "voice"];

/** A folder, gone when the test ends; `read` gives the messages in those of its channels. */
export function folders(t) {
  const folder = mkdtempSync(join(tmpdir(), "keymend-walk-"));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  for (const name of CHANNELS) mkdirSync(join(folder, name));
  const message = (channel, id) => {
    const text = readFileSync(join(folder, channel, id), "utf8");
    return { id, channel, to: /^To: (.*)$/m.exec(text)[1], body: text.slice(text.indexOf("\n")) };
  };
  const read = () =>
    CHANNELS.flatMap((channel) =>
      readdirSync(join(folder, channel))
        .filter((id) => !id.startsWith("."))
        .map((id) => message(channel, id)),
    );
  return { folder, read };
}

/** Write a configuration: messages into the folders of `folders`, and what `more` says; gives its place. */
export function configuration(folder, { origin, port, domain, more = "" }) {
  const config = join(folder, "keymend.toml");
  writeFileSync(config, `
[server]
origin = "${origin}"
listen = "127.0.0.1:${port}"
[organisation]
name = "Example Campus"
help = "Service desk: +1 212 555 0100"
mail-domains = ["${domain}"]
${more}[database]
url = "sqlite:${join(folder, "keymend.db")}"
[keys]
file = "${join(folder, "keymend.keys")}"
[mail]
from = "Example Campus <no-reply@${domain}>"
folder = "${join(folder, "email")}"
[sms]
folder = "${join(folder, "sms")}"
[voice]
folder = "${join(folder, "voice")}"
`);
  return config;
}

/** An installation on this machine with people in the built-in directory; `more` is put into its configuration. */
export async function installed(t, { people, more }) {
  const { folder, read } = folders(t);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const config = configuration(folder, { origin, port, domain: "campus.example", more });
  for (const { name, password } of people) await command(["user", "add", name, "--config", config], `${password}\n`);
  await program(t, ["serve", "--config", config], /ready/);
  return { origin, config, ...mailbox(read) };
}

/**
 * A port that nobody listens on, below those that the system gives to connections: one of them could take it meanwhile.
 * Above 10080, the last one that browsers refuse to open (the Fetch standard's bad ports).
 */
export async function freePort() {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 9_000);
    const server = createServer();
    const free = await new Promise((done) => {
      server.once("error", () => done(false));
      server.listen(port, "127.0.0.1", () => done(true));
    });
    if (!free) continue;
    await new Promise((done) => server.close(done));
    return port;
  }
}
