"""A tutor who has passed; signing here stores a stand-in for paper, which no test here opens."""

import hashlib
from datetime import timedelta

import pytest
from flask import Flask

from portal.acknowledgements.actions import sealed
from portal.acknowledgements.press import Made
from tests.acknowledgements.tutors import Tutor, arrive
from tests.factories import EARLIER

SIGNED = EARLIER + timedelta(hours=1)  # before the real clock, which pages ask
PAPER = b"%PDF-1.7 not opened here"


@pytest.fixture
def tutor(app: Flask) -> Tutor:
    return arrive(app)


@pytest.fixture
def cleared(tutor: Tutor) -> Tutor:
    made = Made(pdf=PAPER, digest=hashlib.sha256(PAPER).hexdigest())
    tutor.sign(sealed(tutor.draft(now=SIGNED), made), now=SIGNED)
    return tutor
