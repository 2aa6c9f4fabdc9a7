"""The tutor's whole way where scripts are switched off."""

import pytest

from tests.journeys import ways

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
NAME = "Ida Quill"


def test_a_tutor_comes_in_reads_passes_signs_and_teaches(house, meet):
    ida = meet(house.portal, java_script_enabled=False)

    ways.arrive(ida, house.invite(NAME))
    ways.confirm_details(ida)
    ways.read(ida)
    ida.press("Start")
    ways.answer(ida)
    ida.follow("Go on and sign")
    ways.sign(ida, name=NAME)
    ways.ask_for_lesson(ida, pupil="P-2042")

    assert ida.heading == "One session is coming up"
    assert ida.faults == []
