"""Ed25519 verification (RFC 8032, section 5.1.7) in plain Python, for machines without the `cryptography` package.

It handles public values only, so it need not run in constant time. Never sign with it.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha512

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
Table = list[Point]

_WINDOW = 4  # bits of the scalar taken at once
_NEUTRAL: Point = (0, 1, 1, 0)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tells whether the signature (64 bytes) of the message is by the holder of the public key (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key = _decompress(public)
    s = int.from_bytes(signature[32:], "little")
    if key is None or s >= L:
        return False
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % L
    minus_key = (P - key[0], key[1], 1, P - key[3])
    return _compress(_two_products(s, _base_table(), k, _table(minus_key))) == signature[:32]


def _two_products(s: int, first: Table, k: int, second: Table) -> Point:
    """Returns s·first + k·second, both scalars walked down together, four bits at a time."""
    total = _NEUTRAL
    for shift in range(252, -1, -_WINDOW):
        for _ in range(_WINDOW):
            total = _double(total)
        for scalar, table in ((s, first), (k, second)):
            digit = scalar >> shift & 15
            if digit:
                total = _add(total, table[digit])
    return total


def _table(point: Point) -> Table:
    """Returns 0·point … 15·point."""
    table = [_NEUTRAL, point]
    while len(table) < 1 << _WINDOW:
        table.append(_add(table[-1], point))
    return table


@lru_cache(maxsize=1)
def _base_table() -> Table:
    base = _decompress(bytes([0x58] + [0x66] * 31))
    if base is None:  # can't happen: the base point is a constant of the curve
        raise ArithmeticError("the base point is not on the curve")
    return _table(base)


def _add(one: Point, two: Point) -> Point:
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = two
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = 2 * D * t1 * t2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(one: Point) -> Point:
    x, y, z, _ = one
    a, b = x * x % P, y * y % P
    h = a + b
    e = h - (x + y) * (x + y) % P
    g = a - b
    f = 2 * z * z % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _compress(point: Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decompress(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    x = _square_root((y * y - 1) * pow(D * y * y + 1, -1, P) % P)
    if x is None or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _square_root(square: int) -> int | None:
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * ROOT_OF_MINUS_ONE % P
    return root if root * root % P == square else None
