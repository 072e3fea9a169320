"""The library under FLOE and the key wrap answers Wycheproof's cases as it must, called the way we call it."""

from __future__ import annotations

import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding, aes_key_wrap_with_padding

Case = dict[str, Any]


def cases(shared: Path, name: str, **group: int) -> list[Case]:
    found = json.loads((shared / "vectors" / "wycheproof" / f"{name}_test.json").read_text())
    return [
        {k: bytes.fromhex(v) if k in HEX else v for k, v in case.items()}
        for part in found["testGroups"]
        if all(part[k] == v for k, v in group.items())
        for case in part["tests"]
    ]


HEX = {"key", "iv", "aad", "msg", "ct", "tag", "ikm", "salt", "info", "okm"}


def test_aes_256_gcm(shared: Path) -> None:
    done = 0
    for case in cases(shared, "aes_gcm", keySize=256, ivSize=96, tagSize=128):
        cipher, sealed = AESGCM(case["key"]), case["ct"] + case["tag"]
        out = memoryview(bytearray(len(case["msg"])))
        if case["result"] == "valid":
            assert cipher.decrypt_into(case["iv"], sealed, case["aad"], out) == len(out), case["tcId"]
            assert out == case["msg"]
            again = memoryview(bytearray(len(sealed)))
            cipher.encrypt_into(case["iv"], case["msg"], case["aad"], again)
            assert again == sealed, case["tcId"]
        else:
            with pytest.raises(InvalidTag):
                cipher.decrypt_into(case["iv"], sealed, case["aad"], out)
        done += 1
    assert done >= 60


def test_hkdf_sha_384(shared: Path) -> None:
    done = 0
    for case in cases(shared, "hkdf_sha384"):
        drawn = hmac.digest(case["salt"] or bytes(48), case["ikm"], "sha384")  # the extract step, which FLOE leaves out
        if case["result"] == "valid":
            assert HKDFExpand(SHA384(), case["size"], case["info"]).derive(drawn) == case["okm"], case["tcId"]
            done += 1
        else:
            with pytest.raises(ValueError, match="Cannot derive keys larger"):
                HKDFExpand(SHA384(), case["size"], case["info"])
    assert done == 80


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_aes_kwp(shared: Path, bits: int) -> None:
    for case in cases(shared, "aes_kwp", keySize=bits):
        if case["result"] == "valid":
            assert aes_key_wrap_with_padding(case["key"], case["msg"]) == case["ct"], case["tcId"]
            assert aes_key_unwrap_with_padding(case["key"], case["ct"]) == case["msg"], case["tcId"]
        else:
            with pytest.raises(InvalidUnwrap):
                aes_key_unwrap_with_padding(case["key"], case["ct"])
