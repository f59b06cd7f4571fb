"""The options of `buzzer node`: bad ones are named, good ones come from three places, and help tells of all."""

import os
import re
import subprocess
import unittest
from typing import Dict, List

from tests.e2e.support import BINARY, GridTest

BAD_VALUES = (
    # option, value, what is allowed
    ("--id", "64", "0 to 63"),
    ("--id", "-1", "0 to 63"),
    ("--id", "one", "0 to 63"),
    ("--id", "3", "0 to 2"),
    ("--id", "02", "0 to 63"),  # numbers were once read as C reads them: 010 was eight
    ("--id", "0x1", "0 to 63"),
    ("--grid-size", "0x10", "1 to 64"),
    ("--grid-size", "0", "1 to 64"),
    ("--grid-size", "65", "1 to 64"),
    ("--grid", "a/b", "1 to 64 letters, digits"),
    ("--grid", "x" * 65, "1 to 64 letters, digits"),
    ("--bind", "nowhere", "an IPv4 or IPv6 address"),
    ("--bind", "0.0.0.0", "name a --grid-key-file"),
    ("--bind", "::", "name a --grid-key-file"),
    ("--mesh-port", "0", "1 to 65535"),
    ("--mesh-port", "http", "1 to 65535"),
    ("--mesh-port", "010", "1 to 65535"),
    ("--control-port", "0x10", "1 to 65535"),
    ("--control-port", "65536", "1 to 65535"),
    ("--client-port", "0", "1 to 65535"),
    ("--client-port", "web", "1 to 65535"),
    ("--room-port", "0", "1 to 65535"),
    ("--room-port", "chat", "1 to 65535"),
    ("--client-url", "here", "id=url"),
    ("--client-url", "1=http://h/", "id=url"),
    ("--client-url", "x=ws://h/ws", "id=url"),
    ("--client-url", "1=wss://", "id=url"),
    ("--client-url", "3=ws://h/ws", "0 to 2"),
    ("--peer", "here", "id=host:port"),
    ("--peer", "x=127.0.0.1:1", "id=host:port"),
    ("--peer", "1=127.0.0.1:0", "1 to 65535"),
    ("--peer", "0=127.0.0.1:1", "0 to 2, not 0 itself"),
    ("--peer", "3=127.0.0.1:1", "0 to 2, not 0 itself"),
    ("--heartbeat-interval", "9", "10 to 10000"),
    ("--heartbeat-interval", "0x10", "10 to 10000"),
    ("--heartbeat-interval", "020", "10 to 10000"),
    ("--heartbeat-timeout", "29", "30 to 60000"),
    ("--heartbeat-timeout", "299", "here 300"),
    ("--link-encryption", "sometimes", "always, auto"),
    ("--link-format", "morse", "buzzer, lab"),
    ("--log-level", "loud", "debug, error, info, trace, warn"),
    ("--log-format", "xml", "json, text"),
    ("--ephemeral", "maybe", "true or false"),
    ("--no-clients", "maybe", "true or false"),
    ("--no-room", "maybe", "true or false"),
    ("--public-grid", "maybe", "true or false"),
    ("--test-echo", "maybe", "true or false"),
    ("--test-cheap-passwords", "maybe", "true or false"),
    ("--test-lose-unsynced", "0", "1 to 4294967295"),
)

