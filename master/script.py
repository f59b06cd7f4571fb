"""The scenario language: text in, commands out. Pure; docs/scenarios.md is its manual.

`parse` reads the whole script before anything runs, so a malformed line costs no grid.
Every command knows the file and the line (from 1) it came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, NoReturn, Sequence, Tuple

from master import each
from master.client_lines import ClientCommand, ClientLines, Malformed
from master.command import Command as Command, ScriptError as ScriptError

MAX_NODES = 64
MAX_MS = 600_000
"""A sleep or a wait lasts at most ten minutes."""
MAX_LINE_BYTES = 65_536
"""What a control port takes as one line; a longer script line is refused here."""

_BLANKS = " \t\r"


@dataclass(frozen=True)
class NodeCommand(Command):
    node: int


@dataclass(frozen=True)
class Start(NodeCommand):
    grid_size: int
    port: int


@dataclass(frozen=True)
class Crash(NodeCommand):
    """SIGKILL."""


@dataclass(frozen=True)
class Stop(NodeCommand):
    """SIGTERM; the node has to end in order, with exit code 0."""


@dataclass(frozen=True)
class Pause(NodeCommand):
    """SIGSTOP."""


@dataclass(frozen=True)
class Resume(NodeCommand):
    """SIGCONT."""


@dataclass(frozen=True)
class Wipe(NodeCommand):
    """Removes the data of a node that does not run."""


@dataclass(frozen=True)
class Tear(NodeCommand):
    """Cuts the end off the newest log of a node that does not run."""


@dataclass(frozen=True)
class CheckStore(NodeCommand):
    """`buzzer store check`."""


@dataclass(frozen=True)
class AcceptLoss(NodeCommand):
    """`buzzer store accept-loss`."""


@dataclass(frozen=True)
class Answer(NodeCommand):
    """Prints the answer of the oldest `Send` that has none yet."""


@dataclass(frozen=True)
class Broadcast(NodeCommand):
    """Sent to the node as it stands; nothing is answered."""

    text: str


@dataclass(frozen=True)
class Ask(NodeCommand):
    """Any other line for a node: sent as it stands, answered by one line."""

    text: str


@dataclass(frozen=True)
class Send(NodeCommand):
    """As `Ask`, but its answer is not waited for."""

    text: str


@dataclass(frozen=True)
class WaitAlive(NodeCommand):
    ms: int
    alive: Tuple[int, ...]


@dataclass(frozen=True)
class Partition(Command):
    groups: Tuple[Tuple[int, ...], ...]


@dataclass(frozen=True)
class Cut(Command):
    sender: int
    receiver: int


@dataclass(frozen=True)
class Heal(Command):
    pass


@dataclass(frozen=True)
class Reshard(Command):
    """`buzzer reshard`: gives the stopped grid another number of nodes."""

    nodes: int


@dataclass(frozen=True)
class Settle(Command):
    """Waits until no healthy node owes anything to another."""

    ms: int


@dataclass(frozen=True)
class Sleep(Command):
    ms: int


@dataclass(frozen=True)
class Exit(Command):
    pass


def parse(file: str, text: str) -> List[Command]:
    """All commands of a script. `file` is only a name for messages. Raises ScriptError."""
    commands: List[Command] = []
    clients = ClientLines(MAX_NODES)
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip(_BLANKS)
        if line and not line.startswith("#"):
            commands.append(_Line(file, number, line).command(clients))
    return commands


def until_exit(commands: Sequence[Command]) -> List[Command]:
    """What is carried out of them."""
    carried_out: List[Command] = []
    for command in commands:
        if isinstance(command, Exit):
            break
        carried_out.append(command)
    return carried_out


def decode(file: str, data: bytes) -> str:
    """The script's text; raises ScriptError naming the first line that is not UTF-8."""
    for number, raw in enumerate(data.split(b"\n"), start=1):
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            raise ScriptError(f"{file}:{number}: expected UTF-8 text") from None
    return data.decode("utf-8")


