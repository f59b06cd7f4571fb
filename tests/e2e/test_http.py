"""What a node answers over HTTP: whether it serves, its metrics, files; and whom it refuses."""

import json
import re
import socket
import unittest
from typing import Any, Dict

from master import paths
from tests.e2e.http_get import get, parse_metrics
from tests.e2e.nodes import Nodes
from tests.e2e.support import BINARY, GridTest
from tests.e2e.websocket import WebSocket

SUBPROTOCOL = "buzzer.v1.json"


class HttpTest(GridTest):
    def grid(self, size: int, *options: str) -> Nodes:
        return Nodes(self, size, "--ephemeral", "--test-cheap-passwords", *options).start_all()

    def metrics(self, port: int) -> Dict[str, float]:
        answer = get(port, "/metrics")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertEqual(answer.headers["cache-control"], "no-store")
        return parse_metrics(answer.body)

    def test_a_node_says_that_it_is_there_and_that_it_serves(self) -> None:
        port = self.grid(1).client_port(0)
        for path, text in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
            answer = get(port, path)
            self.assertEqual((answer.status, answer.body), (200, text))
            self.assertEqual(answer.headers["cache-control"], "no-store")
            self.assertEqual(answer.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'")

    def test_what_is_not_there_and_what_cannot_be_done_is_a_problem(self) -> None:
        port = self.grid(1).client_port(0)
        for method, path, status, code in (
            ("GET", "/", 404, "not_found"), ("GET", "/metrics/", 404, "not_found"),
            ("POST", "/metrics", 405, "method_not_allowed"), ("GET", "/ws", 426, "bad_request"),
        ):
            with self.subTest(method=method, path=path):
                answer = get(port, path, method=method)
                self.assertEqual(answer.status, status, answer.body)
                self.assertEqual(answer.headers["content-type"], "application/problem+json")
                problem = json.loads(answer.body)
                self.assertEqual((problem["code"], problem["status"], problem["definite"]), (code, status, True))

    def test_metrics_tell_of_the_mesh_and_the_shards(self) -> None:
        grid = self.grid(3)
        found = self.metrics(grid.client_port(0))
        self.assertEqual(found['buzzer_node_info{node="0"}'], 1)
        self.assertEqual((found["buzzer_nodes"], found["buzzer_nodes_alive"]), (3, 3))
        for peer in ("1", "2"):
            self.assertEqual(found[f'buzzer_link_up{{peer="{peer}"}}'], 1)
            self.assertLess(found[f'buzzer_link_round_trip_seconds{{peer="{peer}"}}'], 1)
        self.assertEqual((found["buzzer_shards"], found["buzzer_shards_serving"]), (22, 22))
        self.assertEqual(found["buzzer_store_open"], 1)
        grid.kill(2)
        self.wait_for(lambda: self.metrics(grid.client_port(0))['buzzer_link_up{peer="2"}'] == 0, "the link is down")
        self.assertNotIn('buzzer_link_round_trip_seconds{peer="2"}', self.metrics(grid.client_port(0)))

    def test_the_page_names_every_metric_and_no_other(self) -> None:
        grid = self.grid(2)
        served = set(re.findall(r"# TYPE (\S+)", get(grid.client_port(0), "/metrics").body))
        page = (paths.ROOT / "docs" / "protocols" / "http.md").read_text("utf-8")
        self.assertEqual(served, set(re.findall(r"`(buzzer_[a-z_]+)`", page)))

    def test_metrics_count_what_clients_do(self) -> None:
        port = self.grid(2).client_port(1)
        before = self.metrics(port)
        self.assertEqual(before["buzzer_posts_total"], 0)
        with WebSocket(port, subprotocol=SUBPROTOCOL) as client, WebSocket(port) as old_client:
            client.receive()  # welcome
            for number, request in enumerate((
                {"type": "register", "name": "ada", "password": "a good secret"},
                {"type": "login", "name": "ada", "password": "a good secret"},
                {"type": "subscribe", "feed": {"kind": "home", "of": "ada"}},
            )):
                client.send(json.dumps({"id": number + 1, **request}))
                self.assertNotIn("error", answer_of(client))
            self.assertEqual(json.loads(client.receive())["type"], "mark", "what comes from now on is pushed")
            for number in range(3):
                client.send(json.dumps({"id": 10 + number, "type": "post", "text": f"buzz {number}"}))
                self.assertEqual(answer_of(client)["type"], "posted")
            client.send(json.dumps({"id": 20, "type": "follow", "name": "nobody"}))
            self.assertEqual(answer_of(client)["error"]["code"], "unknown_user")
            old_client.send("feed")  # no command
            self.assertEqual(old_client.receive(), "error Bad Request")
            # Of her own buzzes; the last may still be on its way.
            self.wait_for(lambda: self.metrics(port)["buzzer_pushes_sent_total"] == 3, "three pushes")
            after = self.metrics(port)
            grown = {name: after[name] - before[name] for name in before}
            self.assertEqual(grown["buzzer_posts_total"], 3)
            done = 'buzzer_core_requests_total{kind="command",outcome="done"}'
            self.assertEqual(grown[done], 5, "register, the session of the login, three posts")
            self.assertEqual(grown['buzzer_core_requests_total{kind="command",outcome="refused"}'], 1)
            self.assertEqual(grown['buzzer_core_request_seconds_count{kind="command"}'], 6)
            self.assertEqual(grown['buzzer_core_request_seconds_bucket{kind="command",le="+Inf"}'], 6)
            self.assertGreater(grown['buzzer_core_request_seconds_sum{kind="command"}'], 0)
            self.assertGreaterEqual(grown['buzzer_core_requests_total{kind="read",outcome="done"}'], 2)
            self.assertEqual(grown["buzzer_http_upgraded_total"], 2)
            self.assertGreaterEqual(grown["buzzer_messages_received_total"], 8)
            self.assertGreaterEqual(grown["buzzer_messages_sent_total"], 10)
            self.assertEqual(grown["buzzer_pushes_handed_total"], 3)
            self.assertGreater(grown["buzzer_sent_bytes_total"], 500)
            self.assertEqual(after['buzzer_sessions{protocol="json"}'], 1)
            self.assertEqual(after['buzzer_sessions{protocol="text"}'], 1)
            self.assertEqual(after["buzzer_subscriptions"], 1)
        self.wait_for(lambda: self.metrics(port)['buzzer_sessions{protocol="json"}'] == 0, "the session is over")
        self.assertEqual(self.metrics(port)["buzzer_subscriptions"], 0)

    def test_a_page_of_another_site_opens_no_websocket(self) -> None:
        port = self.grid(1).client_port(0)
        for origin in ("https://elsewhere.example", f"http://127.0.0.1:{port + 1}", "null"):
            for subprotocol in ("", SUBPROTOCOL):
                with self.subTest(origin=origin, subprotocol=subprotocol):
                    with self.assertRaises(ConnectionError) as refused:
                        WebSocket(port, subprotocol=subprotocol, headers={"Origin": origin})
                    self.assertTrue(str(refused.exception).startswith("HTTP/1.1 403 "), refused.exception)
        with WebSocket(port, subprotocol=SUBPROTOCOL, headers={"Origin": f"http://127.0.0.1:{port}"}) as client:
            self.assertEqual(json.loads(client.receive())["type"], "welcome")

    def test_a_page_of_another_node_of_the_grid_goes_on_here(self) -> None:
        grid = self.grid(3)
        here, there = grid.client_port(0), grid.client_port(2)
        for name in ("127.0.0.1", "localhost", "[::1]"):
            with WebSocket(here, subprotocol=SUBPROTOCOL, headers={"Origin": f"http://{name}:{there}"}) as client:
                self.assertEqual(json.loads(client.receive())["type"], "welcome")
        for origin in (f"https://127.0.0.1:{there}", f"http://127.0.0.1:{grid.client_port(3)}"):
            with self.assertRaises(ConnectionError) as refused:
                WebSocket(here, headers={"Origin": origin})
            self.assertTrue(str(refused.exception).startswith("HTTP/1.1 403 "), refused.exception)

    def test_a_node_answers_to_names_of_its_own_only(self) -> None:
        port = self.grid(1, "--host-name=buzz.example").client_port(0)
        for host, status in (
            ("elsewhere.example", 421), (f"elsewhere.example:{port}", 421), ("127.0.0.1.elsewhere.example", 421),
            ("buzz.example", 200), (f"buzz.example:{port}", 200), ("localhost", 200), (f"[::1]:{port}", 200),
        ):
            with self.subTest(host=host):
                self.assertEqual(get(port, "/healthz", headers={"Host": host}).status, status)

    def test_the_static_folder_is_served_without_our_policy(self) -> None:
        folder = self.folder / "old client"
        (folder / "js").mkdir(parents=True)
        (folder / "index.html").write_text("<script>let inline = 1</script>", "utf-8")
        (folder / "js" / "app.js").write_text("app()", "utf-8")
        port = self.grid(1, f"--static-root={folder}").client_port(0)
        moved = get(port, "/")
        self.assertEqual((moved.status, moved.headers["location"]), (308, "/static/"))
        for path, kind, body in (
            ("/static/", "text/html; charset=utf-8", "<script>let inline = 1</script>"),
            ("/static/js/app.js", "text/javascript; charset=utf-8", "app()"),
        ):
            with self.subTest(path=path):
                answer = get(port, path)
                self.assertEqual((answer.status, answer.headers["content-type"], answer.body), (200, kind, body))
                self.assertNotIn("content-security-policy", answer.headers)
        self.assertEqual(get(port, "/static/../node-0/token").status, 404)
        self.assertEqual(get(port, "/static/missing.js").status, 404)

    def test_the_web_client_is_served_at_the_root_with_its_policy(self) -> None:
        folder = self.folder / "web"
        folder.mkdir()
        (folder / "index.html").write_text("<p>ours</p>", "utf-8")
        grid = self.grid(3, f"--web-root={folder}")
        ports = map(grid.client_port, range(3))
        sockets = " ".join(f"ws://127.0.0.1:{port} ws://localhost:{port}" for port in ports)
        for page in ("/", "/@bob"):
            answer = get(grid.client_port(1), page)
            self.assertEqual((answer.status, answer.body), (200, "<p>ours</p>"))
            policy = [part.strip() for part in answer.headers["content-security-policy"].split(";")]
            self.assertIn("script-src 'self'", policy)
            self.assertIn(f"connect-src 'self' {sockets}", policy, "it may go on with another node")

    def test_a_folder_that_is_not_there_ends_the_start_and_is_named(self) -> None:
        grid = Nodes(self, 1)
        missing = self.folder / "missing"
        done = self.run_program(*grid.options(0, f"--static-root={missing}").command(), timeout=10)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(missing), done.stderr)

    def test_a_node_without_clients_listens_for_none(self) -> None:
        grid = self.grid(1, "--no-clients")
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", grid.client_port(0)), timeout=5)

    def test_a_client_port_that_is_taken_ends_the_start_and_is_named(self) -> None:
        grid = self.grid(1)
        ports = {"mesh": grid.mesh_port(9), "control": grid.control_port(9), "client": grid.client_port(0)}
        words = [f"--{name}-port={port}" for name, port in ports.items()]
        done = self.run_program(BINARY, "node", "--id=0", "--grid-size=1", "--ephemeral", *words,
                                f"--run-folder={self.folder / 'other'}", timeout=10)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"127.0.0.1:{ports['client']}", done.stderr)


def answer_of(client: WebSocket) -> Dict[str, Any]:
    """To the request that is under way; what is told unasked is passed over."""
    while "id" not in (message := json.loads(client.receive())):
        pass
    answer: Dict[str, Any] = message
    return answer


if __name__ == "__main__":
    unittest.main()
