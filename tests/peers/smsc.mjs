// smsc.mjs FOLDER SMPP-PORT TLS-PORT HTTP-PORT: a message centre (SMSC) that speaks SMPP 3.4 and shows what it took.
//
// It lets in `portal` with `smsc-key`. What a number ends in says what happens to its message:
//   01 too many at once    02 receipt: undeliverable    03 no such number         04 no receipt
//   05 no answer           06 the link is cut           07 no validity is taken   08 receipt before the answer
//   09 receipt as data     10 answered after 200 ms     11 every receipt twice
//   12 receipt in decimal, the answer in hexadecimal    13 refused with a status of its own
// Everything else is taken, and its receipt says that it arrived. A receipt that is not acknowledged comes again.
//
// GET /messages   what was taken: id, from, to, text (pieces put together), coding, pieces, validity, registered
// GET /links      who is or was signed in: role, open, most (unanswered at once), questions (enquire_link), receipts (their answers)
// POST /text      {"from": …, "text": …}: a person sends a text to us
import { appendFileSync, readFileSync } from 'node:fs';
import http from 'node:http';
import smpp from 'smpp';

const [folder, port, tlsPort, httpPort] = process.argv.slice(2);
const messages = [];
const links = [];
const open = new Map();
const pieces = new Map();
let last = 0;

const note = (what) => appendFileSync(`${folder}/smsc.jsonl`, `${JSON.stringify(what)}\n`);

/** The text of a message, once all of its pieces are there. */
function whole(pdu) {
  const message = pdu.short_message ?? {};
  const udh = message.udh?.[0];
  let text = pdu.message_payload?.message ?? pdu.message_payload ?? message.message ?? '';
  if (Buffer.isBuffer(text)) text = pdu.data_coding === 8 ? Buffer.from(text).swap16().toString('utf16le') : text.toString('latin1');
  if (!udh) return { text, count: 1 };
  const [mark, count, place] = [...udh].slice(-3);
  const key = `${pdu.source_addr}>${pdu.destination_addr}#${mark}`;
  const known = pieces.get(key) ?? [];
  known[place - 1] = text;
  pieces.set(key, known);
  const there = known.filter((piece) => piece !== undefined).length;
  return { text: there === count ? known.join('') : null, count };
}

function receipt(session, link, pdu, id, { stat, state, data, named = id }) {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(2, 12);
  const fields = { esm_class: 4, source_addr: pdu.destination_addr, destination_addr: pdu.source_addr };
  const answered = (answer) => {
    link.receipts.push({ id, status: answer.command_status });
    // What was not kept comes again.
    if (answer.command_status !== 0) setTimeout(() => receipt(session, link, pdu, id, { stat, state, data, named }), 200);
  };
  if (data) {
    session.data_sm({ ...fields, receipted_message_id: id, message_state: state }, answered);
  } else {
    const text = `id:${named} sub:001 dlvrd:001 submit date:${stamp} done date:${stamp} stat:${stat} err:000 text:`;
    const own = named === id ? { receipted_message_id: id, message_state: state } : {};
    session.deliver_sm({ ...fields, ...own, short_message: text }, answered);
  }
}

function taken(session, link, pdu) {
  const ending = pdu.destination_addr.slice(-2);
  const refuse = (status) => session.send(pdu.response({ command_status: status }));
  if (!link.role || link.role === 'receiver') return refuse(smpp.ESME_RINVBNDSTS);
  if (ending === '01') return refuse(smpp.ESME_RTHROTTLED);
  if (ending === '03') return refuse(smpp.ESME_RINVDSTADR);
  if (ending === '05') return undefined;
  if (ending === '06') return session.destroy();
  if (ending === '07' && pdu.validity_period) return refuse(smpp.ESME_RINVEXPIRY);
  if (ending === '13') return refuse(0x00010423);
  const id = (0xab00 + ++last).toString(16);
  const { text, count } = whole(pdu);
  const message = {
    id,
    from: pdu.source_addr,
    ton: pdu.source_addr_ton,
    npi: pdu.source_addr_npi,
    to: pdu.destination_addr,
    text,
    coding: pdu.data_coding,
    pieces: count,
    // The library reads a time; a plain string would do as well.
    validity: pdu.validity_period ? String(pdu.validity_period) : '',
    registered: pdu.registered_delivery,
  };
  messages.push(message);
  note(message);
  link.waiting += 1;
  link.most = Math.max(link.most, link.waiting);
  const answer = () => {
    link.waiting -= 1;
    session.send(pdu.response({ message_id: id }));
  };
  const asked = (pdu.registered_delivery & 3) !== 0 && ending !== '04';
  const failed = ending === '02';
  const told = {
    stat: failed ? 'UNDELIV' : 'DELIVRD',
    state: failed ? 5 : 2,
    data: ending === '09',
    named: ending === '12' ? String(parseInt(id, 16)) : id,
  };
  if (ending === '08' && asked) receipt(session, link, pdu, id, told);
  setTimeout(answer, ending === '10' ? 200 : 0);
  const times = asked && ending !== '08' ? (ending === '11' ? 2 : 1) : 0;
  for (let n = 0; n < times; n += 1) setTimeout(() => receipt(session, link, pdu, id, told), 20 * (n + 1));
  return undefined;
}

function serve(session) {
  const link = { role: null, open: true, waiting: 0, most: 0, questions: 0, receipts: [] };
  links.push(link);
  session.on('close', () => {
    link.open = false;
    open.delete(session);
  });
  session.on('error', () => {});
  for (const role of ['transceiver', 'transmitter', 'receiver']) {
    session.on(`bind_${role}`, (pdu) => {
      const known = pdu.system_id === 'portal' && pdu.password === 'smsc-key';
      note({ bind: role, user: pdu.system_id, version: pdu.interface_version, type: pdu.system_type, known });
      if (!known) {
        session.send(pdu.response({ command_status: smpp.ESME_RBINDFAIL }));
        return;
      }
      link.role = role;
      link.version = pdu.interface_version;
      link.type = pdu.system_type;
      if (role !== 'transmitter') open.set(session, link);
      session.send(pdu.response({ system_id: 'TESTSMSC' }));
    });
  }
  session.on('enquire_link', (pdu) => {
    link.questions += 1;
    session.send(pdu.response());
  });
  session.on('unbind', (pdu) => {
    link.unbound = true;
    session.send(pdu.response());
    session.close();
  });
  session.on('submit_sm', (pdu) => taken(session, link, pdu));
}

smpp.createServer({}, serve).listen(Number(port), '127.0.0.1');
const pem = { key: readFileSync(`${folder}/server.key`), cert: readFileSync(`${folder}/server.pem`) };
smpp.createServer({ ...pem, rejectUnauthorized: false }, serve).listen(Number(tlsPort), '127.0.0.1');

http
  .createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      if (request.method === 'POST') {
        const { from, text } = JSON.parse(body);
        for (const session of open.keys()) {
          session.deliver_sm({ source_addr: from, destination_addr: 'Campus', short_message: text }, () => {});
        }
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url.startsWith('/links') ? links : messages));
    });
  })
  .listen(Number(httpPort), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
