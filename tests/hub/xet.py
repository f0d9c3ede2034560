"""The upload side of Xet: a xorb is many chunks, a shard says of which chunks files are made.

Formats as xet-core writes them: https://huggingface.co/docs/xet/en/xorb and .../shard. Hashes are 32 bytes; as text,
each 8 of them are one hexadecimal number of which the least byte comes first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

Chunks = list[bytes]
_RECORD = 48
_END = b"\xff" * 32
_HAS_VERIFICATION, _HAS_SHA256 = 1 << 31, 1 << 30


@dataclass(frozen=True)
class Plan:
    """How a file is put together: its SHA-256, null where the client does not say, and (xorb, first, end) of chunks."""

    sha256: str | None
    parts: tuple[tuple[str, int, int], ...]

    def bytes(self, xorbs: Mapping[str, Chunks]) -> bytes:
        """Return the file."""
        return b"".join(b"".join(xorbs[xorb][first:end]) for xorb, first, end in self.parts)


def read_xorb(data: bytes) -> Chunks:
    """Return the chunks of a xorb; what follows them, a footer, is left out."""
    chunks, at = [], 0
    while at + 8 <= len(data) and data[at] == 0:
        packed = int.from_bytes(data[at + 1 : at + 4], "little")
        size = int.from_bytes(data[at + 5 : at + 8], "little")
        chunks.append(_unpack(data[at + 8 : at + 8 + packed], data[at + 4], size))
        at += 8 + packed
    return chunks


def _unpack(data: bytes, scheme: int, size: int) -> bytes:
    if scheme == 0:
        return data
    raw: bytes = pa.decompress(data, decompressed_size=size, codec="lz4", asbytes=True)
    return raw if scheme == 1 else _interleave(raw)


def _interleave(planes: bytes) -> bytes:
    """Undo the sorting of bytes by their place in groups of four."""
    whole, at = bytearray(len(planes)), 0
    for plane in range(4):
        count = (len(planes) - plane + 3) // 4
        whole[plane::4] = planes[at : at + count]
        at += count
    return bytes(whole)


def read_shard(data: bytes) -> Iterator[Plan]:
    """Yield the plan of every file in a shard."""
    at = _RECORD  # behind the header
    while data[at : at + 32] != _END:
        flags, count = struct.unpack_from("<II", data, at + 32)
        parts = tuple(_part(data, at + _RECORD * (number + 1)) for number in range(count))
        at += _RECORD * (1 + count * (2 if flags & _HAS_VERIFICATION else 1))
        sha256 = None
        if flags & _HAS_SHA256:
            sha256, at = hash_text(data[at : at + 32]), at + _RECORD
        yield Plan(sha256, parts)


def _part(data: bytes, at: int) -> tuple[str, int, int]:
    _, _, first, end = struct.unpack_from("<IIII", data, at + 32)
    return hash_text(data[at : at + 32]), first, end


def hash_text(data: bytes) -> str:
    """Return a hash as text."""
    return "".join(data[at : at + 8][::-1].hex() for at in range(0, 32, 8))
