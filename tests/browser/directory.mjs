// Directories that are not ours, for walks that are the same on each of them. A directory is an object:
//   name      how it is called
//   section   its part of the configuration
//   secret    the service account's password
//   add       makes somebody new, with the first password OLD
//   mustChange  whose password must be changed at the next sign-in
// `DIRECTORIES` are those that `cargo xtask peers` has started (`tests/peers/README.md`).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";

/** Everybody's first password. */
export const OLD = "Harbor-Violet-Kite-71";

const REPLACE = 2;

// The little BER (X.690) that a few requests of RFC 4511 need.
function tlv(tag, ...parts) {
  const content = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const size = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const number = (tag, value) => tlv(tag, Buffer.from([value]));
const values = (name, list) => tlv(0x30, tlv(4, name), tlv(0x31, ...list.map((value) => tlv(4, value))));

/** Ask a directory as its administrator: `ask(tag, …)` sends one request and fails unless it is done. */
async function administrator({ url, ca, admin: [dn, password] }, work) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: port || 636, ca: readFileSync(ca) });
  await new Promise((done, fail) => socket.once("secureConnect", done).once("error", fail));
  let at = 0;
  const ask = async (tag, ...parts) => {
    const answer = new Promise((done, fail) => socket.once("data", done).once("error", fail).once("close", () => fail(new Error("no answer"))));
    socket.write(tlv(0x30, number(2, (at += 1)), tlv(tag, ...parts)));
    const said = await answer;
    // The result code is the only ENUMERATED of an answer, and stands before any text.
    const code = said[said.indexOf(Buffer.from([10, 1])) + 2];
    assert.equal(code, 0, `the directory answered ${code}: ${said.toString("latin1").replaceAll(/[^ -~]+/g, " ")}`);
  };
  try {
    await ask(0x60, number(2, 3), tlv(4, dn), tlv(0x80, password));
    await work({
      add: (entry, attributes) => ask(0x68, tlv(4, entry), tlv(0x30, ...Object.entries(attributes).map(([name, list]) => values(name, [list].flat())))),
      set: (entry, name, value) => ask(0x66, tlv(4, entry), tlv(0x30, tlv(0x30, number(10, REPLACE), values(name, [value])))),
    });
  } finally {
    socket.removeAllListeners("close");
    socket.destroy();
  }
}

function directory(name, { kind, url, ca, service: [bindDn, secret], admin, base, dn, entry, must }) {
  const asAdmin = (work) => administrator({ url, ca, admin }, work);
  return {
    name,
    secret,
    section: `kind = "${kind}"\nurl = "${url}"\nca-file = "${ca}"\nbind-dn = "${bindDn}"\nbase = "${base}"\n`,
    add: (who) => asAdmin(({ add }) => add(dn(who), entry(who))),
    mustChange: (who) => asAdmin(({ set }) => set(dn(who), ...must)),
  };
}

const env = process.env;
export const DIRECTORIES = [];

if (env.KEYMEND_TEST_LDAPS) {
  const base = "ou=people,dc=campus,dc=example";
  DIRECTORIES.push(directory("OpenLDAP", {
    kind: "ldap",
    url: env.KEYMEND_TEST_LDAPS,
    ca: env.KEYMEND_TEST_LDAP_CA,
    service: ["cn=keymend,ou=services,dc=campus,dc=example", "service-secret"],
    admin: ["cn=admin,dc=campus,dc=example", "admin-secret"],
    base,
    dn: (who) => `uid=${who},${base}`,
    entry: (who) => ({ objectClass: "inetOrgPerson", uid: who, cn: "Walker Test", sn: "Test", userPassword: OLD }),
    must: ["pwdReset", "TRUE"],
  }));
}

if (env.KEYMEND_TEST_AD) {
  const domain = "DC=ad,DC=campus,DC=example";
  const base = `OU=People,${domain}`;
  DIRECTORIES.push(directory("Active Directory", {
    kind: "active-directory",
    url: env.KEYMEND_TEST_AD,
    ca: env.KEYMEND_TEST_AD_CA,
    service: [`CN=svc-keymend,OU=Services,${domain}`, "Service-Secret-1!"],
    admin: [`CN=Administrator,CN=Users,${domain}`, "Adm1n-Passw0rd!"],
    base,
    dn: (who) => `CN=${who},${base}`,
    entry: (who) => ({
      objectClass: "user",
      sAMAccountName: who,
      displayName: "Walker Test",
      userAccountControl: "512",
      unicodePwd: Buffer.from(`"${OLD}"`, "utf16le"),
    }),
    must: ["pwdLastSet", "0"],
  }));
}
