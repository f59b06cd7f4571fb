"""The web client as scripts/build_web.sh has built it, from every node of a grid."""

import json
import re
import unittest
from html.parser import HTMLParser
from typing import Dict, List, Optional, Tuple

from master import paths
from tests.e2e.http_get import Answer, get
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest

BROTLI = {"Accept-Encoding": "gzip, deflate, br"}
IMMUTABLE = "public, max-age=31536000, immutable"


class Page(HTMLParser):
    """What a page loads, and what its Content-Security-Policy would forbid in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: List[str] = []
        self.links: Dict[str, List[str]] = {}
        self.inline: List[str] = []
        self._text_of = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        found = dict(attrs)
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        if tag == "script" and found.get("src"):
            self.scripts.append(found["src"] or "")
        if tag == "link":
            self.links.setdefault(found.get("rel") or "", []).append(found.get("href") or "")
        self._text_of = tag

    def handle_data(self, data: str) -> None:
        if self._text_of in ("script", "style") and data.strip():
            self.inline.append(f"text of {self._text_of}")

    def handle_endtag(self, tag: str) -> None:
        self._text_of = ""


class WebFilesTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.assertTrue((paths.WEB / "index.html").is_file(), f"{paths.WEB} is not built: scripts/build_web.sh")

    def port(self, size: int = 1) -> int:
        return Nodes(self, size, f"--web-root={paths.WEB}").start_all().client_port(0)

    def page(self, port: int, path: str = "/") -> Tuple[Answer, Page]:
        answer = get(port, path)
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "text/html; charset=utf-8"), path)
        return answer, Page(answer.body)

    def test_every_address_of_every_node_is_the_one_page_and_may_run_nothing_inline(self) -> None:
        grid = Nodes(self, 3, f"--web-root={paths.WEB}").start_all()
        bodies = set()
        for node in range(3):
            for path in ("/", "/@bob", "/@bob/followers", "/tag/x", "/buzz/115292979120576", "/search?q=a"):
                with self.subTest(node=node, path=path):
                    answer, page = self.page(grid.client_port(node), path)
                    bodies.add(answer.body)
                    policy = answer.headers["content-security-policy"]
                    self.assertIn("default-src 'none'; script-src 'self'; style-src 'self';", policy)
                    self.assertNotIn("unsafe", policy)
                    self.assertEqual(answer.headers["cache-control"], "no-cache", "a new version shows at once")
                    self.assertEqual(page.inline, [])
                    self.assertTrue(page.scripts)
            for name in self.assets():
                with self.subTest(node=node, asset=name):
                    self.assertEqual(get(grid.client_port(node), f"/assets/{name}").status, 200)
        self.assertEqual(len(bodies), 1)

    def test_assets_are_kept_for_ever_and_come_compressed(self) -> None:
        port = self.port()
        names = self.assets()
        self.assertTrue([name for name in names if name.endswith(".js")])
        self.assertTrue([name for name in names if name.endswith(".css")])
        for name in names:
            with self.subTest(asset=name):
                plain = get(port, f"/assets/{name}")
                self.assertEqual(plain.headers["cache-control"], IMMUTABLE)
                self.assertNotIn("content-encoding", plain.headers)
                if len(plain.body.encode()) > 1024:
                    small = get(port, f"/assets/{name}", method="HEAD", headers=BROTLI).headers
                    self.assertEqual(small["content-encoding"], "br")
                    self.assertLess(int(small["content-length"]), int(plain.headers["content-length"]))
                    gzip = get(port, f"/assets/{name}", method="HEAD", headers={"Accept-Encoding": "gzip"}).headers
                    self.assertEqual(gzip["content-encoding"], "gzip")

    def test_the_page_loads_only_what_is_there(self) -> None:
        port = self.port()
        _, page = self.page(port)
        self.assertEqual(len(page.links.get("manifest", [])), 1)
        for path in page.scripts + [path for paths_ in page.links.values() for path in paths_]:
            with self.subTest(path=path):
                self.assertRegex(path, r"^/[^/]", "nothing of another host")
                self.assertEqual(get(port, path, method="HEAD").status, 200)

    def test_the_manifest_is_one_and_its_icons_are_there(self) -> None:
        port = self.port()
        _, page = self.page(port)
        manifest = get(port, page.links["manifest"][0])
        self.assertEqual(manifest.headers["content-type"], "application/manifest+json")
        icons = json.loads(manifest.body)["icons"]
        self.assertIn("512x512", [icon["sizes"] for icon in icons])
        for icon in icons:
            with self.subTest(icon=icon["src"]):
                found = get(port, icon["src"], method="HEAD")
                self.assertEqual((found.status, found.headers["content-type"]), (200, icon["type"]))

    def test_the_service_worker_is_asked_for_each_time_and_knows_the_files(self) -> None:
        port = self.port()
        worker = get(port, "/sw.js")
        self.assertEqual((worker.status, worker.headers["cache-control"]), (200, "no-cache"))
        self.assertEqual(worker.headers["content-type"], "text/javascript; charset=utf-8")
        kept = set(re.findall(r"/assets/([\w.-]+)", worker.body))
        self.assertEqual(kept, {name for name in self.assets() if not name.endswith(".map")})

    def assets(self) -> List[str]:
        """Those that are not another one compressed."""
        names = sorted(path.name for path in (paths.WEB / "assets").iterdir())
        return [name for name in names if not name.endswith((".br", ".gz"))]


if __name__ == "__main__":
    unittest.main()
