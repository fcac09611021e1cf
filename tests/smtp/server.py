"""A mail server for tests: real SMTP with STARTTLS and AUTH, and faults on request.

    server.py FOLDER [--implicit-tls]

It makes a certificate for localhost (FOLDER/certificate.pem), listens on a free port of 127.0.0.1, prints that port and
ends when its standard input closes. The user is “yumen”, the password “secret”.

Every message it takes becomes FOLDER/messages/<n>.eml with <n>.json (envelope, whether encrypted, who logged in).
FOLDER/answers holds what the next deliveries meet, one word a line, used up from the top; without a word all goes well:

    421 451 452 550    the answer to RCPT
    drop               the message is taken, and the connection cut before the answer
    lose               the connection is cut and the message not taken
    slow:SECONDS       the message is taken, and answered late
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
}


def next_answer():
    lines = answers.read_text().split() if answers.exists() else []
    if lines:
        answers.write_text("\n".join(lines[1:]))
    return lines[0] if lines else "ok"


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        session.answer = next_answer()
        reply = REPLIES.get(session.answer, "250 2.1.5 ok")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        if session.answer == "lose":
            server.transport.abort()
            return "250 2.0.0 nobody hears this"
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
    success = login.login == b"yumen" and login.password == b"secret"
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
        return SMTP(
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
