// Authenticator apps: set up by the typed key, used as a proof in a reset and before a change, and lost.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { fields, looks } from "./look.mjs";
import { installed } from "./serve.mjs";
import { ANA, NEW_PASSWORD, WAYS, visitor, walks } from "./walk.mjs";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code that an app with this key shows, `off` steps from now (RFC 6238, RFC 4226). */
function shown(key, off = 0) {
  const bits = [...key.replaceAll(" ", "")].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + off));
  const mac = createHmac("sha1", secret).update(step).digest();
  const at = mac.at(-1) & 15;
  return String((mac.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

const portal = (t) => installed(t, { people: [ANA], more: '[policy]\nmethods = ["phone", "email", "app"]\n' });

walks("authenticator apps", () => {
  for (const [way, script] of WAYS) {
    test(`ana sets up an app, resets by it and removes it, ${way}`, async (t) => {
      const site = await portal(t);
      const ana = await visitor(t, site, { script });
      await ana.signIn(ANA);
      await ana.row("Authentication Email is not configured").getByRole("link", { name: "Set it up now" }).click();
      await ana.fill("Authentication Email", ANA.email);
      await ana.press("email me");
      await ana.verify(await site.code("email", ANA.email));
      await ana.row("Authenticator App is not configured").getByRole("link", { name: "Set it up now" }).click();
      await ana.press("Continue");
      await ana.problem("Enter a name for it.");
      await ana.fill("Name of the app or the device", "My phone");
      await ana.press("Continue");
      await ana.main.getByRole("img", { name: "QR code for your app" }).waitFor();
      const key = await ana.page.locator("#key").innerText();
      await ana.verify(shown(key, 40));
      await ana.problem("That is not the code that your app shows now");
      await ana.verify(shown(key, -10));
      await ana.problem("The clock of your device is about 5 minutes behind.");
      assert.equal(await ana.page.locator("#key").innerText(), key, "scanned once, not twice");
      await ana.verify(shown(key, -1));
      await ana.see("Your authenticator app is set up.");
      await ana.see("Authenticator App is set up: My phone");
      await ana.press("finish");
      await ana.heading("You're all set");
      // The key is on no page any more.
      await ana.page.goto("/register/app");
      assert.equal(await ana.page.locator("#key").count(), 0);

      const away = await visitor(t, site, { script });
      await away.startReset("ana");
      await away.choose("Use my authenticator app");
      await away.verify("000000");
      await away.problem("That is not the code that your app shows now");
      await away.verify(shown(key));
      await away.see("That worked. For your safety we need one more proof, of another kind.");
      await away.prove("email", ANA);
      await away.newPassword(NEW_PASSWORD);
      await away.heading("Your password is reset");

      // A lost telephone: any other method takes its place (ENR-8).
      await ana.signIn({ name: "ana", password: NEW_PASSWORD });
      await ana.row("Authenticator App is set up").getByRole("link", { name: "Remove" }).click();
      await ana.heading("Remove this authenticator app?");
      await ana.press("Remove");
      await ana.heading("Confirm that it is you");
      await ana.choose("Email me");
      await ana.verify(await site.code("email", ANA.email));
      await ana.row("Authenticator App is set up").getByRole("link", { name: "Remove" }).click();
      await ana.press("Remove");
      await ana.see("Authenticator App is not configured");
      await site.link("email", ANA.email);
    });
  }

  for (const locale of ["en", "es", "ar"]) {
    test(`the pages of apps are without findings in ${locale}`, async (t) => {
      const site = await portal(t);
      const ana = await visitor(t, site, { locale, axe: true });
      const { page } = ana;
      const { fill, send, signIn } = fields(page);
      const look = looks(page, locale);
      await signIn(ANA);
      await page.goto("/register/app");
      await look("app-name");
      await fill({ name: "" });
      await send("/register/app");
      await look("app-name-fault");
      await page.locator("main summary").click();
      await fill({ name: "Phone of Ana", given: "not a key" });
      await send("/register/app");
      await look("app-given-fault");
      await fill({ given: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" });
      await send("/register/app");
      await look("app-given");
      await send("/register/app");
      await look("app-key");
      const key = await page.locator("#key").innerText();
      await fill({ code: shown(key, 40) });
      await send("/register/app/verify");
      await look("app-code-fault");
      await fill({ code: shown(key, -1) });
      await send("/register/app/verify");
      await look("overview-app");
      await page.goto("/register/confirm-it-is-you");
      await look("confirm-app");
      await page.goto("/reset");
      await fill({ name: "ana" });
      await send("/reset");
      await send("/reset/what", "forgot");
      await look("ways-app");
      await send("/reset/send", "app");
      await look("gate-app");
      await fill({ code: "000000" });
      await send("/reset/verify");
      await look("gate-app-fault");
    });
  }
});
