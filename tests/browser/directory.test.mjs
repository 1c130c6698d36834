// Passwords that live in a directory of the organisation: the same walks on each of them.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DIRECTORIES, OLD } from "./directory.mjs";
import { configuration, folders, freePort } from "./serve.mjs";
import { mailbox, program, visitor, walks } from "./walk.mjs";

const NEW = "Seven quiet otters on raft 7";
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 720 };
const ROUNDS = [
  ["desktop", { script: true, viewport: DESKTOP }],
  ["desktop, without JavaScript", { script: false, viewport: DESKTOP }],
  ["375 px", { script: true, viewport: PHONE }],
  ["375 px, without JavaScript", { script: false, viewport: PHONE }],
];
const TITLE = "Don't lose access to your account!";

/** A portal before a directory, with messages in folders. */
async function portal(t, directory) {
  const { folder, read } = folders(t);
  const port = await freePort();
  const secret = join(folder, "secret");
  writeFileSync(secret, directory.secret, { mode: 0o600 });
  const origin = `http://localhost:${port}`;
  const more = `[directory]\n${directory.section}bind-password-file = "${secret}"\n`;
  const config = configuration(folder, { origin, port, domain: "campus.example", more });
  await program(t, ["serve", "--config", config], /ready/);
  return { origin, ...mailbox(read) };
}

/** Somebody new, at a portal of their own. */
async function begin(t, directory, options) {
  const name = `w${randomBytes(6).toString("hex")}`;
  await directory.add(name);
  const site = await portal(t, directory);
  const person = { name, password: OLD, phone: "+12125550143", email: `${name}@mail.example` };
  return { site, person, walker: await visitor(t, site, options) };
}

async function register(walker, site, person) {
  const { press, fill, see, heading, row } = walker;
  await walker.signIn(person);
  await heading(TITLE);
  await row("Authentication Phone is not configured").getByRole("link", { name: "Set it up now" }).click();
  await fill("Phone number", person.phone);
  await press("text me");
  await walker.verify(await site.code("sms", person.phone));
  await see("Authentication Phone is set to");
  await row("Authentication Email is not configured").getByRole("link", { name: "Set it up now" }).click();
  await fill("Authentication Email", person.email);
  await press("email me");
  await walker.verify(await site.code("email", person.email));
  await see("Authentication Email is set to");
  await fits(walker);
  await press("finish");
  await heading("You're all set");
  await walker.context.clearCookies();
}

/** Nothing stands out of the window. */
async function fits({ page }) {
  const [inside, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(inside <= window, `${page.url()} is ${inside} wide in a window of ${window}`);
}

async function signsIn(walker, name, password) {
  await walker.context.clearCookies();
  await walker.signIn({ name, password });
  await walker.heading(TITLE);
}

async function isRefused(walker, name, password) {
  await walker.context.clearCookies();
  await walker.signIn({ name, password });
  await walker.problem("do not let you in");
}

walks("directories", () => {
  for (const directory of DIRECTORIES) {
    for (const [way, options] of ROUNDS) {
      test(`${directory.name}: register, forget, reset, sign in, ${way}`, async (t) => {
        const { site, person, walker } = await begin(t, directory, options);
        await register(walker, site, person);
        await walker.startReset(person.name);
        await walker.prove("sms", person);
        await walker.heading("Choose how to prove it is you");
        await walker.prove("email", person);
        await walker.heading("Choose a new password");
        await fits(walker);
        // Refused by the directory, not by us; the proof holds.
        await walker.newPassword(OLD);
        await walker.problem("You have used that password before.");
        await fits(walker);
        await walker.newPassword(NEW);
        await walker.heading("Your password is reset");
        await fits(walker);
        await isRefused(walker, person.name, OLD);
        await signsIn(walker, person.name, NEW);
        await site.link("email", person.email);
      });

      test(`${directory.name}: locked, unlocked, ${way}`, async (t) => {
        const { site, person, walker } = await begin(t, directory, options);
        await register(walker, site, person);
        for (let at = 0; at < 3; at += 1) await isRefused(walker, person.name, "wrong");
        await isRefused(walker, person.name, OLD);
        await walker.problem("your account may be locked");
        await walker.press("I cannot sign in");
        await walker.startReset(person.name, "I know my password, but still can't sign in");
        await walker.prove("email", person);
        await walker.heading("Choose how to prove it is you");
        await walker.prove("sms", person);
        await walker.heading("You are ready to unlock your account");
        await walker.press("Unlock my account");
        await walker.heading("Your account is open again");
        await signsIn(walker, person.name, OLD);
      });

      test(`${directory.name}: must change, changes, ${way}`, async (t) => {
        const { person, walker } = await begin(t, directory, options);
        await directory.mustChange(person.name);
        await walker.signIn(person);
        await walker.heading("Change your password");
        // Nothing else is open before.
        await walker.page.goto("/register");
        await walker.heading("Change your password");
        await fits(walker);
        await walker.fill("Current password", OLD);
        await walker.fill("New password", NEW);
        if (!options.script) await walker.fill("New password, once more", NEW);
        await walker.press("Change password");
        await walker.heading("Your password is changed");
        await isRefused(walker, person.name, OLD);
        await signsIn(walker, person.name, NEW);
      });
    }
  }
});
