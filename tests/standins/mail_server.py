"""A real SMTP server on this machine, with an answer of one's choice at each step."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class Postmaster:
    """What the server does with what it is told; `messages` are those it took."""

    def __init__(self, *, hangs_up: bool = False, **answers: str) -> None:
        self.messages: list[EmailMessage] = []
        self._hangs_up = hangs_up
        self._answers = answers  # to_recipient, to_data, to_quit

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        envelope.rcpt_tos.append(address)
        return self._answers.get("to_recipient", "250 OK")

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if "to_data" in self._answers:
            return self._answers["to_data"]
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        if self._hangs_up:
            server.transport.close()
        return "250 OK"

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802 - aiosmtpd's name
        return self._answers.get("to_quit", "221 Bye")


@contextmanager
def mail_server(postmaster: Postmaster, *, host: str = "127.0.0.1") -> Iterator[str]:
    """Run the server and lend its URL."""
    port = free_port()
    controller = Controller(postmaster, hostname=host, port=port)
    controller.start()
    try:
        yield f"smtp://{host}:{port}"
    finally:
        controller.stop()


def plain(mail: EmailMessage) -> str:
    """Return the words of a mail as its plain text says them."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
