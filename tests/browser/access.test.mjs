// Everybody can use it: axe-core on every state, keyboard alone, narrow screens, large text, forced colours,
// right-to-left, the language picker and the theme switch.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ANA, BO, NEW_PASSWORD, WAYS, audit, demo, visitor, walks } from "./walk.mjs";
import { tour } from "./tour.mjs";

const DIRECTIONS = { en: "ltr", es: "ltr", ar: "rtl" };

/** What does not fit: the page scrolls sideways, or something is cut off. */
const overflow = (page) =>
  page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) return `${root.scrollWidth} px on ${root.clientWidth} px`;
    const cut = [...document.querySelectorAll("main *, header *")].filter(
      (part) => !part.closest(".unseen, svg, select") && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === "hidden",
    );
    return cut.map((part) => `${part.outerHTML.slice(0, 80)} is cut off`).join("; ");
  });

/** Controls that have lost their edge or their text where the system chooses the colours. */
const invisible = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("main :is(.button, .tile, input:not([type=hidden], .unseen), select), #problem")]
      .filter((part) => parseFloat(getComputedStyle(part).borderTopWidth) < 1 || getComputedStyle(part).borderTopStyle === "none")
      .map((part) => part.outerHTML.slice(0, 80)),
  );

/** Words of one language in the pages of another, and names of messages instead of messages. */
const strangeWords = (page) =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.trim();
      if (/^[a-z]+(-[a-z0-9]+)+$/.test(text) && !node.parentElement.closest("bdi")) found.push(text);
      const foreign = document.documentElement.lang === "ar" && /[A-Za-z]{3,}/.test(text);
      if (foreign && !node.parentElement.closest("bdi, [lang]:not(html), .letter, .small, .fault, .summary, a[href$=json]")) found.push(text);
    }
    return found;
  });

walks("access", () => {
  for (const language of ["en", "ar"]) {
    test(`every state is without findings in ${language}`, async (t) => {
      const site = await demo(t);
      const someone = await visitor(t, site, { locale: language, axe: true });
      const findings = [];
      const note = (name, what, found) => found.length && findings.push(`${name}, ${what}: ${found}`);
      await tour(site, someone, async (name, page) => {
        const html = page.locator("html");
        assert.equal(await html.getAttribute("lang"), language);
        assert.equal(await html.getAttribute("dir"), DIRECTIONS[language]);
        assert.equal(await page.locator("h1").count(), 1, `one heading in ${name}`);
        assert.match(await page.title(), /\S – Example Campus$/);
        note(name, "light", await audit(page));
        if (language === "en") {
          // Colours are the same in every language, and dark differs by its colours alone.
          await page.emulateMedia({ colorScheme: "dark" });
          note(name, "dark", await audit(page, ["color-contrast"]));
          await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
          note(name, "forced colours", await invisible(page));
          await page.emulateMedia({ forcedColors: "none" });
        }
        note(name, "words", await strangeWords(page));
        const size = page.viewportSize();
        await page.setViewportSize({ width: 320, height: 640 });
        note(name, "320 px", await overflow(page));
        await page.setViewportSize({ width: 640, height: 640 });
        await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
        note(name, "text of 200 %", await overflow(page));
        await page.evaluate(() => (document.documentElement.style.fontSize = ""));
        await page.setViewportSize(size);
      });
      assert.deepEqual(findings, []);
    });
  }

  for (const [way, script] of WAYS) {
    test(`language and theme are chosen on any page, which stays the same, ${way}`, async (t) => {
      const site = await demo(t);
      const ana = await visitor(t, site, { script });
      const { page } = ana;
      const html = page.locator("html");
      const pick = async (own) => {
        await page.locator(".menu summary").click();
        await page.locator(".menu button", { hasText: own }).click();
      };
      const here = async (path) => {
        for (const [own, language] of [["العربية", "ar"], ["English", "en"]]) {
          await pick(own);
          await page.locator(`html[lang=${language}][dir=${DIRECTIONS[language]}]`).waitFor();
          assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, path);
        }
        const background = () => page.locator("body").evaluate((body) => getComputedStyle(body.parentElement).backgroundColor);
        const light = await background();
        await page.getByRole("button", { name: "Use dark colours" }).click();
        await page.locator("html[data-theme=dark]").waitFor();
        assert.notEqual(await background(), light);
        await page.getByRole("button", { name: "Use light colours" }).click();
        await page.locator("html[data-theme=light]").waitFor();
        assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, path);
      };
      for (const path of ["/", "/sign-in?next=password", "/reset"]) {
        await page.goto(path);
        await here(path);
      }
      await ana.startReset("bo");
      await here("/reset/gate");
      await ana.choose("Call my phone");
      await here("/reset/number?channel=voice");
      await ana.press("I cannot use any of these");
      await here("/reset/help");
      await ana.signIn(ANA);
      for (const path of ["/register", "/register/email", "/password"]) {
        await page.goto(path);
        await here(path);
      }
      await page.goto("/register");
      await ana.press("cancel");
      await ana.heading("Stopped here");
      await here("/register/cancelled");
      await page.goto("/reset?ui_locales=es");
      assert.equal(await html.getAttribute("lang"), "es");
    });
  }

  test("a whole reset with the keyboard alone", async (t) => {
    const site = await demo(t);
    const bo = await visitor(t, site);
    const { page } = bo;
    const focused = () =>
      page.evaluate(() => {
        const part = document.activeElement;
        const style = getComputedStyle(part);
        const { top, bottom } = part.getBoundingClientRect();
        return {
          name: (part.labels?.[0] ?? part.querySelector("strong") ?? part).textContent.trim(),
          seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && bottom > 0 && top < innerHeight,
        };
      });
    const tabTo = async (name) => {
      for (let n = 0; n < 40; n += 1) {
        await page.keyboard.press("Tab");
        const on = await focused();
        if (on.name) assert.ok(on.seen, `the focus on "${on.name}" can be seen`);
        if (on.name === name) return;
      }
      assert.fail(`the keyboard does not reach "${name}" at ${page.url()}`);
    };
    const type = async (name, text) => (await tabTo(name), page.keyboard.type(text));
    const enter = async (name) => {
      if (name) await tabTo(name);
      const loaded = page.waitForEvent("load");
      await page.keyboard.press("Enter");
      await loaded;
    };
    await page.goto("/");
    await page.keyboard.press("Tab");
    assert.equal((await focused()).name, "Skip to main content");
    await page.keyboard.press("Enter");
    await enter("Reset my password");
    await tabTo("Continue");
    await enter();
    await bo.problem("Enter your sign-in name.");
    // From the summary, the first thing that the keyboard reaches is the way to the field.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.type("bo");
    await enter();
    await enter("I forgot my password");
    await enter("Text my phone");
    await type("Phone number", BO.phone);
    await enter();
    await type("Security code", await site.code("sms", BO.phone));
    await enter();
    await enter("Email me");
    await type("Security code", await site.code("email", BO.email));
    await enter();
    await type("New password", NEW_PASSWORD);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assert.equal(await page.locator("#password").getAttribute("type"), "text");
    await enter("Set new password");
    await bo.heading("Your password is reset");
  });
});
