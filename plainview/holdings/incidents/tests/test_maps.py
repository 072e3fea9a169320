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


def header(text: str) -> list[str]:
    return text.split(",")


def test_a_column_comes_from_the_first_header_that_the_file_has() -> None:
    layout = maps.read("m", '[columns]\ncall_id = { from = ["Item No", "nopd_item"] }\n')
    assert layout.places(header("NOPD_ITEM,x"))["call_id"].cells == (0,)
    assert layout.places(header("x,item-no,nopd_item"))["call_id"].cells == (1,)


def test_cells_are_joined_padded_tidied_and_translated() -> None:
    text = """
[columns]
call_id = { from = "id", remove = "- ", prefix = "P", upper = true }
received = { join = ["day", "hour"], pad = 4 }
disposition = { from = "d", values = { ARR = "ARREST" } }
badge = { value = "900" }
"""
    places = maps.read("m", text).places(header("id,day,hour,d"))
    row = ["P ab-12", "2026-03-01", "152", "ARR"]
    said = {name: place.text(row) for name, place in places.items()}
    assert said == {"call_id": "AB12", "received": "2026-03-01 0152", "disposition": "ARREST", "badge": "900"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns = 3", "has about, zone and"),
        ("[columns", "not valid TOML"),
        ('color = "red"\n[columns]\n', "it says color"),
        ('[columns]\nshoe = { from = "x" }', "fields that don't exist: shoe"),
        ('[columns]\ncall_id = "x"', "must be a table"),
        ('[columns]\ncall_id = { form = "x" }', "says form; known are"),
        ("[columns]\ncall_id = { required = true }", "needs either from, join or value"),
        ('[columns]\ncall_id = { from = "x", value = "y" }', "needs either from, join or value"),
        ('[columns]\ncall_id = { from = "x", required = "yes" }', "required is"),
        ('[columns]\ncall_id = { from = ["x", 3] }', "from is"),
        ('zone = "Mars/Base"\n[columns]\ncall_id = { from = "x" }', "which no clock goes by"),
    ],
)
def test_a_bad_map_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(maps.BadMap, match=says):
        maps.read("m", text)
