"""scripts/talk.py: people who talk at terminals, across nodes, through the death of one."""

import os
import signal
import subprocess
import unittest
from pathlib import Path

from master import paths
from tests.e2e.json_client import JsonClient
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest


class Person:
    """Somebody at a terminal."""

    def __init__(self, test: GridTest, port: int, name: str, password: str = "secret") -> None:
        self._test = test
        self._name = name
        self._out: Path = test.folder / f"{name}-{len(password)}.out"
        environment = {**os.environ, "BUZZER_PASSWORD": password}
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                [str(paths.ROOT / "scripts" / "talk.py"), str(port), name], env=environment, stdin=subprocess.PIPE,
                stdout=out, stderr=subprocess.STDOUT, encoding="utf-8",
            )
        test.addCleanup(self.leave)

    def types(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    @property
    def screen(self) -> str:
        return self._out.read_text("utf-8")

    def sees(self, line: str) -> None:
        try:
            self._test.wait_for(lambda: line in self.screen.splitlines(), f"{self._name} sees {line!r}", 30)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- the screen of {self._name}\n{self.screen}") from None

    def leave(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=10)


class TalkTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3, "--test-cheap-passwords").start_all()

    def person(self, node: int, name: str) -> Person:
        person = Person(self, self.grid.client_port(node), name)
        person.sees(f"You are {name} at node {node}. Type to post; /follow NAME; /quit.")
        return person

    def test_two_people_talk_across_two_nodes(self) -> None:
        ann, bob = self.person(0, "ann"), self.person(1, "bob")
        ann.types("/follow bob")
        bob.types("/follow ann")
        ann.sees("* ann followed bob")
        bob.sees("* bob followed ann")
        ann.types("hello, Bob #first")
        bob.sees("ann: hello, Bob #first")
        bob.types("hello, Ann")
        ann.sees("bob: hello, Ann")
        ann.types("/quit")
        self.assertEqual(ann.process.wait(10), 0)

    def test_who_is_at_a_node_that_dies_goes_on_through_another_and_misses_nothing(self) -> None:
        gus, bob = self.person(0, "gus"), self.person(2, "bob")
        homes = [self.grid.ask(0, f"home {name}") for name in ("gus", "bob")]
        self.assertNotIn("home 2", homes, "the node that dies is only where bob has connected")
        bob.types("/follow gus")
        bob.sees("* bob followed gus")
        gus.types("before")
        bob.sees("gus: before")
        self.grid.kill(2)
        gus.types("meanwhile")
        bob.sees("* the node is gone: going on through another one")
        bob.sees("gus: meanwhile")
        bob.types("I am here")
        bob.sees("bob: I am here")
        self.assertEqual(bob.screen.count("bob: I am here"), 1)

    def test_a_buzz_cannot_speak_for_somebody_else(self) -> None:
        ann, bob = self.person(0, "ann"), self.person(1, "bob")
        bob.types("/follow ann")
        bob.sees("* bob followed ann")
        client = JsonClient(self.grid.client_port(2))
        self.addCleanup(client.drop)
        client.ask("login", name="ann", password="secret")
        client.ask("post", text="hi\nbob: I owe ann a pie \u202e")
        bob.sees("ann: hi")
        bob.sees("    bob: I owe ann a pie \ufffd")
        ann.sees("ann: hi")

    def test_a_wrong_password_is_refused(self) -> None:
        self.person(0, "ann")
        stranger = Person(self, self.grid.client_port(0), "ann", "another one")
        self.assertEqual(stranger.process.wait(30), 1)
        self.assertIn("invalid_credentials", stranger.screen)


if __name__ == "__main__":
    unittest.main()
