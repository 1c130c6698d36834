// An identity provider made of `oidc-provider`, which is certified: oidc.mjs PORT
//
// The client is `portal`, secret `portal-secret`; it must use PKCE, and may be at any port of this machine. Whoever signs in
// types a name and nothing else. A tick says that a second step was done: then `amr` has `otp`, and `acr` is `urn:mfa`.
// Claims of `profile` and `email` are not in the ID token but at the userinfo endpoint, as the library does it by default.

import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const [port] = process.argv.slice(2);
const jwk = (type, options, more) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), use: "sig", ...more });

// Of another site than the portal at `localhost`, so that browsers keep strict cookies back.
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "portal",
    client_secret: "portal-secret",
    redirect_uris: ["http://localhost:8080/sign-in/back/campus"],
    post_logout_redirect_uris: ["http://localhost:8080/sign-out/done"],
    id_token_signed_response_alg: "ES256",
    require_auth_time: true,
  }],
  jwks: { keys: [jwk("ec", { namedCurve: "P-256" }, { kid: "ec" }), jwk("rsa", { modulusLength: 2048 }, { kid: "rsa" })] },
  cookies: { keys: ["of the tests"] },
  claims: { openid: ["sub", "acr", "amr"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
  acrValues: ["urn:mfa"],
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = page("Sign out?", `${form}<button form="op.logoutForm" name="logout" value="yes">Sign me out</button>`);
      },
    },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id, preferred_username: id, email: `${id}@campus.example`, email_verified: true }),
  }),
  // Nobody is asked whether the portal may know them.
  loadExistingGrant: async (ctx) => {
    const { client, session } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});

const local = (path) => (uri) => new RegExp(`^http://localhost:\\d+${path}$`).test(uri);
provider.Client.prototype.redirectUriAllowed = local("/sign-in/back/[a-z]+");
provider.Client.prototype.postLogoutRedirectUriAllowed = local("/sign-out/done");

const page = (title, content) =>
  `<!doctype html><html lang="en"><head><title>${title}</title><link rel="icon" href="data:,"></head><body><h1>${title}</h1>${content}</body></html>`;

const read = async (request) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  return new URLSearchParams(body);
};

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { uid } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === "GET") {
    ctx.body = page("The campus account", `<form method="post" action="/interaction/${uid}">
<label>Name <input name="login"></label> <label><input type="checkbox" name="mfa" value="yes"> With a second step</label>
<button>Go on</button> <button name="cancel" value="yes">Cancel</button></form>`);
    return;
  }
  const form = await read(ctx.req);
  const strong = form.has("mfa");
  const result = form.has("cancel")
    ? { error: "access_denied", error_description: "the person said no" }
    : { login: { accountId: form.get("login"), amr: strong ? ["pwd", "otp"] : ["pwd"], ...(strong && { acr: "urn:mfa" }) } };
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  ctx.respond = false;
});

provider.on("server_error", (ctx, error) => console.error(error));
provider.listen(Number(port), "127.0.0.1");
