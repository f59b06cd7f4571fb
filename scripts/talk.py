#!/usr/bin/env python3
"""Talk on a grid from a terminal: what comes to your home feed is printed as it comes, what you type is posted.

    scripts/talk.py 8080 ann        at the node whose clients' port is 8080, as ann, who is registered if she is new

    hello, @bob                     a buzz
    /follow bob     /unfollow bob
    /quit                           or Ctrl-D

When the node goes away, it goes on through another one of the grid: nothing is missed, nothing is posted twice.
The password is asked for, or taken from BUZZER_PASSWORD. It needs the Python package, which scripts/up.sh builds.
"""

import argparse
import getpass
import os
import secrets
import sys
import threading
import time
from pathlib import Path
from typing import Callable, Dict, List
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))
os.environ.setdefault("BUZZER_NATIVE", str(ROOT / "build" / "release" / "python" / "buzzer"))

try:
    from buzzer import ChainBroken, Client, RequestFailed, WebSocketClosed, v1
except ImportError as error:
    sys.exit(f"{error}\nscripts/build.sh release python_package builds what is missing; then run this again.")

PATIENCE_S = 20.0  # how long a node that answers is looked for


class Device:
    """A connection to the grid, at whichever node there is."""

    def __init__(self, port: int) -> None:
        self.client = Client(port)
        self._ports = [port]

    def log_in(self, name: str, password: str) -> None:
        self.client.login(name, password)
        self._ports += [port for port in _ports(self.client.get_grid()) if port != self._ports[0]]

    def insist(self, act: Callable[[], object]) -> None:
        """Does it; over other nodes if need be. Only for what does no harm when it is done twice."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                act()
                return
            except (WebSocketClosed, TimeoutError, ConnectionError):
                if time.monotonic() > deadline:
                    raise
                self._resume(deadline)
            except RequestFailed as failed:
                if failed.definite or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)  # its home is away; the node itself has waited for it before it said so

    def _resume(self, deadline: float) -> None:
        while True:
            self._ports.append(self._ports.pop(0))
            try:
                self.client.resume(self._ports[0])
                return
            except (WebSocketClosed, TimeoutError, ConnectionError, RequestFailed) as failed:
                if time.monotonic() > deadline or (isinstance(failed, RequestFailed) and failed.definite):
                    raise
                time.sleep(0.05)


def _ports(grid: v1.Grid) -> List[int]:
    """Of the nodes on this machine."""
    urls = [urlsplit(node.url) for node in grid.nodes if node.url is not None]
    return [url.port for url in urls if url.port is not None and url.hostname in ("127.0.0.1", "localhost")]


def register(client: Client, name: str, password: str) -> None:
    """Unless there is such a user."""
    try:
        client.register(name, password)
        print(f"Registered {name}.")
    except RequestFailed as failed:
        if failed.code != "name_taken":
            raise


def printable(text: str) -> str:
    """A buzz cannot draw on the screen, nor begin a line as if it were somebody else's."""
    return "\n    ".join("".join(c if c.isprintable() else "\ufffd" for c in line) for line in text.split("\n"))


_shown: Dict[int, int] = {}  # the version of each buzz: what was missed is told as it is now, edits and all


def show(what: object) -> None:
    if isinstance(what, v1.BuzzEntry):
        buzz = what.buzz
        if _shown.get(buzz.id) == buzz.version:
            return
        _shown[buzz.id] = buzz.version
        change = {"posted": "", "edited": " (edited)", "deleted": " (deleted)", "left": " (left)"}[str(what.kind)]
        print(f"{buzz.author}{change}: {printable(buzz.text or '')}", flush=True)
    elif isinstance(what, v1.FollowEntry):
        print(f"* {what.follower} {what.kind} {what.author}", flush=True)
    elif isinstance(what, v1.Gap):
        print("* some of what came before cannot be told any more", flush=True)
    elif isinstance(what, (v1.SubscriptionEnded, v1.SessionEnded)):
        raise SystemExit(f"* nothing more comes: {what.error.detail}")


def listen(device: Device) -> None:
    try:
        while True:
            for told in device.client.events(1, 3600):
                show(told.what)
            if device.client.closed is not None:
                print("* the node is gone: going on through another one", flush=True)
                device.insist(lambda: device.client.ping())
    except SystemExit as end:
        print(end.code, flush=True)
    except (RequestFailed, ChainBroken, OSError) as error:
        print(f"* nothing more comes: {error}", flush=True)
    os._exit(1)  # the other thread waits for the keyboard


def obey(device: Device, line: str) -> None:
    """One line that was typed."""
    word, _, rest = line.partition(" ")
    key = secrets.token_hex(16)  # so that what has to be said again happens once
    client = device.client
    if word == "/follow":
        device.insist(lambda: client.follow(rest.strip(), key=key))
    elif word == "/unfollow":
        device.insist(lambda: client.unfollow(rest.strip(), key=key))
    elif word.startswith("/"):
        print("* there are /follow NAME, /unfollow NAME and /quit")
    else:
        device.insist(lambda: client.post(line, key=key))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="\n".join(__doc__.splitlines()[2:]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("port", type=int, help="the clients' port of a node on this machine")
    parser.add_argument("name", help="who you are")
    options = parser.parse_args()
    password = os.environ.get("BUZZER_PASSWORD") or getpass.getpass(f"Password of {options.name}: ")
    try:
        heard, said = Device(options.port), Device(options.port)
        register(heard.client, options.name, password)
        for device in (heard, said):
            device.log_in(options.name, password)
        heard.client.subscribe(v1.UserFeed(kind="home", of=options.name))
    except (RequestFailed, OSError) as error:
        print(f"talk.py: {error}", file=sys.stderr)
        return 1
    print(f"You are {options.name} at node {heard.client.welcome.node}. Type to post; /follow NAME; /quit.", flush=True)
    threading.Thread(target=listen, args=(heard,), daemon=True).start()
    for line in sys.stdin:
        line = line.strip()
        if line == "/quit":
            break
        try:
            if line:
                obey(said, line)
        except RequestFailed as failed:
            print(f"* {failed.problem.detail}")
        except OSError as error:  # TimeoutError and WebSocketClosed are such
            print(f"* no node of the grid answers: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
