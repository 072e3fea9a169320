"""When a recording began: what is believed, why, and what is left open rather than guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.media import Said, believe

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def header(value: str, **more: object) -> Said:
    return Said("container", value, by="the movie's header", **more)  # type: ignore[arg-type]


def name(value: str, zone: str | None = None) -> Said:
    return Said("name", value, zone, by="the file name")


def gps(value: str, **more: object) -> Said:
    return Said("gps", value, "UTC", by="satellite time", **more)  # type: ignore[arg-type]


class TestNothingIsGuessed:
    def test_a_header_without_a_zone_is_never_read_as_utc(self) -> None:
        belief = believe([header("2024-06-01T12:00:00")], None, None, NOW)
        assert belief.start is None
        assert belief.basis == "unknown"
        assert "without a zone" in belief.why
        assert "Name the camera's zone" in belief.why

    def test_naming_a_zone_does_not_tell_whether_an_unknown_maker_wrote_utc(self) -> None:
        belief = believe([header("2024-06-01T12:00:00")], "America/Chicago", None, NOW)
        assert belief.start is None
        assert "UTC or America/Chicago" in belief.why

    def test_a_name_in_local_time_needs_the_zone(self) -> None:
        belief = believe([name("2024-06-01T12:00:00")], None, None, NOW)
        assert belief.start is None
        assert belief.why.startswith("The file name says 2024-06-01 12:00:00 without a zone.")

    def test_a_day_is_no_time(self) -> None:
        belief = believe([name("2024-06-01")], "America/Chicago", None, NOW)
        assert belief.start is None
        assert belief.why == "The file name says 2024-06-01 but no time of day."

    def test_nothing_said_is_nothing_believed(self) -> None:
        belief = believe([], "America/Chicago", None, NOW)
        assert belief.start is None
        assert belief.why == "No time is stated that can be believed."

    def test_two_unzoned_clocks_hint_at_a_zone_but_decide_nothing(self) -> None:
        belief = believe([name("2019-12-20T17:08:32"), header("2019-12-20T20:08:34")], None, None, NOW)
        assert belief.start is None
        assert "would fit UTC-03:00" in belief.why

    @given(
        st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2024, 12, 1)),
        st.sampled_from([None, "America/Chicago", "Asia/Kolkata"]),
    )
    def test_whatever_a_lone_header_says_it_is_not_taken_for_utc(self, when: datetime, zone: str | None) -> None:
        assert believe([header(when.isoformat(timespec="seconds"))], zone, None, NOW).start is None


class TestSatelliteTime:
    def test_it_wins_over_the_header(self) -> None:
        belief = believe([header("2020-01-01T15:45:32", habit="local"), gps("2020-01-01T23:45:14")], None, None, NOW)
        assert belief.start == at("2020-01-01T23:45:14+00:00")
        assert belief.basis == "satellite"

    def test_a_camera_set_to_another_zone_and_18_seconds_fast_is_said(self) -> None:
        belief = believe([header("2020-01-01T15:45:32", habit="local"), gps("2020-01-01T23:45:14")], None, None, NOW)
        assert belief.doubts == [
            "The movie's header says 2020-01-01 15:45:32: that clock is 18 seconds fast, apart from a zone of -8 hours."
        ]

    def test_a_first_fix_late_in_the_file_is_taken_back_to_its_beginning(self) -> None:
        belief = believe([gps("2024-06-01T12:00:30", moment="at", at_ms=30_500)], None, None, NOW)
        assert belief.start == at("2024-06-01T11:59:59.500+00:00")

    def test_it_wins_over_a_name_read_in_the_wrong_zone_and_says_so(self) -> None:
        belief = believe([name("2024-06-01T12:00:00"), gps("2024-06-01T19:00:03")], "America/Chicago", None, NOW)
        assert belief.start == at("2024-06-01T19:00:03+00:00")
        assert any("may not be the camera's zone" in doubt for doubt in belief.doubts)


class TestStatedZones:
    @pytest.mark.parametrize("source", ["name", "folder", "sidecar", "container"])
    def test_a_time_with_its_zone_is_believed(self, source: str) -> None:
        belief = believe([Said(source, "2024-06-01T12:00:00", "-05:00")], None, None, NOW)
        assert belief.start == at("2024-06-01T17:00:00+00:00")
        assert belief.basis == "zoned"

    def test_it_needs_no_named_zone_and_is_not_bent_by_one(self) -> None:
        belief = believe([name("2024-06-01T12:00:00", "UTC")], "America/Chicago", None, NOW)
        assert belief.start == at("2024-06-01T12:00:00+00:00")

    def test_a_press_is_not_a_start(self) -> None:
        said = [
            Said("folder", "2024-06-01T12:00:30", "UTC", moment="trigger"),
            Said("name", "2024-06-01T12:00:00", "UTC"),
        ]
        belief = believe(said, None, None, NOW)
        assert belief.start == at("2024-06-01T12:00:00+00:00")
        assert belief.trigger_on == at("2024-06-01T12:00:30+00:00")

    def test_a_press_alone_stands_for_the_start_and_says_what_it_leaves_out(self) -> None:
        belief = believe([Said("folder", "2024-06-01T12:00:30", "UTC", moment="trigger")], None, None, NOW)
        assert belief.start == belief.trigger_on == at("2024-06-01T12:00:30+00:00")
        assert belief.basis == "press"
        assert "begin earlier" in belief.why

    def test_any_stated_start_comes_before_the_press(self) -> None:
        press = Said("folder", "2024-06-01T12:00:30", "UTC", moment="trigger")
        belief = believe([press, Said("written", "2024-06-01T12:00:01", "UTC")], None, None, NOW)
        assert belief.start == at("2024-06-01T12:00:01+00:00")

    def test_a_time_of_writing_is_the_last_resort(self) -> None:
        written = Said("written", "2024-06-01T15:30:00", "UTC", by="the Matroska header")
        assert believe([written], None, None, NOW).basis == "written"
        both = believe([written, name("2024-06-01T08:00:00")], "America/Chicago", None, NOW)
        assert both.start == at("2024-06-01T13:00:00+00:00")
        assert both.basis == "named-zone"


class TestKnownMakers:
    def test_android_writes_utc_at_the_end(self) -> None:
        said = header("2019-12-20T20:08:34", moment="end", at_ms=1600, habit="UTC")
        belief = believe([name("2019-12-20T17:08:32"), said], None, None, NOW)
        assert belief.start == at("2019-12-20T20:08:32.400+00:00")
        assert belief.basis == "maker"
        assert "when a recording ends" in belief.why

    def test_the_departments_zone_does_not_bend_it_and_is_doubted(self) -> None:
        said = [name("2019-12-20T17:08:32"), header("2019-12-20T20:08:34", moment="end", at_ms=1600, habit="UTC")]
        belief = believe(said, "America/Chicago", None, NOW)
        assert belief.start == at("2019-12-20T20:08:32.400+00:00")
        assert any("may not be the camera's zone" in doubt for doubt in belief.doubts)

    def test_a_maker_of_local_time_needs_the_zone(self) -> None:
        said = [header("2024-06-01T12:00:00", habit="local")]
        assert believe(said, None, None, NOW).start is None
        belief = believe(said, "America/Chicago", None, NOW)
        assert belief.start == at("2024-06-01T17:00:00+00:00")
        assert belief.basis == "named-zone"


class TestBearingOut:
    def test_a_local_name_bears_out_a_header_in_utc(self) -> None:
        belief = believe([name("2024-06-01T12:00:00"), header("2024-06-01T17:00:45")], "America/Chicago", None, NOW)
        assert belief.start == at("2024-06-01T17:00:00+00:00")
        assert belief.basis == "confirmed"

    def test_a_local_name_and_a_local_header_are_both_read_in_the_zone(self) -> None:
        belief = believe([name("2024-06-01T12:00:00"), header("2024-06-01T12:00:01")], "America/Chicago", None, NOW)
        assert belief.start == at("2024-06-01T17:00:00+00:00")
        assert belief.basis == "named-zone"

    def test_in_a_zone_that_shows_utc_it_does_not_matter(self) -> None:
        belief = believe([header("2024-01-15T12:00:00")], "Europe/London", None, NOW)
        assert belief.start == at("2024-01-15T12:00:00+00:00")
        assert believe([header("2024-07-15T12:00:00")], "Europe/London", None, NOW).start is None
        assert believe([header("2024-07-15T12:00:00")], "UTC", None, NOW).start == at("2024-07-15T12:00:00+00:00")


class TestDaysOnWhichClocksChange:
    def test_a_time_that_never_was_is_left_open_and_said(self) -> None:
        belief = believe([name("2024-03-10T02:30:00")], "America/Chicago", None, NOW)
        assert belief.start is None
        assert "never showed" in belief.why

    def test_a_time_that_was_twice_is_left_open_and_said(self) -> None:
        belief = believe([name("2024-11-03T01:30:00")], "America/Chicago", None, NOW)
        assert belief.start is None
        assert "showed twice" in belief.why

    @pytest.mark.parametrize("hour", [6, 7])
    def test_a_header_in_utc_tells_which_of_the_two_it_was(self, hour: int) -> None:
        said = [name("2024-11-03T01:30:00"), header(f"2024-11-03T0{hour}:30:20")]
        belief = believe(said, "America/Chicago", None, NOW)
        assert belief.start == at(f"2024-11-03T0{hour}:30:00+00:00")

    def test_a_zoned_time_is_not_touched_by_it(self) -> None:
        belief = believe([name("2024-11-03T01:30:00", "-06:00")], "America/Chicago", None, NOW)
        assert belief.start == at("2024-11-03T07:30:00+00:00")


class TestUnlikelyTimes:
    @pytest.mark.parametrize(
        "value", ["1904-01-01T00:00:00", "1970-01-01T00:00:00", "1980-01-06T00:00:00", "1999-12-31T23:59:59"]
    )
    def test_a_clock_that_was_never_set_is_said_and_not_believed(self, value: str) -> None:
        belief = believe([gps(value), header(value, habit="UTC")], "America/Chicago", None, NOW)
        assert belief.start is None
        assert len(belief.doubts) == 2
        assert all("never set" in doubt for doubt in belief.doubts)

    def test_the_future_is_said_and_not_believed(self) -> None:
        belief = believe([gps("2031-01-01T00:00:00")], None, None, NOW)
        assert belief.start is None
        assert "in the future" in belief.doubts[0]

    def test_a_clock_a_few_hours_ahead_is_still_believed(self) -> None:
        assert believe([gps("2025-01-01T05:00:00")], None, None, NOW).start is not None

    def test_nonsense_is_said(self) -> None:
        belief = believe([Said("name", "2024-13-45T99:99:99", by="the file name")], None, None, NOW)
        assert "not understood" in belief.doubts[0]

    def test_the_second_best_is_believed_where_the_best_is_unlikely(self) -> None:
        belief = believe([gps("1980-01-06T00:00:12"), name("2024-06-01T12:00:00", "UTC")], None, None, NOW)
        assert belief.start == at("2024-06-01T12:00:00+00:00")
        assert belief.basis == "zoned"


class TestClaims:
    def test_a_start_given_at_the_door_is_taken(self) -> None:
        belief = believe([header("2024-06-01T12:00:00")], None, at("2024-06-01T07:00:00-05:00"), NOW)
        assert belief.start == at("2024-06-01T12:00:00+00:00")
        assert belief.start.tzinfo is UTC
        assert belief.basis == "claimed"

    def test_what_contradicts_it_is_said(self) -> None:
        belief = believe([gps("2024-06-01T15:00:00")], None, at("2024-06-01T12:00:00+00:00"), NOW)
        assert belief.start == at("2024-06-01T12:00:00+00:00")
        assert belief.doubts == [
            "Satellite time says 2024-06-01 15:00:00, and satellite time is UTC. "
            "That is 3 hours after the start given at the door."
        ]

    def test_what_agrees_with_it_is_not_said(self) -> None:
        assert believe([gps("2024-06-01T12:01:00")], None, at("2024-06-01T12:00:00+00:00"), NOW).doubts == []

    def test_a_claim_without_an_offset_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="offset"):
            believe([], None, datetime(2024, 6, 1), NOW)

    def test_a_zone_that_is_none_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            believe([], "America/Gotham", None, NOW)


class TestAlways:
    times = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)).map(
        lambda when: when.isoformat(timespec="seconds")
    )
    said = st.builds(
        Said,
        source=st.sampled_from(["gps", "name", "folder", "sidecar", "container", "written", "recorder"]),
        value=st.one_of(times, st.just("2024-06-01"), st.text(max_size=20)),
        zone=st.sampled_from([None, "UTC", "-05:00", "+05:30", "nonsense"]),
        moment=st.sampled_from(["start", "end", "trigger", "at"]),
        at_ms=st.integers(0, 10**7),
        habit=st.sampled_from([None, "UTC", "local"]),
    )

    @given(st.lists(said, max_size=5), st.sampled_from([None, "America/Chicago", "UTC"]))
    def test_it_answers_with_a_reason_whatever_is_said(self, said: list[Said], zone: str | None) -> None:
        belief = believe(said, zone, None, NOW)
        assert belief.why
        assert (belief.start is None) == (belief.basis == "unknown")
        if belief.start:
            assert belief.start.tzinfo is UTC
            assert belief.start < NOW + timedelta(days=2)
            assert belief.start.year >= 1999

    @given(st.lists(said, max_size=5))
    def test_an_unzoned_name_never_gives_a_start_by_itself(self, said: list[Said]) -> None:
        open_ones = [s for s in said if s.zone is None and s.habit != "UTC"]
        assert believe(open_ones, None, None, NOW).start is None
