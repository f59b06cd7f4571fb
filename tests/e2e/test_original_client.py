"""The original browser client works unchanged: the files that a page needs, and every frame that it sends and expects.

OriginalClient does what that client does, in its order, and is as particular as it is: ids in JavaScript numbers,
buzzes ordered by `b.id - a.id`, one whose id it has seen dropped, `OK`, `BYE` and `error` compared as they are.
"""

from __future__ import annotations

import json
import re
import unittest
from typing import Any, Dict, List, Optional

from tests.e2e.http_get import get
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import WebSocket

INDEX = """<!DOCTYPE html>
<html><head><link rel="stylesheet" href="buzzer.css"><script src="js/client.js"></script></head>
<body style="background: rebeccapurple"><img src="logo.png"><script>main("ws://" + location.host + "/ws")</script></body>
</html>
"""
FILES = {
    "index.html": ("text/html; charset=utf-8", INDEX),
    "buzzer.css": ("text/css; charset=utf-8", "body { margin: 0 }"),
    "js/client.js": ("text/javascript; charset=utf-8", "function main(url) { new WebSocket(url) }"),
    "logo.svg": ("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "logo.png": ("image/png", "not looked into"),
    "favicon.ico": ("image/x-icon", "neither"),
}
BUZZ = re.compile(
    r'buzz \{"id":[1-9][0-9]*,"text":"(?:[^"\\]|\\.)*","poster":\{"username":"\w+"\},'
    r'"posted":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"'
    r'(?:,"mentions":\["\w+"(?:,"\w+")*\])?(?:,"tags":\["\w+"(?:,"\w+")*\])?\}'
)


class OriginalClient:
    """One browser tab: no subprotocol, its page's Origin, and one command at a time."""

    def __init__(self, port: int) -> None:
        self.socket = WebSocket(port, headers={
            "Origin": f"http://127.0.0.1:{port}", "User-Agent": "Mozilla/5.0", "Cache-Control": "no-cache",
            "Pragma": "no-cache", "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
        })
        self.buzzes: List[Dict[str, Any]] = []
        self.follows: List[str] = []

    def send(self, command: str) -> None:
        self.socket.send(command)

    def receive(self) -> str:
        """The next frame; of a buzz or follow it takes note."""
        frame = self.socket.receive()
        command, _, rest = frame.partition(" ")
        if command == "buzz":
            assert BUZZ.fullmatch(frame), frame
            buzz = json.loads(rest)
            assert float(buzz["id"]) == buzz["id"] < 2**53, "a JavaScript number"
            if buzz["id"] not in [known["id"] for known in self.buzzes]:
                self.buzzes.append(buzz)
            self.buzzes.sort(key=lambda known: -int(known["id"]))
        elif command == "follow":
            self.follows.append(rest)
        elif command == "unfollow":
            self.follows.remove(rest)
        return frame

    def until(self, expected: str) -> None:
        """Reads until this frame, and fails at an error."""
        while (frame := self.receive()) != expected:
            assert frame.startswith(("buzz ", "follow ", "unfollow ")), f"{frame}, not {expected}"

    def until_buzz(self, text: str) -> None:
        while text not in self.texts():
            self.receive()

    def post(self, text: str) -> int:
        """Its id: after `OK <id>` and the buzz itself, which comes before or after it."""
        self.send(f"post {text}")
        number: Optional[int] = None
        while number is None or number not in [buzz["id"] for buzz in self.buzzes]:
            frame = self.receive()
            if not frame.startswith("buzz "):
                answer = re.fullmatch(r"OK ([1-9][0-9]*)", frame)
                assert answer is not None, frame
                number = int(answer[1])
        return number

    def sign_up(self, name: str, password: str) -> None:
        """What its sign-up form does."""
        self.send(f"register {name} {password}")
        self.until("OK")
        self.log_in(name, password)
        self.post(f"#user @{name} registered")

    def log_in(self, name: str, password: str) -> None:
        self.send(f"login {name} {password}")
        self.until("OK")
        self.send(f"buzzfeed {name}")

    def texts(self) -> List[str]:
        """As shown: the newest first."""
        return [buzz["text"] for buzz in self.buzzes]


class OriginalClientTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        root = self.folder / "original"
        for name, (_, content) in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content, "utf-8")
        self.grid = Nodes(self, 2, "--test-cheap-passwords", f"--static-root={root}").start_all()

    def open(self, node: int) -> OriginalClient:
        client = OriginalClient(self.grid.client_port(node))
        self.addCleanup(client.socket.drop)
        return client

    def test_its_files_come_as_they_are_and_may_do_what_they_do(self) -> None:
        port = self.grid.client_port(0)
        moved = get(port, "/")
        self.assertEqual((moved.status, moved.headers["location"]), (308, "/static/"))
        for name, (kind, content) in FILES.items():
            for path in [f"/static/{name}"] + (["/static/"] if name == "index.html" else []):
                with self.subTest(path=path):
                    answer = get(port, path)
                    self.assertEqual((answer.status, answer.headers["content-type"]), (200, kind))
                    self.assertEqual(answer.body, content)
                    self.assertNotIn("content-security-policy", answer.headers, "it has script and style of its own")
                    head = get(port, path, method="HEAD")
                    self.assertEqual((head.status, head.headers["content-length"]), (200, str(len(content))))

    def test_signing_up_following_and_talking_across_two_nodes(self) -> None:
        bob = self.open(0)
        bob.sign_up("bob", "pw")
        ross = self.open(1)
        ross.sign_up("ross", "secret")
        ross.until_buzz("#user @ross registered")
        ross.send("follow bob")
        ross.until("follow bob")
        number = bob.post("Livin' #La_Vida_LocA! @ross")
        ross.until_buzz("Livin' #La_Vida_LocA! @ross")
        newest = ross.buzzes[0]
        self.assertEqual((newest["id"], newest["poster"], newest["mentions"], newest["tags"]),
                         (number, {"username": "bob"}, ["ross"], ["la_vida_loca"]))
        self.assertEqual(ross.texts(), ["Livin' #La_Vida_LocA! @ross", "#user @ross registered"])
        ross.send("topic user")
        ross.until_buzz("#user @bob registered")
        self.assertEqual(ross.texts(), ["Livin' #La_Vida_LocA! @ross", "#user @ross registered",
                                        "#user @bob registered"], "by id, the newest first")
        ross.send("unfollow bob")
        ross.until("unfollow bob")
        self.assertEqual(ross.follows, [])

    def test_coming_back_shows_whom_one_follows_and_the_feed(self) -> None:
        bob = self.open(0)
        bob.sign_up("bob", "pw")
        ross = self.open(0)
        ross.sign_up("ross", "secret")
        ross.send("follow bob")
        ross.until("follow bob")
        bob.post("I do!")
        ross.until_buzz("I do!")
        ross.send("logout")
        ross.until("BYE")
        back = self.open(1)
        back.log_in("ross", "secret")
        for text in ("#user @ross registered", "I do!"):
            back.until_buzz(text)
        self.assertEqual(back.follows, ["bob"])

    def test_what_it_shows_of_its_mistakes(self) -> None:
        client = self.open(0)
        client.sign_up("bob", "pw")
        again = self.open(1)
        for command, answer in (
            ("register bob pw", "error register Username taken"),
            ("register bob-1 pw", "error register Invalid username"),
            ("login bob wrong", "error login Invalid credentials"),
            ("post hello", "error Unauthorized"), ("follow bob", "error Unauthorized"),
            ("login bob", "error Bad Request"),
        ):
            again.send(command)
            self.assertEqual(again.receive(), answer)
        again.log_in("bob", "pw")
        again.until_buzz("#user @bob registered")
        for command, answer in (
            ("follow nobody", "error follow Unknown user: nobody"),
            ("follow bob", "error follow Follower cannot follow themself"),
        ):
            again.send(command)
            self.assertEqual(again.receive(), answer)


if __name__ == "__main__":
    unittest.main()
