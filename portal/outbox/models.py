"""What waits to be sent, and in the demonstration what was."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Outgoing(Base):
    """One thing to send; `key` makes queuing it twice one thing."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_done_at_due_at", "done_at", "due_at"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    payload: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(sa.String(300), default="")


class Mail(Base):
    """A mail of the demonstration, shown on its outbox page instead of being sent."""

    __tablename__ = "mails"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    recipient: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    attachment: Mapped[str] = mapped_column(sa.String(120), default="")
    sent_at: Mapped[datetime]