class NodeOptionsTest(GridTest):
    def node(self, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """`buzzer node`, which must end by itself. It finds nothing in the environment but what is given here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BUZZER_NODE_")}
        return self.run_program(BINARY, "node", *options, timeout=10, env={**kept, **environment})

    def check(self, *options: str, **environment: str) -> List[str]:
        done = self.node("--check-config", *options, **environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def everything(self) -> List[str]:
        """Each option with another value than its default."""
        key_file = self.folder / "a key"
        key_file.touch(mode=0o600)
        key_file.write_text("0123456789abcdef" * 4)
        return [
            "--id=1", "--grid-size=3", "--grid=other", "--run-folder=/tmp/some where/node-1", "--ephemeral",
            "--bind=127.0.0.2", "--mesh-port=4001", "--control-port=11001", "--peer=0=host.example:4000",
            "--client-port=9001", "--no-clients", "--room-port=9101", "--no-room", "--web-root=/srv/some web", "--static-root=/srv/static",
            "--host-name=buzz.example", "--host-name=other.example", "--client-url=0=wss://buzz.example/0/ws",
            "--client-url=2=ws://[::1]:9002/ws", "--public-grid", "--test-echo", "--test-cheap-passwords",
            "--test-lose-unsynced=4294967295",
            "--peer=2=[::1]:4002", f"--grid-key-file={key_file}", "--link-encryption=always",
            "--link-format=buzzer",  # its default: the other one is for loopback alone
            "--heartbeat-interval=50", "--heartbeat-timeout=250", "--log-level=trace", "--log-format=json",
        ]

    def config(self, text: str) -> str:
        path = self.folder / "buzzer.toml"
        path.write_text(text, "utf-8")
        return f"--config={path}"

    def assert_refused(self, done: "subprocess.CompletedProcess[str]", *told: str) -> None:
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        for text in told:
            self.assertIn(text, done.stderr)

    def with_value(self, option: str, value: str) -> Dict[str, str]:
        return {"--id": "0", "--grid-size": "3", "--run-folder": str(self.folder / "node-0"), option: value}

    def test_a_bad_value_is_named_with_its_option_and_what_is_allowed(self) -> None:
        for option, value, allowed in BAD_VALUES:
            with self.subTest(option=option, value=value):
                words = [f"{name}={given}" for name, given in self.with_value(option, value).items()]
                self.assert_refused(self.node(*words), option, value.split("=")[-1], allowed)
        self.assertEqual(list(self.folder.iterdir()), [], "none of them began to run")

    def test_a_bad_value_in_the_file_or_in_the_environment_is_named_likewise(self) -> None:
        for option, value, allowed in BAD_VALUES:
            values = {name[2:]: given for name, given in self.with_value(option, value).items()}
            with self.subTest(option=option, value=value, where="file"):
                text = "[node]\n" + "".join(f'{name} = "{given}"\n' for name, given in values.items())
                self.assert_refused(self.node(self.config(text)), option, value.split("=")[-1], allowed)
            with self.subTest(option=option, value=value, where="environment"):
                environment = {environment_name(name): given for name, given in values.items()}
                self.assert_refused(self.node(**environment), option, value.split("=")[-1], allowed)

    def test_what_must_be_given_and_what_is_unknown_is_named(self) -> None:
        self.assert_refused(self.node("--grid-size=3"), "--id is required")
        self.assert_refused(self.node("--id=0"), "--grid-size is required")
        self.assert_refused(self.node("--id=0", "--grid-size=3", "--speed=9"), "--speed=9")
        self.assert_refused(self.node("--id=0", "--grid-size=3", "surplus"), "surplus")
        self.assert_refused(self.node("--id=0", "--id=1", "--grid-size=3"), "--id")
        self.assert_refused(self.node("--id=0", "--grid-size=3", "--mesh-port"), "--mesh-port")
        twice = self.node("--id=0", "--grid-size=3", "--peer=1=127.0.0.1:5,1=127.0.0.1:6")
        self.assert_refused(twice, "--peer", "1=127.0.0.1:6", "named twice")
        same = self.node("--id=0", "--grid-size=3", "--mesh-port=5000", "--control-port=5000")
        self.assert_refused(same, "--control-port", "5000")
        url = self.node("--id=0", "--grid-size=3", "--client-url=1=ws://a/ws,1=ws://b/ws")
        self.assert_refused(url, "--client-url", "1=ws://b/ws", "named twice")
        taken = self.node("--id=0", "--grid-size=3", "--control-port=5000", "--client-port=5000")
        self.assert_refused(taken, "--client-port", "5000")
        taken = self.node("--id=0", "--grid-size=3", "--room-port=8080")
        self.assert_refused(taken, "--room-port", "8080")
        self.assert_refused(self.run_program(BINARY), "subcommand", "--help")

    def test_what_is_unknown_is_named_even_if_what_must_be_given_is_missing(self) -> None:
        """A misspelt `--ids=0` was once answered with `--id is required` and nothing else."""
        self.assert_refused(self.node("--ids=0", "--grid-size=3"), "--ids=0")
        self.assert_refused(self.node("--help-me"), "--help-me")

    def test_the_labs_link_format_is_for_loopback_alone(self) -> None:
        """Its links know no key: off loopback anybody could be a node."""
        lab = ("--id=0", "--grid-size=2", "--link-format=lab")
        self.assertIn('link-format = "lab"', self.check(*lab, "--bind=127.0.0.2", "--peer=1=localhost:4001"))
        why = "leaves loopback: with --link-format lab nobody proves who he is"
        self.assert_refused(self.node(*lab, "--bind=0.0.0.0"), "--bind", "0.0.0.0", why)
        self.assert_refused(self.node(*lab, "--peer=1=10.0.0.2:3001"), "--peer", "1=10.0.0.2:3001", why)
        self.assert_refused(self.node(*lab, "--link-encryption=always"), "--link-encryption", "nothing is encrypted")

    def test_bytes_of_a_broken_file_never_reach_the_terminal_as_they_are(self) -> None:
        """A file that was no text at all was once printed whole, escape sequences and all."""
        noise = bytes(range(256)) * 40
        for data in (
            noise, b"\x1b]0;title\x07\x1b[2J = 1\n", b"[node]\n\x9b2J\xc2\x9b2J = 1\n", b"\xff\xfe" * 5000,
            b"[node]\n" + "é".encode() * 5000 + b" = 1\n", b'[node]\nid = "\x1b[2J"\ngrid-size = 3\n',
        ):
            with self.subTest(data=data[:40]):
                path = self.folder / "broken.toml"
                path.write_bytes(data)
                done = subprocess.run([BINARY, "node", "--config", path], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, timeout=10)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                told = done.stderr.decode("utf-8")
                self.assertTrue(told.startswith("buzzer: "), told)
                self.assertTrue(told.replace("\n", "").isprintable(), repr(told))
                self.assertLess(len(told), 1000)

    def test_an_unknown_key_is_refused_in_the_file_and_in_the_environment(self) -> None:
        for text, key in (
            ("[node]\nid = 0\ngrid-size = 3\nheartbeet = 5\n", "heartbeet"),
            ("heartbeet = 5\n[node]\nid = 0\ngrid-size = 3\n", "heartbeet"),
            ("[nodes]\nid = 0\n[node]\nid = 0\ngrid-size = 3\n", "nodes"),
            ("[node]\nid = 0\ngrid-size = 3\ncheck-config = true\n", "check-config"),
            ("no line of a file with options\n", "no line"),
        ):
            with self.subTest(text=text):
                self.assert_refused(self.node(self.config(text)), "--config", key)
        self.assert_refused(self.node("--id=0", "--grid-size=3", BUZZER_NODE_HEARTBEET="5"), "BUZZER_NODE_HEARTBEET")

    def test_a_file_that_is_not_there_is_named_with_its_option(self) -> None:
        missing = str(self.folder / "missing.toml")
        self.assert_refused(self.node("--id=0", "--grid-size=3", "--config", missing), "--config", missing)

    def test_the_command_line_wins_over_the_environment_and_that_over_the_file(self) -> None:
        """The environment once lost against the file."""
        file = self.config(
            '[node]\nid = 1\ngrid-size = 3\ngrid = "file"\nheartbeat-timeout = 900\nephemeral = true\n'
            'log-level = "error"\npeer = ["0=file:1", "2=file:2"]\n'
        )
        from_file = self.check(file)
        for line in ("id = 1", 'grid = "file"', "heartbeat-timeout = 900", 'log-level = "error"', "ephemeral = true",
                     'peer = ["0=file:1", "2=file:2"]', 'run-folder = "run/file/node-1"', "mesh-port = 3001"):
            self.assertIn(line, from_file)
        environment = {"BUZZER_NODE_GRID": "environment", "BUZZER_NODE_HEARTBEAT_TIMEOUT": "800",
                       "BUZZER_NODE_EPHEMERAL": "false", "BUZZER_NODE_PEER": "0=environment:1,2=environment:2"}
        in_between = self.check(file, **environment)
        for line in ("id = 1", 'grid = "environment"', "heartbeat-timeout = 800", 'log-level = "error"',
                     "ephemeral = false", 'peer = ["0=environment:1", "2=environment:2"]'):
            self.assertIn(line, in_between)
        on_top = self.check(file, "--heartbeat-timeout=700", "--peer=0=line:1", **environment)
        for line in ('grid = "environment"', "heartbeat-timeout = 700", 'peer = ["0=line:1", "2=127.0.0.1:3002"]'):
            self.assertIn(line, on_top)

    def test_what_check_config_prints_is_a_file_that_says_the_same(self) -> None:
        for options in (["--id=0", "--grid-size=1"], ["--id=2", "--grid-size=3"], self.everything()):
            with self.subTest(options=options):
                printed = self.check(*options)
                self.assertEqual(self.check(self.config("\n".join(printed) + "\n")), printed)

    def test_check_config_runs_nothing_and_leaves_nothing(self) -> None:
        self.check("--id=0", "--grid-size=1", f"--run-folder={self.folder / 'node-0'}")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_help_tells_of_each_option_and_where_else_it_can_stand(self) -> None:
        done = self.run_program(BINARY, "node", "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        described = re.findall(r"^  --([a-z-]+) .*\n(?: {20,}\S.*)", done.stdout, re.MULTILINE)
        keys = [line.split(" = ")[0] for line in self.check(*self.everything())[1:]]
        self.assertEqual(set(keys), {word.split("=")[0][2:] for word in self.everything()})
        for key in keys:
            self.assertIn(key, described)
            self.assertIn(environment_name(key), done.stdout)
        for word in ("--config", "--check-config", "buzzer node --id 0 --grid-size 3"):
            self.assertIn(word, done.stdout)

    def test_the_program_tells_its_version_and_its_subcommands(self) -> None:
        version = self.run_program(BINARY, "--version")
        self.assertRegex(version.stdout, r"^buzzer \d+\.\d+\.\d+\n$")
        self.assertIn("node", self.run_program(BINARY, "--help").stdout)


def environment_name(key: str) -> str:
    return "BUZZER_NODE_" + key.upper().replace("-", "_")


if __name__ == "__main__":
    unittest.main()