class _Line:
    """One line that is neither blank nor a comment."""

    def __init__(self, file: str, number: int, text: str) -> None:
        self.file = file
        self.number = number
        self.text = text
        self.words = re.split(f"[{_BLANKS}]+", text)

    def command(self, clients: ClientLines) -> Command:
        if len(self.text.encode("utf-8")) > MAX_LINE_BYTES:
            self.text = self.text[:40] + "..."
            self.fail(f"a line of at most {MAX_LINE_BYTES} bytes")
        first = self.words[0]
        if first == "sleep":
            form = "sleep <ms>"
            self.expect_words(2, form)
            return Sleep(self.file, self.number, self.milliseconds(self.words[1], form))
        if first == "settle":
            form = "settle <ms>"
            self.expect_words(2, form)
            return Settle(self.file, self.number, self.milliseconds(self.words[1], form))
        if first == "reshard":
            form = "reshard <n>"
            self.expect_words(2, form)
            size = self.number_in(self.words[1], 1, MAX_NODES, f"`{form}` with a grid size")
            return Reshard(self.file, self.number, size)
        if first == "exit":
            self.expect_words(1, "exit")
            return Exit(self.file, self.number)
        if first == "heal":
            self.expect_words(1, "heal")
            return Heal(self.file, self.number)
        if first == "partition":
            return self.partition()
        if first == "cut":
            return self.cut()
        if first == "wait":
            return self.wait()
        if first == "each":
            return self.each(clients)
        if first == "client" or clients.knows(first):
            return self.client(clients)
        if _is_number(first):
            return self.node_command(self.node(first, "<id> <command>"))
        self.fail(
            "`<id> <command>` with an id from 0 to 63, a client that is connected above, or one of: "
            "sleep, exit, partition, heal, cut, wait, settle, reshard, client, each"
        )

    def each(self, clients: ClientLines) -> Command:
        try:
            numbers, words, lines = each.lines(self.text)
        except Malformed as error:
            self.fail(str(error))
        commands = []
        for line in lines:
            of_one = _Line(self.file, self.number, line)
            if of_one.words[0] != "client" and not clients.knows(of_one.words[0]):
                self.fail(each.FORM)
            commands.append(of_one.client(clients))
        return each.Each(self.file, self.number, numbers, words, tuple(commands))

    def client(self, clients: ClientLines) -> ClientCommand:
        try:
            if self.words[0] == "client":
                return clients.connect(self.file, self.number, self.text)
            return clients.act(self.file, self.number, self.text)
        except Malformed as error:
            self.fail(str(error))

    def node_command(self, node: int) -> Command:
        if len(self.words) < 2:
            self.fail("`<id> <command>`, such as `0 get`")
        verb = self.words[1]
        rest = self.text[len(self.words[0]):].lstrip(_BLANKS)
        if verb == "start":
            return self.start(node)
        if verb == "broadcast":
            if len(self.words) < 3:
                self.fail("`<id> broadcast <message>`")
            return Broadcast(self.file, self.number, node, rest)
        if verb == "send":
            return self.send(node, rest)
        if verb == "store":
            return self.store(node)
        for name, kind in _WORDS:
            if verb == name:
                self.expect_words(2, f"<id> {name}")
                return kind(self.file, self.number, node)
        return Ask(self.file, self.number, node, rest)

    def start(self, node: int) -> Command:
        form = "<id> start <n> <port>"
        self.expect_words(4, form)
        size = self.number_in(self.words[2], 1, MAX_NODES, f"`{form}` with a grid size")
        port = self.number_in(self.words[3], 1, 65_535, f"`{form}` with a port")
        if node >= size:
            self.fail(f"an id below the grid size {size}")
        return Start(self.file, self.number, node, size, port)

    def send(self, node: int, rest: str) -> Command:
        if len(self.words) < 3 or self.words[2] == "broadcast":
            self.fail("`<id> send <line>` with a line that is answered")
        return Send(self.file, self.number, node, rest[len("send"):].lstrip(_BLANKS))

    def store(self, node: int) -> Command:
        if self.words[2:] == ["check"]:
            return CheckStore(self.file, self.number, node)
        if self.words[2:] == ["accept-loss"]:
            return AcceptLoss(self.file, self.number, node)
        self.fail("`<id> store check` or `<id> store accept-loss`")

    def partition(self) -> Command:
        form = "partition 0,1 | 2,3"
        parts = self.text[len("partition"):].split("|")
        groups = tuple(self.id_list(part.strip(_BLANKS), form) for part in parts)
        if len(groups) < 2:
            self.fail(f"`{form}`: at least two groups")
        named = [node for group in groups for node in group]
        if len(set(named)) != len(named):
            self.fail(f"`{form}`: each node in one group only")
        return Partition(self.file, self.number, groups)

    def cut(self) -> Command:
        form = "cut <sender> > <receiver>"
        ends = [part.strip(_BLANKS) for part in self.text[len("cut"):].split(">")]
        if len(ends) != 2:
            self.fail(f"`{form}`")
        sender, receiver = (self.node(end, form) for end in ends)
        if sender == receiver:
            self.fail(f"`{form}` with two different nodes")
        return Cut(self.file, self.number, sender, receiver)

    def wait(self) -> Command:
        form = "wait <ms> <id> alive <id>,<id>,..."
        self.expect_words(5, form)
        if self.words[3] != "alive":
            self.fail(f"`{form}`")
        ms = self.milliseconds(self.words[1], form)
        node = self.node(self.words[2], form)
        alive = self.id_list(self.words[4], form)
        if list(alive) != sorted(set(alive)):
            self.fail(f"`{form}` with ascending ids, as a node answers")
        return WaitAlive(self.file, self.number, node, ms, alive)

    def id_list(self, text: str, form: str) -> Tuple[int, ...]:
        return tuple(self.node(word.strip(_BLANKS), form) for word in text.split(","))

    def node(self, word: str, form: str) -> int:
        return self.number_in(word, 0, MAX_NODES - 1, f"`{form}` with an id")

    def milliseconds(self, word: str, form: str) -> int:
        return self.number_in(word, 0, MAX_MS, f"`{form}` with a time in ms")

    def number_in(self, word: str, low: int, high: int, what: str) -> int:
        if not _is_number(word) or not low <= int(word) <= high:
            self.fail(f"{what} from {low} to {high}")
        return int(word)

    def expect_words(self, count: int, form: str) -> None:
        if len(self.words) != count:
            self.fail(f"`{form}`")

    def fail(self, expected: str) -> NoReturn:
        raise ScriptError(f"{self.file}:{self.number}: expected {expected}; found: {self.text}")


_WORDS = (
    ("crash", Crash), ("stop", Stop), ("pause", Pause), ("resume", Resume), ("wipe", Wipe), ("tear", Tear),
    ("answer", Answer),
)


def _is_number(word: str) -> bool:
    return re.fullmatch("[0-9]{1,9}", word) is not None
