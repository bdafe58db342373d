"""The pixels of a picture, for tests that look at what a browser drew."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_HEAD = b"\x89PNG\r\n\x1a\n"

Colour = tuple[int, int, int]


class Pixels(NamedTuple):
    """A picture, 8 bits a channel."""

    width: int
    height: int
    rows: tuple[bytes, ...]
    channels: int

    def at(self, x: int, y: int) -> Colour:
        row, begin = self.rows[y], x * self.channels
        return row[begin], row[begin + 1], row[begin + 2]

    def share(self, colour: Colour, *, near: int = 24) -> float:
        """How much of the picture is about this colour: edges of letters and fonts do not count for much."""
        every = [
            all(abs(one - other) <= near for one, other in zip(self.at(x, y), colour, strict=True))
            for y in range(0, self.height, 2)
            for x in range(0, self.width, 2)
        ]
        return sum(every) / len(every)


def pixels(png: bytes) -> Pixels:
    """What `png` shows; colours by truth, not interlaced, as browsers write them."""
    assert png.startswith(_HEAD), "no PNG"
    chunks = dict[bytes, bytes]()
    for kind, data in _chunks(png):
        chunks[kind] = chunks.get(kind, b"") + data
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, interlaced) == (8, 0)
    channels = {2: 3, 6: 4}[colours]
    raw = zlib.decompress(chunks[b"IDAT"])
    stride = width * channels
    rows, above = [], bytes(stride)
    for number in range(height):
        begin = number * (stride + 1)
        above = _unfiltered(raw[begin], raw[begin + 1 : begin + 1 + stride], above, channels)
        rows.append(above)
    return Pixels(width, height, tuple(rows), channels)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_HEAD)
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def _unfiltered(kind: int, row: bytes, above: bytes, channels: int) -> bytes:
    """The row of a PNG before its filter (RFC 2083, 6)."""
    done = bytearray(row)
    for place, _ in enumerate(done):
        left = done[place - channels] if place >= channels else 0
        corner = above[place - channels] if place >= channels else 0
        match kind:
            case 1:
                done[place] = (done[place] + left) & 255
            case 2:
                done[place] = (done[place] + above[place]) & 255
            case 3:
                done[place] = (done[place] + (left + above[place]) // 2) & 255
            case 4:
                done[place] = (done[place] + _nearest(left, above[place], corner)) & 255
            case _:
                break
    return bytes(done)


def _nearest(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))
