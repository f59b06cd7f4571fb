"""buzzer.mesh: frames as dicts, and two peers of it that talk to each other."""

import socket
import threading
import unittest
from typing import Any, Callable, List, Tuple

from buzzer.mesh import (
    MOST_PAYLOAD,
    FrameReader,
    Identity,
    MeshClosed,
    Peer,
    Refusal,
    Refused,
    decode,
    encode,
    framed,
    judge_hello,
)
from master import ports

KEY = bytes(range(32))
DEADLINE_S = 10.0


class FramesTest(unittest.TestCase):
    def test_bytes_are_as_documented(self) -> None:
        """The examples of docs/protocols/link.md."""
        self.assertEqual(framed(encode({"room_mark": {"number": 7}})), bytes.fromhex("00000004 4a020807"))
        beat = {"sent_at_us": 2_000_000, "heard_sent_at_us": 1_900_000, "heard_ago_us": 40_000,
                "wall_clock_ms": 1_767_225_600_000, "worker_idle_ms": [7]}
        payload = bytes.fromhex("2a22 0980841e0000000000 11e0fd1c0000000000 18c0b802 2100a8da769b010000 2a0107")
        self.assertEqual(encode({"heartbeat": beat}), payload)
        self.assertEqual(decode(payload), {"heartbeat": beat})

    def test_every_kind_of_field_comes_back_as_it_was(self) -> None:
        frames: List[Any] = [
            {"hello": {"grid_id": "grüße", "boot_id": (1 << 64) - 1, "nonce": b"\x00\xff", "wants_encryption": True}},
            {"refusal": {"reason": 7, "message": "why"}},
            {"heartbeat": {"wall_clock_ms": -5, "worker_idle_ms": [0, 1, (1 << 32) - 1]}},
            {"heartbeat": {}},
            {"gossip": {"serves": [{"shard": 1, "incarnation": 2}, {"shard": 3}]}},
            {"pushes": {"kind": 1, "position": {"number": 9}, "body": b"b", "numbers": [1, 2], "prevs": [0, 4]}},
            {},
        ]
        for frame in frames:
            with self.subTest(frame=frame):
                self.assertEqual(decode(encode(frame)), frame)

    def test_fields_that_are_zero_are_left_out_and_unknown_ones_passed_over(self) -> None:
        self.assertEqual(decode(encode({"room_mark": {"number": 0}})), {"room_mark": {}})
        self.assertEqual(decode(b"\xf8\x07\x01" + encode({"room_mark": {"number": 1}})), {"room_mark": {"number": 1}})

    def test_what_is_no_frame_is_refused_with_what_is_wrong(self) -> None:
        calls: List[Tuple[type, Any, str]] = [
            (KeyError, {"room_lines": {}}, "LinkFrame has no field room_lines"),
            (TypeError, {"room_line": b"x"}, "LinkFrame.room_line is a dict"),
            (TypeError, {"room_line": {"text": "x"}}, "RoomLine.text is bytes"),
            (TypeError, {"hello": {"grid_id": b"x"}}, "Hello.grid_id is a str"),
            (TypeError, {"room_mark": {"number": 1.0}}, "RoomMark.number is a whole number"),
            (TypeError, {"room_mark": {"number": True}}, "RoomMark.number is a whole number"),
            (TypeError, {"hello": {"wants_encryption": 1}}, "wants_encryption is True or False"),
            (TypeError, {"heartbeat": {"worker_idle_ms": 1}}, "worker_idle_ms is a list"),
            (TypeError, {1: {}}, "a field's name is a str"),
            (ValueError, {"room_mark": {"number": 1 << 64}}, "RoomMark.number is 0 to 18446744073709551615"),
            (ValueError, {"room_mark": {"number": -1}}, "RoomMark.number is 0 to "),
            (ValueError, {"hello": {"grid_size": 1 << 32}}, "Hello.grid_size is 0 to 4294967295"),
            (ValueError, {"hello": {"grid_id": "\ud800"}}, "surrogates not allowed"),
            (ValueError, {"\ud800": {}}, "surrogates not allowed"),
            (ValueError, {"room_line": {}, "room_mark": {}}, "LinkFrame has but one body: not room_mark too"),
        ]
        for error, frame, wanted in calls:
            with self.subTest(wanted), self.assertRaisesRegex(error, wanted):
                encode(frame)
        for payload in (b"\xff", b"\x4a\x05\x08"):
            with self.assertRaisesRegex(ValueError, "no LinkFrame"):
                decode(payload)
        for size in (0, MOST_PAYLOAD + 1):
            with self.assertRaisesRegex(ValueError, "a payload is 1 to 1048576 bytes"):
                framed(bytes(size))

    def test_a_reader_finds_frames_in_any_pieces_and_none_behind_a_wrong_length(self) -> None:
        payloads = [b"a", b"b" * 300, b"c" * 70_000]
        stream = b"".join(framed(payload) for payload in payloads)
        for piece in (1, 7, 4_096, len(stream)):
            reader, found = FrameReader(), []
            for at in range(0, len(stream), piece):
                found += reader.read(stream[at:at + piece])
            self.assertEqual(found, payloads)
        not_bytes: Any = 5
        with self.assertRaisesRegex(TypeError, "not .int"):
            FrameReader().read(not_bytes)
        reader = FrameReader(100)
        self.assertEqual(reader.read(framed(b"fits") + framed(bytes(101))), [b"fits"])
        for _ in range(2):
            with self.assertRaisesRegex(ValueError, "a frame of 101 bytes: the limit is 1 to 100"):
                reader.read(b"more")

    def test_a_hello_is_judged_as_a_node_does(self) -> None:
        hello = {"protocol_version": 1, "grid_id": "g", "grid_size": 3, "placement_version": 1, "node_id": 2,
                 "nonce": bytes(32), "key_share": bytes(32)}
        for change, wanted in (
            ({}, Refusal.UNSPECIFIED), ({"protocol_version": 2}, Refusal.PROTOCOL_VERSION),
            ({"grid_id": "h"}, Refusal.GRID_ID), ({"grid_size": 4}, Refusal.GRID_SIZE),
            ({"node_id": 0}, Refusal.NODE_ID), ({"nonce": b""}, Refusal.MALFORMED),
        ):
            with self.subTest(wanted=wanted):
                reason, _ = judge_hello("g", 3, 1, False, encode({"hello": {**hello, **change}}))
                self.assertIs(reason, wanted)
        with self.assertRaisesRegex(ValueError, "no hello"):
            judge_hello("g", 3, 1, False, encode({"proof": {}}))


