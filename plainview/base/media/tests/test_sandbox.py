"""The worker can reach nothing: each promise is tried by code that runs where the decoders run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from plainview.base.media import BytesSource, SandboxUnavailable, Workbench, probe, sandbox

PREFIX = (
    "import sys; sys.path[:0] = ['/room', '/packages']; "
    "from plainview.base.media.inside import walls; walls.close_in({memory}, {cpu})\n"
)


def inside(code: str, memory: int = 1 << 31, cpu: int = 20) -> subprocess.CompletedProcess[str]:
    """Runs code behind the same walls as a worker, after it has closed itself in."""
    command = sandbox.command(memory, cpu)
    start = command[: command.index("-c") + 1]
    return subprocess.run(
        [*start, PREFIX.format(memory=memory, cpu=cpu) + code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_works_here() -> None:
    assert sandbox.status() is None


def test_code_inside_runs_at_all() -> None:
    assert inside("print('here')").stdout == "here\n"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/shadow", "/root/.ssh/id_ed25519", "/proc/self/status", "/dev/sda"]
)
def test_files_of_the_machine_are_not_there(path: str) -> None:
    ran = inside(f"open({path!r})")
    assert "FileNotFoundError" in ran.stderr or "PermissionError" in ran.stderr


def test_a_file_outside_is_not_there_whoever_may_read_it(tmp_path: Path) -> None:
    secret = tmp_path / "evidence.mp4"
    secret.write_text("other evidence")
    assert "FileNotFoundError" in inside(f"open({str(secret)!r})").stderr


def test_our_own_code_and_data_are_not_there() -> None:
    ran = inside(
        "import os; print(sorted(os.listdir('/room/plainview/base/media')), sorted(os.listdir('/room/plainview')))"
    )
    assert ran.stdout.strip() == "['inside', 'vendors'] ['base']"
    assert "ModuleNotFoundError" in inside("import django").stderr


@pytest.mark.parametrize("place", ["/x", "/tmp/x", "/room/x", "/packages/x", "/room/plainview/base/media/inside/x.py"])
def test_nothing_can_be_written(place: str) -> None:
    ran = inside(f"open({place!r}, 'w').write('x')")
    assert ran.returncode != 0
    assert "Error" in ran.stderr


def test_there_is_no_network() -> None:
    ran = inside("import socket; socket.create_connection(('127.0.0.1', 22), 2)")
    assert "PermissionError" in ran.stderr


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"])
def test_no_socket_can_even_be_made(family: str) -> None:
    assert "PermissionError" in inside(f"import socket; socket.socket(socket.{family}, socket.SOCK_STREAM)").stderr


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.fork()",
        "import os; os.execv('/usr/bin/python3', ['x'])",
        "import os; os.posix_spawn(sys.executable, ['x'], {})",
        "import subprocess; subprocess.run(['/bin/sh', '-c', 'true'])",
        "import os; os.kill(1, 9)",
        "import os; os.unshare(os.CLONE_NEWUSER) if hasattr(os, 'unshare') else os.fork()",
        "import os; os.memfd_create('x')",
    ],
)
def test_no_process_can_be_started_or_hurt(code: str) -> None:
    ran = inside(code)
    assert ran.returncode != 0
    assert "Operation not permitted" in ran.stderr or "PermissionError" in ran.stderr


def test_threads_still_work() -> None:
    ran = inside("import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()")
    assert ran.stdout == "thread\n"


def test_it_is_nobody_and_holds_no_capability() -> None:
    code = (
        "import ctypes, struct; libc = ctypes.CDLL(None)\n"
        "head = struct.pack('Ii', 0x20080522, 0); data = ctypes.create_string_buffer(24)\n"
        "assert libc.capget(head, data) == 0; print(data.raw.hex())"
    )
    assert inside(code).stdout.strip() == "00" * 24


def test_the_environment_is_empty() -> None:
    ran = inside("import os; print(sorted(os.environ))")
    assert set(ran.stdout.strip("[]\n").replace("'", "").split(", ")) <= {
        "MALLOC_ARENA_MAX",
        "OPENBLAS_NUM_THREADS",
        "PWD",
        "LC_CTYPE",
    }


def test_memory_ends_at_the_limit() -> None:
    ran = inside("x = bytearray(600 << 20)", memory=512 << 20)
    assert "MemoryError" in ran.stderr


def test_limits_can_not_be_raised_again() -> None:
    ran = inside("import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))")
    assert "Error" in ran.stderr


def test_processor_time_ends_at_the_limit() -> None:
    assert inside("while True: pass", cpu=1).returncode != 0


def test_without_bubblewrap_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise SandboxUnavailable("bubblewrap is missing, so no media file is opened.")

    monkeypatch.setattr(sandbox, "_bwrap", missing)
    sandbox._walls.cache_clear()
    try:
        assert (sandbox.status() or "").startswith("bubblewrap is missing")
        facts = probe(BytesSource(b"\0\0\0\x18ftypisom"), "a.mp4")
        assert facts.container is None
        assert facts.role == "footage"
        assert "bubblewrap is missing" in (facts.problem or "")
        with pytest.raises(SandboxUnavailable), Workbench(BytesSource(b"x")) as bench:
            bench.poster(facts)
    finally:
        sandbox._walls.cache_clear()


def test_where_namespaces_are_forbidden_it_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(sandbox, "_bwrap", lambda: str(fake))
    sandbox._walls.cache_clear()
    try:
        said = sandbox.status() or ""
        assert "Permission denied" in said
        assert "kernel.unprivileged_userns_clone" in said
        facts = probe(BytesSource(b"\0\0\0\x18ftypisom"), "a.mp4")
        assert "does not start here" in (facts.problem or "")
    finally:
        sandbox._walls.cache_clear()


def test_the_command_binds_no_folder_that_is_ours_to_keep() -> None:
    command = sandbox.command(1 << 31, 60)
    bound = {command[n + 1] for n, word in enumerate(command) if word == "--ro-bind"}
    home = str(Path.home())
    assert "--bind" not in command
    assert not bound & {"/", "/etc", "/home", "/var", "/tmp", "/usr", "/opt", home}
    assert "--unshare-all" in command
    assert command[command.index("--cap-drop") + 1] == "ALL"


def test_the_worker_is_the_same_python() -> None:
    version = inside("print(sys.version_info[:2])").stdout.strip()
    assert version == str(sys.version_info[:2])
