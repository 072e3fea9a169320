"""The system-call filter, run by a small machine of our own: also for processors that this one isn't."""

from __future__ import annotations

import errno
import struct

import pytest

from plainview.base.media.inside import walls

ALLOW, KILL = 0x7FFF0000, 0x80000000
NOT_PERMITTED = 0x00050000 | errno.EPERM
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386 = 0x40000003
THREAD, USER_NAMESPACE = 0x00010000, 0x10000000
NAMES = {
    "x86_64": {
        "read": 0,
        "write": 1,
        "openat": 257,
        "mmap": 9,
        "futex": 202,
        "socket": 41,
        "connect": 42,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "ptrace": 101,
        "mount": 165,
        "unshare": 272,
        "setns": 308,
        "bpf": 321,
        "io_uring_setup": 425,
        "kill": 62,
        "clone": 56,
        "recvfrom": 45,
        "sendto": 44,
        "exit_group": 231,
    },
    "aarch64": {
        "read": 63,
        "write": 64,
        "openat": 56,
        "mmap": 222,
        "futex": 98,
        "socket": 198,
        "connect": 203,
        "execve": 221,
        "ptrace": 117,
        "mount": 40,
        "unshare": 97,
        "setns": 268,
        "bpf": 280,
        "io_uring_setup": 425,
        "kill": 129,
        "clone": 220,
        "recvfrom": 207,
        "sendto": 206,
        "exit_group": 94,
    },
}
NEEDED = ("read", "write", "openat", "mmap", "futex", "recvfrom", "sendto", "exit_group")
MACHINES = pytest.mark.parametrize("machine", sorted(NAMES))


def verdict(machine: str, number: int, argument: int = 0, architecture: int | None = None) -> int:
    """Runs the filter over one call and returns what it says."""
    data = struct.pack("=IIQ6Q", number, architecture or ARCHITECTURES[machine], 0, argument, 0, 0, 0, 0, 0)
    lines = [struct.unpack("=HBBI", line) for line in zip_bytes(walls.program(machine))]
    register = at = 0
    while True:
        code, if_true, if_false, value = lines[at]
        at += 1
        if code == 0x20:
            (register,) = struct.unpack_from("=I", data, value)
        elif code == 0x06:
            return int(value)
        else:
            holds = {0x15: register == value, 0x35: register >= value, 0x45: bool(register & value)}[code]
            at += if_true if holds else if_false


def zip_bytes(code: bytes) -> list[bytes]:
    return [code[at : at + 8] for at in range(0, len(code), 8)]


@MACHINES
@pytest.mark.parametrize("name", NEEDED)
def test_what_a_decoder_needs_passes(machine: str, name: str) -> None:
    assert verdict(machine, NAMES[machine][name]) == ALLOW


@MACHINES
def test_everything_else_that_is_named_is_refused(machine: str) -> None:
    for name, number in NAMES[machine].items():
        if name not in (*NEEDED, "clone"):
            assert verdict(machine, number) == NOT_PERMITTED, name


@MACHINES
def test_threads_pass_and_processes_do_not(machine: str) -> None:
    clone = NAMES[machine]["clone"]
    assert verdict(machine, clone, THREAD | 0x100) == ALLOW
    assert verdict(machine, clone, 0x11) == NOT_PERMITTED
    assert verdict(machine, clone, USER_NAMESPACE) == NOT_PERMITTED


@MACHINES
def test_the_newer_clone_is_unknown_so_that_the_older_is_tried(machine: str) -> None:
    assert verdict(machine, 435) == 0x00050000 | errno.ENOSYS


@MACHINES
def test_calls_by_another_architectures_numbers_end_the_process(machine: str) -> None:
    assert verdict(machine, 0, architecture=I386) == KILL


def test_x32_calls_end_the_process() -> None:
    assert verdict("x86_64", 0x40000000 | 41) == KILL


@MACHINES
def test_the_filter_is_short_enough_for_the_kernel(machine: str) -> None:
    lines = zip_bytes(walls.program(machine))
    assert len(lines) <= 4096
    for at, line in enumerate(lines):
        code, if_true, if_false, _ = struct.unpack("=HBBI", line)
        if code not in (0x20, 0x06):
            assert at + 1 + max(if_true, if_false) < len(lines)
    assert struct.unpack("=HBBI", lines[-1])[0] == 0x06
