"""Many clients of a room at once, or of any server of lines over TCP: client/crowd.h for Python."""

from dataclasses import dataclass
from enum import IntEnum
from typing import List, Optional, Sequence, Union

from buzzer import _native
from buzzer.checks import seconds, whole

DEADLINE_S = 10.0
MOST_CLIENTS = 1 << 20


class RoomClientState(IntEnum):
    CONNECTING = 0
    OPEN = 1
    ENDED_BY_SERVER = 2  # in order
    BROKEN = 3  # a reset, or another error
    CLOSED_HERE = 4


@dataclass(frozen=True)
class RoomClient:
    """What has become of one client so far."""

    state: RoomClientState
    error: int  # errno, of one that is BROKEN; otherwise 0
    received: int  # bytes
    lines: int  # received whole
    differs: Optional[int]  # where what came first differs from what was expected of it, or goes beyond; None: nowhere
    hash: int  # XXH3 (64 bits, seed 0) of all that came; 0 without `hash`
    last_line: bytes  # without its newline, at most 64 KiB of it; empty without `last_line`

    @property
    def ended(self) -> bool:
        return self.state > RoomClientState.OPEN


class RoomClients:
    """Clients in great numbers, read as fast as one thread can, by native code without Python's lock.

    They are numbered from 0, in the order in which they were connected. What comes is read only within the calls that
    take a timeout, all clients in each; in between the kernel's buffers fill. Signals are seen to. One thread at a time:
    RuntimeError for a second one. `who` names clients; None: all. IndexError for a client that there is not, ValueError
    for what is no number from 0 on (-1 is not the last). Times are in seconds.
    """

    def __init__(
        self,
        port: int,
        count: int = 0,
        *,
        host: str = "127.0.0.1",
        timeout_s: float = DEADLINE_S,
        receive_buffer: int = 0,
        bytes_only: bool = False,
        hash: bool = False,
        last_line: bool = False,
    ) -> None:
        """As connect(). `receive_buffer`: SO_RCVBUF of each in bytes, which the kernel doubles; 0: its own choice, which
        grows to megabytes. `bytes_only`: what comes is counted and never looked at, the cheapest reader; then nothing
        but bytes can be told or awaited. `hash`, `last_line`: more that is kept of each (RoomClient)."""
        if bytes_only and (hash or last_line):
            raise ValueError("of clients with bytes_only nothing but bytes can be told")
        self._host = host
        self._port = whole(port, "a port", 1, 65_535)
        self._native = _native.Crowd(
            whole(receive_buffer, "receive_buffer", 0, 1 << 30), bool(bytes_only), bool(hash), bool(last_line)
        )
        self.connect(count, timeout_s)

    def connect(self, count: int, timeout_s: float = DEADLINE_S) -> None:
        """Adds so many clients. The process's soft limit of descriptors is raised where it must and may be (children
        started later inherit it). OSError, which says why, if the limit is too low, if not all get through, or not in
        time; those that are connected stay. `host` is an address, not a name."""
        failure = self._native.connect(
            self._host, self._port, whole(count, "a count", 0, MOST_CLIENTS), seconds(timeout_s)
        )
        if failure:
            raise OSError(failure)

    def await_lines(
        self, least: int, who: Optional[Sequence[int]] = None, timeout_s: float = DEADLINE_S
    ) -> List[int]:
        """Reads until each has received so many whole lines since it was connected. Returns those that have not when
        the time is over, or once all that lack some have ended; empty: all have."""
        return self._native.await_received(self._who(who), True, _least(least), seconds(timeout_s))

    def await_bytes(
        self, least: int, who: Optional[Sequence[int]] = None, timeout_s: float = DEADLINE_S
    ) -> List[int]:
        """Likewise, in bytes."""
        return self._native.await_received(self._who(who), False, _least(least), seconds(timeout_s))

    def await_ended(self, who: Optional[Sequence[int]] = None, timeout_s: float = DEADLINE_S) -> List[int]:
        """Reads until each has ended. Returns those that have not."""
        return self._native.await_ended(self._who(who), seconds(timeout_s))

    def await_sent(self, who: Optional[Sequence[int]] = None, timeout_s: float = DEADLINE_S) -> List[int]:
        """Reads and writes until the kernel has taken all that was sent. Returns those of whom some is left."""
        return self._native.await_sent(self._who(who), seconds(timeout_s))

    def run_for(self, time_s: float) -> None:
        """Reads and writes for so long; 0: what is there now, of each client up to 256 KiB."""
        self._native.run_for(seconds(time_s))

    def send(self, client: int, data: Union[bytes, str]) -> None:
        """What the socket does not take at once is kept, without limit, and follows while others are awaited. For one
        that has ended nothing is done."""
        self._native.send(_client(client), data.encode("utf-8") if isinstance(data, str) else data)

    def say(self, client: int, line: str) -> None:
        """Sends it with its newline."""
        self.send(client, line + "\n")

    def stall(self, client: int) -> None:
        """From now on nothing is read of it."""
        self._native.set_stalled(_client(client), True)

    def go_on(self, client: int) -> None:
        self._native.set_stalled(_client(client), False)

    def finish_sending(self, client: int) -> None:
        """The server reads the end of it; what it sends is still received."""
        self._native.finish_sending(_client(client))

    def close(self, client: int) -> None:
        self._native.close(_client(client))

    def reset(self, client: int) -> None:
        """Closes it so that the server sees a broken connection."""
        self._native.reset(_client(client))

    def close_all(self) -> None:
        for client in self.open():
            self._native.close(client)

    def expect(self, stream: bytes, who: Optional[Sequence[int]] = None) -> None:
        """From now on each must receive these bytes and nothing else (RoomClient.differs, differing())."""
        self._native.expect(self._who(who), stream)

    def keep(self, client: int, most_bytes: int = 1 << 20) -> None:
        """From now on keeps what it receives, up to so many bytes, for take()."""
        self._native.keep(_client(client), whole(most_bytes, "most_bytes", 0, 1 << 40))

    def take(self, client: int) -> bytes:
        """What was kept since the last call; there is room for as much again."""
        return self._native.take(_client(client))

    def open(self) -> List[int]:
        """Those that have not ended, as far as has been read."""
        return self._native.open()

    def differing(self) -> List[int]:
        """Those that have received anything but what was expected."""
        return [client for client in range(len(self)) if self[client].differs is not None]

    def __len__(self) -> int:
        return self._native.size()

    def __getitem__(self, client: int) -> RoomClient:
        state, error, received, lines, differs, digest, last_line = self._native.show(_client(client))
        return RoomClient(RoomClientState(state), error, received, lines, differs, digest, last_line)

    def _who(self, who: Optional[Sequence[int]]) -> List[int]:
        return list(range(len(self))) if who is None else [_client(each) for each in who]


def _client(client: int) -> int:
    # Not as in lists: -1 is none.
    return whole(client, "a client", 0, MOST_CLIENTS)


def _least(least: int) -> int:
    return whole(least, "how many", 0, 1 << 62)
