"""Canonical JSON: RFC 8785 within a strict profile, so that one value has one spelling.

ASCII keys, no floats, integers below 2**53 in size, no lone surrogates, no duplicate keys. Within the profile the
standard library's encoder gives the bytes of RFC 8785; outside it nothing is encoded and nothing is decoded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

_LIMIT = 1 << 53
_WORDS = {None: "null", True: "true", False: "false"}
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class NotCanonical(ValueError):
    """The value has no canonical form in the profile, or the bytes are not that form."""


def encode(value: Json) -> bytes:
    """Returns the one spelling of a value. Raises NotCanonical for what the profile leaves out."""
    try:
        flat = _flat(value)
        if flat is not None:
            return flat.encode()
        _check(value)
        return _encode(value).encode()
    except UnicodeEncodeError as problem:
        raise NotCanonical("a text holds half a surrogate pair") from problem
    except RecursionError as problem:
        raise NotCanonical("nested too deeply") from problem


def _flat(value: Json) -> str | None:
    """Returns the spelling of a text, or of a list of nothing but texts and words; None for anything else.

    Nearly every field of an event is one. Setting up the encoder for each would cost more than the encoding.
    """
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is list:
        parts = [_WORDS.get(each) if each is None or each is True or each is False else
                 encode_basestring(each) if type(each) is str else None for each in value]  # fmt: skip
        if None not in parts:
            return f"[{','.join(parts)}]"  # type: ignore[arg-type]
    return None


def decode(data: bytes) -> Json:
    """Returns the value of canonical bytes. Raises NotCanonical for any other spelling of the same value.

    Whitespace, duplicate keys, key order, escapes and number forms all show in one comparison: encoding the value
    again must give the same bytes.
    """
    try:
        value: Json = json.loads(data.decode())
    except RecursionError as problem:
        raise NotCanonical("nested too deeply") from problem
    except ValueError as problem:  # covers bad UTF-8, bad JSON and absurdly long numbers
        raise NotCanonical(f"not JSON: {problem}") from problem
    if encode(value) != data:
        raise NotCanonical("JSON, but not in its canonical spelling")
    return value


_PLAIN = frozenset({str, bool, type(None)})


def _check(value: object) -> None:
    if type(value) in _PLAIN or isinstance(value, str):
        return
    if isinstance(value, int):
        if not -_LIMIT < value < _LIMIT:
            raise NotCanonical(f"an integer of {value.bit_length()} bits does not fit 53")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"the key {key!r} is not ASCII text")
            if type(inner) not in _PLAIN:  # most are: a call for each would cost more than the encoding
                _check(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            if type(inner) not in _PLAIN:
                _check(inner)
    else:
        raise NotCanonical(f"{type(value).__name__} has no canonical form here")
