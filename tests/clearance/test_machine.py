"""Whatever happens, in whatever order: the rule holds, and what was once said can be said again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from shutil import copytree

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from portal import create_app
from portal.acknowledgements.models import Acknowledgement, StoredPdf
from portal.acknowledgements.verify import verify
from portal.clearance.queries import answer, standing
from portal.clearance.rules import SUSPENDED, Decision, decide
from portal.config import Settings
from portal.ledger.models import Entry, Head
from portal.outbox.models import Outgoing
from portal.people.queries import tutors
from portal.policies.models import Version
from portal.policies.text import digest
from portal.quizzes.models import Attempt, Choice, Result
from portal.quizzes.steps import Kind as Worth
from tests.clearance import events
from tests.clearance.naive import reasons
from tests.clearance.worlds import World
from tests.databases import KINDS

DAY = timedelta(days=1)
WHO = st.integers(0, 1)
AHEAD = st.sampled_from([0, 3, 20])
PAUSE = st.sampled_from([1, 3, 8, 14, 40, 100, 300, 366])
A_FEW = how(max_examples=4, stateful_step_count=12, derandomize=True, phases=[Phase.generate])
MANY = how(max_examples=15, stateful_step_count=30)
SIZES = [pytest.param(A_FEW, id="a few"), pytest.param(MANY, id="many", marks=pytest.mark.long)]


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer that was given: about whom, about when, on what day, and the reasons."""

    tutor: str
    about: datetime
    on: datetime
    reasons: frozenset


