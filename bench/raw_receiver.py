"""The bare limit of receiving over HTTP: threads that take a body, hash it, and answer. Run by bench.ingest.

    python -m bench.raw_receiver PORT [FOLDER]

With a folder the bytes are also written there and made durable. Nothing is encrypted, read back or written down.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import threading

PIECE = 1 << 20


def main() -> None:
    """Serves until it is killed."""
    folder = sys.argv[2] if len(sys.argv) > 2 else ""
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128) as door:
        while True:
            link, _ = door.accept()
            threading.Thread(target=_answer, args=(link, folder), daemon=True).start()


def _answer(link: socket.socket, folder: str) -> None:
    with link:
        head = b""
        while b"\r\n\r\n" not in head:
            data = link.recv(65536)
            if not data:
                return  # somebody only looked whether the door is open
            head += data
        head, _, body = head.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        _receive(link, body, length, folder)
        link.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")


def _receive(link: socket.socket, body: bytes, length: int, folder: str) -> None:
    digest, left, piece = hashlib.sha256(body), length - len(body), memoryview(bytearray(PIECE))
    path = os.path.join(folder, f"{threading.get_ident()}") if folder else os.devnull  # noqa: PTH118
    with open(path, "wb", buffering=0) as out:  # noqa: PTH123
        out.write(body)
        while left:
            got = link.recv_into(piece[: min(PIECE, left)])
            if not got:
                return
            digest.update(piece[:got])
            if folder:
                out.write(piece[:got])
            left -= got
        if folder:
            os.fsync(out.fileno())


if __name__ == "__main__":
    main()
