"""docs/protocols/link.md a second time, in Python with the standard library alone, so that tests can hold the page to it.

Slow, not in constant time: for tests only.
"""

import hashlib
import struct
from typing import Dict, Tuple, Union

Field = Union[int, bytes]


# Protobuf, as much of it as links use

def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def number_field(field: int, value: int) -> bytes:
    """A uint32, uint64, bool or enum; zero is left out."""
    return varint(field << 3) + varint(value) if value else b""


def fixed64_field(field: int, value: int) -> bytes:
    return varint(field << 3 | 1) + struct.pack("<Q", value) if value else b""


def bytes_field(field: int, value: bytes) -> bytes:
    """A string, bytes, a message or packed numbers."""
    return varint(field << 3 | 2) + varint(len(value)) + value


def parse_fields(message: bytes) -> Dict[int, Field]:
    """Field number -> its value; of a repeated field the last."""
    fields: Dict[int, Field] = {}
    at = 0

    def read_varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = read_varint()
        if key & 7 == 0:
            fields[key >> 3] = read_varint()
        elif key & 7 == 1:
            fields[key >> 3] = struct.unpack_from("<Q", message, at)[0]
            at += 8
        elif key & 7 == 2:
            size = read_varint()
            fields[key >> 3] = message[at:at + size]
            at += size
        else:
            raise ValueError(f"wire type {key & 7}")
    return fields


# Frames

HELLO, PROOF, REFUSAL, KNOCK, HEARTBEAT, ROOM_LINE, ROOM_MARK, ROOM_MARK_ECHO = 1, 2, 3, 4, 5, 8, 9, 10


def frame(payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + payload


def hello(*, grid: str, size: int, node: int, boot: int, number: int, nonce: bytes, share: bytes,
          encrypt: bool) -> bytes:
    """The payload."""
    fields = number_field(1, 1) + bytes_field(2, grid.encode()) + number_field(3, size) + number_field(4, 1)
    fields += number_field(5, node) + fixed64_field(6, boot) + number_field(7, number)
    fields += bytes_field(8, nonce) + bytes_field(9, share) + number_field(10, int(encrypt))
    return bytes_field(HELLO, fields)


def proof(mac: bytes) -> bytes:
    return bytes_field(PROOF, bytes_field(1, mac))


def heartbeat(*, sent_at_us: int, heard_sent_at_us: int, heard_ago_us: int, wall_clock_ms: int,
              worker_idle_ms: int) -> bytes:
    fields = fixed64_field(1, sent_at_us) + fixed64_field(2, heard_sent_at_us) + number_field(3, heard_ago_us)
    fields += fixed64_field(4, wall_clock_ms) + bytes_field(5, varint(worker_idle_ms))
    return bytes_field(HEARTBEAT, fields)


def room_mark(number: int) -> bytes:
    return bytes_field(ROOM_MARK, number_field(1, number))


# Proofs and keys

def transcript(label: str, dialer_hello: bytes, acceptor_hello: bytes) -> bytes:
    return label.encode() + frame(dialer_hello) + frame(acceptor_hello)


def mac(grid_key: bytes, prover: str, dialer_hello: bytes, acceptor_hello: bytes) -> bytes:
    """`prover`: dialer or acceptor."""
    message = transcript(f"buzzer link 1 proof of {prover}", dialer_hello, acceptor_hello)
    return hashlib.blake2b(message, key=grid_key, digest_size=32).digest()


def link_keys(grid_key: bytes, dialer_hello: bytes, acceptor_hello: bytes, shared: bytes) -> Tuple[bytes, bytes]:
    """(of what the dialer sends, of what the acceptor sends)."""
    message = transcript("buzzer link 1 keys", dialer_hello, acceptor_hello) + shared
    both = hashlib.blake2b(message, key=grid_key, digest_size=64).digest()
    return both[:32], both[32:]


_P = 2**255 - 19
BASE_POINT = (9).to_bytes(32, "little")


def x25519(secret: bytes, point: bytes) -> bytes:
    """RFC 7748, section 5."""
    k = int.from_bytes(secret, "little") & ~7 & (2**254 - 1) | 2**254
    x1 = int.from_bytes(point, "little") & (2**255 - 1)
    x2, z2, x3, z3 = 1, 0, x1, 1
    for bit in range(254, -1, -1):
        swap = k >> bit & 1
        if swap:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a, c * b, a * a, b * b
        x3, z3 = (da + cb) ** 2 % _P, x1 * (da - cb) ** 2 % _P
        x2, z2 = aa * bb % _P, (aa - bb) * (aa + 121665 * (aa - bb)) % _P
        if swap:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, _P - 2, _P) % _P).to_bytes(32, "little")


def _chacha20_block(key: bytes, counter: int, nonce: bytes) -> bytes:
    """RFC 8439, section 2.3."""
    first = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key), counter,
             *struct.unpack("<3I", nonce)]
    s = list(first)
    for _ in range(10):
        for i in range(8):
            columns = [i % 4 + 4 * row for row in range(4)]
            diagonals = [(i % 4 + row) % 4 + 4 * row for row in range(4)]
            a, b, c, d = columns if i < 4 else diagonals
            for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                s[x] = (s[x] + s[y]) & 0xFFFFFFFF
                s[z] ^= s[x]
                s[z] = (s[z] << turn | s[z] >> (32 - turn)) & 0xFFFFFFFF
    return struct.pack("<16I", *((x + y) & 0xFFFFFFFF for x, y in zip(s, first)))


def seal(key: bytes, number: int, plain: bytes) -> bytes:
    """ChaCha20-Poly1305 (RFC 8439, section 2.8) of the frame with that number, without associated data."""
    nonce = struct.pack("<Q", number) + bytes(4)
    stream = b"".join(_chacha20_block(key, 1 + i, nonce) for i in range((len(plain) + 63) // 64))
    sealed = bytes(x ^ y for x, y in zip(plain, stream))
    one_time = _chacha20_block(key, 0, nonce)[:32]
    r = int.from_bytes(one_time[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    text = sealed + bytes(-len(sealed) % 16) + struct.pack("<QQ", 0, len(sealed))
    tag = 0
    for at in range(0, len(text), 16):
        tag = (tag + int.from_bytes(text[at:at + 16] + b"\1", "little")) * r % (2**130 - 5)
    tag = (tag + int.from_bytes(one_time[16:], "little")) % 2**128
    return sealed + tag.to_bytes(16, "little")


def unseal(key: bytes, number: int, payload: bytes) -> bytes:
    """The inverse; ValueError if it was not sealed so."""
    plain = seal(key, number, payload[:-16])[:-16]
    if seal(key, number, plain) != payload:
        raise ValueError("not sealed with this key and number")
    return plain
