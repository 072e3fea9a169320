"""Column maps are found by name, and a wrong header says what is missing."""

from __future__ import annotations

import pytest

from plainview.holdings.incidents import maps

OURS = list(maps.load("plainview").columns)


def test_an_unknown_map_names_the_known_ones() -> None:
    with pytest.raises(maps.UnknownMap, match=r"Maps: .*plainview"):
        maps.load("../plainview")


def test_columns_may_come_in_any_order_and_case_with_others_between() -> None:
    layout = maps.load("plainview")
    header = ["Notes", "BADGE", *[c for c in OURS if c not in ("badge", "vehicle")]]
    places = layout.places(header)
    assert places["badge"].cells == (1,)
    assert places["call_id"].cells == (2,)
    assert "vehicle" not in places


def test_a_missing_column_is_named() -> None:
    with pytest.raises(maps.WrongHeader, match="lacks badge, cleared"):
        maps.load("plainview").places([c for c in OURS if c not in ("badge", "cleared")])


@pytest.mark.parametrize("name", maps.names())
def test_every_map_that_we_ship_can_be_read(name: str) -> None:
    assert set(maps.load(name).required()) >= {"call_id"}
