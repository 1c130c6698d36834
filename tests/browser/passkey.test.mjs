// Passkeys, with the browser's own authenticator without a device: set up, used in a reset and before a change, and
// everything that may go wrong with one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fields, looks } from "./look.mjs";
import { installed } from "./serve.mjs";
import { ANA, BO, NEW_PASSWORD, visitor, walks } from "./walk.mjs";

const POLICY = '[policy]\nmethods = ["passkey", "phone", "email"]\n';

const portal = (t, more = POLICY) => installed(t, { people: [ANA, BO], more });

/** An authenticator in the browser of somebody: it finds its accounts or not, knows its owner or not. */
async function authenticator(who, { resident = true, verified = true } = {}) {
  const cdp = await who.context.newCDPSession(who.page);
  await cdp.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: resident ? "internal" : "usb",
    hasResidentKey: resident,
    hasUserVerification: verified,
    isUserVerified: verified,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  const passkeys = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  const put = (credential) => cdp.send("WebAuthn.addCredential", { authenticatorId, credential });
  return {
    passkeys,
    put,
    /** As if a copy of it had been used elsewhere before this one. */
    async turnBack(signCount) {
      const [credential] = await passkeys();
      await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credential.credentialId });
      await put({ ...credential, signCount });
    },
  };
}

/** What a browser answers when somebody cancels, or when it does not like the address: with the error of this name. */
const refusing = (who, name) =>
  who.page.addInitScript((name) => {
    const refuse = () => Promise.reject(new DOMException("no", name));
    CredentialsContainer.prototype.get = CredentialsContainer.prototype.create = refuse;
  }, name);

async function setUp(who, name) {
  await who.row("Passkey is not configured").getByRole("link", { name: "Set it up now" }).click();
  await make(who, name);
}

async function make(who, name) {
  await who.fill("Name of the passkey or the device", name);
  await who.press("Continue");
  await who.press("Make the passkey");
}

async function addEmail(who, person, site) {
  await who.row("Authentication Email is not configured").getByRole("link", { name: "Set it up now" }).click();
  await who.fill("Authentication Email", person.email);
  await who.press("email me");
  await who.verify(await site.code("email", person.email));
}

