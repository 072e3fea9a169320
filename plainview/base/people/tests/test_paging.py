"""Pages of a long list, forward and back, without gaps and without counting."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from plainview.base.people.models import Agency
from plainview.base.people.paging import Page, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ten() -> None:
    Agency.objects.bulk_create(Agency(slug=f"a{n}", name=f"Agency {n}") for n in range(10))


def page(query: str, *, newest_first: bool = False) -> Page:
    request = RequestFactory().get(f"/{query}")
    return page_of(Agency.objects.all(), "slug", request, 4, newest_first=newest_first)


def slugs(found: Page) -> str:
    return "".join(agency.slug[1:] for agency in found.rows)


def walk(*, newest_first: bool) -> tuple[list[str], list[str]]:
    """All pages forward from the first, and all pages back from the last."""
    there, query = [], ""
    while True:
        found = page(query, newest_first=newest_first)
        there.append(slugs(found))
        if not found.older:
            break
        query = found.older
    back = [slugs(found)]
    while found.newer:
        found = page(found.newer, newest_first=newest_first)
        back.append(slugs(found))
    return there, back[::-1]


def test_forward_and_back_are_the_same_pages() -> None:
    there, back = walk(newest_first=False)
    assert there == ["0123", "4567", "89"]
    assert back == there


def test_newest_first_turns_everything_around() -> None:
    there, back = walk(newest_first=True)
    assert there == ["9876", "5432", "10"]
    assert back == there


def test_the_first_page_has_none_before_and_the_last_none_after() -> None:
    assert page("").newer == ""
    assert page("?after=a7").older == ""


def test_a_row_that_comes_in_between_shifts_nothing() -> None:
    following = page("").older
    Agency.objects.create(slug="a00", name="New at the top")
    assert slugs(page(following)) == "4567"


def test_the_filters_stay_in_the_addresses() -> None:
    assert page("?q=agency&role=&after=a1").older == "?q=agency&after=a5"


def test_beyond_the_end_is_empty_and_leads_nowhere() -> None:
    found = page("?after=z")
    assert (slugs(found), found.newer, found.older) == ("", "", "")


def test_no_more_rows_are_read_than_shown_and_one(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1) as queries:  # type: ignore[operator]
        page("?after=a1")
    assert "LIMIT 5" in queries.captured_queries[0]["sql"]
