// Passkeys: what the page asks for goes to the browser, and what the browser answers goes into the page's own form.
// Begin at the bottom. No words here: whatever goes wrong is told to the server by a word, and the page comes back
// with a sentence in its language.

const octets = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const known = () => typeof PublicKeyCredential === "function" && Boolean(navigator.credentials);

// Browsers that read the question themselves do it better; others get its bytes from here.
const named = (list = []) => list.map((one) => ({ ...one, id: octets(one.id) }));

function creation(asked) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(asked);
  return {
    ...asked,
    challenge: octets(asked.challenge),
    user: { ...asked.user, id: octets(asked.user.id) },
    excludeCredentials: named(asked.excludeCredentials),
  };
}

function request(asked) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(asked);
  return { ...asked, challenge: octets(asked.challenge), allowCredentials: named(asked.allowCredentials) };
}

// The same JSON from every browser: only what is checked.
function written(credential) {
  const { id, rawId, type, response } = credential;
  const answer = { clientDataJSON: base64url(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = base64url(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = base64url(response.authenticatorData);
    answer.signature = base64url(response.signature);
    answer.userHandle = response.userHandle ? base64url(response.userHandle) : null;
  }
  const { credProps } = credential.getClientExtensionResults();
  return JSON.stringify({ id, rawId: base64url(rawId), type, response: answer, clientExtensionResults: credProps ? { credProps } : {} });
}

const WHY = {
  AbortError: "cancelled",
  NotAllowedError: "cancelled",
  InvalidStateError: "exists",
  NotSupportedError: "unsupported",
  SecurityError: "insecure",
};

async function answered(form) {
  const asked = JSON.parse(form.dataset.passkey);
  const credential =
    "make" in form.dataset
      ? await navigator.credentials.create({ publicKey: creation(asked) })
      : await navigator.credentials.get({ publicKey: request(asked) });
  return written(credential);
}

// Nobody is asked twice at once: the button rests until the browser is done.
async function ask(form, button) {
  button.disabled = true;
  try {
    form.elements.answer.value = await answered(form);
  } catch (error) {
    form.elements.why.value = WHY[error.name] ?? "other";
  }
  form.submit();
}

// A browser without passkeys says so at once, to the person and to the log.
function without(form) {
  form.querySelector("[data-unsupported]").hidden = false;
  const said = new URLSearchParams(new FormData(form));
  said.set("why", "unsupported");
  fetch(form.action, { method: "POST", body: said }).catch(() => {});
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const button = form.querySelector("button");
  if (!known()) {
    without(form);
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", () => ask(form, button));
  // Back from another page: the browser shows the old form as it was left.
  addEventListener("pageshow", () => {
    form.elements.answer.value = form.elements.why.value = "";
    button.disabled = false;
  });
}
