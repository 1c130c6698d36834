// Pages in any language: their fields and forms by name, and a look at each of them as it is on wide and on narrow
// screens, in light and in dark. Begin with `fields` and `looks`.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { audit, seen } from "./walk.mjs";

/** Where pictures of the pages are put, for people to look at; none are taken without it. */
export const SHOTS = process.env.KEYMEND_SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

/** What people do on a page, whatever its language. */
export function fields(page) {
  const one = async (selector) => {
    const found = page.locator(`main ${selector}`).first();
    await seen(page, selector, found);
    return found;
  };
  const fill = async (texts) => {
    for (const [name, text] of Object.entries(texts)) await (await one(`[name="${name}"]`)).fill(text);
  };
  /** Press what leads to another page, and be there. */
  const press = async (selector) => {
    const button = await one(selector);
    const loaded = page.waitForEvent("load");
    await button.click();
    await loaded;
  };
  /** Send the form of an action, by the button of a value where it has several. */
  const send = (action, value = "") => press(`form[action="${action}"] button:not([type="button"])${value && `[value="${value}"]`}`);
  const signIn = async ({ name, password }) => {
    await page.goto("/sign-in");
    await fill({ name, password });
    await send("/sign-in");
  };
  return { fill, press, send, signIn };
}

/** Look at a page: nothing that axe finds, nothing beyond its edge, and a picture of it. */
export function looks(page, locale) {
  return async (name) => {
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 760 });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        // Dark differs by its colours alone.
        const found = await audit(page, colorScheme === "dark" ? ["color-contrast"] : undefined);
        assert.deepEqual(found, [], `${name}, ${width} px, ${colorScheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${name} scrolls sideways at ${width} px`);
        if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.${locale}.${colorScheme}.${width}.png`), fullPage: true });
      }
    }
  };
}
