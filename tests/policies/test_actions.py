"""Versions are frozen, announced, called off; reading leaves a trace once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import init_db
from portal.errors import NotFound
from portal.ledger.models import Payload
from portal.policies.actions import (
    MayNotCancel,
    NotPublished,
    PolicyChanged,
    cancel,
    open_section,
    publish,
    set_enforced_from,
)
from portal.policies.models import Reading, Version
from portal.policies.queries import facts, get_version, newest, sections_opened
from tests.factories import (
    LEAD,
    NOW,
    POLICY,
    TEXT,
    add_tutor,
    as_person,
    publish_policy,
    renumbered,
)

WEEK = timedelta(days=7)


@pytest.fixture
def session(database_url):
    database = init_db(database_url, info={})
    with database.change() as session:
        yield session
    database.engine.dispose()


def entries(session, type_):
    wanted = sa.select(sa.func.count()).where(Payload.json.contains(f'"type":"{type_}"'))
    return session.scalar(wanted)


def test_a_published_text_is_kept_word_for_word_with_its_terms(session):
    publish_policy(session, now=NOW)

    version = get_version(session, POLICY, "1.0")
    assert version.text == TEXT
    assert (version.effective_at, version.renewal_months) == (NOW, 12)
    assert version.published_by_name == LEAD.name
    assert entries(session, "version.published") == 1


def test_grace_ends_at_noon_of_the_last_working_day(session):
    publish_policy(session, now=NOW)

    ends = get_version(session, POLICY, "1.0").grace_ends_at
    assert ends.isoformat() == "2026-12-07T12:00:00+00:00"


def test_the_first_version_is_for_all_tutors_from_then_on(session):
    publish_policy(session, now=NOW)
    publish_policy(session, renumbered("1.1"), now=NOW + WEEK)

    (known,) = facts(session)
    assert [(aim.kind, aim.period.starts_at) for aim in known.audiences] == [("all", NOW)]
    assert [version.label for version in known.versions] == ["1.0", "1.1"]


@pytest.mark.parametrize(
    ("text", "begins", "code"),
    [
        (TEXT, NOW, "version-not-higher"),
        (TEXT, NOW, "same-text"),
        (renumbered("0.9"), NOW, "bad-text"),
        (renumbered("2.0"), NOW - WEEK, "effective-in-the-past"),
        (renumbered("2.0"), NOW + WEEK, "effective-before-lower"),
        ("no front matter", NOW, "bad-text"),
    ],
)
def test_a_version_that_could_mislead_is_not_published(session, text, begins, code):
    publish_policy(session, now=NOW, effective_at=NOW + 2 * WEEK)

    with pytest.raises(NotPublished) as refused:
        publish_policy(session, text, now=NOW, effective_at=begins)

    assert code in refused.value.facts["codes"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Version)) == 1


def test_the_newest_version_may_be_one_that_is_only_announced(session):
    publish_policy(session, now=NOW)
    publish_policy(session, renumbered("2.0"), now=NOW, effective_at=NOW + WEEK)

    assert newest(session, POLICY).major == 2


def test_an_announced_version_can_be_called_off(session):
    publish_policy(session, now=NOW)
    publish_policy(session, renumbered("2.0"), now=NOW, effective_at=NOW + WEEK)

    cancel(session, POLICY, "2.0", reason="too early", by=LEAD, now=NOW)

    assert newest(session, POLICY).major == 1
    assert entries(session, "version.cancelled") == 1


def test_a_version_in_effect_cannot_be_called_off(session):
    publish_policy(session, now=NOW)

    with pytest.raises(MayNotCancel):
        cancel(session, POLICY, "1.0", reason="regret", by=LEAD, now=NOW)


def test_nothing_is_called_off_twice(session):
    publish_policy(session, now=NOW, effective_at=NOW + WEEK)
    cancel(session, POLICY, "1.0", reason="too early", by=LEAD, now=NOW)

    with pytest.raises(MayNotCancel):
        cancel(session, POLICY, "1.0", reason="again", by=LEAD, now=NOW)


def test_an_enforcement_spares_those_engaged_before_its_day(session):
    publish_policy(session, now=NOW)

    set_enforced_from(session, POLICY, enforced_from=NOW + WEEK, by=LEAD, now=NOW)

    (said,) = facts(session)[0].enforcements
    assert said.enforced_from == NOW + WEEK
    assert said.spares_before.isoformat() == "2026-11-23T00:00:00+00:00"


def test_an_unknown_policy_cannot_be_enforced(session):
    with pytest.raises(NotFound):
        set_enforced_from(session, "unknown", enforced_from=NOW, by=LEAD, now=NOW)


def test_opening_a_section_twice_is_opening_it_once(session):
    tutor, version_id = add_tutor(session), publish_policy(session, now=NOW)
    version, by = session.get(Version, version_id), as_person(tutor)

    open_section(session, tutor, version=version, section=3, by=by, now=NOW)
    open_section(session, tutor, version=version, section=3, by=by, now=NOW + WEEK)

    assert sections_opened(session, tutor, version_id=version_id) == {3: NOW}
    assert entries(session, "section.opened") == 1


@pytest.mark.parametrize("section", [0, 7, -1])
def test_a_section_that_is_not_there_cannot_be_opened(session, section):
    tutor, version_id = add_tutor(session), publish_policy(session, now=NOW)
    version = session.get(Version, version_id)

    with pytest.raises(NotFound):
        open_section(session, tutor, version=version, section=section, by=LEAD, now=NOW)


def test_a_section_of_an_older_version_is_not_recorded(session):
    tutor, version_id = add_tutor(session), publish_policy(session, now=NOW)
    publish_policy(session, renumbered("1.1"), now=NOW)
    version = session.get(Version, version_id)

    with pytest.raises(PolicyChanged) as refused:
        open_section(session, tutor, version=version, section=1, by=LEAD, now=NOW)

    assert refused.value.shown["latest"] == "1.1"
    assert session.scalar(sa.select(sa.func.count()).select_from(Reading)) == 0


def test_grace_and_renewal_are_those_of_the_day_of_publishing(session):
    terms = {"grace_days": 0, "renewal_months": 6}

    publish(session, TEXT, name=POLICY, by=LEAD, now=NOW, **terms)

    version = get_version(session, POLICY, "1.0")
    assert version.grace_ends_at >= version.effective_at
    assert version.renewal_months == 6