class Machine(RuleBasedStateMachine):
    """One company after another; `world` is made by the test, on its database."""

    found: World

    def __init__(self):
        super().__init__()
        self.world, self.close = self.begin()
        self.said: list[Said] = []
        self.texts: dict[str, str] = {}
        self.closed: dict[str, tuple] = {}

    @initialize(next_in=AHEAD, days=PAUSE)
    def found_company(self, next_in, days):
        """One tutor has signed, the other has not, and a new version is announced or effective."""
        self.world.open()
        events.publish(self.world, "1.0", days=0)
        self.settle(0)
        events.publish(self.world, "2.0", days=next_in)
        self.wait(days)

    @rule(minor=st.booleans(), days=AHEAD)
    def publish(self, minor, days):
        events.publish(self.world, self.world.next_label(minor=minor), days=days)

    @rule()
    def cancel(self):
        if version := self.world.newest():
            events.call_off(self.world, version.label)

    @rule(days=AHEAD)
    def enforce(self, days):
        events.enforce(self.world, days=days)

    @rule(who=WHO)
    def settle(self, who):
        """Read, pass and sign, or as much of it as is to be done."""
        self.read(who)
        self.pass_scenarios(who)
        self.sign(who)

    @rule(who=WHO)
    def read(self, who):
        events.read(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def pass_scenarios(self, who):
        events.try_scenarios(self.world, self.world.tutors[who], worth=Worth.RIGHT)

    @rule(who=WHO)
    def fail_scenarios(self, who):
        events.try_scenarios(self.world, self.world.tutors[who], worth=Worth.WRONG)

    @rule(who=WHO)
    def sign(self, who):
        events.put_name(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def revoke(self, who):
        events.take_back(self.world, self.world.tutors[who])

    @rule(who=WHO, days=st.integers(1, 20))
    def waive(self, who, days):
        events.ask_waiver(self.world, self.world.tutors[who], days=days)

    @rule(yes=st.booleans())
    def answer_request(self, yes):
        events.answer_waiver(self.world, yes=yes)

    @rule(who=WHO)
    def end_waiver(self, who):
        events.end_last_waiver(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def suspend(self, who):
        events.stop(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def reinstate(self, who):
        events.let_on(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def release(self, who):
        events.let_know(self.world, self.world.tutors[who])

    @rule(who=WHO, days=AHEAD)
    def leave(self, who, days):
        events.go(self.world, self.world.tutors[who], days=days)

    @rule(who=WHO)
    def rejoin(self, who):
        events.come_back(self.world, self.world.tutors[who])

    @rule(who=WHO, days=AHEAD)
    def book(self, who, days):
        tutor = self.world.tutors[who]
        starts, scheduled = events.schedule(self.world, tutor, days=days)
        taken = self.world.refused is not None and self.world.refused.code == "time-taken"
        assert taken or scheduled == (not reasons(self.world.noted(tutor), starts))

    @rule(days=PAUSE)
    def wait(self, days):
        self.world.now += days * DAY
        events.close_ways_in(self.world)

    @invariant()
    def the_slow_reading_agrees(self):
        now = self.world.now
        for tutor in self.world.tutors:
            known = self.stored(tutor.id)
            for about in (now, now + 20 * DAY):
                given = told(decide(known, at=about))
                assert given == reasons(self.world.noted(tutor), about), (tutor.name, about)
                self.said.append(Said(tutor=tutor.id, about=about, on=now, reasons=given))

    @invariant()
    def nobody_else_can_tell_a_suspension(self):
        world = self.world
        for tutor in world.tutors:
            known = self.stored(tutor.id)
            for reader in (world.manager, world.tutors[1].actor):
                shown = answer(known, of=tutor.id, at=world.now, seen_by=reader)
                own = reader.id == tutor.id and known.releases
                assert own or SUSPENDED.code not in shown.codes
        with world.db.reader() as session:
            assert tutors(session, seen_by=world.stranger, now=world.now) == []
            assert len(tutors(session, seen_by=world.manager, now=world.now)) == len(world.tutors)

    @invariant()
    def what_was_published_and_closed_stays(self):
        with self.world.db.reader() as session:
            texts = {row.id: row.digest for row in session.scalars(sa.select(Version))}
            assert all(digest(v.text) == v.digest for v in session.scalars(sa.select(Version)))
            closed = session.execute(
                sa.select(Result.attempt_id, Result.score, sa.func.count(Choice.seq))
                .join(Choice, Choice.attempt_id == Result.attempt_id)
                .group_by(Result.attempt_id, Result.score)
            )
            closed = {row[0]: tuple(row[1:]) for row in closed}
        assert self.texts.items() <= texts.items()
        assert self.closed.items() <= closed.items()
        self.texts, self.closed = texts, closed

    @invariant()
    def each_signature_stands_once_with_its_pdf_and_its_mail(self):
        with self.world.db.reader() as session:
            signed = session.scalars(sa.select(Acknowledgement)).all()
            pdfs = dict(
                session.execute(sa.select(StoredPdf.acknowledgement_id, StoredPdf.content)).all()
            )
            copies = session.scalars(
                sa.select(Outgoing).where(Outgoing.kind == "acknowledgement-copy")
            )
            versions = {row.id: row.digest for row in session.scalars(sa.select(Version))}
            open_ones = session.execute(
                sa.select(Attempt.person_id, Attempt.major, Attempt.cycle, sa.func.count())
                .where(~sa.exists().where(Result.attempt_id == Attempt.id))
                .group_by(Attempt.person_id, Attempt.major, Attempt.cycle)
            ).all()
            assert len(copies.all()) == len(signed)
        keys = {(row.person_id, row.policy, row.major, row.cycle) for row in signed}
        assert len(keys) == len(signed)
        assert all(row.text_digest == versions[row.version_id] for row in signed)
        assert all(sha256(pdfs[row.id]).hexdigest() == row.pdf_digest for row in signed)
        assert all(row[-1] == 1 for row in open_ones)

    @invariant()
    def the_head_is_the_last_entry(self):
        with self.world.db.reader() as session:
            last = session.scalar(sa.select(sa.func.max(Entry.seq))) or 0
            assert (session.scalar(sa.select(Head.seq)) or 0) == last

    def stored(self, tutor_id):
        with self.world.db.reader() as session:
            return standing(session, tutor_id)

    def teardown(self):
        """At the end: each old answer is given again, and nothing was changed behind our back."""
        try:
            with self.world.db.reader() as session:
                for each in self.said:
                    then = standing(session, each.tutor, known_at=each.on)
                    assert told(decide(then, at=each.about)) == each.reasons, each
            assert verify(self.world.db.reader).faults == []
        finally:
            self.close()


def told(decision: Decision) -> frozenset:
    return frozenset((each.code, each.about and each.about.policy) for each in decision.blocks)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_happens_the_rule_holds(databases, keys, tmp_path, kind, size):
    copytree(keys, tmp_path / "keys")

    def begin():
        lent = databases.fresh(kind)
        url = lent.__enter__()
        told = {"instance": tmp_path, "database_url": url, "organisation": "Example Tutoring"}
        app = create_app(Settings(**told))

        def close():
            app.extensions["db"].engine.dispose()
            lent.__exit__(None, None, None)

        return World(app=app), close

    machine = type("Company", (Machine,), {"begin": staticmethod(begin)})

    run_state_machine_as_test(machine, settings=how(size, suppress_health_check=list(HealthCheck)))
