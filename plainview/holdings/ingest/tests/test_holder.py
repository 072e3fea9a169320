"""A process that ended can be told from one that lives, and from one nobody here can know of."""

from __future__ import annotations

import subprocess
import sys

from plainview.holdings.ingest import holder

PRINT = "from plainview.holdings.ingest import holder; print(holder.new_holder(), flush=True); input()"


def test_this_process_is_here() -> None:
    assert not holder.is_gone(holder.new_holder())


def test_two_pieces_of_work_have_two_names() -> None:
    assert holder.new_holder() != holder.new_holder()


def test_a_process_that_was_killed_is_gone() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PRINT], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        name = child.stdout.readline().strip()
        assert not holder.is_gone(name)
        child.kill()
        child.wait()
    assert holder.is_gone(name)


def test_a_pid_that_became_another_process_is_gone() -> None:
    world_and_pid, _, _ = holder.new_holder().partition("/")[0].rpartition(":")
    assert holder.is_gone(f"{world_and_pid}:1/abc")


def test_another_machine_can_not_be_known() -> None:
    assert not holder.is_gone("5f0c-another-boot:4026531836:1:1/abc")


def test_nobody_is_not_somebody_who_is_gone() -> None:
    assert not holder.is_gone("")
