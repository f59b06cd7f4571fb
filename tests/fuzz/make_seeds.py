"""The inputs that every run of a target begins with. To look at them: python3 -m tests.fuzz.make_seeds FOLDER

One folder for each target. What the bytes of an input mean stands at the head of the target and in fuzz_input.h.
"""

import sys
from pathlib import Path
from typing import Dict, List

# Steps of mesh.cc.
(CONNECT, IMPOSTOR, HELLO, PROOF, HEARTBEAT, FRAME, BYTES, REPLAY, END, MAKE, WAIT, ROOM, SEND, BLOCK, UNBLOCK,
 CUT_PROOF) = map(lambda number: bytes([number]), range(16))
CLEAR, ENCRYPTED = b"\0", b"\1"


def piece(data: bytes) -> bytes:
    return bytes([len(data)]) + data


def run(count: int, byte: bytes = b"x") -> bytes:
    """A piece of so many of one byte; near a multiple of 16 KiB."""
    times = (count + 127) // 16_384
    return bytes([0xF0 + times, (count - times * 16_384) & 0xFF]) + byte


def pieces(data: bytes, size: int) -> bytes:
    return b"".join(piece(data[at:at + size]) for at in range(0, len(data), size))


def framed(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + payload


def handshake(speaker: int, boot: int = 9, number: int = 1, wrong: int = 0, proof: bytes = b"") -> bytes:
    """An honest one, until the link is up. Speakers 0 and 1 are what the mesh dials when it starts."""
    who = bytes([speaker])
    heartbeats = (HEARTBEAT + who + b"\0") * 2
    return HELLO + who + bytes([wrong, boot, number]) + (proof or PROOF + who) + heartbeats


ROOM_LINE = b"\x42\x04\x0a\x02hi"
MARK = b"\x4a\x02\x08\x07"
REFUSAL = b"\x1a\x06\x08\x07\x12\x02no"
KNOCK = b"\x22\x08\x0a\x04grid\x10\x02"


def mesh() -> List[bytes]:
    """Speaker 0 is node 0, dialled; 1 is the knock at node 2; 2 and on are those that connect."""
    up = CONNECT + handshake(2)
    dialled = MAKE + b"\0" + handshake(0)
    bodies = [piece(body) for body in (ROOM_LINE, MARK, REFUSAL, KNOCK, b"\x9a\x06\x01x", b"\x6a\x00", b"\x5a\x02\x08\x01")]
    return [
        CLEAR + up + b"".join(FRAME + b"\2" + body for body in bodies[:2]),
        ENCRYPTED + up + FRAME + b"\2" + bodies[0] + BYTES + b"\2" + piece(framed(ROOM_LINE)),
        CLEAR + dialled + up + WAIT + b"\x32" + HEARTBEAT + b"\0\0" + SEND + b"\2" + run(16_384) + ROOM + b"\2\0",
        ENCRYPTED + dialled + SEND + b"\0" + piece(b"line") + BLOCK + b"\0\3" + WAIT + b"\xff" + UNBLOCK + b"\0",
        CLEAR + up + CONNECT + handshake(3, number=2) + FRAME + b"\2" + bodies[0] + FRAME + b"\3" + bodies[1],
        CLEAR + up + CONNECT + handshake(3, boot=8) + END + b"\3",
        CLEAR + up + CONNECT + REPLAY + b"\3\2" + WAIT + b"\xff",
        CLEAR + IMPOSTOR + handshake(2) + FRAME + b"\2" + bodies[0],
        *(CLEAR + who + handshake(2, proof=CUT_PROOF + b"\2" + size) + FRAME + b"\2" + bodies[0]
          for who in (CONNECT, IMPOSTOR) for size in (b"\0", b"\1", b"\x1f")),
        *(how + up + ROOM + b"\2\5" + SEND + b"\2" + run(16_384) + (SEND + b"\2" + piece(b"x" * 230)) * 10 + ROOM + b"\2\0" for how in (CLEAR, ENCRYPTED)),
        CLEAR + CONNECT * 4 + handshake(5) + CONNECT + FRAME + b"\5" + bodies[0],
        CLEAR + CONNECT + FRAME + b"\2" + bodies[3] + CONNECT + FRAME + b"\3" + bodies[0] + WAIT + b"\xff",
        CLEAR + CONNECT + BYTES + b"\2" + piece(b"GET / HTTP/1.1\r\n\r\n"),
        CLEAR + CONNECT + BYTES + b"\2" + piece(framed(b"\x0a\x02\x08\x01")[:5]) + END + b"\2",
        CLEAR + up + b"".join(FRAME + b"\2" + body for body in bodies[2:]),
        CLEAR + up + HEARTBEAT + b"\2\x1f" + b"\x7f" + b"\xff" * 39,
        CLEAR + up + HEARTBEAT + b"\2\x08\x80" + b"\0" * 7,
        CLEAR + CONNECT + ROOM + b"\2\5" + handshake(2) + ROOM + b"\2\0" + BLOCK + b"\2\1" + SEND + b"\2" + piece(b"x"),
        *(CLEAR + CONNECT + HELLO + bytes([2, wrong, 9, 1, 3]) + b"abc" + PROOF + b"\2" for wrong in (8, 9, 10, 11, 12, 14)),
        ENCRYPTED + CONNECT + HELLO + b"\2\x0d\x09\1" + PROOF + b"\2",
    ]


LINES = b"get\nalive\r\nbroadcast hi, there\n\nstatus\nauth secret\n"
COMMANDS = """get
alive
broadcast I'm actually a cat
auth secret
status
block 1
block 2 in
block 0 out
unblock 1
mark
stop
as Alice register
as Alice post hello \\n world
as Alice with key-1 post hello
as Alice reply 123456 text \\\\ more
as Alice edit 99 text
as Alice delete 99
as Alice follow Bob
as Alice unfollow Bob
author Alice before 77 limit 3
feed Alice after 5
mentions Alice
topic go limit 200
thread 5 after 6 limit 2
users Al after Alf limit 9
followers Bob after A limit 2
followees Bob
user Bob
home Bob
owed
settle 1000
GET / HTTP/1.1
block 4294967296
author Alice before 0""".encode().split(b"\n")


def control_session() -> List[bytes]:
    say, little, everything, answer = b"\0", b"\1", b"\2", b"\3"
    authorized = [b"\1" + say + piece(line + b"\n") + answer + piece(b"") for line in COMMANDS]
    return authorized + [
        b"\0" + say + piece(LINES),
        b"\1" + little + b"\3" + say + piece(LINES) + everything + answer + piece(b""),
        b"\1" + say + piece(b"mark\nmark\nget\n") + answer + piece(b"\0") + answer + piece(b""),
        b"\1" + say + run(65_537) + say + piece(b"\nalive\n"),
        b"\1" + say + piece(b"broadcast ") + say + run(65_400) + say + piece(b"\nget\nget\n") + little + b"\xff" + everything,
        b"\0" + say + piece(b"POST / HTTP/1.1\r\nbroadcast x\n"),
        b"\1" + say + piece(b"mark\n") + b"\5\x4d",
    ]


def lines(limit: int) -> List[bytes]:
    text = b"one\r\n\n\r\nthree, and longer\nfour\r\r\nno end"
    return [*(pieces(text, size) for size in (1, 3, 100)), piece(b"a\n") + run(limit + 1) + piece(b"\nb\n"),
            piece(b"a\n") + run(limit) + piece(b"\r\nb\n"), run(limit) + piece(b"\n"), run(limit + 1)]


def websocket(masked: bool) -> List[bytes]:
    def frame(first: int, payload: bytes) -> bytes:
        size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
        if not masked:
            return bytes([first]) + size + payload
        return bytes([first, size[0] | 0x80]) + size[1:] + b"\0\0\0\0" + payload

    streams = [
        frame(0x81, b"text") + frame(0x82, b"\xff\0") + frame(0x88, b"\x03\xe8bye") + frame(0x81, b"late"),
        frame(0x01, "€".encode()[:1]) + frame(0x89, b"ping") + frame(0x00, "€".encode()[1:2]) + frame(0x80, b"\xac"),
        frame(0x81, b"x" * 126) + frame(0x8A, b"pong"), frame(0x81, b"\xed\xa0\x80"), frame(0x88, b"\x03"), frame(0x88, b"\x0c"),
        frame(0x89, b"p" * 125), frame(0x89, b"p" * 126), frame(0x8A, b"p" * 250), frame(0x88, b"\x03\xe8" + b"c" * 198),
        bytes([0x89, 0xFF if masked else 0x7F]) + (200).to_bytes(8, "big") + b"\0" * 204,
        frame(0x91, b""), frame(0x83, b""), frame(0x09, b""), frame(0x80, b""), b"\x81\x7f" + b"\xff" * 8,
    ]
    head = b"\0" if masked else b"\1"
    return [head + b"\2" + pieces(stream, size) for stream in streams for size in (1, 200)]


HTTP = [
    b"GET / HTTP/1.1\r\nHost: localhost:80\r\n\r\nGET /a?b=%20 HTTP/1.0\r\nHost: x\r\n\r\n",
    b"POST /x HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
    b"GET http://h.example:1/p HTTP/1.1\r\nHost: h\r\nConnection: close, upgrade\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    *(b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % size + b"b" * size for size in (39, 40, 41)),
    b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", b"\r\nGET / HTTP/1.1\r\n x: y\r\n\r\n",
]

JSON = [
    b'{"type":"register","id":1,"name":"A","password":"p","key":"k","key_created_ms":5}', b'{"type":"logout","id":2}',
    b'{"type":"post","id":3,"text":"h\\u20ac\\n","in_reply_to":"123"}', b'{"type":"get_feed","id":4,"feed":{"kind":"home"}}',
    b'{"type":"get_feed","id":5,"feed":{"kind":"author","name":"B"},"direction":"newer","cursor":"c","limit":9}',
    b'{"type":"subscribe","id":6,"feed":{"kind":"topic","topic":"t"}}', b'{"type":"edit","id":7,"buzz_id":"9","text":"t"}',
    b'{"type":"get_users","id":8,"prefix":"a","limit":200}', b'[[[[{"a":1e999}]]]]', b'{"type":"x","id":-1}', b'"\\ud800"',
]

TEXTS = ["hi @Bob, @al! #Topic #straße, https://x.y/#a), a@b #", "#what-now is#352 Livin' #La_Vida_LocA!", "\u0301#e\u0301 #İ",
         "#\u1e9e#\ufb03 \U0001f600 @a_1@b http://", "\x00", "#\u0345\u03b1"]


def seeds() -> Dict[str, List[bytes]]:
    frames = framed(ROOM_LINE) + framed(MARK) + framed(b"\x0a\x06\x08\x01\x12\x02ab") + framed(b"\x9a\x06\x01x") + b"\0\0"
    return {
        "buzz_text": [text.encode() for text in TEXTS] + [b"\xff", b"\xed\xa0\x80"],
        "control_lines": [*COMMANDS, b"\n".join(COMMANDS[:4])],
        "control_session": control_session(),
        "gateway_words": gateway_words(),
        "gossip": gossip(),
        "http_requests": [bytes([size]) + stream for stream in HTTP for size in (0, 255)],
        "json_requests": JSON,
        "lab_lines": [b"ping 0\nmsg 2 I'm a cat\nmsg 63 \nping\nping 01\nmsg x y\nmsg 1\n\nhello\n", b"ping 4294967296\nmsg  \n"],
        "lab_mesh": lab_mesh(),
        "line_buffer": [bytes([limit, ending]) + each for limit in (0, 5, 39) for ending in (0, 1) for each in lines(limit)],
        "link_cipher": [b"\0" + piece(b"one") + b"\0" + piece(b"") + b"\1\1\1", b"\0" + run(16_384) + b"\3\x01\x02\x04\4\x10\1",
                        b"\0" + piece(b"a") + b"\0" + piece(b"b") + b"\2\1\2\0\2\0", b"\5" + piece(b"x" * 20)],
        "link_frames": [bytes([limit]) + pieces(frames, size) for limit in (1, 2, 4) for size in (1, 5, 200)]
        + [b"\3" + piece(b"\0\0\x10\0") + run(4_096), b"\3" + piece(b"\0\0\x10\1"), b"\4" + piece(b"\xff\xff\xff\xff")],
        "mesh": mesh(),
        "room_lines": [*lines(65_536), piece(b"GET / HTTP/1.1\r\n"), b"".join(piece(b"l\n" * 100) for _ in range(3))],
        "websocket_frames": websocket(True) + websocket(False),
    }


UPGRADE = b"""GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: x, buzzer.v1.json\r\n\r\n"""
UPGRADED = b"""HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r
Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: buzzer.v1.json\r\n\r\n"""


def gateway_words() -> List[bytes]:
    secret = b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    position, cursor, token, cookie, origin, upgrade, answer = (bytes([number]) for number in range(7))
    return [
        *(position + b"A" * size for size in (31, 32, 33)), position + b"A" * 30 + b"==", position + b"_-" * 16,
        cursor + b"aQAAAAAAAAAB", cursor + b"bkJvYg", cursor + b"bkJvYh", cursor + b"bg", cursor + b"aQ", cursor + b"bkJvYg==",
        *(token + b"bz1." + name + b"." + secret for name in (b"bob", b"Bob", b"", b"b.b", b"a" * 30, b"a" * 31)),
        token + b"bz1.bob." + secret[:-1], token + b"bz1.bob." + secret[:-1] + b"9", token + b"bz1.bob." + secret + b"=",
        cookie + b"a=b; buzzer_session=bz1.bob." + secret + b"; c=d", cookie + b"buzzer_session=x\nbuzzer_session=y",
        *(origin + words for words in (
            b"h:1\nhttp://h:1", b"h:1\nhttps://H:1", b"h\nhttp://buzz.example:8080", b"h\nhttp://buzz.example", b"h\nnull",
            b"h\nhttp://h.evil", b"h\nhttps://[::1]", b"h\nhttp://h\nhttp://h", b"\nhttp://", b"h\nftp://h")),
        upgrade + UPGRADE, upgrade + UPGRADE.replace(b"13", b"8"), upgrade + UPGRADE.replace(b"ZQ==", b"ZR=="),
        upgrade + UPGRADE.replace(b"GET", b"PUT"), upgrade + UPGRADE.replace(b"keep-alive, Upgrade", b"close"),
        answer + UPGRADED, answer + UPGRADED.replace(b"xOo", b"xOp"), answer + UPGRADED.replace(b"101", b"404"),
        answer + UPGRADED.replace(b"v1", b"v2"), answer + UPGRADED.replace(b"Upgrade: w", b"Upgrade: x"),
    ]


def gossip() -> List[bytes]:
    """Steps of gossip.cc; even shards are the node's, odd ones the peer's."""
    raw, serves, question, state, rows, serve, stop, post, alive, room, wait = (bytes([number]) for number in range(11))
    up = serve + b"\0\7" + serve + b"\1\7" + serves + b"\1\5" + wait + b"\1"
    some = wait + b"\5"
    owing = up + post + b"\0\1\x10" + post + b"\0\1\x20" + some
    answered = owing + state + b"\0\1\5\0\0\xff\1" + some
    taken = up + question + b"\1\0\1" + some + rows + b"\1\0\5\3\1\2" + piece(b"one") + piece(b"two") + some
    return [
        up, owing, answered, taken,
        answered + state + b"\0\1\5\x81\1\xff\0" + some + state + b"\0\1\5\x81\2\xff\0" + some,
        answered + state + b"\0\1\5\x81\xff\xff\1" + some,
        answered + state + b"\0\1\5\x81\2\xff\0" + some + 3 * (post + b"\0\1\x10") + state + b"\0\1\5\x81\4\xff\0" + some,
        answered + alive + b"\0" + post + b"\0\1\x10" + alive + b"\1" + serves + b"\1\6" + some,
        taken + rows + b"\1\0\5\3\3\1" + piece(b"three") + some + rows + b"\1\0\5\3\3\1" + piece(b"three") + some,
        taken + rows + b"\1\0\5\3\xff\7" + rows + b"\1\0\5\4\1\1" + piece(b"x") + some,
        up + rows + b"\2\0\5\3\1\1" + piece(b"in another's name") + question + b"\0\2\1" + state + b"\2\0\5\0\0\xff\1",
        up + rows + b"\1\3\5\3\1\1" + piece(b"for another") + rows + b"\1\xff\5\3\1\0" + serves + b"\x40\5" + serves + b"\3\0",
        taken + alive + b"\0" + rows + b"\1\0\5\3\3\1" + piece(b"of one who is gone") + question + b"\1\0\2" + serves + b"\1\5",
        owing + room + b"\1" + stop + b"\0" + serve + b"\0\x08" + some + room + b"\0" + wait + b"\xff",
        up + post + b"\0\2\x10" + some + some, raw + piece(b"\x5a\x02\x08\x01"), raw + piece(ROOM_LINE),
    ]


def lab_mesh() -> List[bytes]:
    """Steps of lab_mesh.cc. Wire 0 is dialled, to node 0; 1 and on are those that connect."""
    connect, say, end, make, wait, room, send, block, unblock = (bytes([number]) for number in range(9))
    ping, message = piece(b"ping 2\n"), piece(b"msg 2 hello there\n")
    up = connect + say + b"\1" + ping
    narrow = room + b"\1\5"
    return [
        up + say + b"\1" + message + send + b"\2" + piece(b"line") + wait + b"\x64",
        make + b"\0" + say + b"\0" + piece(b"ping 0\nmsg 0 x\n") + send + b"\0" + run(16_384) + wait + b"\xff",
        up + connect + say + b"\2" + ping + say + b"\2" + message + end + b"\1",
        connect + say + b"\1" + piece(b"\n\nping\nping 7\nmsg 1 x\nping 2\nmsg 0 x\n\xff\n") + block + b"\2\3" + unblock + b"\2",
        connect + say + b"\1" + piece(framed(b"\x0a\x02\x08\x01")) + connect + say + b"\2" + run(65_600) + wait + b"\xff",
        up + narrow + send + b"\2" + run(16_384) + (send + b"\2" + piece(b"x" * 230)) * 10 + room + b"\1\0",
        up + say + b"\1" + piece(b"msg 0 x\nmsg 2 y\nmsg 1 z\nping 0\nmsg 0 x\n"),
        connect + narrow + say + b"\1" + ping + room + b"\1\0" + block + b"\2\1" + wait + b"\xff" + wait + b"\xff",
    ]


def write_seeds(inputs: List[bytes], folder: Path) -> None:
    folder.mkdir(parents=True)
    for number, data in enumerate(inputs):
        (folder / f"seed-{number:02}").write_bytes(data)


def main() -> None:
    for target, inputs in seeds().items():
        write_seeds(inputs, Path(sys.argv[1]) / target)


if __name__ == "__main__":
    main()
