"""Wherever an answer, a publication, an erasure or an upgrade is cut off by death: all or nothing.

Whoever was cut off does it again, and it is as if nothing had been. Signing: see test_signing.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from portal.access import SYSTEM
from portal.acknowledgements.verify import verify
from portal.archive.actions import erase_person
from portal.archive.rules import find_rule
from portal.ledger.models import Entry
from portal.migrate import alembic_config, upgrade
from portal.people.actions import end
from portal.people.directory import unended
from portal.people.models import Kind
from portal.policies.models import Version
from portal.policies.queries import newest
from portal.quizzes.actions import choose
from portal.quizzes.marking import numbers
from portal.quizzes.models import Choice, Result
from portal.quizzes.queries import get_attempt
from portal.quizzes.steps import Kind as Worth
from tests.acknowledgements.tutors import arrive
from tests.factories import (
    NOW,
    POLICY,
    TERMS,
    add_tutor,
    as_person,
    choose_next,
    next_step,
    publish_policy,
    read_all,
    renumbered,
    start_quiz,
)
from tests.faults.children import KILLED, change_and_die, in_child, upgrade_and_die
from tests.test_migrations import models, render_item

SOME = 7  # moments into a change; each has more
LATER = NOW + timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: what is done, what is stored of it, before and when it is whole."""

    action: object
    args: tuple
    told: dict
    stored: object
    before: object
    whole: object


@pytest.fixture
def tutor(app):
    return arrive(app)


def counted(tutor, *tables):
    with tutor.db.reader() as session:
        return tuple(session.scalar(sa.select(sa.func.count()).select_from(t)) for t in tables)


def last_answer(tutor):
    """The last step of an attempt: a choice, and with it the result."""
    with tutor.db.change() as session:
        by = as_person(add_tutor(session, "Wren Ashby"))
        read_all(session, by.id)
        attempt, terms = start_quiz(session, by.id), TERMS
        seq, option = answer_all_but_one(session, attempt, by=by)
    before = counted(tutor, Choice, Result)
    told = {"seq": seq, "option": option, "terms": terms, "by": by, "now": NOW}
    return Change(
        action=choose,
        args=(attempt,),
        told=told,
        stored=lambda: counted(tutor, Choice, Result),
        before=before,
        whole=(before[0] + 1, before[1] + 1),
    )


def answer_all_but_one(session, attempt, *, by):
    """Answer until one step is left; return its number and the right option."""
    drawn = get_attempt(session, attempt, person_id=by.id).drawn
    last = sum(len(one.scenario.right_way) for one in drawn.asked)
    for _ in range(1, last):
        choose_next(session, attempt, by=by, now=NOW)
    seq, place = next_step(session, attempt, by=by)
    assert seq == last
    return seq, numbers(place, Worth.RIGHT)


def publication(tutor):
    """A new major: the one that is live is the old one or the new one."""

    def stored():
        with tutor.db.reader() as session:
            return (newest(session, POLICY).major, *counted(tutor, Version))

    return Change(
        action=publish_policy,
        args=(renumbered("2.0"),),
        told={"now": NOW},
        stored=stored,
        before=(1, 1),
        whole=(2, 2),
    )


def erasure(tutor):
    """Everything personal of somebody who signed and left."""
    tutor.sign(tutor.unprinted())
    with tutor.db.change() as session:
        for kind in (Kind.ENGAGEMENT, Kind.ENABLED):
            for period in unended(session, tutor.id, kind=kind):
                end(session, period.id, by=SYSTEM, now=NOW + timedelta(days=1))

    def stored():
        with tutor.db.reader() as session:
            tables = [table for table in ("records", "pdfs") if is_empty(session, table)]
            erased = session.scalar(
                sa.select(sa.func.count()).where(Entry.type == "evidence.erased")
            )
        return (*tables, erased)

    return Change(
        action=erase_person,
        args=(tutor.id,),
        told={"rule": find_rule("asked-for"), "by": SYSTEM, "now": LATER},
        stored=stored,
        before=(0,),
        whole=("records", "pdfs", 1),
    )


def is_empty(session, table):
    return session.execute(sa.text(f"SELECT 1 FROM {table}")).first() is None


CHANGES = (last_answer, publication, erasure)


def do_and_die(tutor, what, *, moment):
    """Do it and die there, if there is so much of it; fail when anything is half."""
    settings = tutor.app.extensions["settings"]
    how = in_child(change_and_die, settings, moment, what.action, *what.args, **what.told)
    assert how == KILLED or what.stored() == what.whole
    assert what.stored() in {what.before, what.whole}
    assert verify(tutor.db.reader).faults == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("made", CHANGES)
def test_what_was_cut_off_by_death_is_done_again_as_if_nothing_had_been(tutor, made):
    what = made(tutor)
    do_and_die(tutor, what, moment=SOME)
    assert what.stored() == what.before

    with tutor.db.change() as session:
        what.action(session, *what.args, **what.told)

    assert (what.stored(), verify(tutor.db.reader).faults) == (what.whole, [])


@pytest.mark.long
@pytest.mark.parametrize(("made", "step"), [(last_answer, 1), (publication, 1), (erasure, 7)])
def test_a_death_at_any_moment_leaves_all_or_nothing(tutor, made, step):
    what = made(tutor)
    for moment in count(1, step):
        do_and_die(tutor, what, moment=moment)
        if what.stored() != what.before:
            break

    assert moment > SOME


@pytest.mark.parametrize("moments", [(9,), pytest.param(count(1, 7), marks=pytest.mark.long)])
def test_an_upgrade_cut_off_anywhere_is_finished_by_the_next_start(empty_database_url, moments):
    config = alembic_config(empty_database_url)
    config.attributes.update(metadata=models(), render_item=render_item)
    first, newest = revisions(config)
    command.upgrade(config, first)
    for moment in moments:
        if in_child(upgrade_and_die, empty_database_url, moment) == 0:
            break
        assert revision(empty_database_url) == first

    upgrade(empty_database_url)

    assert revision(empty_database_url) == newest
    command.check(config)  # raises when a table is not as the models say


def revisions(config):
    scripts = ScriptDirectory.from_config(config)
    return scripts.get_base(), scripts.get_current_head()


def revision(url):
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    return found
