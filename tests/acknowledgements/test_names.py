"""When two spellings are one name, and what a signature is called."""

import re

import pytest

from portal.acknowledgements.names import is_same_name, new_serial
from tests.factories import NOW


@pytest.mark.parametrize(
    "typed",
    [
        "Zoë O’Brien-Ní Dhomhnaill",
        "zoë o’brien-ní dhomhnaill",
        "  ZOË   O’BRIEN-NÍ\tDHOMHNAILL ",
        "Zoe\u0308 O'Brien-Ni\u0301 Dhomhnaill",
        "Zoë O’Brien\u2010Ní Dhomhnaill",
    ],
)
def test_case_spaces_marks_and_unicode_form_do_not_make_another_name(typed):
    assert is_same_name(typed, "Zoë O’Brien-Ní Dhomhnaill")


@pytest.mark.parametrize("typed", ["Zoe O'Brien", "Zoë Brien", "O'Brien Zoë", "Z O'Brien", ""])
def test_any_other_letter_does(typed):
    assert not is_same_name(typed, "Zoë O'Brien")


def test_names_in_any_script_are_the_same_as_themselves():
    assert is_same_name("王小明", "王小明")
    assert is_same_name("ΣΊΣΥΦΟΣ", "Σίσυφος")
    assert is_same_name("STRASSE", "Straße")


def test_a_serial_names_policy_and_year_and_has_no_letter_that_is_misread():
    serials = {new_serial("online-safeguarding", now=NOW) for _ in range(1000)}

    assert len(serials) == 1000
    pattern = r"OS-2026-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"
    assert all(re.fullmatch(pattern, each) for each in serials)


@pytest.mark.parametrize("policy", ["a", "a-very-long-name-of-a-policy", "code"])
def test_a_serial_fits_its_column_whatever_the_policy_is_called(policy):
    assert len(new_serial(policy, now=NOW)) <= 20
