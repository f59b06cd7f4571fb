import unittest
from typing import Any, Callable, List, Tuple

from buzzer import SHARD_COUNT, ErrorCode, Kernel, Place, delete, post
from tests.unit.python.caller import START_MS, Caller


class MisuseTest(unittest.TestCase):
    """Whatever a Kernel is given, it raises and stays as it was, or answers; it never ends the interpreter."""

    def setUp(self) -> None:
        self.kernel: Any = Kernel()
        self.caller: Any = Caller(self.kernel)
        self.caller.register("alice")
        self.posted = self.caller.post("alice", "hello").id

    def test_wrong_types_are_type_errors_that_say_what_is_wanted(self) -> None:
        any_post: Any = post
        any_delete: Any = delete
        any_kernel_class: Any = Kernel
        calls: List[Tuple[Callable[[], object], str]] = [
            (lambda: any_kernel_class("5"), "a shard is a whole number, not str"),
            (lambda: self.kernel.execute(b"post", START_MS), "a command is a buzzer.Command, not bytes"),
            (lambda: self.caller.register(b"bob"), "an account is str, not bytes"),
            (lambda: self.caller.post("alice", 5), "a text is str or bytes, not int"),
            (lambda: self.caller.send(any_post("alice", "x", key="k", key_created_ms=1)), "a key is bytes, not str"),
            (lambda: self.caller.send(any_delete("alice", 1.5, key=b"k", key_created_ms=1)), "an id is a whole number"),
            (lambda: self.kernel.apply("entry"), "an entry is bytes, not str"),
            (lambda: self.kernel.buzz("1"), "an id is a whole number, not str"),
        ]
        for wrong, wanted in calls:
            with self.subTest(wanted), self.assertRaisesRegex(TypeError, wanted):
                wrong()

    def test_numbers_out_of_range_are_value_errors_that_name_the_range(self) -> None:
        command = post("alice", "x", key=b"k", key_created_ms=START_MS)
        calls: List[Tuple[Callable[[], object], str]] = [
            (lambda: Kernel(SHARD_COUNT), "a shard is 0 to 63, not 64"),
            (lambda: Kernel(-1), "a shard is 0 to 63, not -1"),
            (lambda: self.kernel.execute(command, -1), "now_ms is 0 to "),
            (lambda: self.kernel.execute(command, 1 << 62), "now_ms is 0 to "),
            (lambda: self.kernel.buzz(-1), "an id is 0 to 18446744073709551615, not -1"),
            (lambda: self.kernel.buzz(1 << 64), "an id is 0 to "),
            (lambda: self.kernel.author_feed("alice", limit=0), "a limit is 1 to 200, not 0"),
            (lambda: self.kernel.users_by_prefix("", limit=201), "a limit is 1 to 200, not 201"),
            (lambda: self.kernel.author_feed("alice", Place(0, -1)), "an id is 0 to "),
            (lambda: self.caller.send(post("alice", "x", key=b"k", key_created_ms=1 << 63)), "key_created_ms is "),
            (lambda: self.caller.post("alice", "x" * (1 << 20) + "x"), "a text has at most 1048576 bytes"),
            (lambda: self.caller.post("alice", "\ud800"), "a text cannot be written as UTF-8"),
            (lambda: self.kernel.account("\udcff"), "a name cannot be written as UTF-8"),
        ]
        for wrong, wanted in calls:
            with self.subTest(wanted), self.assertRaisesRegex(ValueError, wanted):
                wrong()
        self.assertEqual(len(self.kernel.author_feed("alice").buzzes), 1)

    def test_names_that_are_none_are_refused(self) -> None:
        for name in ("", "x" * 31, "a b", "a\0b", "Zoë", "x" * 100_000):
            self.assertIs(self.caller.register(name).error, ErrorCode.INVALID_NAME)
            self.assertIs(self.caller.post(name, "hello").error, ErrorCode.UNKNOWN_USER)

    def test_an_entry_that_is_not_the_next_is_refused_and_the_state_stays(self) -> None:
        entries = list(self.caller.entries)
        with self.assertRaisesRegex(ValueError, "does not fit"):
            self.kernel.apply(entries[1])  # once more
        with self.assertRaisesRegex(ValueError, "does not fit"):
            Kernel().apply(entries[1])  # without what stands before it
        with self.assertRaisesRegex(ValueError, "the entry is of shard 0"):
            Kernel(1).apply(entries[1])
        self.assertEqual(len(self.kernel.author_feed("alice").buzzes), 1)
        self.assertTrue(self.caller.edit("alice", self.posted, "still here").ok)

    def test_bytes_that_are_no_entry_are_refused(self) -> None:
        for wrong in (b"\xff", b"hello", b"\0" * 100, b"x" * ((1 << 20) + 1)):
            with self.assertRaises(ValueError):
                self.kernel.apply(wrong)

    def test_a_damaged_entry_never_ends_the_interpreter(self) -> None:
        refused = taken = 0
        for number, entry in enumerate(self.caller.entries):
            for at in range(8 * len(entry)):
                damaged = bytearray(entry)
                damaged[at // 8] ^= 1 << at % 8
                kernel = Kernel()
                for before in self.caller.entries[:number]:
                    kernel.apply(before)
                try:
                    kernel.apply(bytes(damaged))
                    taken += 1
                except ValueError:
                    refused += 1
                self.use(kernel)
        self.assertGreater(refused, 100)
        self.assertGreater(taken, 100)

    def use(self, kernel: Kernel) -> None:
        """Reads all there is, and sends what was sent before."""
        for user in kernel.users_by_prefix("").users:
            for buzz in kernel.author_feed(user.name).buzzes:
                self.assertEqual(kernel.buzz(buzz.id), buzz)
        for command in self.caller.commands:
            kernel.execute(command, START_MS + 100)


if __name__ == "__main__":
    unittest.main()
