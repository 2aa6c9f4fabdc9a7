"""The time stamp in a file is compared with what the ledger tells of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.acknowledgements.verdict import Stamp, stamp_fault
from tests.factories import NOW

STAMP = Stamp(at=NOW, by="A time authority", certificate="ab" * 32)
TOLD = {"at": NOW.isoformat(), "by": STAMP.by, "certificate": STAMP.certificate}
ABSENT = {"absent": "no timestamp authority is set"}


@pytest.mark.parametrize(
    ("stamp", "told", "wrong"),
    [
        (STAMP, TOLD, ""),
        (None, ABSENT, ""),
        (None, {"failure": "no answer within 2 seconds"}, ""),
        (None, TOLD, "has no time stamp, and the ledger tells of one"),
        (STAMP, ABSENT, "has a time stamp, and the ledger tells of none"),
        (replace(STAMP, at=NOW + timedelta(seconds=1)), TOLD, "is not what the ledger tells: at"),
        (replace(STAMP, by="Another"), TOLD, "is not what the ledger tells: by"),
        (
            replace(STAMP, certificate="cd" * 32),
            TOLD,
            "is not what the ledger tells: certificate",
        ),
    ],
)
def test_time_authority_and_certificate_must_be_those_on_the_ledger(stamp, told, wrong):
    assert stamp_fault(stamp, told) == wrong
