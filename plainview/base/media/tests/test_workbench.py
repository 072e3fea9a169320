"""One process serves everything that is wanted of one file."""

from __future__ import annotations

import threading

from plainview.base.media import BytesSource, FileSource, Workbench
from plainview.base.media.tests.test_probe import Clip, Look


def test_one_process_does_it_all(clip: Clip) -> None:
    with FileSource(clip("a.mp4")) as source, Workbench(source) as bench:
        facts = bench.probe("a.mp4")
        first = bench._process()._process.pid
        assert bench.poster(facts).startswith(b"\xff\xd8\xff")
        assert bench.scrub(facts).count == 4
        assert bench.waveform(facts).startswith(b"{")
        assert sum(map(len, bench.remux())) > 10_000
        assert bench._process()._process.pid == first


def test_leaving_ends_the_process(clip: Clip) -> None:
    with FileSource(clip("a.mp4")) as source:
        with Workbench(source) as bench:
            bench.probe("a.mp4")
            process = bench._process()._process
        assert process.poll() is not None


def test_a_bench_that_did_nothing_started_nothing() -> None:
    with Workbench(BytesSource(b"")) as bench:
        assert bench._worker is None


def test_several_files_at_once(clip: Clip, look: Look) -> None:
    path = clip("a.mp4")
    found: list[object] = []

    def work() -> None:
        found.append(look(path).duration_ms)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3008] * 4


def test_a_source_that_grows_short_is_answered(clip: Clip) -> None:
    class Short(BytesSource):
        def read_at(self, offset: int, length: int) -> bytes:
            return super().read_at(offset, min(length, max(0, 5000 - offset)))

    data = clip("a.mp4").read_bytes()
    with Workbench(Short(data)) as bench:
        assert bench.probe("a.mp4").problem
