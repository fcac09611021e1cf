"""A mail server for tests: real SMTP with STARTTLS and AUTH, and faults on request.

    server.py FOLDER [--implicit-tls]

It makes a certificate for localhost (FOLDER/certificate.pem), listens on a free port of 127.0.0.1, prints that port and
ends when its standard input closes. The user is “yumen”, the password “secret”.

Every message it takes becomes FOLDER/messages/<n>.eml with <n>.json (envelope, whether encrypted, who logged in).
FOLDER/answers holds what the next deliveries meet, one word a line, used up from the top; without a word all goes well:

    connect-drop       the connection is cut before a word
    connect-421        the greeting says that the server is busy
    connect-silent     nothing is said at all
    connect-tls        the connection is cut in the change to TLS
    connect-auth       the login is refused
    421 451 452        the answer to RCPT, for now
    550 551 552        the answer to RCPT, for good; 550-policy is about the sender
    data-451 data-554  the answer to the message, which is not taken
    drop               the message is taken, and the connection cut before the answer
    lose               the connection is cut and the message not taken
    slow:SECONDS       the message is taken, and answered late

While FOLDER/down exists every connection is cut at once.
"""

import asyncio
import json
import pathlib
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder = pathlib.Path(sys.argv[1])
implicit = "--implicit-tls" in sys.argv
messages = folder / "messages"
answers = folder / "answers"
REPLIES = {
    "421": "421 4.3.2 closing",
    "451": "451 4.7.1 greylisted, <chen@wq.example> try again later",
    "452": "452 4.2.2 mailbox of <chen@wq.example> full",
    "550": "550 5.1.1 <chen@wq.example> unknown",
    "550-policy": "550 5.7.1 <chen@wq.example> not from you",
    "551": "551 5.1.6 <chen@wq.example> has moved",
    "552": "552 5.2.2 mailbox of <chen@wq.example> full",
    "data-451": "451 4.3.0 not now",
    "data-554": "554 5.6.0 <chen@wq.example> would not like this",
}


def next_answer():
    lines = answers.read_text().split() if answers.exists() else []
    if lines:
        answers.write_text("\n".join(lines[1:]))
    return lines[0] if lines else "ok"


class Faulty(SMTP):
    """A connection that may fail before any mail is named."""

    fault = ""

    def connection_made(self, transport):
        if self.transport is None:
            lines = answers.read_text().split() if answers.exists() else []
            if lines and lines[0].startswith("connect-"):
                self.fault = next_answer()
            if (folder / "down").exists() or self.fault == "connect-drop":
                transport.abort()
                return
            if self.fault == "connect-421":
                transport.write(b"421 4.3.2 too busy\r\n")
                transport.close()
                return
            if self.fault == "connect-silent":
                return
        super().connection_made(transport)

    def connection_lost(self, error):
        if self.transport is not None:
            super().connection_lost(error)

    async def smtp_STARTTLS(self, arg):
        if self.fault == "connect-tls":
            await self.push("220 ready to start TLS")
            self.transport.abort()
            return
        await super().smtp_STARTTLS(arg)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        session.answer = next_answer()
        named = session.answer.startswith("data-")
        reply = "250 2.1.5 ok" if named else REPLIES.get(session.answer, "250 2.1.5 ok")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        if session.answer == "lose":
            server.transport.abort()
            return "250 2.0.0 nobody hears this"
        if session.answer.startswith("data-"):
            return REPLIES[session.answer]
        self.keep(session, envelope)
        if session.answer == "drop":
            server.transport.abort()
        if session.answer.startswith("slow:"):
            await asyncio.sleep(float(session.answer.removeprefix("slow:")))
        return "250 2.0.0 taken"

    def keep(self, session, envelope):
        number = len(list(messages.glob("*.eml"))) + 1
        login = session.auth_data.login.decode() if session.auth_data else None
        facts = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": implicit or session.ssl is not None,
            "login": login,
        }
        (messages / f"{number}.json").write_text(json.dumps(facts))
        draft = messages / f".{number}.draft"
        draft.write_bytes(envelope.content)
        draft.rename(messages / f"{number}.eml")


def authenticate(server, session, envelope, mechanism, login):
    success = login.login == b"yumen" and login.password == b"secret" and server.fault != "connect-auth"
    return AuthResult(success=success, handled=False, auth_data=login)


def certificate():
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        + ["-addext", "basicConstraints=critical,CA:FALSE"]
        + ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


async def main():
    messages.mkdir(parents=True, exist_ok=True)
    context = certificate()

    def session():
        return Faulty(
            Handler(),
            hostname="localhost",
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=not implicit,
            require_starttls=not implicit,
            tls_context=None if implicit else context,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
