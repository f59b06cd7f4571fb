"""bench/: samples, table, chart and driver, with made-up parts."""

import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import List
from unittest import mock

from bench import driver
from bench.chart import svg
from bench.samples import BadSample, Result, collect, number, table

SVG = "{http://www.w3.org/2000/svg}"


def line(measure: str, value: float, **more: object) -> str:
    return json.dumps({"measure": measure, "value": value, "unit": "ns", **more})


def samples() -> List[str]:
    published = {"value": 2800, "what": "the original's"}
    lines = [line("work", value) for value in (100, 90, 120)]
    for value in (300, 250, 900):
        lines.append(line("post", value, beside="work", aim="under 400 ns", published=published, also={"allocations": 0}))
    return lines


class SamplesTest(unittest.TestCase):
    def test_medians_and_ratios_to_the_measure_beside(self) -> None:
        work, post = collect("kernel", samples())
        self.assertEqual((work.median, work.ratio), (100, None))
        self.assertEqual((post.median, post.ratio, post.published), (300, 3, 2800))
        self.assertEqual(post.as_json()["also"], {"allocations": 0})

    def test_what_is_no_sample_is_refused(self) -> None:
        for bad in ("hello", "7", '{"measure": "post"}', line("post", 1)[:-1]):
            with self.subTest(bad), self.assertRaises(BadSample):
                collect("kernel", [bad])

    def test_a_ratio_needs_something_to_stand_beside(self) -> None:
        others: List[List[str]] = [[], [line("work", 0)], [json.dumps({"measure": "work", "value": 1, "unit": "s"})]]
        for other in others:
            with self.subTest(other), self.assertRaises(BadSample):
                collect("kernel", [line("post", 1, beside="work"), *other])

    def test_a_measure_keeps_its_unit(self) -> None:
        with self.assertRaises(BadSample):
            collect("kernel", [line("post", 1), json.dumps({"measure": "post", "value": 1, "unit": "s"})])

    def test_numbers_show_three_digits_that_count(self) -> None:
        self.assertEqual([number(value) for value in (0, 0.123456, 12.345, 1234567)], ["0", "0.123", "12.3", "1,234,567"])

    def test_the_table_holds_a_figure_against_aim_and_published(self) -> None:
        row = table(collect("kernel", samples())).splitlines()[2]
        for part in ("post", "300 ns", "250 to 900", "3.00 x work", "0 allocations", "aim: under 400 ns", "2,800 ns"):
            self.assertIn(part, row)


class ChartTest(unittest.TestCase):
    def bars(self, results: List[Result]) -> List[float]:
        rects = ElementTree.fromstring(svg("t", results)).findall(f"{SVG}rect")
        return [float(rect.attrib["width"]) for rect in rects[1:]]  # the first is the background

    def test_bars_are_as_long_as_their_values_say(self) -> None:
        work, post, published = self.bars(collect("kernel", samples()))
        self.assertAlmostEqual(post / work, 3, delta=0.01)
        self.assertAlmostEqual(published / post, 2800 / 300, delta=0.05)

    def test_each_unit_has_a_scale_of_its_own(self) -> None:
        results = [Result("a", "small", "ns", [1.0]), Result("a", "large", "commands/s", [1e6])]
        small, large = self.bars(results)
        self.assertEqual(small, large)

    def test_each_part_has_a_scale_of_its_own(self) -> None:
        results = [Result("a", "small", "ns", [1.0]), Result("b", "large", "ns", [1e6])]
        small, large = self.bars(results)
        self.assertEqual(small, large)

    def test_what_ours_is_held_against_has_another_colour(self) -> None:
        bare, post = collect("kernel", [line("bare", 1, ours=False), line("post", 1)])
        self.assertEqual((bare.ours, post.ours), (False, True))
        colours = [rect.attrib["fill"] for rect in ElementTree.fromstring(svg("t", [bare, post])).findall(f"{SVG}rect")]
        self.assertNotEqual(colours[1], colours[2])

    def test_names_with_markup_in_them_stay_text(self) -> None:
        root = ElementTree.fromstring(svg("a < b & c", [Result("a", '<rect x="1">', "ns", [0.0])]))
        texts = [element.text for element in root.findall(f"{SVG}text")]
        self.assertIn("a < b & c", texts)
        self.assertIn('<rect x="1">', texts)


class DriverTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def part(self, name: str, body: str) -> driver.Part:
        path = self.folder / name
        path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
        os.chmod(path, 0o755)
        return driver.Part(name, name)

    def run_bench(self, *parts: driver.Part, arguments: "tuple[str, ...]" = ()) -> "tuple[int, str, str]":
        command = ["bench", "--programs", str(self.folder), "--results", str(self.folder / "results"), *arguments]
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.object(sys, "argv", command), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = driver.main("made-up", list(parts))
            except SystemExit as usage:
                code = int(str(usage.code))
        return code, out.getvalue(), err.getvalue()

    def test_parts_become_one_table_one_json_and_one_chart(self) -> None:
        first = self.part("first", f"print({line('post', 300)!r})")
        second = self.part("second", f"print({line('restart', 7)!r})")
        code, out, _ = self.run_bench(first, second)
        self.assertEqual(code, 0)
        self.assertIn("300 ns", out)
        told = json.loads((self.folder / "results" / "made-up.json").read_text())
        self.assertEqual([(r["part"], r["median"]) for r in told["results"]], [("first", 300), ("second", 7)])
        ElementTree.parse(self.folder / "results" / "made-up.svg")

    def test_quick_asks_for_less_and_only_leaves_parts_out(self) -> None:
        body = "import json\nprint(json.dumps({'measure': sys.argv[1], 'value': 1, 'unit': sys.argv[2]}))"
        parts = [self.part("first", body), self.part("second", "sys.exit(1)")]
        code, out, _ = self.run_bench(*parts, arguments=("--quick", "--only", "first"))
        self.assertEqual(code, 0)
        self.assertIn("--repetitions=3", out)
        self.assertIn("--seconds=0.05", out)

    def test_a_part_may_have_repetitions_of_its_own_in_a_full_run(self) -> None:
        body = "import json\nprint(json.dumps({'measure': sys.argv[1], 'value': 1, 'unit': 'ns'}))"
        self.part("second", body)
        parts = [self.part("first", body), driver.Part("second", "second", repetitions=20)]
        _, full, _ = self.run_bench(*parts)
        self.assertEqual(full.count("--repetitions=9"), 1)
        self.assertEqual(full.count("--repetitions=20"), 1)
        self.assertIn("medians of 9 repetitions (second: 20)", full)
        _, quick, _ = self.run_bench(*parts, arguments=("--quick",))
        self.assertEqual(quick.count("--repetitions=3"), 2)

    def test_publishing_replaces_the_place_of_this_bench_only(self) -> None:
        page = self.folder / "benchmarks.md"
        page.write_text("# a\n<!-- bench: made-up -->\nold\n<!-- end of made-up -->\nb\n<!-- bench: core -->\nc\n")
        part = self.part("first", "\n".join(f"print({each!r})" for each in samples()))
        code, _, err = self.run_bench(part, arguments=("--publish", "--page", str(page)))
        self.assertEqual((code, err), (0, "first ...\n"))
        text = page.read_text()
        self.assertIn("| post | 300 ns | 250 to 900 | 3.00 x work | 0 allocations | under 400 ns |", text)
        self.assertIn("![made-up](images/bench-made-up.svg)", text)
        self.assertNotIn("old", text)
        self.assertTrue(text.startswith("# a\n") and text.endswith("b\n<!-- bench: core -->\nc\n"))
        ElementTree.parse(self.folder / "images" / "bench-made-up.svg")

    def test_what_cannot_be_published_is_told_before_the_first_part(self) -> None:
        # Once a part alone took the place of all, and a page without a place was told of when everything had run.
        page = self.folder / "benchmarks.md"
        ran = self.folder / "ran"
        part = self.part("first", f"open({str(ran)!r}, 'w')")
        place = "# a\n<!-- bench: made-up -->\nold\n<!-- end of made-up -->\n"
        refused = [
            (place, ("--quick",), "a whole run"),
            (place, ("--only", "first"), "a whole run"),
            ("# a\n", (), "no one place"),
            (place + place, (), "no one place"),
        ]
        for text, arguments, why in refused:
            page.write_text(text)
            with self.subTest(why, arguments=arguments):
                code, _, err = self.run_bench(part, arguments=("--publish", "--page", str(page), *arguments))
                self.assertNotEqual(code, 0)
                self.assertIn(why, err)
                self.assertEqual(page.read_text(), text)
        self.assertFalse(ran.exists())

    def test_a_part_that_fails_is_named_and_nothing_is_written(self) -> None:
        failing = self.part("failing", f"print({line('post', 300)!r})\nsys.exit(3)")
        silent = self.part("silent", "")
        missing = driver.Part("missing", "not-there")
        for part, why in ((failing, "failing ended with 3"), (silent, "no samples"), (missing, "scripts/bench.sh")):
            with self.subTest(part.name):
                code, _, err = self.run_bench(part)
                self.assertEqual(code, 1)
                self.assertIn(why, err)
                self.assertEqual(list((self.folder / "results").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
