// Every page and every state of it, once, in whatever language: nothing here is found by its words.
// `tour` calls `at(name, page)` in each state, for whatever is to be looked at there.

import { fields } from "./look.mjs";
import { ANA, ANSWERS, BO, CLEO, NEW_PASSWORD } from "./walk.mjs";

export async function tour(site, { page, context }, at) {
  const look = (name) => at(name, page);
  const { fill, send, signIn } = fields(page);
  const startReset = async (name, goal) => {
    await page.goto("/reset");
    await fill({ name });
    await send("/reset");
    if (goal) await send("/reset/what", goal);
  };
  const prove = async (channel, who) => {
    const to = channel === "email" ? who.email : who.phone;
    if (channel === "email") {
      await send("/reset/send", "email");
    } else {
      await page.goto(`/reset/number?channel=${channel}`);
      await fill({ number: to });
      await send("/reset/send");
    }
    await fill({ code: await site.code(channel, to) });
    await send("/reset/verify");
  };
  const twice = async (password) => {
    await fill({ password });
    const confirm = page.locator("#confirm");
    if (await confirm.count()) await confirm.fill(password);
  };

  await page.goto("/");
  await look("start");
  await page.locator(".menu summary").click();
  await look("start-menu");
  await page.goto("/demo/messages");
  await look("messages-none");
  await page.goto("/nothing");
  await look("error-404");

  // Registration.
  await page.goto("/sign-in?next=password");
  await look("sign-in-password");
  await page.goto("/sign-in");
  await look("sign-in");
  await signIn({ name: "ana", password: "wrong" });
  await look("sign-in-fault");
  await signIn(ANA);
  await look("overview-none");
  await send("/register/finish");
  await look("overview-fault");
  await page.goto("/register/phone");
  await look("phone");
  await fill({ number: "212" });
  await send("/register/phone", "sms");
  await look("phone-fault");
  await fill({ number: ANA.phone });
  await send("/register/phone", "voice");
  await look("phone-code");
  await fill({ code: "000000" });
  await send("/register/phone/verify");
  await look("phone-code-fault");
  await fill({ code: await site.code("voice", ANA.phone) });
  await send("/register/phone/verify");
  await look("overview-one");
  await page.goto("/register/email");
  await look("email");
  await fill({ address: "ana@campus.example" });
  await send("/register/email");
  await look("email-fault");
  await fill({ address: ANA.email });
  await send("/register/email");
  await look("email-code");
  await fill({ code: await site.code("email", ANA.email) });
  await send("/register/email/verify");
  await page.goto("/register/questions");
  await look("questions");
  await fill({ "answer-1": "xx" });
  await send("/register/questions");
  await look("questions-fault");
  for (const [n, text] of ["Rome", "otter", "Lovelace"].entries()) {
    await page.locator(`#question-${n + 1}`).selectOption({ index: n + 1 });
    await fill({ [`answer-${n + 1}`]: text });
  }
  await send("/register/questions");
  await look("overview-all");
  await page.goto("/register/remove?method=phone");
  await look("remove");
  await page.goto("/register");
  await send("/register/finish");
  await look("registered");
  await page.goto("/register");
  await send("/register/cancel");
  await look("cancelled");

  // A fresh proof, and a change of the password.
  await signIn(BO);
  await page.goto("/register/phone");
  await look("confirm");
  await send("/register/confirm-it-is-you", "email");
  await look("confirm-code");
  await send("/register/confirm-it-is-you", "questions");
  await look("confirm-questions");
  await page.goto("/password");
  await look("change");
  await fill({ current: "wrong" });
  await twice("lindqvist");
  await send("/password");
  await look("change-fault");
  await fill({ current: BO.password });
  await twice("a first new password of bo's own");
  await send("/password");
  await look("changed");
  await context.clearCookies({ name: /session|form|flow/ });

  // Reset.
  await page.goto("/reset");
  await look("who");
  await send("/reset");
  await look("who-fault");
  await startReset("bo");
  await look("what");
  await send("/reset/what", "forgot");
  await look("ways");
  await page.goto("/reset/number?channel=sms");
  await look("number");
  await fill({ number: "212 555" });
  await send("/reset/send");
  await look("number-fault");
  await fill({ number: BO.phone });
  await send("/reset/send");
  await look("code");
  await fill({ code: "000000" });
  await send("/reset/verify");
  await look("code-fault");
  await page.goto("/reset/help");
  await look("help");
  await send("/reset/help");
  await look("help-reference");
  await page.goto("/reset/gate");
  await fill({ code: await site.code("sms", BO.phone) });
  await send("/reset/verify");
  await look("ways-second");
  await send("/reset/send", "questions");
  await look("answers");
  await send("/reset/answers");
  await look("answers-fault");
  await fill(Object.fromEntries(ANSWERS.map((answer, n) => [`answer-${n + 1}`, answer])));
  await send("/reset/answers");
  await look("new-password");
  await twice("lindqvist");
  await send("/reset/password");
  await look("new-password-fault");
  await twice(NEW_PASSWORD);
  await send("/reset/password");
  await look("reset");

  // "This wasn't me".
  await page.goto(await site.link("sms", BO.phone));
  await look("not-me");
  await send(new URL(page.url()).pathname);
  await look("not-me-frozen");
  await page.goto(page.url());
  await look("not-me-over");
  await signIn({ name: "bo", password: NEW_PASSWORD });
  await look("overview-frozen");
  await page.goto("/register/security");
  await look("security");
  await context.clearCookies({ name: /session|form|flow/ });

  // Unlock.
  await startReset("cleo", "locked");
  await prove("email", CLEO);
  await prove("sms", CLEO);
  await look("unlock");
  await send("/reset/unlock");
  await look("unlocked");

  // The ends nobody wants.
  await startReset("nobody", "forgot");
  await send("/reset/send", "email");
  for (let n = 0; n < 5; n += 1) await fill({ code: "000000" }), await send("/reset/verify");
  await look("code-spent");
  await send("/reset/other");
  await page.goto("/reset/number?channel=voice");
  await fill({ number: BO.phone });
  await send("/reset/send");
  for (let n = 0; n < 5; n += 1) await fill({ code: "000000" }), await send("/reset/verify");
  await look("locked-out");
  await startReset("nobody", "forgot");
  const gone = await context.cookies();
  await send("/reset/cancel");
  await context.addCookies(gone);
  await page.goto("/reset/gate");
  await look("over");
  await page.goto("/demo/messages");
  await look("messages");
}
