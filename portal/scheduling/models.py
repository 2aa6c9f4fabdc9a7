"""Lessons that were scheduled, and what each rests on. A pupil is an opaque reference."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Lesson(Base):
    """A scheduled teaching session."""

    __tablename__ = "lessons"
    __table_args__ = (
        sa.UniqueConstraint("tutor_id", "starts_at"),
        sa.Index("ix_lessons_starts_at_tutor_id", "starts_at", "tutor_id"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    tutor_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(sa.String(20))
    pupil: Mapped[str] = mapped_column(sa.String(40))
    scheduled_by: Mapped[str] = mapped_column(sa.String(16))
    scheduled_at: Mapped[datetime]


class LessonGround(Base):
    """An acknowledgement that a lesson rests on."""

    __tablename__ = "lesson_grounds"

    lesson_id: Mapped[str] = mapped_column(sa.ForeignKey("lessons.id"), primary_key=True)
    acknowledgement_id: Mapped[str] = mapped_column(
        sa.ForeignKey("acknowledgements.id"), primary_key=True
    )
