"""Small groups: the intervals are those of the literature, and few answers tell nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.quizzes.shares import Reading, Share, wilson

Z95 = 1.959963984540054


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_newcombe_1998_table_one(part, of, low, high):
    assert wilson(part, of, z=Z95) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_both_ends_lie_where_the_score_test_just_refuses(counts):
    part, of = counts

    for end in wilson(part, of):
        distance = (part / of - end) ** 2
        assert distance == pytest.approx(1.6448536269514722**2 * end * (1 - end) / of, abs=1e-9)


def test_nothing_asked_is_nothing_known():
    assert Share().interval == (0, 100)
    assert Share().percent == 0


@pytest.mark.parametrize(
    ("part", "of", "reading"),
    [
        (0, 9, Reading.FEW),
        (9, 9, Reading.FEW),
        (3, 10, Reading.WEAK),
        (10, 10, Reading.OPEN),
        (8, 12, Reading.OPEN),
        (11, 11, Reading.GOOD),
    ],
)
def test_a_share_is_only_read_where_its_whole_interval_says_so(part, of, reading):
    assert Share(part=part, of=of).reading(80) is reading
