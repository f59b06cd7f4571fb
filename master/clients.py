"""The clients of a script: over the Python package `buzzer` of this checkout, which only scripts with clients need."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Dict, Optional, Union

from master import paths
from master.client_lines import Act, ClientCommand, Connect
from master.grid import Grid
from master.json_client import JsonClient
from master.labels import Labels
from master.room_client import RoomClient
from master.text_client import TextClient


class ClientError(Exception):
    """What a script wants of a client cannot be done, or a node broke a promise: the scenario fails."""


class Clients:
    def __init__(self, grid: Grid, labels: Labels) -> None:
        self._grid = grid
        self._labels = labels
        self._clients: Dict[str, Union[JsonClient, TextClient, RoomClient]] = {}

    def execute(self, command: ClientCommand) -> Optional[str]:
        """What is to be printed, if anything. Raises ClientError, GridError and LabelError."""
        _load_package(self._grid)
        import buzzer

        try:
            if isinstance(command, Connect):
                self._connect(command)
                return None
            assert isinstance(command, Act)
            client = self._clients[command.client]
            if command.verb == "resume":
                return client.act(command, self._grid.client_port(int(command.words[0])))
            return client.act(command)
        except buzzer.WebSocketClosed:
            return "error closed"
        except (buzzer.ChainBroken, OSError, ValueError) as error:  # OSError: those of connections, and TimeoutError
            raise ClientError(f"client {command.client}: {error}") from error

    def _connect(self, command: Connect) -> None:
        former = self._clients.pop(command.client, None)
        if former is not None:
            former.drop()
        if command.protocol == "room":
            self._clients[command.client] = self._join(command.node)
            return
        port, wait_s = self._grid.client_port(command.node), self._grid.answer_s
        if command.protocol == "text":
            self._clients[command.client] = TextClient(port, wait_s, self._labels)
        else:
            self._clients[command.client] = JsonClient(port, wait_s, self._labels)

    def _join(self, node: int) -> RoomClient:
        """Waits until the node has it in its room: what is said from then on reaches it."""
        port, wait_s = self._grid.room_port(node), self._grid.answer_s
        here = sum(
            isinstance(each, RoomClient) and each.node == node and each.is_open() for each in self._clients.values()
        )
        self._await_room(node, here)  # who has left may not have been missed yet
        client = RoomClient(node, port, wait_s)
        self._await_room(node, here + 1)
        return client

    def _await_room(self, node: int, clients: int) -> None:
        deadline = time.monotonic() + self._grid.answer_s
        while (there := json.loads(self._grid.ask(node, "status"))["room"]["clients"]) != clients:
            if time.monotonic() > deadline:
                raise TimeoutError(f"node {node} has {there} clients in its room, not {clients}")
            time.sleep(0.01)


def _load_package(grid: Grid) -> None:
    """Lets `import buzzer` find the package, and the native module beside the nodes' program if there is one."""
    if "buzzer" in sys.modules:
        return
    if not os.environ.get("BUZZER_NATIVE"):
        beside = grid.binary.parent / "python" / "buzzer"
        if any(beside.glob("_native.*")):
            os.environ["BUZZER_NATIVE"] = str(beside)
    sys.path.insert(0, str(paths.ROOT / "python"))
    try:
        import buzzer
    except ImportError as error:
        needed = "scripts with clients need the Python package (scripts/build.sh builds it)"
        raise ClientError(f"{needed}: {error}") from error
    assert buzzer.Client is not None
