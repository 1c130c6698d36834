// What was verified stays verified: through cancel, back, a reload, a second window and a restart of the server.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { configuration, folders, freePort } from "./serve.mjs";
import { ANA, atEnd, command, demo, mailbox, program, visitor, walks } from "./walk.mjs";

const SET = "Authentication Phone is set to +1 212-555-0143";

async function registerPhone(ana, site) {
  await ana.row("Authentication Phone is not configured").getByRole("link", { name: "Set it up now" }).click();
  await ana.fill("Phone number", ANA.phone);
  await ana.press("text me");
  await ana.verify(await site.code("sms", ANA.phone));
  await ana.see(SET);
}

walks("survival", () => {
  test("a verified phone survives back, reload, a second window, another browser and cancel", async (t) => {
    const site = await demo(t);
    const ana = await visitor(t, site);
    await ana.signIn(ANA);
    await registerPhone(ana, site);
    await ana.page.goBack();
    await ana.page.goForward();
    await ana.see(SET);
    await ana.page.reload();
    await ana.see(SET);
    const second = await ana.context.newPage();
    await second.goto("/register");
    await second.getByText(SET).waitFor();
    // An address half verified in one window is there in the other, and its code is good in both.
    await second.goto("/register/email");
    await second.getByLabel("Authentication Email").fill(ANA.email);
    await second.getByRole("button", { name: "Email me" }).click();
    await second.getByText("We've sent an email message").waitFor();
    await ana.page.goto("/register/email");
    await ana.page.reload();
    await ana.verify(await site.code("email", ANA.email));
    await ana.see("Authentication Email is set to");
    await second.goto("/register");
    await second.getByText("Authentication Email is set to").waitFor();
    await ana.press("cancel");
    await ana.heading("Stopped here");
    const elsewhere = await visitor(t, site);
    await elsewhere.signIn(ANA);
    await elsewhere.see(SET);
  });

  test("a code and a verified phone survive a restart of the server", async (t) => {
    const site = await installation(t);
    const ana = await visitor(t, site, { ignoreHTTPSErrors: true, outage: true });
    await ana.signIn(ANA);
    // Restarted between the code and its use: neither the visit nor the code is lost.
    await ana.row("Authentication Email is not configured").getByRole("link", { name: "Set it up now" }).click();
    await ana.fill("Authentication Email", ANA.email);
    await ana.press("email me");
    const code = await site.code("email", ANA.email);
    await site.restart();
    await ana.verify(code);
    await ana.see("Authentication Email is set to");
    await registerPhone(ana, site);
    await site.restart();
    await ana.page.reload();
    await ana.see(SET);
    const cookies = await ana.context.cookies();
    const guarded = cookies.filter((cookie) => cookie.name.startsWith("__Host-keymend-"));
    assert.ok(guarded.length >= 2, "the cookies have the prefix");
    assert.ok(guarded.every((cookie) => cookie.secure && cookie.httpOnly && cookie.sameSite === "Strict"));
    await ana.press("finish");
    await ana.heading("You're all set");
  });
});

/** A real installation behind a proxy that speaks TLS, with its messages in folders. */
async function installation(t) {
  const { folder, read } = folders(t);
  const host = "reset.example.org";
  const port = await freePort();
  const origin = `https://${host}`;
  const config = configuration(folder, { origin, port, domain: "example.org" });
  await command(["user", "add", "ana", "--config", config], `${ANA.password}\n`);
  const start = () => program(t, ["serve", "--config", config], /ready/);
  let running = await start();
  const proxy = await tlsProxy(t, folder, host, port);
  return {
    origin,
    browser: [`--host-resolver-rules=MAP ${host}:443 127.0.0.1:${proxy}`],
    restart: async () => {
      await running.stop();
      running = await start();
    },
    ...mailbox(read),
  };
}

/** Cookies with the `__Host-` prefix need https; the certificate is made here and trusted nowhere. */
async function tlsProxy(t, folder, host, port) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
    "-days", "2", "-subj", `/CN=${host}`, "-keyout", key, "-out", cert], { encoding: "utf8" });
  assert.equal(made.status, 0, `openssl is needed for a certificate: ${made.stderr}`);
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (near) => {
    const far = connect(port, "127.0.0.1");
    for (const end of [near, far]) end.on("error", () => (near.destroy(), far.destroy()));
    near.pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  atEnd(t, () => server.close());
  return server.address().port;
}
