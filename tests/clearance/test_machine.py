"""Whatever happens, in whatever order: the rule holds, and what was once said can be said again."""

from shutil import copytree

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis.stateful import run_state_machine_as_test

from portal import create_app
from portal.config import Settings
from tests.clearance.machine import Machine
from tests.clearance.tour import TOUR
from tests.clearance.worlds import World
from tests.databases import KINDS

A_FEW = how(max_examples=2, stateful_step_count=12, derandomize=True, phases=[Phase.generate])
MANY = how(max_examples=15, stateful_step_count=30)


@pytest.fixture
def company(databases, keys, tmp_path):
    """Return the machine on databases of one kind, each company on a fresh one."""
    copytree(keys, tmp_path / "keys")

    def on(kind, *, press=None):
        def begin():
            lent = databases.fresh(kind)
            told = {"instance": tmp_path, "database_url": lent.__enter__(), "demonstration": True}
            app = create_app(Settings(**told, organisation="Example Tutoring"))

            def close():
                app.extensions["db"].engine.dispose()
                lent.__exit__(None, None, None)

            return World(app=app, press=press), close

        return type("Company", (Machine,), {"begin": staticmethod(begin)})

    return on


def run(machine, size):
    run_state_machine_as_test(machine, settings=how(size, suppress_health_check=list(HealthCheck)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_rule_holds_where_everything_happens_once(company, kind):
    machine = company(kind)()
    for what, told in TOUR:
        getattr(machine, what)(**told)
        machine.check()

    machine.teardown()


def test_whatever_happens_the_rule_holds(company):
    run(company("sqlite"), A_FEW)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_the_rule_holds_through_long_histories_whose_pdfs_are_printed(company, press, kind):
    run(company(kind, press=press), MANY)
