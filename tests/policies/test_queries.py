"""What other rooms ask of the documents."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import init_db
from portal.errors import NotFound
from portal.policies.actions import cancel
from portal.policies.models import Audience, AudienceEnd
from portal.policies.queries import facts, get_version, names, newest, published
from tests.factories import LEAD, NOW, POLICY, publish_policy, renumbered

WEEK = timedelta(days=7)


@pytest.fixture
def session(database_url):
    database = init_db(database_url, info={})
    with database.change() as session:
        yield session
    database.engine.dispose()


def test_before_the_first_version_there_is_nothing(session):
    assert newest(session, POLICY) is None
    assert names(session) == []
    assert facts(session) == ()


@pytest.mark.parametrize(
    "label", ["1.1", "2.0", "0.9", "01.0", "1", "1.0.0", "", "1.0 ", "\u0661.0"]
)
def test_a_version_that_is_not_there_is_not_found(session, label):
    publish_policy(session)

    with pytest.raises(NotFound):
        get_version(session, POLICY, label)


def test_the_newest_is_the_highest_number_not_the_last_text(session):
    publish_policy(session, renumbered("1.9"))
    publish_policy(session, renumbered("1.10"))

    assert newest(session, POLICY).minor == 10


def test_a_version_called_off_stays_among_the_facts(session):
    publish_policy(session, now=NOW)
    publish_policy(session, renumbered("2.0"), now=NOW, effective_at=NOW + WEEK)
    cancel(session, POLICY, "2.0", reason="too early", by=LEAD, now=NOW + timedelta(days=1))

    (known,) = facts(session)
    assert [each.cancelled_at for each in known.versions] == [None, NOW + timedelta(days=1)]
    assert {row.major: row.cancelled_at is None for row in published(session)} == {
        1: True,
        2: False,
    }


def test_an_audience_keeps_its_dates_when_it_ends(session):
    publish_policy(session, now=NOW)
    audience = session.scalars(sa.select(Audience.id)).one()
    row = {"audience_id": audience, "ends_at": NOW + WEEK, "recorded_at": NOW}
    session.execute(sa.insert(AudienceEnd), {**row, "recorded_by": LEAD.id})

    ((aim,),) = [each.audiences for each in facts(session)]
    assert (aim.period.starts_at, aim.period.ends_at) == (NOW, NOW + WEEK)
    assert aim.period.end_recorded_at == NOW
