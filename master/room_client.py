"""A client of a script that is in the chat room of a node (docs/protocols/room.md): lines over plain TCP."""

from __future__ import annotations

import socket
import threading
import time
from typing import Callable, Dict, List, Optional

from master.client_lines import Act


class RoomClient:
    """It reads on a thread of its own, as fast as lines come, unless it is stalled."""

    def __init__(self, node: int, port: int, wait_s: float) -> None:
        self.node = node
        self._wait_s = wait_s
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=wait_s)
        self._changed = threading.Condition()
        self._came = bytearray()
        self._stalled = False
        self._ended = False
        self._told_of_end = False
        self._verbs: Dict[str, Callable[..., Optional[str]]] = {
            "say": lambda text: self._send([text]),
            "says": lambda count, text: self._send([f"{text} {number}" for number in range(1, int(count) + 1)]),
            "finish": lambda: self._socket.shutdown(socket.SHUT_WR),
            "events": self._events, "skip": self._skip, "drop": self.drop,
            "stall": lambda: self._set_stalled(True), "unstall": lambda: self._set_stalled(False),
        }
        threading.Thread(target=self._read, daemon=True).start()

    def act(self, command: Act, *_port: int) -> Optional[str]:
        """What to print, if anything. Raises OSError, ValueError."""
        return self._verbs[command.verb](*command.words)

    def drop(self) -> None:
        with self._changed:
            self._told_of_end = True
        # Closing alone would leave the thread waiting, and the connection open for so long.
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it had ended
        self._set_stalled(False)
        with self._changed:
            self._changed.wait_for(lambda: self._ended, self._wait_s)
        self._socket.close()

    def is_open(self) -> bool:
        """Whether the node still has it, as far as can be seen from here."""
        with self._changed:
            return not self._ended

    def _read(self) -> None:
        data = b"begin"
        while data:
            with self._changed:
                self._changed.wait_for(lambda: not self._stalled)
            try:
                data = self._socket.recv(1 << 18)
            except socket.timeout:
                continue
            except OSError:
                data = b""
            with self._changed:
                self._came += data
                self._ended = not data
                self._changed.notify_all()

    def _set_stalled(self, on: bool) -> None:
        with self._changed:
            self._stalled = on
            self._changed.notify_all()

    def _send(self, lines: List[str]) -> None:
        self._socket.sendall("".join(line + "\n" for line in lines).encode("utf-8"))

    def _skip(self, count: str) -> str:
        came = self._take(int(count))
        if len(came) != int(count):
            raise TimeoutError(f"{len(came)} of {count} lines came")
        return f"skipped {count}"

    def _events(self, count: str = "0") -> str:
        shown = self._take(int(count))
        with self._changed:
            if (len(shown) < int(count) or count == "0") and self._ended and not self._told_of_end:
                self._told_of_end = True
                shown.append("closed")
        return f"events {','.join(shown)}".rstrip()

    def _take(self, count: int) -> List[str]:
        """So many lines, or those that come in time; 0: those that have come by now."""
        with self._changed:
            deadline = time.monotonic() + self._wait_s
            while count and not self._ended and self._came.count(b"\n") < count:
                if not self._changed.wait(max(deadline - time.monotonic(), 0.0)):
                    break
            *lines, rest = bytes(self._came).split(b"\n", count or -1)
            self._came = bytearray(rest)
        return [line.decode("utf-8", "replace") for line in lines]
