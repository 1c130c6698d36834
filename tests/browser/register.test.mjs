// Registration, by the words of the seed: ana sets everything up, and later changes it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ANA, BO, WAYS, demo, visitor, walks } from "./walk.mjs";

const TITLE = "Don't lose access to your account!";
const QUESTIONS = ["Which town did you first travel to on your own?", "Which wild animal do you remember as the first you saw up close?",
  "Which person from history would you invite to dinner?"];

walks("registration", () => {
  for (const [way, script] of WAYS) {
    test(`ana registers phone, email and questions, ${way}`, async (t) => {
      const site = await demo(t);
      const ana = await visitor(t, site, { script });
      const { main, press, fill, see, heading, problem, row } = ana;
      await ana.signIn(ANA);
      await heading(TITLE);

      // Finish is refused while nothing is set up, with the reason.
      await press("finish");
      await problem("before you finish");

      await row("Authentication Phone is not configured").getByRole("link", { name: "Set it up now" }).click();
      assert.equal(await main.getByLabel("Country or region").inputValue(), "US");
      await press("back");
      await row("Authentication Phone is not configured").getByRole("link", { name: "Set it up now" }).click();
      await press("text me");
      await problem("Enter your phone number.");
      await fill("Phone number", "(212) 555-01");
      await press("text me");
      await problem("too short");
      assert.equal(await main.getByLabel("Phone number").inputValue(), "(212) 555-01");
      await fill("Phone number", "(212) 555-0143");
      await press("call me");
      await see("We're calling your phone.");
      await ana.verify("000000");
      await problem("That is not the code we sent.");
      await ana.verify("12");
      await problem("The code has 6 digits.");
      const spoken = await site.code("voice", ANA.phone);
      await ana.verify(`${spoken.slice(0, 3)} ${spoken.slice(3)}`);
      await see("Your phone number is verified.");
      await see("Authentication Phone is set to +1 212-555-0143");

      await row("Authentication Email is not configured").getByRole("link", { name: "Set it up now" }).click();
      await see("Please verify your authentication email address below.");
      await fill("Authentication Email", "ana@gc.campus.example");
      await press("email me");
      await problem("belongs to your organisation");
      await fill("Authentication Email", "ana at home");
      await press("email me");
      await problem("name@example.com");
      await fill("Authentication Email", ANA.email);
      await press("email me");
      await see("We've sent an email message containing a verification code to your inbox.");
      await ana.verify(await site.code("email", ANA.email));
      await see("Authentication Email is set to ana.home@mail.example");
      await see("Thanks! We'll use the info below to recover your account if you forget your password. Click \"finish\" to close this page.");

      await row("Security Questions are not configured").getByRole("link", { name: "Set it up now" }).click();
      await see("Your admin requires you to set up 3 questions, and answers must be at least 3 characters long.");
      const choose = (at, label) => main.getByLabel(`Security question ${at}`).selectOption({ label });
      await choose(1, QUESTIONS[0]);
      if (script) {
        // What one list has, no other list offers.
        const taken = main.getByLabel("Security question 2").locator("option", { hasText: QUESTIONS[0] });
        assert.equal(await taken.evaluate((option) => option.disabled), true);
      } else {
        await choose(2, QUESTIONS[0]);
      }
      await fill("Answer 1", "Rome");
      await fill("Answer 2", "no");
      await press("save answers");
      await problem("Select a question.");
      for (const [at, label] of QUESTIONS.entries()) await choose(at + 1, label);
      await fill("Answer 3", "rome");
      await press("save answers");
      await problem("at least 3 characters");
      await problem("You gave that answer to another question.");
      assert.equal(await main.getByLabel("Answer 1").inputValue(), "Rome");
      await fill("Answer 2", "otter");
      await fill("Answer 3", "Lovelace");
      await press("save answers");
      await see("3 Security Questions are configured");
      assert.equal(await main.getByText("Verified", { exact: true }).count(), 3);

      await press("finish");
      await heading("You're all set");
      // One time only: nothing more is asked for at the next visit.
      await ana.page.goto("/register");
      assert.equal(await main.getByRole("link", { name: "Set it up now" }).count(), 0);
    });

    test(`ana verifies by text message and cancels, ${way}`, async (t) => {
      const site = await demo(t);
      const ana = await visitor(t, site, { script });
      await ana.signIn(ANA);
      await ana.row("Authentication Phone").getByRole("link", { name: "Set it up now" }).click();
      await ana.fill("Phone number", ANA.phone);
      await ana.press("text me");
      await ana.see("We've sent a text message containing a verification code to your phone.");
      await ana.verify(await site.code("sms", ANA.phone));
      await ana.see("Authentication Phone is set to");
      await ana.press("cancel");
      await ana.heading("Stopped here");
      await ana.page.reload();
      await ana.heading("Stopped here");
      await ana.press("Go on now");
      await ana.heading("Sign in");
      await ana.signIn(ANA);
      await ana.see("Authentication Phone is set to");
    });

    test(`bo changes and removes what is registered after a fresh proof, ${way}`, async (t) => {
      const site = await demo(t);
      const bo = await visitor(t, site, { script });
      await bo.signIn(BO);
      await bo.row("Authentication Email").getByRole("link", { name: "Change" }).click();
      await bo.heading("Confirm that it is you");
      await bo.choose("Answer my security questions");
      await bo.main.locator("#answer-1").fill("nonsense");
      await bo.press("Verify");
      await bo.problem("The answers do not all match.");
      await bo.choose("Text my phone");
      await bo.verify(await site.code("sms", BO.phone));
      await bo.row("Authentication Email").getByRole("link", { name: "Change" }).click();
      await bo.fill("Authentication Email", "bo.other@mail.example");
      await bo.press("email me");
      await bo.verify(await site.code("email", "bo.other@mail.example"));
      await bo.see("Authentication Email is set to bo.other@mail.example");
      // The old address and the phone hear of it.
      await site.link("email", BO.email);
      await site.link("sms", BO.phone);
      await bo.row("Security Questions").getByRole("link", { name: "Remove" }).click();
      await bo.heading("Remove your security questions?");
      await bo.press("Keep it");
      await bo.row("Security Questions").getByRole("link", { name: "Remove" }).click();
      await bo.press("Remove");
      await bo.see("Security Questions are not configured");
    });
  }
});
