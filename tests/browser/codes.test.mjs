// Recovery codes: saved when a registration is finished, printed, used in a reset and before a change.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SHOTS, fields, looks } from "./look.mjs";
import { installed } from "./serve.mjs";
import { ANA, NEW_PASSWORD, WAYS, visitor, walks } from "./walk.mjs";

const portal = (t) => installed(t, { people: [ANA], more: '[policy]\nmethods = ["phone", "email", "codes"]\n' });

/** The codes that a page shows. */
const shown = (page) => page.locator("#codes bdi").allTextContents();
/** The file that a link gives. */
const downloaded = async (page, press) => {
  const [file] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
};

/** A registration up to its finish. */
async function registered(ana, site) {
  await ana.signIn(ANA);
  await ana.row("Authentication Email is not configured").getByRole("link", { name: "Set it up now" }).click();
  await ana.fill("Authentication Email", ANA.email);
  await ana.press("email me");
  await ana.verify(await site.code("email", ANA.email));
  await ana.row("Authentication Phone is not configured").getByRole("link", { name: "Set it up now" }).click();
  await ana.fill("Phone number", ANA.phone);
  await ana.press("text me");
  await ana.verify(await site.code("sms", ANA.phone));
  await ana.press("finish");
  await ana.heading("You're all set");
}

