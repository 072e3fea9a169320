"""The worker walls itself in before it reads a byte of footage: limits that can't be raised, calls that fail.

The namespaces around it (bubblewrap) already leave it nothing to reach. This is the second wall: where Linux lets it,
a seccomp filter refuses new processes, sockets and the kernel's rarer doors, also to root, whom RLIMIT_NPROC ignores.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct

PROCESSES = 64  # threads of the decoders; new processes are refused outright
OPEN_FILES = 32

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
# socket, connect, accept, bind, listen, socketpair, accept4, fork, vfork, execve, execveat, ptrace, process_vm_*, kill,
# mount and its kin, unshare, setns, keys, bpf, userfaultfd, perf, io_uring, memfd, modules, kexec, handles, pidfd
# fmt: off
_REFUSED = {
    "x86_64": (
        41, 42, 43, 49, 50, 53, 288, 57, 58, 59, 322, 101, 310, 311, 62, 165, 166, 155, 161, 272, 308, 248, 249, 250,
        321, 323, 298, 425, 426, 427, 319, 175, 313, 246, 320, 303, 304, 428, 429, 430, 432, 434, 438, 442,
    ),
    "aarch64": (
        198, 203, 202, 200, 201, 199, 242, 221, 281, 117, 270, 271, 129, 40, 39, 41, 51, 97, 268, 217, 218, 219,
        280, 282, 241, 425, 426, 427, 279, 105, 273, 104, 294, 264, 265, 428, 429, 430, 432, 434, 438, 442,
    ),
}
# fmt: on
_THREAD = 0x00010000  # CLONE_THREAD
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


def close_in(memory: int, cpu: int) -> None:
    """Gives up, for good, memory above `memory` bytes, processor time above `cpu` seconds, files, and the rest.

    Raises:
        OSError: the kernel wouldn't take the limits; the caller must not go on.
    """
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    _refuse_calls()


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def program(machine: str) -> bytes:
    """Returns the filter for a machine: refused calls fail with EPERM, everything else passes."""
    lines = [
        _instruction(_LOAD, 4),  # the architecture of the call
        _instruction(_EQUAL, _ARCHITECTURES[machine], 1, 0),
        _instruction(_RETURN, _KILL),  # calls of another architecture would mean other numbers
        _instruction(_LOAD, 0),  # the number of the call
        _instruction(_AT_LEAST, 0x40000000, 0, 1),  # x32: the same calls by other numbers
        _instruction(_RETURN, _KILL),
    ]
    for number in _REFUSED[machine]:
        lines += [_instruction(_EQUAL, number, 0, 1), _instruction(_RETURN, _ERRNO | errno.EPERM)]
    # The C library tries clone3 first and falls back to clone, whose flags can be read here.
    lines += [_instruction(_EQUAL, _CLONE3, 0, 1), _instruction(_RETURN, _ERRNO | errno.ENOSYS)]
    lines += [
        _instruction(_EQUAL, _CLONE[machine], 0, 3),
        _instruction(_LOAD, 16),  # its first argument
        _instruction(_ANY_BIT, _THREAD, 1, 0),
        _instruction(_RETURN, _ERRNO | errno.EPERM),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join(lines)


def _refuse_calls() -> None:
    machine = os.uname().machine
    if machine not in _ARCHITECTURES:
        return
    code = program(machine)
    kept = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_SET_SECCOMP, _FILTER, ctypes.c_char_p(head), 0, 0):
        number = ctypes.get_errno()
        if number != errno.EINVAL:  # a kernel built without filters; the namespaces still stand
            raise OSError(number, "the system-call filter could not be set")
