"""Policies, their frozen versions, and drafts; all but titles and drafts is append-only."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Policy(Base):
    """A document that comes in versions."""

    __tablename__ = "policies"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))


class Version(Base):
    """One frozen text; grace and renewal are copied here so that a setting never moves them."""

    __tablename__ = "versions"
    __table_args__ = (sa.UniqueConstraint("policy", "major", "minor"),)

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    policy: Mapped[str] = mapped_column(sa.ForeignKey("policies.name"))
    major: Mapped[int]
    minor: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))
    summary: Mapped[str] = mapped_column(sa.String(1000))
    owner: Mapped[str] = mapped_column(sa.String(120))
    review_on: Mapped[str] = mapped_column(sa.String(10))
    change_note: Mapped[str] = mapped_column(sa.String(1000))
    effective_at: Mapped[datetime]
    grace_ends_at: Mapped[datetime]
    renewal_months: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(sa.String(16))
    published_by_name: Mapped[str] = mapped_column(sa.String(120))


class Cancellation(Base):
    """An announced version that will not come."""

    __tablename__ = "cancellations"

    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"), primary_key=True)
    cancelled_at: Mapped[datetime]
    cancelled_by: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(500))


class Audience(Base):
    """Whom a policy is for, from a moment on: all tutors, a team, or a tag."""

    __tablename__ = "audiences"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    policy: Mapped[str] = mapped_column(sa.ForeignKey("policies.name"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    value: Mapped[str] = mapped_column(sa.String(40), default="")
    starts_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))


class AudienceEnd(Base):
    """The end of an audience, recorded once."""

    __tablename__ = "audience_ends"

    audience_id: Mapped[str] = mapped_column(sa.ForeignKey("audiences.id"), primary_key=True)
    ends_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))


class Enforcement(Base):
    """From when a policy binds those who were engaged before it was set; the newest row holds."""

    __tablename__ = "enforcements"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    policy: Mapped[str] = mapped_column(sa.ForeignKey("policies.name"), index=True)
    enforced_from: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))


class Spread(Base):
    """Over how many weeks the first renewals fall of those who signed before a policy bound all."""

    __tablename__ = "renewal_spreads"

    enforcement_id: Mapped[str] = mapped_column(sa.ForeignKey("enforcements.id"), primary_key=True)
    weeks: Mapped[int]


class Reading(Base):
    """One section of one version, opened and left by Next; no reading times are kept."""

    __tablename__ = "readings"

    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"), primary_key=True)
    section: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime]


class ReadAgain(Base):
    """A section opened once more by somebody who returned: reading begins with the engagement."""

    __tablename__ = "rereadings"

    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"), primary_key=True)
    engagement_id: Mapped[str] = mapped_column(sa.ForeignKey("periods.id"), primary_key=True)
    section: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime]


class Question(Base):
    """What a tutor asked about a clause before signing; the words lie beside it."""

    __tablename__ = "questions"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"))
    clause: Mapped[str] = mapped_column(sa.String(20))
    asked_of: Mapped[str] = mapped_column(sa.String(20))
    asked_at: Mapped[datetime]


class Answer(Base):
    """What somebody answered, by name: no part of the policy. The words lie beside it."""

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    question_id: Mapped[str] = mapped_column(sa.ForeignKey("questions.id"), index=True)
    answered_by: Mapped[str] = mapped_column(sa.String(16))
    answered_by_name: Mapped[str] = mapped_column(sa.String(120))
    answered_at: Mapped[datetime]


class AnswerView(Base):
    """The safeguarding lead has seen an answer."""

    __tablename__ = "answer_views"

    answer_id: Mapped[str] = mapped_column(sa.ForeignKey("answers.id"), primary_key=True)
    seen_by: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    seen_at: Mapped[datetime]


class Words(Base):
    """The words of a question or an answer, by its id; apart from it, so that they can go."""

    __tablename__ = "question_words"

    about: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(2000))


class Draft(Base):
    """A version in the making: it changes until it is published or put away.

    `edition` counts its changes; `editors` are the ids of everybody who wrote, with spaces between.
    """

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    policy: Mapped[str] = mapped_column(sa.String(60), index=True)  # may be one that is still to be
    based_on: Mapped[str] = mapped_column(sa.String(9))  # the newest version then, "" for none
    kind: Mapped[str] = mapped_column(sa.String(10))
    manuscript: Mapped[str] = mapped_column(sa.Text)
    effective_on: Mapped[str] = mapped_column(sa.String(10))  # "" for the day of publishing
    grace_days: Mapped[int]
    renewal_months: Mapped[int]
    audience_kind: Mapped[str] = mapped_column(sa.String(10))
    audience_value: Mapped[str] = mapped_column(sa.String(40))
    source: Mapped[str] = mapped_column(sa.String(200))
    edition: Mapped[int]
    editors: Mapped[str] = mapped_column(sa.Text)
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by_name: Mapped[str] = mapped_column(sa.String(120))
    closed_at: Mapped[datetime | None]
    version_id: Mapped[str | None] = mapped_column(sa.ForeignKey("versions.id"))


class DraftApproval(Base):
    """A second person's word for one edition of a draft, by the digest of all it would publish."""

    __tablename__ = "draft_approvals"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    draft_id: Mapped[str] = mapped_column(sa.ForeignKey("drafts.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    approved_at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(sa.String(16))
    approved_by_name: Mapped[str] = mapped_column(sa.String(120))


class DraftReturn(Base):
    """A second person's no to one edition of a draft, and why; by its digest, as an approval is."""

    __tablename__ = "draft_returns"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    draft_id: Mapped[str] = mapped_column(sa.ForeignKey("drafts.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.String(1000))
    returned_at: Mapped[datetime]
    returned_by: Mapped[str] = mapped_column(sa.String(16))
    returned_by_name: Mapped[str] = mapped_column(sa.String(120))


class Check(Base):
    """Who wrote a version and who checked it; `checked_by` is "" where there was nobody to."""

    __tablename__ = "version_checks"

    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"), primary_key=True)
    written_by: Mapped[str] = mapped_column(sa.Text)
    checked_by: Mapped[str] = mapped_column(sa.String(16))
    checked_by_name: Mapped[str] = mapped_column(sa.String(120))
    checked_at: Mapped[datetime]


class Help(Base):
    """Plain words beside one clause of one version: nobody signs them."""

    __tablename__ = "helps"

    version_id: Mapped[str] = mapped_column(sa.ForeignKey("versions.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(16))
