"""A page hands its token to the node once and keeps none: the session cookie opens its WebSockets from then on."""

import json
import re
import unittest
from typing import Dict, List

from tests.e2e.http_get import Answer, get
from tests.e2e.json_client import PASSWORD, JsonClient, register
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest

PATH = "/api/v1/session"
COOKIE = r"buzzer_session=(?P<token>[^; ]+); HttpOnly; SameSite=Strict; Path=/; Max-Age=(?P<age>[0-9]+)"
LIFETIME_S = 30 * 24 * 3600


class SessionCookieTest(GridTest):
    """Gus is at home at node 1 of 3."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3, "--test-cheap-passwords", "--log-level=debug").start_all()
        self.client = JsonClient(self.grid.client_port(0))
        self.addCleanup(self.client.drop)
        register(self.client, "Gus")
        self.token: str = self.client.ask("login", name="Gus", password=PASSWORD)["token"]

    def show(self, token: str, *, node: int = 0, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return get(self.grid.client_port(node), PATH, method="POST",
                   headers={"Authorization": f"Bearer {token}", **named})

    def assert_problem(self, answer: Answer, status: int, code: str) -> None:
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        self.assertEqual(json.loads(answer.body)["code"], code)
        self.assertNotIn("set-cookie", answer.headers)

    def open_with_cookie(self, node: int, cookies: str) -> JsonClient:
        client = JsonClient(self.grid.client_port(node), headers={"Cookie": cookies})
        self.addCleanup(client.drop)
        return client

    def test_the_cookie_is_the_browsers_alone_and_ends_with_the_session(self) -> None:
        answer = self.show(self.token)
        self.assertEqual((answer.status, answer.body), (204, ""))
        self.assertEqual(answer.headers["cache-control"], "no-store")
        cookie = re.fullmatch(COOKIE, answer.headers["set-cookie"])
        assert cookie is not None, answer.headers
        self.assertEqual(cookie["token"], self.token)
        self.assertTrue(LIFETIME_S - 600 < int(cookie["age"]) <= LIFETIME_S, cookie["age"])

    def test_behind_a_proxy_that_speaks_tls_it_never_goes_without(self) -> None:
        for schemes, is_secure in (("https", True), ("HTTPS, http", True), ("http", False), ("http, https", False)):
            with self.subTest(schemes=schemes):
                cookie = self.show(self.token, X_Forwarded_Proto=schemes).headers["set-cookie"]
                self.assertEqual(cookie.endswith("; Secure"), is_secure, cookie)

    def test_who_has_the_cookie_is_logged_in_on_any_node_until_logged_out(self) -> None:
        self.show(self.token, node=2)
        cookies = f"theme=dark; buzzer_session={self.token}; other=1"
        for node in range(3):
            client = self.open_with_cookie(node, cookies)
            answer = client.ask("authenticate")
            self.assertEqual(answer["user"]["name"], "Gus")
            self.assertNotIn("token", answer, "a page never sees it again")
            self.assertEqual(client.ask("post", text=f"from node {node}")["type"], "posted")
        self.assertEqual(self.client.ask("logout")["type"], "logged_out")
        for node in range(3):
            self.assertEqual(self.open_with_cookie(node, cookies).refused("authenticate"), "session_ended")
            self.assert_problem(self.show(self.token, node=node), 401, "session_ended")

    def test_what_is_no_token_gets_no_cookie(self) -> None:
        other = ("A" if self.token[-1] != "A" else "E").join(["", ""])
        for wrong in (self.token[:-1] + other, "bz1.nobody.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "x",
                      self.token + "; Domain=example", "a" * 7000):
            with self.subTest(wrong=wrong[:60]):
                self.assert_problem(self.show(wrong), 401, "session_ended")
        no_headers: List[Dict[str, str]] = [{}, {"Authorization": f"Basic {self.token}"}, {"Authorization": self.token}]
        for headers in no_headers:
            with self.subTest(headers=list(headers)):
                answer = get(self.grid.client_port(0), PATH, method="POST", headers=headers)
                self.assert_problem(answer, 401, "unauthorized")
                self.assertEqual(answer.headers["www-authenticate"], "Bearer")

    def test_deleting_makes_the_browser_forget_it(self) -> None:
        for headers in ({}, {"Cookie": f"buzzer_session={self.token}"}):
            answer = get(self.grid.client_port(0), PATH, method="DELETE", headers=headers)
            self.assertEqual((answer.status, answer.body), (204, ""))
            self.assertEqual(answer.headers["set-cookie"],
                             "buzzer_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0")
        self.assertEqual(get(self.grid.client_port(0), PATH).status, 405)

    def test_a_page_of_another_site_neither_sets_nor_clears_it(self) -> None:
        for origin in ("https://elsewhere.example", "null"):
            with self.subTest(origin=origin):
                self.assert_problem(self.show(self.token, Origin=origin), 403, "foreign_origin")
                cleared = get(self.grid.client_port(0), PATH, method="DELETE", headers={"Origin": origin})
                self.assert_problem(cleared, 403, "foreign_origin")
        own = f"http://127.0.0.1:{self.grid.client_port(0)}"
        self.assertEqual(self.show(self.token, Origin=own).status, 204)

    def test_a_home_that_is_down_is_no_wrong_token(self) -> None:
        self.grid.kill(1)
        self.wait_for(lambda: self.grid.ask(0, "alive") == "alive 0,2", "node 1 is gone")
        answer = self.show(self.token)
        self.assert_problem(answer, 503, "unavailable")

    def test_no_log_tells_a_token(self) -> None:
        self.show(self.token)
        self.show(self.token + "x")
        self.open_with_cookie(1, f"buzzer_session={self.token}").ask("authenticate")
        secret = self.token.rpartition(".")[2]
        for node in range(3):
            self.assertEqual(self.grid.log_lines(node, secret), [])
            self.assertNotEqual(self.grid.log(node), [])


if __name__ == "__main__":
    unittest.main()
