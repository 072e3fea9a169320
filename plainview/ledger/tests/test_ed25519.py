"""The plain-Python verifier agrees with other people's vectors and with OpenSSL, and is quick enough."""

from __future__ import annotations

import json
import time
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.ledger import ed25519


def test_all_151_cases_of_wycheproof(shared: Path) -> None:
    groups = json.loads((shared / "vectors/wycheproof/ed25519_test.json").read_text())["testGroups"]
    checked, wrong = 0, []
    for group in groups:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            good = ed25519.verify(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            checked += 1
            if good != (case["result"] == "valid"):
                wrong.append((case["tcId"], case["comment"]))
    assert checked == 151
    assert wrong == []


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 64 * 8 - 1))
def test_it_agrees_with_openssl(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))
    assert ed25519.verify(public, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not ed25519.verify(public, message, bytes(signature))
    assert not ed25519.verify(public, message + b"!", key.sign(message))


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_garbage_is_refused_as_openssl_refuses_it(public: bytes, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, b"")
    except (InvalidSignature, ValueError):
        assert not ed25519.verify(public, b"", signature)


def test_keys_that_are_not_points_are_refused() -> None:
    key = Ed25519PrivateKey.generate()
    signature = key.sign(b"text")
    for public in (b"", bytes(31), b"\xff" * 32, (2).to_bytes(32, "little"), bytes([1] + [0] * 30 + [0x80])):
        assert not ed25519.verify(public, b"text", signature)
    assert not ed25519.verify(key.public_key().public_bytes_raw(), b"text", signature[:63])


def test_a_signature_is_checked_within_20_milliseconds() -> None:
    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"text")
    times = []
    for _ in range(9):
        began = time.perf_counter()
        assert ed25519.verify(public, b"text", signature)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.020
