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
    """An acknowledgement that stops counting from its own time on, never earlier.

    What HR wrote stands in `remarks`, where it can be erased; `reason` is empty since there is one.
    """

    __tablename__ = "revocations"

    acknowledgement_id: Mapped[str] = mapped_column(
        sa.ForeignKey("acknowledgements.id"), primary_key=True
    )
    revoked_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    revoked_by: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(500))


class Withdrawal(Base):
    """An acknowledgement that its tutor took back: it stops counting from then on."""

    __tablename__ = "withdrawals"

    acknowledgement_id: Mapped[str] = mapped_column(
        sa.ForeignKey("acknowledgements.id"), primary_key=True
    )
    withdrawn_at: Mapped[datetime]
    withdrawn_by: Mapped[str] = mapped_column(sa.String(16))


class Correction(Base):
    """A note by HR beside an acknowledgement; what was signed stays as it is, and counts."""

    __tablename__ = "corrections"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    acknowledgement_id: Mapped[str] = mapped_column(
        sa.ForeignKey("acknowledgements.id"), index=True
    )
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))


class Decline(Base):
    """A tutor said that they do not want to sign a version now; they may sign it later."""

    __tablename__ = "declines"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"))
    declined_at: Mapped[datetime]


class Paper(Base):
    """An original signed by hand, as HR recorded it; no signature before somebody else confirms."""

    __tablename__ = "papers"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"))
    attempt_id: Mapped[str] = mapped_column(sa.ForeignKey("results.attempt_id"))
    signed_on: Mapped[str] = mapped_column(sa.String(10))  # the date written on it: 2026-11-30
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))


class PaperConfirmation(Base):
    """A second person has seen the original; the acknowledgement was stored with this."""

    __tablename__ = "paper_confirmations"

    paper_id: Mapped[str] = mapped_column(sa.ForeignKey("papers.id"), primary_key=True)
    acknowledgement_id: Mapped[str] = mapped_column(
        sa.ForeignKey("acknowledgements.id"), unique=True
    )
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str] = mapped_column(sa.String(16))


class PaperRejection(Base):
    """A second person found that it is not as recorded; it can be recorded again."""

    __tablename__ = "paper_rejections"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    paper_id: Mapped[str] = mapped_column(sa.ForeignKey("papers.id"), unique=True)
    rejected_at: Mapped[datetime]
    rejected_by: Mapped[str] = mapped_column(sa.String(16))


class Remark(Base):
    """What somebody wrote in their own words; apart from the row it is `about`, to be erasable.

    A revocation and a withdrawal both go by the id of their acknowledgement: it has one or the
    other, never both.
    """

    __tablename__ = "remarks"

    about: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(1000))


class KnownSeal(Base):
    """A seal that signs or once signed here: kept for ever, so that what it sealed can be checked.

    `fingerprint` is that of the leaf, `root` that of the certificate that people pin; `chain` has
    both as PEM, and `given` says whether the seal came from outside or was made here.
    """

    __tablename__ = "seals"

    fingerprint: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    chain: Mapped[bytes] = mapped_column(sa.LargeBinary)
    root: Mapped[str] = mapped_column(sa.String(64))
    given: Mapped[bool]
    expires_at: Mapped[datetime]
    named_at: Mapped[datetime]


class SealCompromise(Base):
    """Word that the key of a seal was in other hands from `since` on; the earliest one holds."""

    __tablename__ = "seal_compromises"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.ForeignKey("seals.fingerprint"))
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.String(500))
    declared_at: Mapped[datetime]
    declared_by: Mapped[str] = mapped_column(sa.String(16))


class PrintableName(Base):
    """How a name is printed that no font can show; the newest for a name holds."""

    __tablename__ = "printable_names"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    printed_as: Mapped[str] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))
    recorded_by_name: Mapped[str] = mapped_column(sa.String(120))
