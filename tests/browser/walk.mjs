// What every walk needs: a demo of its own, a browser, people in it, and the messages they would receive.
// Begin with `demo` (starts the product) and `visitor` (somebody in a fresh browser, watched for faults).

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { after, describe } from "node:test";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

export const PROGRAM = process.env.KEYMEND_BIN ?? new URL("../../target/debug/keymend", import.meta.url).pathname;
const CHROMIUM = process.env.KEYMEND_CHROMIUM ?? "/usr/bin/chromium";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// Longest that anybody waits for what should come: no measure of anything.
const PATIENCE = 60_000;
// The program is slow to start where several of them start at once, beside whatever else a machine does.
const START = 5 * PATIENCE;

export const ANA = { name: "ana", password: "Harbor-Violet-Kite-71", phone: "+12125550143", email: "ana.home@mail.example" };
export const BO = { name: "bo", password: "Maple-Orbit-Lamp-38", phone: "+12125550142", email: "bo.home@mail.example" };
export const CLEO = { name: "cleo", password: "Signal-Peach-Tundra-26", phone: "+12125550187", email: "cleo.home@mail.example" };
export const DEV = { name: "dev", password: "Copper-Yacht-Fern-90" };
export const ANSWERS = ["lisbon", "kestrel", "hopper"];
export const NEW_PASSWORD = "seven quiet otters on a raft";

// Every walk is done twice, under these names.
export const WAYS = [["with JavaScript", true], ["without JavaScript", false]];

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Ask again and again until there is an answer; the last time when patience is at its end. */
export async function until(what, ask, patience = PATIENCE) {
  for (const end = Date.now() + patience; ; await sleep(50)) {
    const late = Date.now() >= end;
    const answer = await ask();
    if (answer) return answer;
    assert.ok(!late, `waited in vain for ${what}`);
  }
}

const ends = new WeakMap();
const children = new Set();
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** Do this when the test ends: the last first, and all of them even when one fails. */
export function atEnd(t, work) {
  if (ends.has(t)) return ends.get(t).push(work);
  ends.set(t, [work]);
  t.after(async () => {
    const faults = [];
    for (const end of ends.get(t).reverse()) await Promise.resolve().then(end).catch((fault) => faults.push(fault));
    if (faults.length) throw faults[0];
  });
}

/** Run a command of the program to its end; what it says. The other walks go on meanwhile. */
export async function command(args, input = "") {
  const running = promisify(execFile)(PROGRAM, args);
  running.child.stdin.end(input);
  return (await running).stdout;
}

/** Start the program and wait for a line of its output. It is stopped when the test ends. */
export async function program(t, args, line) {
  const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (text) => (said += text));
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  atEnd(t, stop);
  children.add(child);
  const found = await until(`${line} in the output of keymend ${args[0]}`, () => {
    assert.equal(child.exitCode, null, `keymend ${args.join(" ")} ended:\n${said}`);
    return line.exec(said);
  }, START);
  return { found, stop };
}

/** The whole product, for one test. */
export async function demo(t) {
  const { found } = await program(t, ["demo", "--listen", "127.0.0.1:0"], /http:\/\/localhost:\d+/);
  const origin = found[0];
  const read = async () => (await fetch(`${origin}/demo/messages.json`)).json();
  return { origin, ...mailbox(read) };
}

/** Codes and links out of messages, newest first, each message taken once. */
export function mailbox(read) {
  const taken = new Set();
  const take = (what, channel, to, pattern) =>
    until(`${what} for ${to} by ${channel}`, async () => {
      for (const message of await read()) {
        if (taken.has(message.id) || message.channel !== channel || message.to !== to) continue;
        const match = pattern.exec(message.body);
        if (match) return taken.add(message.id), match[0];
      }
    });
  return {
    messages: read,
    code: async (channel, to) =>
      channel === "voice"
        ? (await take("a code", channel, to, /(\d, ){5}\d/)).replaceAll(", ", "")
        : take("a code", channel, to, /\b\d{6}\b/),
    link: (channel, to) => take("a link", channel, to, /https?:\/\/\S+\/n\/\S+/),
  };
}

const browsers = new Map();

/** The walks of a file, several at a time: each has a product and a browser window of its own. */
export function walks(name, begin) {
  describe(name, { concurrency: 4 }, () => {
    after(() => Promise.all([...browsers.values()].map(async (browser) => (await browser).close())));
    begin();
  });
}

/** One browser for all tests of a file that want the same. */
function launched(args = []) {
  const key = args.join(" ");
  if (!browsers.has(key)) browsers.set(key, chromium.launch({ executablePath: CHROMIUM, args }));
  return browsers.get(key);
}

