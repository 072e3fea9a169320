"""One process works on an arrival; what a dead one left is taken over, what a living one holds is not."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from plainview.holdings.evidence.rules import Claims
from plainview.holdings.ingest import actions, lease
from plainview.holdings.ingest.actions import Coming
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.names import Name
from plainview.holdings.ingest.origin import NOWHERE

PRINT = "from plainview.holdings.ingest import holder; print(holder.new_holder())"


@pytest.fixture
def arrival(db: None) -> Arrival:
    return actions.begin(Coming("command", Name("clip.mp4"), "system:test", Claims(), NOWHERE))


def lapse(arrival: Arrival) -> None:
    Arrival.objects.filter(pk=arrival.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_an_arrival_begins_under_a_lease(arrival: Arrival) -> None:
    assert arrival.holder
    assert arrival.lease_until > timezone.now()
    assert lease.take_over(arrival.pk) is None


def test_beginning_again_with_the_same_id_changes_nothing(arrival: Arrival) -> None:
    coming = Coming("command", Name("other.mp4"), "system:test", Claims(), NOWHERE)
    again = actions.begin(coming, arrival.pk)
    assert (again.pk, again.name, again.holder) == (arrival.pk, "clip.mp4", arrival.holder)
    assert Arrival.objects.count() == 1


def test_what_was_given_back_can_be_taken(arrival: Arrival) -> None:
    before = arrival.holder
    lease.give_back(arrival)
    taken = lease.take_over(arrival.pk)
    assert taken is not None
    assert taken.holder not in ("", before)


def test_a_lease_that_ran_out_can_be_taken_over(arrival: Arrival) -> None:
    lapse(arrival)
    assert lease.take_over(arrival.pk) is not None


def test_a_process_that_died_is_not_waited_for(arrival: Arrival) -> None:
    dead = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, text=True, check=True).stdout.strip()
    Arrival.objects.filter(pk=arrival.pk).update(holder=dead)
    assert lease.take_over(arrival.pk) is not None


def test_whoever_lost_it_can_not_renew_it(arrival: Arrival) -> None:
    lapse(arrival)
    lease.take_over(arrival.pk)
    with pytest.raises(lease.LeaseLostError):
        lease.renew(arrival)


def test_a_lease_that_ran_out_unnoticed_can_still_be_renewed(arrival: Arrival) -> None:
    lapse(arrival)
    lease.renew(arrival)
    assert lease.take_over(arrival.pk) is None


def test_giving_back_what_is_lost_does_not_harm_the_next(arrival: Arrival) -> None:
    lapse(arrival)
    taken = lease.take_over(arrival.pk)
    assert taken is not None
    lease.give_back(arrival)
    assert Arrival.objects.get().holder == taken.holder


def test_an_arrival_that_ended_can_not_be_taken(arrival: Arrival) -> None:
    actions.fail(arrival, "a test")
    assert lease.take_over(arrival.pk) is None


@pytest.mark.django_db(transaction=True)
def test_the_heart_beats_while_the_work_goes_on() -> None:
    arrival = actions.begin(Coming("command", Name("clip.mp4"), "system:test", Claims(), NOWHERE))
    lapse(arrival)
    with lease.Heartbeat(arrival, every=0.05):
        deadline = time.monotonic() + 10
        while Arrival.objects.get().lease_until < timezone.now() and time.monotonic() < deadline:
            time.sleep(0.02)
    assert Arrival.objects.get().lease_until > timezone.now() + lease.LENGTH - timedelta(seconds=20)


@pytest.mark.django_db(transaction=True)
def test_the_heart_stops_when_the_lease_is_lost() -> None:
    arrival = actions.begin(Coming("command", Name("clip.mp4"), "system:test", Claims(), NOWHERE))
    lapse(arrival)
    taken = lease.take_over(arrival.pk)
    assert taken is not None
    with lease.Heartbeat(arrival, every=0.02) as heart:
        heart._thread.join(10)
        assert not heart._thread.is_alive()
    assert Arrival.objects.get().holder == taken.holder
