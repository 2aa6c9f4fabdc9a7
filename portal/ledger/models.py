"""The chain and what it was made of; the two are apart so that a person can be erased."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Entry(Base):
    """One link of the chain: digests only."""

    __tablename__ = "entries"

    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(sa.String(60))
    previous: Mapped[str] = mapped_column(sa.String(64), unique=True)
    leaf: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class Payload(Base):
    """Who, what, when and from where; `at`, `subject` repeat the JSON so that it can be found."""

    __tablename__ = "payloads"
    __table_args__ = (sa.Index("ix_payloads_subject_seq", "subject", "seq"),)

    seq: Mapped[int] = mapped_column(sa.ForeignKey("entries.seq"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(sa.String(32))
    json: Mapped[str] = mapped_column(sa.Text)
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary(16))


class Head(Base):
    """The newest link, one row; signed, so that nobody without the key can make another."""

    __tablename__ = "head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))
    signature: Mapped[str] = mapped_column(sa.String(100), default="")


class Erasure(Base):
    """Leave to delete one side row, given by a rule on a date; nothing else may delete one."""

    __tablename__ = "erasures"
    __table_args__ = (sa.UniqueConstraint("table_name", "key"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    table_name: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(40))
    rule: Mapped[str] = mapped_column(sa.String(200))
    erased_at: Mapped[datetime]
    erased_by: Mapped[str] = mapped_column(sa.String(16))
