"""Network namespaces (network_namespaces(7)): machines in miniature, each with interfaces and ports of its own.

They want root. Each goes, with its interfaces, when its test ends; its processes must have been ended before.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import socket
import struct
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, List, TypeVar

from master.node_process import NodeOptions

Result = TypeVar("Result")

_CLONE_NEWNET = 0x40000000
_ETH_P_ALL = 3
_SO_RCVBUFFORCE = 33
_ETHERNET_HEADER = 14
_numbers = itertools.count()


class Namespace:
    def __init__(self, test: unittest.TestCase) -> None:
        """Skips the test if this user may not make namespaces."""
        self.name = f"buzzer-{os.getpid()}-{next(_numbers)}"
        try:
            made = subprocess.run(["ip", "netns", "add", self.name], stderr=subprocess.PIPE, encoding="utf-8")
        except FileNotFoundError:
            test.skipTest("network namespaces need `ip` (Debian's package iproute2)")
        if made.returncode != 0:
            test.skipTest(f"network namespaces need root: {made.stderr.strip()}")
        test.addCleanup(lambda: subprocess.run(["ip", "netns", "del", self.name], check=True))
        self.ip("link", "set", "lo", "up")

    def ip(self, *words: str) -> None:
        """`ip` within the namespace."""
        subprocess.run(["ip", "-n", self.name, *words], check=True)

    def connect(self, other: Namespace, address: str, other_address: str) -> None:
        """A cable from here to the other one: the interface `cable` at both ends."""
        self.ip("link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", other.name)
        for end, own in ((self, address), (other, other_address)):
            end.ip("address", "add", f"{own}/24", "dev", "cable")
            end.ip("link", "set", "cable", "up")

    def run(self, call: Callable[[], Result]) -> Result:
        """Calls it on a thread inside the namespace. The sockets that it opens stay there, whoever uses them later."""

        def inside() -> Result:
            with open(f"/run/netns/{self.name}", "rb") as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), f"cannot enter {self.name}")
            return call()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(inside).result()


@dataclass(frozen=True)
class InNamespace(NodeOptions):
    """A node that is started inside a namespace."""

    namespace: str = ""

    def command(self) -> List[str]:
        return ["ip", "netns", "exec", self.namespace, *super().command()]


class Capture:
    """What crosses an interface of a namespace, from now on."""

    def __init__(self, test: unittest.TestCase, namespace: Namespace, interface: str) -> None:
        self._socket = namespace.run(
            lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        )
        test.addCleanup(self._socket.close)
        self._socket.bind((interface, 0))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 8 << 20)
        self._socket.setblocking(False)

    def tcp_bytes(self, *ports: int) -> bytes:
        """All that connections from or to these ports have carried since the last call."""
        seen = b""
        while True:
            try:
                packet = self._socket.recv(1 << 17)[_ETHERNET_HEADER:]
            except BlockingIOError:
                return seen
            if len(packet) < 40 or packet[0] >> 4 != 4 or packet[9] != socket.IPPROTO_TCP:
                continue
            segment = packet[(packet[0] & 15) * 4:struct.unpack(">H", packet[2:4])[0]]
            if set(struct.unpack(">HH", segment[:4])) & set(ports):
                seen += segment[(segment[12] >> 4) * 4:]
