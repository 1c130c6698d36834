// Reset and unlock: the ways through, the ways out, and what nobody learns on the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ANSWERS, BO, CLEO, DEV, NEW_PASSWORD, WAYS, demo, sleep, until, visitor, walks } from "./walk.mjs";

const CHOOSE = "Choose how to prove it is you";
const PROVEN = "Choose a new password";

/** May this person sign in with this password? */
async function signsIn(visitor, name, password) {
  await visitor.context.clearCookies();
  await visitor.signIn({ name, password });
  await visitor.heading("Don't lose access to your account!");
}

walks("reset and unlock", () => {
  // First, because it rests for half a minute.
  test("a code tried five times is spent; try again sends another, after a rest", async (t) => {
    const site = await demo(t);
    const [bo, plain] = [await visitor(t, site), await visitor(t, site, { script: false })];
    for (const person of [bo, plain]) {
      await person.startReset("bo");
      await person.send("sms", BO);
      await person.heading("Enter the security code");
    }
    await site.code("sms", BO.phone);
    const spent = await site.code("sms", BO.phone);
    // Too early: the button rests; without JavaScript the server says for how long.
    assert.equal(await bo.button("Try again").isDisabled(), true);
    await plain.press("Try again");
    await plain.problem("Please wait");
    for (let at = 1; at <= 5; at += 1) {
      await bo.verify("000000");
      await bo.problem(at < 5 ? "That is not the code we sent." : "That code was tried too often.");
    }
    await bo.verify(spent);
    await bo.problem("That code was tried too often.");
    await until("the end of the rest", () => bo.button("Try again").isEnabled());
    await bo.press("Try again");
    await bo.verify(await site.code("sms", BO.phone));
    await bo.heading(CHOOSE);
    await bo.see("Step 2 of 2");
  });

  for (const [way, script] of WAYS) {
    test(`bo resets by text message and email, ${way}`, async (t) => {
      const site = await demo(t);
      const bo = await visitor(t, site, { script });
      const { page, main, press, problem, see, heading, fill } = bo;
      await page.goto("/reset?login_hint=bo");
      assert.equal(await main.getByLabel("Sign-in name").inputValue(), "bo");
      await fill("Sign-in name", "");
      await press("Continue");
      await problem("Enter your sign-in name.");
      await bo.startReset("bo");
      await see("Step 1 of 2");
      await bo.choose("Text my phone");
      await press("Text me");
      await problem("Enter your phone number.");
      await press("Try another way");
      await heading(CHOOSE);
      await bo.prove("sms", BO);
      await heading(CHOOSE);
      await see("Step 2 of 2");
      // What led to the first proof, and whatever leads to the same phone, is not offered for the second.
      assert.equal(await main.locator(".tile", { hasText: "phone" }).count(), 0);
      await bo.prove("email", BO);

      await heading(PROVEN);
      const rules = await main.locator(".rules li").allTextContents();
      assert.ok(rules.some((rule) => rule.includes("15 characters")), "the rules stand there before typing");
      await press("Set new password");
      await problem("Enter a password.");
      if (script) {
        const field = main.getByLabel("New password", { exact: true });
        assert.equal(await main.getByLabel("New password, once more").count(), 0);
        assert.equal(await field.getAttribute("type"), "password");
        await bo.button("Show password").click();
        assert.equal(await field.getAttribute("type"), "text");
        await see("Your password is shown.");
        await bo.button("Hide password").click();
        assert.equal(await field.getAttribute("type"), "password");
        await field.fill("bo");
        await see("Very easy to guess.");
        await field.fill(NEW_PASSWORD);
        await see("Very good: very hard to guess.");
      } else {
        assert.equal(await main.getByRole("button", { name: "Show" }).count(), 0);
        await fill("New password", NEW_PASSWORD);
        await fill("New password, once more", "something else");
        await press("Set new password");
        await problem("The two passwords are not the same.");
      }
      // Every reason at once, at the top and beside the field.
      await bo.newPassword("lindqvist");
      await problem("Use at least 15 characters.");
      await problem("is easy to guess for anybody who knows you");
      await bo.newPassword("passwordpassword");
      await problem("That password is too well known");
      await bo.newPassword(BO.password);
      await problem("Choose another one.");
      if (script) {
        const offered = await main.locator("#suggestion").textContent();
        await press("Use this");
        assert.equal(await main.getByLabel("New password", { exact: true }).inputValue(), offered);
        await press("Set new password");
        await heading("Your password is reset");
        await signsIn(bo, "bo", offered);
      } else {
        await bo.newPassword(NEW_PASSWORD);
        await heading("Your password is reset");
        await page.reload();
        await heading("Your password is reset");
        await signsIn(bo, "bo", NEW_PASSWORD);
      }
    });

    test(`bo resets by email and questions, after changing the way, ${way}`, async (t) => {
      const site = await demo(t);
      const bo = await visitor(t, site, { script });
      await bo.startReset("CAMPUS\\Bo");
      // Questions never come first.
      assert.equal(await bo.main.locator(".tile", { hasText: "questions" }).count(), 0);
      await bo.send("voice", BO);
      await bo.heading("Enter the security code");
      await bo.press("Try another way");
      await bo.heading(CHOOSE);
      await bo.prove("email", BO);
      await bo.choose("Answer my security questions");
      await bo.answer(["wrong", "kestrel", "hopper"]);
      await bo.problem("The answers do not all match.");
      await bo.answer([" LISBON", "Kestrel!", "hopper"]);
      await bo.heading(PROVEN);
      await bo.newPassword(NEW_PASSWORD);
      await bo.heading("Your password is reset");
    });

    test(`bo resets by a call and an email, ${way}`, async (t) => {
      const site = await demo(t);
      const bo = await visitor(t, site, { script });
      await bo.startReset("bo@campus.example");
      await bo.prove("voice", BO);
      await bo.heading(CHOOSE);
      await bo.prove("email", BO);
      await bo.heading(PROVEN);
      await bo.press("Cancel");
      await bo.heading("Get back into your account");
      // Cancelled is over: nothing of it can be taken up again.
      await bo.page.goto("/reset/password");
      await bo.heading("Get back into your account");
    });

    test(`cleo unlocks the account, ${way}`, async (t) => {
      const site = await demo(t);
      const cleo = await visitor(t, site, { script });
      await cleo.signIn(CLEO);
      await cleo.problem("your account may be locked");
      await cleo.press("I cannot sign in");
      await cleo.startReset("cleo", "I know my password, but still can't sign in");
      await cleo.prove("email", CLEO);
      await cleo.heading(CHOOSE);
      await cleo.prove("sms", CLEO);
      await cleo.heading("You are ready to unlock your account");
      await cleo.press("Unlock my account");
      await cleo.heading("Your account is open again");
      await signsIn(cleo, "cleo", CLEO.password);
    });

    test(`bo changes a known password, ${way}`, async (t) => {
      const site = await demo(t);
      const bo = await visitor(t, site, { script });
      await bo.signIn(BO, "/.well-known/change-password");
      await bo.heading("Change your password");
      const change = async (current, fresh) => {
        await bo.fill("Current password", current);
        await bo.fill("New password", fresh);
        if (!script) await bo.fill("New password, once more", fresh);
        await bo.press("Change password");
      };
      await change("not it", NEW_PASSWORD);
      await bo.problem("That is not your current password.");
      await change(BO.password, "short");
      await bo.problem("Use at least 15 characters.");
      await change(BO.password, NEW_PASSWORD);
      await bo.heading("Your password is changed");
      await bo.page.reload();
      await bo.heading("Your password is changed");
      await signsIn(bo, "bo", NEW_PASSWORD);
    });

    test(`a stranger and somebody disabled see what everybody sees, ${way}`, async (t) => {
      const site = await demo(t);
      const seen = {};
      for (const name of ["bo", "nobody-here", DEV.name]) {
        const someone = await visitor(t, site, { script });
        const pages = [];
        // Only what differs by design is taken out: the guard of the forms, the seal, the clock.
        const keep = async () => pages.push((await someone.main.innerHTML()).replaceAll(/value="[\w.-]{20,}"|\d\d:\d\d|data-wait="\d+"|data-seal="[^"]*"| disabled=""|name="work" value="\d*"/g, ""));
        await someone.page.goto("/reset");
        await keep();
        await someone.startReset(name);
        await keep();
        await someone.choose("Email me");
        await someone.heading("Enter the security code");
        await keep();
        await someone.verify("000000");
        await someone.problem("That is not the code we sent.");
        await keep();
        await someone.press("Try another way");
        await someone.heading(CHOOSE);
        await keep();
        await someone.send("sms", { phone: "+12125550199" });
        await someone.heading("Enter the security code");
        await keep();
        seen[name] = pages;
      }
      for (const [at, text] of seen.bo.entries()) {
        assert.equal(seen["nobody-here"][at], text, `page ${at} of a stranger`);
        assert.equal(seen[DEV.name][at], text, `page ${at} of somebody disabled`);
      }
      await site.code("email", BO.email);
      const told = (await site.messages()).map((message) => message.to);
      assert.deepEqual([...new Set(told)], [BO.email], "nobody else hears anything");
    });

    test(`somebody who can use none of the ways gets a reference, ${way}`, async (t) => {
      const site = await demo(t);
      const bo = await visitor(t, site, { script });
      await bo.startReset("bo");
      await bo.press("I cannot use any of these");
      await bo.heading("The service desk can help");
      await bo.press("Get a reference");
      const reference = await bo.main.locator(".reference bdi").first().textContent();
      assert.match(reference, /^[A-Z0-9-]{6,}$/);
      await bo.see("They will never ask you for a password");
      await bo.press("Back");
      await bo.heading(CHOOSE);
    });
  }

  test("this wasn't me: recovery stops until the owner allows it again", async (t) => {
    const site = await demo(t);
    const thief = await visitor(t, site);
    await thief.startReset("bo");
    await thief.prove("sms", BO);
    await thief.heading(CHOOSE);
    await thief.prove("email", BO);
    await thief.newPassword(NEW_PASSWORD);
    await thief.heading("Your password is reset");

    const bo = await visitor(t, site);
    const link = await site.link("email", BO.email);
    await bo.page.goto(link);
    await bo.heading("Was this not you?");
    await bo.press("This wasn't me");
    await bo.heading("Thank you. Recovery is stopped");
    await bo.page.goto(link);
    await bo.see("This link was used already");

    // The same pages, but no code.
    const before = (await site.messages()).length;
    await thief.startReset("bo");
    await thief.send("sms", BO);
    await thief.heading("Enter the security code");
    await sleep(1500);
    assert.equal((await site.messages()).length, before);

    await bo.signIn({ name: "bo", password: NEW_PASSWORD });
    await bo.see("Recovery is stopped");
    await bo.press("Allow recovery again");
    await bo.heading("Confirm that it is you");
    await bo.choose("Email me");
    await bo.verify(await site.code("email", BO.email));
    await bo.press("Allow recovery again");
    await bo.see("Recovery is allowed again.");
    await thief.startReset("bo");
    await thief.prove("sms", BO);
    await thief.heading(CHOOSE);
  });

  test("a page for a code follows what becomes of the text message", async (t) => {
    const site = await demo(t);
    const bo = await visitor(t, site);
    let looks = 0;
    // What the page says where a gateway tells; the demo has none.
    await bo.context.route("**/reset/**", async (route) => {
      if (route.request().method() !== "GET") return route.continue();
      const response = await route.fetch({ maxRedirects: 0 });
      const body = await response.text();
      const line = looks ? "<p id=arrival role=status>There.</p>" : "<p id=arrival role=status data-arrival>Not yet.</p>";
      if (body.includes('id="told"')) looks += 1;
      await route.fulfill({ response, body: body.replace('<p class="told"', `${line}<p class="told"`) });
    });
    await bo.startReset("bo");
    await bo.send("sms", BO);
    await bo.heading("Enter the security code");
    await bo.page.reload();
    const line = bo.main.locator("#arrival");
    assert.equal(await line.textContent(), "Not yet.");
    const field = bo.main.locator("#code");
    await field.fill("12");
    await until("the line that says so", async () => (await line.textContent()) === "There.");
    assert.equal(await field.inputValue(), "12", "what was typed stays");
    await sleep(5000);
    assert.equal(looks, 2, "then it is not asked any more");
  });

  test("a phone that can read its text messages fills in the code, and leaves the pressing to the person", async (t) => {
    const site = await demo(t);
    const bo = await visitor(t, site);
    // What such a phone offers to pages; it remembers across them what was asked and given up.
    await bo.context.addInitScript(() => {
      const note = (what) => sessionStorage.setItem("phone", `${sessionStorage.getItem("phone") ?? ""}${what} `);
      globalThis.OTPCredential = class {};
      navigator.credentials.get = ({ otp, signal }) =>
        new Promise((read, fail) => {
          note(`asked:${otp.transport}`);
          globalThis.messageCame = (code) => read({ code });
          signal.addEventListener("abort", () => (note("left"), fail(signal.reason)));
        });
    });
    const noted = () => bo.page.evaluate(() => sessionStorage.getItem("phone")?.trim());
    const field = bo.main.locator("#code");
    await bo.startReset("bo");
    await bo.send("sms", BO);
    await bo.heading("Enter the security code");
    assert.equal(await field.getAttribute("autocomplete"), "one-time-code");
    assert.equal(await field.getAttribute("inputmode"), "numeric");
    // Whoever types is not interrupted, and whoever goes elsewhere is not asked any more.
    await field.fill("1");
    await bo.page.evaluate(() => globalThis.messageCame("000000"));
    assert.equal(await field.inputValue(), "1");
    await bo.page.reload();
    assert.equal(await noted(), "asked:sms left asked:sms");
    const code = await site.code("sms", BO.phone);
    await bo.page.evaluate((code) => globalThis.messageCame(code), code);
    await until("the code in the field", async () => (await field.inputValue()) === code);
    await sleep(500);
    await bo.heading("Enter the security code");
    await bo.press("Verify");
    await bo.heading(CHOOSE);
    await bo.see("Step 2 of 2");
    assert.equal(await noted(), "asked:sms left asked:sms left");
    // A mail is none of the phone's business.
    await bo.send("email", BO);
    await bo.heading("Enter the security code");
    assert.equal(await noted(), "asked:sms left asked:sms left");
  });

  test("too many wrong proofs close the visit", async (t) => {
    const site = await demo(t);
    const stranger = await visitor(t, site);
    await stranger.startReset("bo");
    await stranger.send("email", BO);
    for (let at = 1; at <= 5; at += 1) await stranger.verify("000000"), await stranger.problem("");
    await stranger.press("Try another way");
    await stranger.send("sms", BO);
    await stranger.heading("Enter the security code");
    for (let at = 1; at <= 5; at += 1) await stranger.verify("000000"), await stranger.page.waitForLoadState();
    await stranger.heading("We cannot go on here");
  });

  test("a visit that is over or unknown says so and begins again", async (t) => {
    const site = await demo(t);
    const bo = await visitor(t, site);
    await bo.startReset("bo");
    const second = await bo.context.newPage();
    await second.goto("/reset/gate");
    await second.locator("nav.ways-out form[action='/reset/cancel'] button").click();
    await second.waitForURL("/");
    // The first window still shows the ways; the visit is gone.
    await bo.choose("Email me");
    await bo.heading("This visit is over");
    await bo.press("Start again");
    await bo.heading("Get back into your account");
  });

  test("pages that are not there, and forms of another browser", async (t) => {
    const site = await demo(t);
    const bo = await visitor(t, site);
    for (const path of ["/nothing", "/admin", "/helpdesk", "/api/v1/openapi.json"]) {
      assert.equal((await bo.page.goto(path)).status(), 404);
      await bo.heading("There is no such page");
    }
    await bo.page.goto("/reset");
    await bo.context.clearCookies();
    await bo.fill("Sign-in name", "bo");
    await bo.press("Continue");
    await bo.heading("That is not allowed");
    await bo.press("Go to the start page");
    await bo.heading("Get back into your account");
  });
});
