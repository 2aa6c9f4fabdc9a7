"""The words that tutors state: changing one means a new number."""

from portal.acknowledgements.statement import STATEMENT

DIGESTS = {
    1: "ab4db098d37a62af08db635d71a3e51cf344981e26289c880cebaca3ec993037",
}


def test_the_words_of_each_number_never_change():
    assert DIGESTS[STATEMENT.number] == STATEMENT.digest


def test_the_statement_names_title_version_and_whom_to_ring():
    said = STATEMENT.said_of(title="The code", version="2.1", ring="my learning manager, Jo, 1")

    assert said[0] == "I have read “The code”, version 2.1."
    assert "I know whom to ring with questions and reports: my learning manager, Jo, 1." in said


def test_what_breaking_it_may_mean_is_said_before_signing_and_in_the_statement():
    assert "gross misconduct" in STATEMENT.before
    assert any("gross misconduct" in each for each in STATEMENT.sentences)


def test_nobody_states_to_ring_a_manager_before_the_parents_or_999():
    assert not any("first" in each for each in STATEMENT.sentences)