class PeerTest(unittest.TestCase):
    def setUp(self) -> None:
        block = ports.acquire()
        self.addCleanup(block.close)
        self.port = block.mesh(0)
        self.listening = socket.create_server(("127.0.0.1", self.port))
        self.addCleanup(self.listening.close)

    def connected(self, encrypt: bool = False, key: bytes = KEY) -> Tuple[Peer, Peer]:
        """The dialer, node 1, and the acceptor, node 0, before the first word."""
        dialer = Peer.dial(Identity("g", key, 2, 1, encrypt=encrypt), self.port, link_number=5)
        acceptor = Peer.accept(Identity("g", KEY, 2, 0), self.listening)
        for peer in (dialer, acceptor):
            self.addCleanup(peer.close)
        return dialer, acceptor

    def proven(self, encrypt: bool = False) -> Tuple[Peer, Peer]:
        dialer, acceptor = self.connected(encrypt)
        other = threading.Thread(target=acceptor.shake_hands)
        other.start()
        dialer.shake_hands()
        other.join(DEADLINE_S)
        return dialer, acceptor

    def test_two_peers_prove_themselves_and_talk(self) -> None:
        for encrypt in (False, True):
            with self.subTest(encrypt=encrypt):
                dialer, acceptor = self.proven(encrypt)
                self.assertEqual((dialer.peer_hello.get("node_id", 0), acceptor.peer_hello["node_id"]), (0, 1))
                self.assertEqual((acceptor.link_number, dialer.peer_hello["link_number"]), (5, 5))
                for number in range(3):
                    dialer.say(f"line {number}")
                    acceptor.heartbeat()
                    self.assertEqual(acceptor.until("room_line"), {"text": f"line {number}".encode()})
                    self.assertIn("heartbeat", dialer.receive())
                dialer.heartbeat()
                beat = acceptor.receive()["heartbeat"]
                self.assertGreater(beat["heard_sent_at_us"], 0)
                self.assertLess(beat["heard_ago_us"], DEADLINE_S * 1e6)

    def test_a_sealed_frame_is_not_to_be_read_and_not_to_be_repeated(self) -> None:
        dialer, acceptor = self.proven(encrypt=True)
        dialer.send_bytes(framed(encode({"room_line": {"text": b"in the clear"}})))
        with self.assertRaisesRegex(MeshClosed, "did not seal"):
            acceptor.receive()

    def test_another_key_proves_nothing(self) -> None:
        dialer, acceptor = self.connected(key=bytes(32))
        dialer.send_hello()
        acceptor.receive_hello()
        acceptor.send_hello()
        dialer.receive_hello()
        dialer.send_proof()
        with self.assertRaisesRegex(MeshClosed, "proof does not hold"):
            acceptor.receive_proof()
        acceptor.send({"refusal": {"reason": 7, "message": "the grid keys differ"}})
        with self.assertRaisesRegex(Refused, "the grid keys differ") as refused:
            dialer.receive_proof()
        self.assertIs(refused.exception.reason, Refusal.GRID_KEY)

    def test_every_step_can_be_taken_out_of_turn_and_with_anything_in_it(self) -> None:
        dialer, acceptor = self.connected()
        steps: List[Callable[[], None]] = [
            lambda: dialer.send_proof(b"short"), lambda: dialer.send_hello(node_id=77, grid_id="other"),
            lambda: dialer.send_hello(dialer.own_hello), lambda: dialer.send({"refusal": {}}),
            lambda: dialer.send_payload(b"\xff\xff"), lambda: dialer.send_bytes(b"\xff" * 8),
        ]
        for step in steps:
            step()
        self.assertEqual(acceptor.receive(), {"proof": {"mac": b"short"}})
        hello = acceptor.receive()["hello"]
        self.assertEqual((hello["node_id"], hello["grid_id"]), (77, "other"))
        self.assertEqual(acceptor.receive(), {"hello": hello})
        with self.assertRaises(Refused):
            acceptor.receive()
        self.assertEqual(acceptor.receive_payload(), b"\xff\xff")
        with self.assertRaisesRegex(ValueError, "a frame of 4294967295 bytes"):
            acceptor.receive()

    def test_living_peers_beat_echo_marks_and_see_each_others_end(self) -> None:
        dialer, acceptor = self.proven(encrypt=True)
        dialer.live()
        acceptor.live()
        dialer.say("before the mark")
        dialer.send({"room_mark": {"number": 3}})
        self.assertEqual(dialer.until("room_mark_echo"), {"number": 3})
        self.assertEqual(acceptor.receive(), {"room_line": {"text": b"before the mark"}})
        with self.assertRaisesRegex(TimeoutError, "no frame within 0.01 s"):
            acceptor.receive(0.01)
        dialer.close()
        self.assertTrue(acceptor.wait_closed())
        with self.assertRaises(MeshClosed):
            acceptor.receive()

    def test_a_reset_and_an_end_are_seen_by_one_that_does_not_live(self) -> None:
        for end in (Peer.reset, Peer.close, Peer.finish_sending):
            dialer, acceptor = self.connected()
            dialer.send_bytes(b"no frame at all")
            end(dialer)
            self.assertTrue(acceptor.wait_closed())
        dialer, acceptor = self.connected()
        self.assertFalse(acceptor.wait_closed(0.01))
        with self.assertRaises(TimeoutError):
            acceptor.receive(0.01)

    def test_a_reason_that_only_a_later_release_knows_is_a_refusal_all_the_same(self) -> None:
        self.assertIs(Refused(7, "why").reason, Refusal.GRID_KEY)
        later = Refused(99, "why")
        self.assertEqual((later.reason, later.message), (Refusal.UNSPECIFIED, "why"))

    def test_a_grid_key_is_32_bytes(self) -> None:
        with self.assertRaisesRegex(ValueError, "a grid key is 32 bytes, not 5"):
            Identity("g", b"short", 2, 1)


if __name__ == "__main__":
    unittest.main()
