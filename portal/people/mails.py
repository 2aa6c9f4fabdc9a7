"""Mails that this room makes."""

from portal.outbox.worker import Handler

HANDLERS: dict[str, Handler] = {}
