"""The ledger names its key, and no other is ever taken for it."""

import pytest
import sqlalchemy as sa

from portal.acknowledgements.verify import verify
from portal.installation import opening
from portal.installation.opening import HEAD_FOUND, KEY_NAMED, LEDGER, name_ledger_key
from portal.ledger.keys import KEY, PUBLIC, LedgerKeyUnfit, load_public, make_key
from portal.ledger.models import Head
from portal.ledger.queries import told
from tests.factories import NOW


@pytest.fixture
def database(app):
    return app.extensions["db"]


def named(database):
    with database.reader() as session:
        return [each.facts["made"] for each in told(session, LEDGER, entry_type=KEY_NAMED)]


def lose(settings):
    for name in (KEY, PUBLIC):
        (settings.keys / name).unlink()


def test_the_first_start_names_the_key_and_the_second_says_nothing(database, settings):
    for _ in range(2):
        name_ledger_key(database, settings, now=NOW)

    assert named(database) == [False]


def test_an_installation_from_before_gets_a_key_and_the_ledger_says_so(database, settings):
    lose(settings)

    name_ledger_key(database, settings, now=NOW)

    assert (settings.keys / KEY).exists()
    assert named(database) == [True]


def test_a_key_that_is_gone_is_not_made_again(database, settings):
    name_ledger_key(database, settings, now=NOW)
    lose(settings)

    with pytest.raises(LedgerKeyUnfit, match="cannot be read"):
        name_ledger_key(database, settings, now=NOW)

    assert not (settings.keys / KEY).exists()


def test_another_key_is_refused(database, settings):
    name_ledger_key(database, settings, now=NOW)
    lose(settings)
    make_key(settings.keys)

    with pytest.raises(LedgerKeyUnfit, match="not the key that the ledger names"):
        name_ledger_key(database, settings, now=NOW)

    assert named(database) == [False]


def test_a_head_from_before_heads_were_signed_is_no_fault_after_the_next_start(database, settings):
    name_ledger_key(database, settings, now=NOW)
    key = load_public(settings.keys)
    with database.change() as session:
        session.execute(sa.update(Head).values(signature=""))
    [unsigned] = verify(database.reader, key=key).faults

    for _ in range(2):
        name_ledger_key(database, settings, now=NOW)

    assert "`portal serve`" in unsigned.sentence
    assert verify(database.reader, key=key).faults == []
    with database.reader() as session:
        assert len(told(session, LEDGER, entry_type=HEAD_FOUND)) == 1


def test_the_command_that_starts_it_names_the_folder_it_was_made_in(tmp_path):
    folder = tmp_path / "our portal"

    assert opening.start_command(folder) == f"PORTAL_INSTANCE='{folder}' ./run"
    assert opening.start_command(opening.HOME) == "./run"
