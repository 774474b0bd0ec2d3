"""Boxes in columns: right of what needs them, clear of each other and of the lines, with few crossings."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.report.layered import Edge, Layout, layered


def laid(n: int, edges: list[Edge], weak: tuple[int, ...] = (), heights: list[float] | None = None) -> Layout:
    return layered(heights or [0.4] * n, edges, [e in weak for e in range(len(edges))], [False] * len(edges))


graphs = st.integers(2, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(0.2, 1.0), min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] < e[1]), max_size=18, unique=True),
    )
)


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_every_box_stands_right_of_what_needs_it_and_none_overlap(graph: tuple[list[float], list[Edge]]) -> None:
    heights, edges = graph
    found = laid(len(heights), edges, heights=heights)
    assert all(found.columns[a] < found.columns[b] for a, b in edges)
    for column in set(found.columns):
        # Boxes and lanes of a column together: no line runs through a box that it only passes.
        inside = [(m - h / 2, m + h / 2) for m, h, c in zip(found.middles, heights, found.columns, strict=True) if c == column]
        inside += [(y, y) for lane in found.lanes for c, y in lane if c == column]
        assert all(above[1] < below[0] + 1e-9 for above, below in pairwise(sorted(inside)))
    tops = [m - h / 2 for m, h in zip(found.middles, heights, strict=True)]
    bottoms = [m + h / 2 for m, h in zip(found.middles, heights, strict=True)]
    assert min(tops) >= -1e-9
    assert max(bottoms) <= found.height + 1e-9


def test_a_long_line_has_a_lane_in_each_column_that_it_passes() -> None:
    found = laid(4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    assert [[c for c, _ in lane] for lane in found.lanes] == [[], [], [], [1, 2]]


def test_a_long_line_runs_straight_and_bends_at_its_ends() -> None:
    # 7 hangs below a chain, and leads to its end: between the two heights a line could climb a little in every column.
    chain = [(k, k + 1) for k in range(6)]
    found = laid(10, [*chain, (0, 7), (7, 6), (0, 8), (0, 9)])
    heights = [y for _, y in found.lanes[7]]
    assert len(heights) == 4
    assert abs(found.middles[7] - found.middles[6]) > 0.2
    assert max(heights) - min(heights) < 0.01


def test_crossings_that_can_be_avoided_are() -> None:
    # 0 leads to 1 and 2; 1 to 4 and 2 to 3: as numbered, the last two lines would cross.
    found = laid(5, [(0, 1), (0, 2), (1, 4), (2, 3)])
    assert (found.middles[1] < found.middles[2]) == (found.middles[4] < found.middles[3])


def test_a_chain_runs_on_one_height() -> None:
    found = laid(4, [(0, 1), (1, 2), (2, 3)], heights=[0.4, 0.9, 0.3, 0.6])
    assert max(found.middles) - min(found.middles) < 1e-6


def test_a_weak_edge_moves_nothing_that_a_strong_one_places() -> None:
    strong = [(0, 1), (0, 2), (2, 3)]
    assert laid(4, [*strong, (1, 3)], weak=(3,)).columns == laid(4, strong).columns == (0, 1, 1, 2)
    # Two of one column, one needed by the other on its way back: they stay in it.
    assert laid(3, [(0, 1), (0, 2), (1, 2)], weak=(2,)).columns == (0, 1, 1)


def test_what_only_weak_edges_lead_to_stands_left_of_what_it_needs_or_right_of_what_needs_it() -> None:
    # 0 -> 1 -> 2 -> 3; 4 needs 3 and 1 needs 4 on its way back; 5 is a station that 1 and 2 come by.
    found = laid(6, [(0, 1), (1, 2), (2, 3), (4, 3), (1, 4), (1, 5), (2, 5)], weak=(4, 5, 6))
    assert found.columns[4] == found.columns[3] - 1
    assert found.columns[5] == found.columns[2] + 1


@pytest.mark.parametrize("weak", [(), (0, 1, 2)])
def test_a_circle_is_laid_out_all_the_same(weak: tuple[int, ...]) -> None:
    found = laid(3, [(0, 1), (1, 2), (2, 0)], weak=weak)
    assert len(found.middles) == 3
    assert len(set(zip(found.columns, found.middles, strict=True))) == 3


def test_nothing_is_a_layout_too() -> None:
    assert laid(0, []).height == 0.0
    assert laid(1, []).columns == (0,)
