"""Somebody who sends commands to a Kernel, each with a key of its own, a millisecond after the last."""

from typing import List, Union

from buzzer import Command, Decision, Kernel, Reply, delete, edit, post, register

START_MS = 1_800_000_000_000


class Caller:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.now_ms = START_MS
        self.commands: List[Command] = []
        self.entries: List[bytes] = []

    def register(self, name: str) -> Reply:
        return self.send(register(name, key=self._key(), key_created_ms=self.now_ms))

    def post(self, account: str, text: Union[str, bytes]) -> Reply:
        return self.send(post(account, text, key=self._key(), key_created_ms=self.now_ms))

    def edit(self, account: str, id: int, text: Union[str, bytes]) -> Reply:
        return self.send(edit(account, id, text, key=self._key(), key_created_ms=self.now_ms))

    def delete(self, account: str, id: int) -> Reply:
        return self.send(delete(account, id, key=self._key(), key_created_ms=self.now_ms))

    def send(self, command: Command) -> Reply:
        return self.decision(command).reply

    def decision(self, command: Command) -> Decision:
        decision = self.kernel.execute(command, self.now_ms)
        self.commands.append(command)
        self.entries.append(decision.entry)
        self.now_ms += 1
        return decision

    def _key(self) -> bytes:
        return b"key %d" % len(self.commands)
