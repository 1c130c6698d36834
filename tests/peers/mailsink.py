#!/usr/bin/env python3
"""A mail server that delivers nothing and shows what it took.

    mailsink.py FOLDER SMTP_PORT SMTPS_PORT OLD_PORT TOKEN_PORT HTTP_PORT

FOLDER holds server.pem and server.key (make-ca.sh). Everything listens on 127.0.0.1 only.

SMTP_PORT wants STARTTLS before mail; SMTPS_PORT speaks TLS from the first byte. OLD_PORT is like SMTP_PORT, but knows
no better sign-in than LOGIN and no SMTPUTF8. TOKEN_PORT is like SMTP_PORT, but knows XOAUTH2 only.
AUTH portal / mail-secret (a password or a token) is offered once the line is encrypted. It is not demanded: each
message says how it was signed in ("auth"), whether over TLS ("tls") and with which parameters of MAIL ("options").

Recipients that misbehave, by the part before the @:
    tempfail  451, always            noone     550, always
    greylist  450, the first time    slow      20 s between the message and the answer
    needauth  530, unless signed in

HTTP:   GET /mail, GET /mail?to=ADDRESS   JSON list, oldest first
        GET /raw/N                        message N as it came
        POST /dkim/N                      JSON: is the DKIM signature of message N good? The body is what the DNS has
        DELETE /mail                      forget everything
"""

import asyncio
import base64
import email
import email.policy
import json
import os
import signal
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import dkim
from aiosmtpd.smtp import MISSING, SMTP, AuthResult, LoginPassword

NAME, PASSWORD = b"portal", b"mail-secret"
box = []
greeted = set()
lock = threading.Lock()


def authenticate(_server, session, _envelope, mechanism, data):
    """Accept the one account there is."""
    right = isinstance(data, LoginPassword) and data.login == NAME and data.password == PASSWORD
    session.mechanism = mechanism
    # Handled: 235. Not handled: 535.
    return AuthResult(success=right, handled=right)


class Sink:
    """What happens to a recipient and to a message."""

    def __init__(self, implicit_tls):
        self.implicit_tls = implicit_tls

    async def handle_RCPT(self, _server, session, envelope, address, _options):
        who = address.split("@")[0].lower()
        if who == "tempfail":
            return "451 4.3.0 try again later"
        if who == "noone":
            return "550 5.1.1 no such user"
        if who == "needauth" and not session.authenticated:
            return "530 5.7.0 sign in first"
        if who == "greylist" and address not in greeted:
            greeted.add(address)
            return "450 4.2.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)

        def part(kind):
            body = message.get_body((kind,))
            return body.get_content() if body else None

        with lock:
            number = len(box)
            box.append({
                "n": number,
                "from": envelope.mail_from,
                "to": list(envelope.rcpt_tos),
                "subject": message["subject"],
                "text": part("plain"),
                "html": part("html"),
                "headers": [[name, str(value)] for name, value in message.items()],
                "tls": self.implicit_tls or bool(session.ssl),
                "auth": session.mechanism if session.authenticated else None,
                "options": envelope.mail_options,
                "at": time.time(),
                "raw": envelope.content,
            })
        if any(address.startswith("slow@") for address in envelope.rcpt_tos):
            await asyncio.sleep(20)
        return f"250 2.0.0 kept as {number}"


class TokenSink(Sink):
    """Takes tokens only."""

    async def auth_XOAUTH2(self, server, args):
        """`user=NAME ^A auth=Bearer TOKEN ^A ^A` in base64."""
        fields = base64.b64decode(args[1]).split(b"\x01") if len(args) > 1 else []
        if fields == [b"user=" + NAME, b"auth=Bearer " + PASSWORD, b"", b""]:
            server.session.mechanism = "XOAUTH2"
            return AuthResult(success=True)
        # Why stands in a challenge, which the client answers with nothing.
        answer = await server.challenge_auth(b'{"status":"401","schemes":"bearer"}')
        return answer if answer is MISSING else AuthResult(success=False, handled=False)


class Window(BaseHTTPRequestHandler):
    """The read side, for tests."""

    def answer(self, body, kind="application/json", status=200):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urlparse(self.path)
        with lock:
            mails = list(box)
        if url.path.startswith("/raw/"):
            number = url.path[len("/raw/"):]
            if number.isdecimal() and int(number) < len(mails):
                return self.answer(mails[int(number)]["raw"], "message/rfc822")
            return self.answer(b"no such message", "text/plain", 404)
        wanted = parse_qs(url.query).get("to", [None])[0]
        shown = [
            {key: value for key, value in mail.items() if key != "raw"}
            for mail in mails
            if wanted is None or wanted in mail["to"]
        ]
        return self.answer(json.dumps(shown).encode())

    def do_POST(self):
        number = int(self.path[len("/dkim/"):])
        record = self.rfile.read(int(self.headers["content-length"]))
        with lock:
            raw = box[number]["raw"]
        try:
            good = dkim.verify(raw, dnsfunc=lambda name, timeout=5: record)
        except ValueError:
            # A key of another kind than the signature's.
            good = False
        self.answer(json.dumps(good).encode())

    def do_DELETE(self):
        with lock:
            box.clear()
            greeted.clear()
        self.answer(b"[]")

    def log_message(self, *_):
        """Stay quiet."""


async def main():
    folder, smtp, smtps, old, token, http = sys.argv[1], *map(int, sys.argv[2:7])
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
    common = {"authenticator": authenticate, "hostname": "mail.test"}
    starttls = {"require_starttls": True, "tls_context": tls, **common}
    passwords = ["LOGIN", "PLAIN"]
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: os._exit(0))
    for port, sink, options in (
        (smtp, Sink, {"enable_SMTPUTF8": True, **starttls}),
        (old, Sink, {"auth_exclude_mechanism": ["PLAIN"], **starttls}),
        (token, TokenSink, {"auth_exclude_mechanism": passwords, **starttls}),
    ):
        await loop.create_server(
            lambda sink=sink, options=options: SMTP(sink(False), **options), "127.0.0.1", port
        )
    await loop.create_server(
        lambda: SMTP(Sink(True), auth_require_tls=False, enable_SMTPUTF8=True, **common), "127.0.0.1", smtps, ssl=tls
    )
    window = ThreadingHTTPServer(("127.0.0.1", http), Window)
    threading.Thread(target=window.serve_forever, daemon=True).start()
    await asyncio.Event().wait()


asyncio.run(main())
