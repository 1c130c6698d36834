// Pictures of every page and state into the folder KEYMEND_SHOTS, for people to look at. Nothing without it.

import { join } from "node:path";
import { test } from "node:test";
import { SHOTS } from "./look.mjs";
import { tour } from "./tour.mjs";
import { demo, visitor, walks } from "./walk.mjs";

const ROUNDS = [["en", true], ["ar", true], ["es", true], ["en", false]];

walks("pictures", () => {
  for (const [language, script] of SHOTS ? ROUNDS : []) {
    test(`pictures in ${language}, ${script ? "with" : "without"} JavaScript`, async (t) => {
      const site = await demo(t);
      const someone = await visitor(t, site, { script, locale: language });
      const widths = script && language !== "es" ? [1280, 375] : [375];
      const themes = script && language !== "es" ? ["light", "dark"] : ["light"];
      await tour(site, someone, async (name, page) => {
        for (const width of widths) {
          await page.setViewportSize({ width, height: width > 600 ? 800 : 720 });
          for (const colorScheme of themes) {
            await page.emulateMedia({ colorScheme });
            const kind = [name, language, script ? "js" : "nojs", colorScheme, width].join(".");
            await page.screenshot({ path: join(SHOTS, `${kind}.png`), fullPage: true });
          }
        }
      });
    });
  }
});