walks("recovery codes", () => {
  for (const [way, script] of WAYS) {
    test(`ana saves codes after her registration and resets with one, ${way}`, async (t) => {
      const site = await portal(t);
      const ana = await visitor(t, site, { script, permissions: script ? ["clipboard-read", "clipboard-write"] : [] });
      const { page } = ana;
      await registered(ana, site);
      await ana.see("One more thing: recovery codes");
      await ana.press("Make my codes");
      await ana.see("Ten codes to keep on paper");
      const codes = await shown(page);
      assert.equal(codes.length, 10);
      assert.ok(codes.every((code) => /^([0-9A-HJKMNP-TV-Z]{4} ){7}[0-9A-HJKMNP-TV-Z]{4}$/.test(code)), codes.join("\n"));
      // As often as it is looked at.
      await page.reload();
      assert.deepEqual(await shown(page), codes);
      const file = await downloaded(page, () => ana.press("Download"));
      assert.equal(file.name, "recovery-codes.txt");
      for (const code of codes) assert.ok(file.text.includes(code));
      assert.ok(file.text.includes(`${site.origin}/reset`) && file.text.includes("Sign-in name: ana"), file.text);
      if (script) {
        await ana.press("Copy");
        await ana.see("Copied");
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), codes.join("\n"));
        await page.evaluate(() => (globalThis.print = () => (document.title = "printed")));
        await ana.press("Print");
        assert.equal(await page.title(), "printed");
      } else {
        await ana.see("You can also print this page, or write the codes down.");
        assert.equal(await ana.button("Print").count() + (await ana.button("Copy").count()), 0);
      }
      await ana.press("Use these codes");
      await ana.problem("Save or print the codes first, then tick the box.");
      assert.deepEqual(await shown(page), codes, "nothing is lost over it");
      await ana.main.getByLabel("I have saved or printed these codes").check();
      await ana.press("Use these codes");
      await ana.see("Your recovery codes are set up.");
      await ana.see("10 Recovery Codes are left");
      // They are on no page any more.
      await page.goto("/register/codes");
      assert.equal((await shown(page)).length, 0);

      const away = await visitor(t, site, { script });
      await away.startReset("ana");
      assert.equal(await away.main.getByText("Use a printed recovery code").count(), 0, "never the first");
      await away.prove("email", ANA);
      assert.match(await away.page.locator(".tile strong").last().innerText(), /printed recovery code/, "listed last");
      await away.choose("Use a printed recovery code");
      const spend = async (text) => {
        await away.fill("Recovery code", text);
        await away.press("Verify");
      };
      await spend(codes[2].slice(1));
      await away.problem("this did not count as a try");
      assert.equal(await away.page.locator("#code").inputValue(), codes[2].slice(1), "to be mended");
      await spend(codes[2].toLowerCase().replaceAll(" ", "-"));
      await away.newPassword(NEW_PASSWORD);
      await away.heading("Your password is reset");
      await site.link("email", ANA.email);

      // A lost telephone: a code stands in for it, once.
      await ana.signIn({ name: "ana", password: NEW_PASSWORD });
      await ana.see("9 Recovery Codes are left");
      await ana.row("Authentication Phone is set to").getByRole("link", { name: "Remove" }).click();
      await ana.press("Remove");
      await ana.heading("Confirm that it is you");
      await ana.choose("Use a printed recovery code");
      await ana.fill("Recovery code", codes[2]);
      await ana.press("Verify");
      await ana.problem("That is not one of your recovery codes, or it was used already.");
      await ana.fill("Recovery code", codes[7]);
      await ana.press("Verify");
      await ana.see("8 Recovery Codes are left");
      await ana.row("Authentication Phone is set to").getByRole("link", { name: "Remove" }).click();
      await ana.press("Remove");
      await ana.see("Authentication Phone is not configured");
    });
  }

  test("the sheet is one page, black on white and large, and nothing is around it", async (t) => {
    const site = await portal(t);
    for (const locale of ["en", "ar"]) {
      const ana = await visitor(t, site, { locale });
      const { page } = ana;
      const { send, signIn } = fields(page);
      await signIn(ANA);
      await page.goto("/register/codes");
      await send("/register/codes");
      const codes = await shown(page);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ media: "print", colorScheme });
        const visible = (await page.locator("body").innerText()).trim();
        for (const part of ["Example Campus", `${site.origin}/reset`, "ana", ...codes]) assert.ok(visible.includes(part), `${part} in\n${visible}`);
        const faults = await page.evaluate(() => {
          const at = (name) => document.querySelector(name).checkVisibility();
          const around = [".top", ".bottom", "h1", ".eyebrow", "form[action$=keep]", ".actions", ".aside"].filter(at);
          const texts = [...document.querySelectorAll(".sheet *")].filter((part) => part.checkVisibility() && part.innerText.trim());
          const small = texts.filter((part) => parseFloat(getComputedStyle(part).fontSize) < (14 * 96) / 72 - 0.01);
          const grey = texts.filter((part) => getComputedStyle(part).color !== "rgb(0, 0, 0)");
          const boxes = [...document.querySelectorAll("#codes li")].filter((part) => getComputedStyle(part, "::before").borderTopWidth === "0px");
          return { around, small: small.map((part) => part.outerHTML), grey: grey.map((part) => part.outerHTML), boxes: boxes.length };
        });
        assert.deepEqual(faults, { around: [], small: [], grey: [], boxes: 0 }, `${locale}, ${colorScheme}`);
      }
      for (const [format, width, height] of [["A4", 794, 1123], ["Letter", 816, 1056]]) {
        const path = SHOTS && join(SHOTS, `sheet.${locale}.${format}.pdf`);
        const pdf = await page.pdf({ format, path, margin: { top: "15mm", right: "15mm", bottom: "15mm", left: "15mm" } });
        assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1, `${format} in ${locale}`);
        await page.setViewportSize({ width: width - 114, height: height - 114 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `the sheet is too wide for ${format}`);
        if (SHOTS) await page.screenshot({ path: join(SHOTS, `sheet.${locale}.${format}.png`), fullPage: true });
      }
    }
  });

  for (const locale of ["en", "es", "ar"]) {
    test(`the pages of recovery codes are without findings in ${locale}`, async (t) => {
      const site = await portal(t);
      const ana = await visitor(t, site, { locale, axe: true });
      const { page } = ana;
      const { fill, send, signIn } = fields(page);
      const look = looks(page, locale);
      await signIn(ANA);
      await page.goto("/register/email");
      await fill({ address: ANA.email });
      await send("/register/email");
      await fill({ code: await site.code("email", ANA.email) });
      await send("/register/email/verify");
      await page.goto("/register/done");
      await look("registered-codes");
      await page.goto("/register/codes");
      await look("codes");
      await send("/register/codes");
      const codes = await shown(page);
      await look("codes-shown");
      await send("/register/codes/keep");
      await look("codes-fault");
      await page.locator("#saved").check();
      await send("/register/codes/keep");
      await look("overview-codes");
      await page.goto("/register/codes");
      await look("codes-again");
      await page.goto("/register/confirm-it-is-you");
      await send("/register/confirm-it-is-you", "codes");
      await look("confirm-codes");
      await page.goto("/reset");
      await fill({ name: "ana" });
      await send("/reset");
      await send("/reset/what", "forgot");
      await send("/reset/send", "email");
      await fill({ code: await site.code("email", ANA.email) });
      await send("/reset/verify");
      await look("ways-codes");
      await send("/reset/send", "codes");
      await look("gate-codes");
      await fill({ code: codes[0].slice(2) });
      await send("/reset/verify");
      await look("gate-codes-fault");
      await fill({ code: codes[0] });
      await send("/reset/verify");
      await page.locator("#password").waitFor();
    });
  }
});
