#!/usr/bin/python3
"""A real mail server (aiosmtpd) for the tests, which behaves as its arguments say.

Prints its port. Each mail that it takes becomes DIRECTORY/<number>.json: the envelope, and what Python's
email package reads in it. Ends when its standard input does.
"""

import argparse
import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--security", choices=["none", "starttls", "tls"], default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login", help="USER:PASSWORD, without which no mail is taken")
    parser.add_argument("--refuse", choices=["mail", "rcpt", "data"], help="the step that is answered with --answer")
    parser.add_argument("--answer", help="for example '550 5.1.1 unknown'")
    parser.add_argument("--times", type=int, default=-1, help="how often it is; then mails are taken")
    return parser.parse_args()


class Handler:
    def __init__(self, arguments):
        self.arguments = arguments
        self.refusals_left = arguments.times
        self.taken = len(list(arguments.directory.glob("*.json")))

    def refusal(self, step):
        if self.arguments.refuse != step or self.refusals_left == 0:
            return None
        self.refusals_left -= 1
        return self.arguments.answer

    async def handle_MAIL(self, server, session, envelope, address, options):
        if answer := self.refusal("mail"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self.refusal("rcpt"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if answer := self.refusal("data"):
            return answer
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        mail = {
            "mail_from": envelope.mail_from,
            "rcpt_tos": envelope.rcpt_tos,
            "login": session.auth_data.login.decode() if session.auth_data else None,
            "tls": session.ssl is not None or self.arguments.security == "tls",
            "longest_line": max(len(line) for line in envelope.original_content.splitlines()),
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
            "headers": {name: str(value) for name, value in message.items()},
            "content_type": message.get_content_type(),
            "parts": {
                part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in message.iter_parts()
            },
        }
        self.taken += 1
        partial = self.arguments.directory / f"{self.taken}.partial"
        partial.write_text(json.dumps(mail))
        partial.rename(partial.with_suffix(".json"))
        return "250 2.0.0 taken"


def authenticator(login):
    user, password = login.encode().split(b":", 1)

    def authenticate(server, session, envelope, mechanism, data):
        if isinstance(data, LoginPassword) and data == (user, password):
            return AuthResult(success=True, auth_data=data)
        return AuthResult(success=False, handled=False)

    return authenticate


async def serve(arguments):
    context = None
    if arguments.security != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.certificate, arguments.key)
    starttls = arguments.security == "starttls"
    handler = Handler(arguments)

    def session():
        return SMTP(
            handler,
            hostname="mail.network.test",
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_required=bool(arguments.login),
            auth_require_tls=starttls,
            authenticator=authenticator(arguments.login) if arguments.login else None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        session, "127.0.0.1", arguments.port, ssl=context if arguments.security == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    # Its complaints about clients are what the tests are about.
    logging.disable()
    warnings.simplefilter("ignore")
    asyncio.run(serve(parse_arguments()))
