"""What HR keeps from being erased, and until when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Hold(Base):
    """Word that nothing about a person may be erased, or about one acknowledgement, by `serial`.

    Why stands in `reasons`, by this id.
    """

    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    serial: Mapped[str] = mapped_column(sa.String(20))
    held_at: Mapped[datetime]
    held_by: Mapped[str] = mapped_column(sa.String(16))


class HoldEnd(Base):
    """A hold that was lifted; why stands in `reasons`, by "end " and the id of the hold."""

    __tablename__ = "hold_ends"

    hold_id: Mapped[str] = mapped_column(sa.ForeignKey("holds.id"), primary_key=True)
    ended_at: Mapped[datetime]
    ended_by: Mapped[str] = mapped_column(sa.String(16))