walks("passkeys", () => {
  test("ana sets up a passkey, resets with it alone, and removes it with its help", async (t) => {
    const site = await portal(t);
    const ana = await visitor(t, site);
    const device = await authenticator(ana);
    await ana.signIn(ANA);
    await addEmail(ana, ANA, site);
    await ana.row("Passkey is not configured").getByRole("link", { name: "Set it up now" }).click();
    const suggested = await ana.main.locator("#name").inputValue();
    assert.match(suggested, /^(Chrome|Chromium), Linux$/, "named after the browser");
    await ana.fill("Name of the passkey or the device", "");
    await ana.press("Continue");
    await ana.problem("Enter a name for it.");
    await ana.fill("Name of the passkey or the device", "My latpop");
    await ana.press("Continue");
    await ana.main.getByText("Start again with another name").click();
    await make(ana, "My laptop");
    await ana.see("Your passkey is set up.");
    await ana.see("Passkey is set up: My laptop");
    const [made] = await device.passkeys();
    assert.equal(Buffer.from(made.userHandle, "base64").length, 32);
    assert.ok(made.isResidentCredential);
    await ana.press("finish");
    await ana.heading("You're all set");

    await ana.startReset("ana");
    await ana.choose("Use my passkey");
    await ana.heading("Use your passkey");
    await ana.press("Use my passkey");
    await ana.newPassword(NEW_PASSWORD);
    await ana.heading("Your password is reset");

    await ana.signIn({ name: "ana", password: NEW_PASSWORD });
    await ana.row("Passkey is set up").getByRole("link", { name: "Remove" }).click();
    await ana.press("Remove");
    await ana.heading("Confirm that it is you");
    await ana.choose("Use my passkey");
    await ana.press("Use my passkey");
    await ana.row("Passkey is set up").getByRole("link", { name: "Remove" }).click();
    await ana.heading("Remove this passkey?");
    await ana.press("Remove");
    await ana.see("Passkey is not configured");
    await site.link("email", ANA.email);
  });

  test("a security key that knows neither its owner nor its accounts is the second of two proofs", async (t) => {
    const site = await portal(t);
    const ana = await visitor(t, site);
    await authenticator(ana, { resident: false, verified: false });
    await ana.signIn(ANA);
    await addEmail(ana, ANA, site);
    await setUp(ana, "Security key");
    await ana.see("It cannot be the first proof of a reset");
    // One authenticator, one passkey: it says so itself.
    await ana.page.goto("/register/passkey");
    await make(ana, "Once more");
    await ana.problem("has a passkey of yours already");
    await ana.page.goto("/register");
    await ana.press("finish");

    await ana.startReset("ana");
    await ana.prove("email", ANA);
    await ana.see("That worked. For your safety we need one more proof, of another kind.");
    await ana.choose("Use my passkey");
    await ana.press("Use my passkey");
    await ana.newPassword(NEW_PASSWORD);
    await ana.heading("Your password is reset");
  });

  test("bo's passkey is nothing in ana's reset", async (t) => {
    const site = await portal(t);
    const ana = await visitor(t, site);
    await authenticator(ana);
    await ana.signIn(ANA);
    await addEmail(ana, ANA, site);
    await setUp(ana, "Hers");
    await ana.see("Your passkey is set up.");
    const bo = await visitor(t, site);
    await authenticator(bo);
    await bo.signIn(BO);
    await addEmail(bo, BO, site);
    await setUp(bo, "His");
    await bo.see("Your passkey is set up.");
    await bo.startReset("ana");
    await bo.choose("Use my passkey");
    await bo.press("Use my passkey");
    await bo.problem("That passkey does not prove that it is you here.");
    await bo.press("Try another way");
    await bo.heading("Choose how to prove it is you");
    // Somebody who is nobody gets the same.
    await bo.startReset("nobody");
    await bo.choose("Use my passkey");
    await bo.press("Use my passkey");
    await bo.problem("That passkey does not prove that it is you here.");
  });

  test("a passkey whose counter goes back is refused, and ana is told", async (t) => {
    const site = await portal(t);
    const ana = await visitor(t, site);
    const device = await authenticator(ana);
    await ana.signIn(ANA);
    await addEmail(ana, ANA, site);
    await setUp(ana, "My laptop");
    await ana.see("Your passkey is set up.");
    await ana.press("finish");
    await device.turnBack(0);
    await ana.startReset("ana");
    await ana.choose("Use my passkey");
    await ana.press("Use my passkey");
    await ana.problem("That passkey does not prove that it is you here.");
    await site.link("email", ANA.email);
    assert.ok((await site.messages()).some(({ body }) => body.includes("its counter had gone back")));
  });

  for (const [name, sentence] of [
    ["NotAllowedError", "The passkey was cancelled, or it took too long."],
    ["SecurityError", "The browser gives no passkeys to this address."],
    ["NotSupportedError", "This browser cannot use passkeys."],
    ["UnknownError", "The passkey did not work."],
  ]) {
    test(`${name} has its own sentence and loses nothing`, async (t) => {
      const site = await portal(t);
      const ana = await visitor(t, site);
      await refusing(ana, name);
      await ana.signIn(ANA);
      await setUp(ana, "My laptop");
      await ana.problem(sentence);
      await ana.see("My laptop");
      await ana.startReset("ana");
      await ana.choose("Use my passkey");
      await ana.press("Use my passkey");
      await ana.problem(sentence);
      await ana.button("Use my passkey").waitFor();
      await ana.press("Try another way");
      await ana.choose("Email me");
      await ana.heading("Enter the security code");
    });
  }

  test("a browser without passkeys says so and offers the others", async (t) => {
    const site = await portal(t);
    const ana = await visitor(t, site);
    await ana.page.addInitScript(() => delete window.PublicKeyCredential);
    await ana.startReset("ana");
    const told = ana.page.waitForResponse((answer) => answer.url().endsWith("/reset/passkey"));
    await ana.choose("Use my passkey");
    await ana.see("This browser cannot use passkeys.");
    assert.equal((await told).status(), 422);
    assert.equal(await ana.button("Use my passkey").count(), 0);
    await ana.press("Try another way");
    await ana.choose("Email me");
    await ana.heading("Enter the security code");
  });

  test("an older browser that reads no JSON gets its bytes from the page", async (t) => {
    const site = await portal(t);
    const ana = await visitor(t, site);
    await authenticator(ana);
    await ana.page.addInitScript(() => {
      delete PublicKeyCredential.parseCreationOptionsFromJSON;
      delete PublicKeyCredential.parseRequestOptionsFromJSON;
    });
    await ana.signIn(ANA);
    await addEmail(ana, ANA, site);
    await setUp(ana, "Old");
    await ana.see("Your passkey is set up.");
    await ana.startReset("ana");
    await ana.choose("Use my passkey");
    await ana.press("Use my passkey");
    await ana.heading("Choose a new password");
  });

  test("without JavaScript the page says so and offers the others", async (t) => {
    const site = await portal(t);
    const ana = await visitor(t, site, { script: false });
    await ana.startReset("ana");
    await ana.choose("Use my passkey");
    await ana.see("Passkeys need JavaScript");
    assert.equal(await ana.button("Use my passkey").count(), 0);
    await ana.press("Try another way");
    await ana.choose("Email me");
    await ana.heading("Enter the security code");
    await ana.signIn(ANA);
    await ana.page.goto("/register/passkey");
    await ana.see("Passkeys need JavaScript");
  });

  for (const locale of ["en", "es", "ar"]) {
    test(`the pages of passkeys work and are without findings in ${locale}`, async (t) => {
      const site = await portal(t);
      const ana = await visitor(t, site, { locale, axe: true });
      await authenticator(ana);
      const { page } = ana;
      const { fill, press, send, signIn } = fields(page);
      const look = looks(page, locale);
      const passkey = "form[data-passkey] button";
      await signIn(ANA);
      await page.goto("/register/passkey");
      await look("passkey-name");
      await fill({ name: "Laptop of Ana" });
      await send("/register/passkey");
      await look("passkey-make");
      await page.locator("main summary").click();
      await look("passkey-name-again");
      await fill({ name: "" });
      await send("/register/passkey");
      await look("passkey-name-again-fault");
      await fill({ name: "Laptop of Ana" });
      await send("/register/passkey");
      await press(passkey);
      await look("overview-passkey");
      await page.goto("/register/confirm-it-is-you");
      await send("/register/confirm-it-is-you", "passkey");
      await look("confirm-passkey");
      await press(passkey);
      assert.equal(new URL(page.url()).pathname, "/register");
      await page.goto("/register/passkey");
      await send("/register/passkey");
      await press(passkey);
      await look("passkey-exists");
      await page.goto("/reset");
      await fill({ name: "ana" });
      await send("/reset");
      await send("/reset/what", "forgot");
      await look("ways-passkey");
      await send("/reset/send", "passkey");
      await look("gate-passkey");
      await press(passkey);
      assert.equal(new URL(page.url()).pathname, "/reset/password");
    });
  }
});
