"""Waivers: time-limited, reasoned exceptions, append-only."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Waiver(Base):
    """Leave to teach until a moment although one policy is not signed."""

    __tablename__ = "waivers"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    policy: Mapped[str] = mapped_column(sa.ForeignKey("policies.name"))
    major: Mapped[int]
    cycle: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(500))
    granted_by: Mapped[str] = mapped_column(sa.String(16))
    hr_by: Mapped[str] = mapped_column(sa.String(16), default="")
    recorded_at: Mapped[datetime]


class WaiverEnd(Base):
    """A waiver ended before its time."""

    __tablename__ = "waiver_ends"

    waiver_id: Mapped[str] = mapped_column(sa.ForeignKey("waivers.id"), primary_key=True)
    ends_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))
