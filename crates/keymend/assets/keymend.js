// Small helps on top of pages that work without any script. Begin at the bottom: one line a help.
// No words here: every text comes from the page, in its language.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);

// After a fault the summary is read first; after a code was sent, the line that says so.
function focusWhatMatters() {
  const place = one("#problem") ?? one("#told");
  if (!place) return;
  place.focus({ preventScroll: true });
  // The line about the code stands low on a phone; the field below it must come into view too.
  if (place.id === "told") (one("#code") ?? place).scrollIntoView({ block: "center" });
  else place.scrollIntoView({ block: "nearest" });
}

// A link of the summary puts the caret into its field and shows the label above it.
function followFaults() {
  one("#problem")?.addEventListener("click", (event) => {
    const id = event.target.closest("a")?.hash.slice(1);
    const field = id && document.getElementById(id);
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
  });
}

// Show and hide. The field is hidden again before it is sent, so that no browser keeps it as plain text.
function reveal(button) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const set = (shown, say) => {
    field.type = shown ? "text" : "password";
    button.firstElementChild.textContent = shown ? button.dataset.hide : button.dataset.show;
    if (say) button.nextElementSibling.textContent = shown ? button.dataset.shown : button.dataset.concealed;
  };
  button.hidden = false;
  button.addEventListener("click", () => set(field.type === "password", true));
  field.form.addEventListener("submit", () => set(false, false));
  field.addEventListener("reveal", () => set(true, true));
}

// Whoever can look at the password need not type it twice.
function dropConfirmation() {
  all("[data-without-script]").forEach((part) => part.remove());
}

// Strength in words, asked of the server a moment after the last key, the newest answer only.
function tellStrength(field) {
  const line = one("#strength");
  const csrf = one("[name=csrf]", field.form).value;
  let timer, asked;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    asked?.abort();
    if (!field.value) return void (line.textContent = "");
    timer = setTimeout(async () => {
      asked = new AbortController();
      try {
        const answer = await fetch(field.dataset.strength, {
          method: "POST",
          body: new URLSearchParams({ csrf, password: field.value }),
          signal: asked.signal,
        });
        if (answer.ok) line.textContent = await answer.text();
      } catch {
        // Advice only: without it the form still works.
      }
    }, 400);
  });
}

function useSuggestion(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = one("#password");
    field.value = document.getElementById(button.dataset.use).textContent;
    field.dispatchEvent(new Event("reveal"));
    field.dispatchEvent(new Event("input"));
    field.focus();
  });
}

// "Try again" rests until the server would accept it. The server decides; this only saves a refusal.
function rest(button) {
  button.disabled = true;
  setTimeout(() => (button.disabled = false), button.dataset.wait * 1000);
}

// A question is chosen once.
function chooseOnce(lists) {
  const update = () => {
    for (const list of lists) {
      const taken = new Set(lists.filter((other) => other !== list && other.value).map((other) => other.value));
      for (const option of list.options) option.disabled = taken.has(option.value);
    }
  };
  lists.forEach((list) => list.addEventListener("change", update));
  update();
}

// A phone that reads the code out of its text message offers it (WebOTP); the person presses the button. A question that
// stays open would answer with the code of the next page.
async function readMessage(field) {
  if (!("OTPCredential" in window) || field.dataset.channel !== "sms") return;
  const stop = new AbortController();
  field.form.addEventListener("submit", () => stop.abort());
  addEventListener("pagehide", () => stop.abort());
  try {
    const found = await navigator.credentials.get({ otp: { transport: ["sms"] }, signal: stop.signal });
    if (found && !field.value) field.value = found.code;
  } catch {
    // Refused or left: the person types it.
  }
}

// Has the message reached the phone? The page knows, and is asked for two minutes.
function followMessage(line, left = 30) {
  setTimeout(async () => {
    try {
      const page = await (await fetch(location.href, { redirect: "error" })).text();
      const found = one("#arrival", new DOMParser().parseFromString(page, "text/html"));
      line.textContent = found.textContent;
      if (!("arrival" in found.dataset)) return;
    } catch {
      // Gone for a moment.
    }
    if (left) followMessage(line, left - 1);
  }, 4000);
}

// The quiet proof of work. Whoever is faster waits at most three seconds.
function work(form) {
  const { worker: address, seal, bits } = form.dataset;
  const field = one("[name=work]", form);
  let solved;
  try {
    const worker = new Worker(address, { type: "module" });
    solved = new Promise((done) => {
      worker.onmessage = ({ data }) => done((field.value = data));
      worker.onerror = done;
    }).finally(() => worker.terminate());
    worker.postMessage({ seal, bits: Number(bits) });
  } catch {
    return;
  }
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    await Promise.race([solved, new Promise((done) => setTimeout(done, 3000))]);
    form.submit();
  });
}

// A second press of an impatient finger is dropped.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

// The menu closes as menus do.
function closeMenu(menu) {
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    one("summary", menu).focus();
  });
  addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
}

dropConfirmation();
all(".reveal").forEach(reveal);
all("[data-strength]").forEach(tellStrength);
all("[data-use]").forEach(useSuggestion);
all("[data-wait]").forEach(rest);
all("form").forEach(sendOnce);
all("[data-worker]").forEach(work);
all(".menu").forEach(closeMenu);
all("[data-channel]").forEach(readMessage);
all("[data-arrival]").forEach((line) => followMessage(line));
chooseOnce(all("[data-question]"));
followFaults();
focusWhatMatters();