/**
 * Somebody in a fresh browser, with scripts or without; `outage` says that the server is away for a while.
 * Whatever no page of ours may do fails the test at its end: an error on the console, a violation of the
 * content policy, a request to any other host than those in `also`.
 */
export async function visitor(t, site, { script = true, axe = false, outage = false, also = [], ...options } = {}) {
  const browser = await launched(site.browser);
  const context = await browser.newContext({
    javaScriptEnabled: script,
    locale: "en-US",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    baseURL: site.origin,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const faults = [];
  context.on("request", (request) => {
    if (![site.origin, ...also].includes(new URL(request.url()).origin)) faults.push(`a request to ${request.url()}`);
  });
  context.on("console", (message) => {
    // The browser itself notes every answer that is not a success; a form fault is one.
    const status = message.text().startsWith("Failed to load resource: the server responded with a status of");
    const away = outage && message.text().includes("net::ERR_");
    if (["error", "warning"].includes(message.type()) && !status && !away) faults.push(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  context.on("weberror", (error) => faults.push(`an exception: ${error.error()}`));
  if (axe) await context.addInitScript({ path: AXE });
  atEnd(t, async () => {
    await context.close();
    assert.deepEqual(faults, [], "faults that the browser saw");
  });
  return steps(site, context, await context.newPage(), script);
}

/** Wait for it. What stands there instead says more than that something is missing. */
export const seen = (page, what, locator) =>
  locator.first().waitFor().catch(async () => {
    assert.fail(`no ${what} at ${page.url()}, but:\n${await page.locator("main").innerText()}`);
  });

const exactly = (word) => new RegExp(`^\\s*${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`, "i");

/** The steps of a person on a page, by the words that they see. */
function steps(site, context, page, script) {
  const main = page.locator("main");
  const wait = (what, locator) => seen(page, what, locator);
  const heading = (text) => wait(`heading "${text}"`, page.locator("h1").filter({ hasText: exactly(text) }));
  const see = (text) => wait(`"${text}"`, main.getByText(text));
  const button = (word) => main.getByRole("button", { name: exactly(word) });
  const link = (word) => main.getByRole("link", { name: exactly(word) });
  const press = (word) => button(word).or(link(word)).click();
  // A tile says more than its name: the name comes first.
  const choose = async (word) => {
    const tile = main.locator(".tile").filter({ has: page.locator("strong", { hasText: exactly(word) }) });
    await wait(`choice "${word}"`, tile);
    await tile.click();
  };
  const row = (text) => main.getByRole("listitem").filter({ hasText: text });
  const fill = (label, text) => main.getByLabel(label, { exact: true }).fill(text);
  const problem = async (text) => {
    const summary = page.locator("#problem");
    await wait(`problem "${text}"`, summary.filter({ hasText: text }));
    assert.match(await page.title(), /^Error: /);
    if (script) await until("the focus on the summary", () => summary.evaluate((box) => box === document.activeElement));
  };
  const signIn = async (who, next = "/register") => {
    await page.goto(next);
    await fill("Sign-in name", who.name);
    await fill("Password", who.password);
    await press("Sign in");
  };
  const startReset = async (name, goal = "I forgot my password") => {
    await page.goto("/reset");
    await fill("Sign-in name", name);
    await press("Continue");
    await heading("What happened?");
    await choose(goal);
    await heading("Choose how to prove it is you");
  };
  const verify = async (code) => {
    await fill("Security code", code);
    await press("Verify");
  };
  const send = async (channel, who) => {
    if (channel === "email") return choose("Email me");
    await choose(channel === "sms" ? "Text my phone" : "Call my phone");
    await heading("Which phone did you register?");
    await fill("Phone number", who.phone);
    await press(channel === "sms" ? "Text me" : "Call me");
  };
  const prove = async (channel, who) => {
    await send(channel, who);
    await heading("Enter the security code");
    await verify(await site.code(channel, who[channel === "email" ? "email" : "phone"]));
  };
  const answer = async (answers) => {
    await heading("Answer your security questions");
    for (const [at, text] of answers.entries()) await main.locator(`#answer-${at + 1}`).fill(text);
    await press("Verify");
  };
  const newPassword = async (text) => {
    await fill("New password", text);
    if (!script) await fill("New password, once more", text);
    await press("Set new password");
  };
  return {
    page, context, main, script, heading, see, button, link, press, choose, row, fill, problem,
    signIn, startReset, verify, send, prove, answer, newPassword,
  };
}

/** What axe-core finds, one line each; nothing when all is well. Only some rules where they are named. */
export async function audit(page, rules) {
  const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: RULES };
  return page.evaluate(async (options) => {
    const { violations } = await globalThis.axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
  }, { runOnly, resultTypes: ["violations"] });
}
