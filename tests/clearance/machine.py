"""What may happen, in any order, and what holds after each step of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from portal.acknowledgements.verify import verify
from portal.archive.queries import Wanted, search
from portal.clearance.queries import answer, standing, standings
from portal.clearance.replay import known_at
from portal.clearance.rules import SUSPENDED, Block, Standing, blocks, decide
from portal.people.queries import tutors
from portal.people.rules import moments
from tests.clearance import events, posting, signing
from tests.clearance.holding import everything, require_chain
from tests.clearance.naive import reasons
from tests.clearance.worlds import TICK

DAY = timedelta(days=1)
WHO = st.integers(0, 1)
AHEAD = st.sampled_from([0, 3, 20])
PAUSE = st.sampled_from([1, 3, 8, 14, 40, 100, 300, 366])
ANSWERS = st.sampled_from([(True, True), (True, True), (True, False), (False, False)])


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer that was given: about whom, about when, on what day, and the reasons."""

    tutor: str
    about: datetime
    on: datetime
    reasons: frozenset


class Machine(RuleBasedStateMachine):
    """One company after another; `begin`, given by the test, makes the world of each."""

    def __init__(self):
        super().__init__()
        self.world, self.close = self.begin()
        self.said: list[Said] = []
        self.known: dict[str, Standing] = {}

    @initialize(next_in=AHEAD, days=PAUSE, both=st.booleans())
    def found_company(self, next_in, days, both):
        """One tutor has signed, the other perhaps, and a new version is announced or effective."""
        self.world.open()
        events.publish(self.world, "1.0", days=0)
        self.settle(0)
        if both:
            self.settle(1)
        events.publish(self.world, "2.0", days=next_in)
        self.wait(days)

    @rule(minor=st.booleans(), days=AHEAD)
    def publish(self, minor, days):
        events.publish(self.world, self.world.next_label(minor=minor), days=days)

    @rule()
    def cancel(self):
        events.call_off(self.world, self.world.newest().label)

    @rule()
    def announce_and_cancel(self):
        """Publish ahead, let a tutor sign it, and call it off."""
        self.publish(minor=False, days=20)
        self.settle(0)
        self.cancel()

    @rule(days=AHEAD)
    def enforce(self, days):
        events.enforce(self.world, days=days)

    @rule(who=WHO)
    def settle(self, who):
        """Read, pass and sign, or as much of it as is to be done."""
        self.read(who)
        self.try_scenarios(who, right=(True, True))
        self.sign(who)

    @rule(who=WHO)
    def read(self, who):
        signing.read(self.world, self.world.tutors[who])

    @rule(who=WHO, right=ANSWERS)
    def try_scenarios(self, who, right):
        signing.try_scenarios(self.world, self.world.tutors[who], right=right)

    @rule(who=WHO)
    def keep_failing(self, who):
        self.read(who)
        for _ in range(4):
            self.try_scenarios(who, right=(False, True))
        self.sign(who)

    @rule(who=WHO)
    def sign(self, who):
        signing.put_name(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def sign_the_first_version(self, who):
        tutor, version = self.world.tutors[who], self.world.versions[0]
        signing.put_name(self.world, tutor, version=version)

    @rule(who=WHO)
    def revoke(self, who):
        signing.take_back(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def withdraw(self, who):
        signing.withdraw_it(self.world, self.world.tutors[who])

    @rule(who=WHO, days=st.integers(1, 20))
    def waive(self, who, days):
        events.ask_waiver(self.world, self.world.tutors[who], days=days)

    @rule(yes=st.booleans())
    def answer_request(self, yes):
        events.answer_waiver(self.world, yes=yes)

    @rule(who=WHO)
    def waive_over_and_over(self, who):
        """A new version binds; one waiver is granted, a second by HR, and never a third."""
        self.publish(minor=False, days=0)
        self.wait(20)
        for _ in range(3):
            self.waive(who, days=3)
            self.answer_request(yes=True)

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
    def suspend_and_tell(self, who):
        self.suspend(who)
        events.let_know(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def release(self, who):
        events.let_know(self.world, self.world.tutors[who])

    @rule(who=WHO, days=AHEAD)
    def leave(self, who, days):
        events.go(self.world, self.world.tutors[who], days=days)

    @rule(who=WHO, days=AHEAD)
    def move_last_day(self, who, days):
        events.move_on(self.world, self.world.tutors[who], days=days)

    @rule(who=WHO)
    def stay(self, who):
        events.stay_on(self.world, self.world.tutors[who])

    @rule(who=WHO)
    def rejoin(self, who):
        events.come_back(self.world, self.world.tutors[who])

    @rule(who=WHO, days=AHEAD)
    def book(self, who, days):
        tutor = self.world.tutors[who]
        known = self.world.noted(tutor)
        starts, scheduled = events.schedule(self.world, tutor, days=days)
        refused = self.world.refused
        if refused is None or getattr(refused, "code", "") == "not-schedulable":
            assert scheduled == (not reasons(known, starts))

    @rule(days=PAUSE)
    def wait(self, days):
        self.wait_until(self.world.now + days * DAY)

    @rule(which=st.integers(0, 5), before=st.booleans())
    def wait_for_a_turn(self, which, before):
        """Wait until something changes by itself, or until just before it does."""
        ahead = [each for each in self.turns() if each > self.world.now + TICK]
        if which < len(ahead):
            self.wait_until(ahead[which] - before * 2 * TICK)

    @rule()
    def post(self):
        posting.send(self.world)

    @rule(statements=st.integers(1, 60))
    def break_off(self, statements):
        """Let the next thing that happens break off in the middle."""
        self.world.accident_after = statements

    def wait_until(self, then):
        """Let time pass; whoever had a last day in between is gone, whatever else would break."""
        self.world.now, self.world.accident_after = then, 0
        events.close_ways_in(self.world)

    def turns(self):
        return sorted(
            {turn for each in self.world.tutors for turn in moments(self.world.noted(each))}
        )

    @invariant()
    def both_readings_agree_now_and_at_every_turn_ahead(self):
        now = self.world.now
        ahead = [turn for turn in self.turns() if turn > now]
        times = [now, *(turn for each in ahead for turn in (each - TICK, each))]
        self.known = self.stored()
        for tutor in self.world.tutors:
            known, noted = self.known[tutor.id], self.world.noted(tutor)
            for about in times:
                given = told(blocks(known, at=about))
                assert given == reasons(noted, about), (tutor.name, about)
                self.said.append(Said(tutor=tutor.id, about=about, on=now, reasons=given))

    @invariant()
    def nobody_else_can_tell_a_suspension(self):
        world = self.world
        for tutor in world.tutors:
            known, count = self.known[tutor.id], len(world.notes[tutor.id].suspensions)
            for reader in (world.manager, world.tutors[1].actor):
                shown = answer(known, of=tutor.id, at=world.now, seen_by=reader)
                own = reader.id == tutor.id and (tutor.id, count) in world.told
                assert own or SUSPENDED.code not in shown.codes
                assert shown.cleared == (not reasons(world.noted(tutor), world.now))

    @invariant()
    def the_ledger_is_one_chain(self):
        require_chain(self.world.db)

    def stored(self) -> dict[str, Standing]:
        with self.world.db.reader() as session:
            return standings(session, [tutor.id for tutor in self.world.tutors])

    def check(self):
        """Look at all that must hold after each step."""
        self.both_readings_agree_now_and_at_every_turn_ahead()
        self.nobody_else_can_tell_a_suspension()
        self.the_ledger_is_one_chain()

    def teardown(self):
        """At the end: each old answer is given again, and nothing was changed behind our back."""
        try:
            self.each_answer_is_given_again()
            self.each_sees_their_own_and_no_more()
            assert everything(self.world.db) == self.world.kept
            assert verify(self.world.db.reader).faults == []
        finally:
            self.close()

    def each_answer_is_given_again(self):
        known = self.stored()
        for each in self.said:
            then = known_at(known[each.tutor], each.on)
            assert told(blocks(then, at=each.about)) == each.reasons, each
        with self.world.db.reader() as session:
            then = standing(session, each.tutor, known_at=each.on)
        assert told(decide(then, at=each.about).blocks) == each.reasons

    def each_sees_their_own_and_no_more(self):
        world, both = self.world, [each.id for each in self.world.tutors]
        sees = [(world.hr, both), (world.manager, both), (world.stranger, [])]
        sees += [(each.actor, [each.id]) for each in world.tutors]
        with world.db.reader() as session:
            for reader, whose in sees:
                page = search(session, Wanted(), seen_by=reader, now=world.now)
                signed = [one.id for who in whose for one in world.notes[who].acknowledgements]
                assert sorted(row.serial for row in page.rows) == sorted(signed)
                people = tutors(session, seen_by=reader, now=world.now)
                assert {person for person, _ in people} == set(whose)


def told(given: tuple[Block, ...]) -> frozenset:
    return frozenset((each.code, each.about and each.about.policy) for each in given)
