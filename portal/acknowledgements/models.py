"""Acknowledgements hold keys and digests; record and PDF bytes lie beside them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Acknowledgement(Base):
    """One tutor's signature on one major of a policy, in one cycle."""

    __tablename__ = "acknowledgements"
    __table_args__ = (sa.UniqueConstraint("person_id", "policy", "major", "cycle"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    serial: Mapped[str] = mapped_column(sa.String(20), unique=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"))
    policy: Mapped[str] = mapped_column(sa.ForeignKey("policies.name"))
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"))
    major: Mapped[int]
    cycle: Mapped[int]
    engagement_id: Mapped[str] = mapped_column(sa.ForeignKey("periods.id"))
    attempt_id: Mapped[str] = mapped_column(sa.ForeignKey("results.attempt_id"), unique=True)
    signed_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    anniversary_at: Mapped[datetime]
    text_digest: Mapped[str] = mapped_column(sa.String(64))
    record_digest: Mapped[str] = mapped_column(sa.String(64))
    pdf_digest: Mapped[str] = mapped_column(sa.String(64), index=True)


class StoredRecord(Base):
    """The canonical JSON behind one acknowledgement."""

    __tablename__ = "records"

    acknowledgement_id: Mapped[str] = mapped_column(
        sa.ForeignKey("acknowledgements.id"), primary_key=True
    )
    json: Mapped[bytes] = mapped_column(sa.LargeBinary)


class StoredPdf(Base):
    """The sealed bytes; the only ones ever served."""

    __tablename__ = "pdfs"

    acknowledgement_id: Mapped[str] = mapped_column(
        sa.ForeignKey("acknowledgements.id"), primary_key=True
    )
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Revocation(Base):
    """An acknowledgement that stops counting from its own time on, never earlier."""

    __tablename__ = "revocations"

    acknowledgement_id: Mapped[str] = mapped_column(
        sa.ForeignKey("acknowledgements.id"), primary_key=True
    )
    revoked_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    revoked_by: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(500))
