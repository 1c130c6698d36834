// Signing in by an identity provider of another site, and by a claim code.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fields, looks } from "./look.mjs";
import { installed } from "./serve.mjs";
import { ANA, BO, NEW_PASSWORD, WAYS, command, visitor, walks } from "./walk.mjs";

const PROVIDER = process.env.KEYMEND_TEST_OIDC;
const TITLE = "Don't lose access to your account!";
const skip = PROVIDER ? false : "there is no identity provider";

const portal = (t, more = "") =>
  installed(t, {
    people: [ANA, BO],
    more: PROVIDER ? `[oidc.campus]\nissuer = "${PROVIDER}"\nclient-id = "portal"\nclient-secret = "portal-secret"\nlabel = "Campus account"\n${more}` : more,
  });

const stranger = (t, site, options) => visitor(t, site, { also: PROVIDER ? [PROVIDER] : [], ...options });

/** To the page of the provider. */
async function leave({ page, press }) {
  await page.goto("/register");
  await press("Sign in with Campus account");
  await page.getByRole("heading", { name: "The campus account" }).waitFor();
}

/** Say who it is there. */
async function name(page, who, button = "Go on") {
  await page.getByLabel("Name").fill(who);
  await page.getByRole("button", { name: button }).click();
}

walks("identity providers", () => {
  for (const [way, script] of WAYS) {
    test(`ana signs in by her provider and out of both, ${way}`, { skip }, async (t) => {
      const site = await portal(t);
      const ana = await stranger(t, site, { script });
      const { page, context, heading, press, see } = ana;
      await leave(ana);
      await name(page, "ana");
      await heading(TITLE);
      assert.equal(page.url(), `${site.origin}/register`);
      const cookies = (await context.cookies()).filter(({ name }) => name.startsWith("keymend-"));
      assert.ok(cookies.some(({ name }) => name === "keymend-session"));
      for (const { name, sameSite, httpOnly } of cookies) assert.deepEqual([sameSite, httpOnly], ["Strict", true], name);
      // What the portal knows of the sign-in is used up.
      assert.ok(!cookies.some(({ name }) => name === "keymend-away"));
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign me out" }).click();
      await heading("You are signed out");
      await page.goto("/register");
      await heading("Sign in");
      // The provider does not know her any more either.
      await leave(ana);
      await name(page, "ana", "Cancel");
      await heading("You did not sign in");
      await press("Sign in another way");
      await ana.signIn(ANA);
      await heading(TITLE);
      await see("Authentication Phone is not configured");
    });

    test(`an answer lets in the browser that asked, and by our own page, ${way}`, { skip }, async (t) => {
      const site = await portal(t);
      const ana = await stranger(t, site, { script });
      await leave(ana);
      // The browser is held just before it comes back.
      let answer;
      await ana.page.route(`${PROVIDER}/interaction/*`, async (route) => {
        const named = await route.fetch({ maxRedirects: 0 });
        const resumed = await ana.context.request.get(named.headers().location, { maxRedirects: 0 });
        answer = resumed.headers().location;
        await route.fulfill({ contentType: "text/html", body: "held" });
      });
      await name(ana.page, "ana");
      await ana.page.getByText("held").waitFor();
      assert.ok(answer.startsWith(`${site.origin}/sign-in/back/campus?`), answer);
      // Somebody else is led there.
      const bo = await stranger(t, site, { script });
      await bo.page.goto(answer);
      await bo.heading("This sign-in is over");
      await bo.page.goto("/register");
      await bo.heading("Sign in");
      // She is led to the last step by another site: the browser keeps the cookie back.
      const elsewhere = await ana.context.newPage();
      await elsewhere.route(`${PROVIDER}/led`, (route) =>
        route.fulfill({ contentType: "text/html", body: `<a href="${answer.replace("/back/", "/finish/")}">on</a>` }));
      await elsewhere.goto(`${PROVIDER}/led`);
      await elsewhere.getByRole("link", { name: "on" }).click();
      await elsewhere.getByRole("heading", { name: "This sign-in is over" }).waitFor();
      await elsewhere.close();
      await ana.page.goto(answer);
      await ana.heading(TITLE);
      // From the history.
      await ana.page.goto(answer);
      await ana.heading("This sign-in is over");
      await ana.page.goto("/register");
      await ana.heading(TITLE);
    });

    test(`ana has nothing but a claim code, ${way}`, async (t) => {
      const site = await portal(t);
      const code = await command(["claim", "new", "ana", "--config", site.config]);
      const ana = await stranger(t, site, { script });
      const { page, press, fill, heading, see } = ana;
      await page.goto("/sign-in");
      await press("I have a claim code");
      await fill("Sign-in name", "ana");
      await fill("Claim code", "0000");
      await press("Sign in");
      await ana.problem("this did not count as a try");
      assert.equal(await page.locator("#code").inputValue(), "0000", "to be mended");
      await fill("Claim code", code.trim().toLowerCase());
      await press("Sign in");
      await heading(TITLE);
      await ana.row("Authentication Phone is not configured").getByRole("link", { name: "Set it up now" }).click();
      await fill("Phone number", ANA.phone);
      await press("text me");
      await ana.verify(await site.code("sms", ANA.phone));
      await see("Authentication Phone is set to");
      await ana.row("Authentication Email is not configured").getByRole("link", { name: "Set it up now" }).click();
      await fill("Authentication Email", ANA.email);
      await press("email me");
      await ana.verify(await site.code("email", ANA.email));
      await see("Authentication Email is set to");
      await press("finish");
      await heading("You're all set");
      const away = await stranger(t, site, { script });
      await away.startReset("ana");
      await away.prove("sms", ANA);
      await away.prove("email", ANA);
      await away.newPassword(NEW_PASSWORD);
      await away.heading("Your password is reset");
    });
  }

  for (const locale of ["en", "es", "ar"]) {
    test(`the page of claim codes is without findings in ${locale}`, async (t) => {
      const site = await portal(t);
      const { page } = await stranger(t, site, { locale, axe: true });
      const { fill, send } = fields(page);
      const look = looks(page, locale);
      await page.goto("/sign-in/claim");
      await look("claim");
      await fill({ name: "ana", code: "A7K2-0000 0000" });
      await send("/sign-in/claim");
      await look("claim-fault");
    });

    test(`the pages of sign-in are without findings in ${locale}`, { skip }, async (t) => {
      const site = await portal(t);
      const { page } = await stranger(t, site, { locale, axe: true });
      const { send } = fields(page);
      const look = looks(page, locale);
      await page.goto("/sign-in");
      await look("sign-in-provider");
      await page.goto("/sign-in/finish/campus");
      await look("provider-over");
      // The page in between, held.
      await page.route("**/sign-in/with/campus", async (route) => {
        const response = await route.fetch();
        const { refresh, ...headers } = response.headers();
        assert.match(refresh, /^0;url=/);
        await route.fulfill({ response, headers });
      });
      await page.goto("/sign-in");
      await send("/sign-in/with/campus");
      await look("provider-away");
    });
  }
});
