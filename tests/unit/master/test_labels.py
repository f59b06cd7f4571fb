import unittest

from master.labels import LabelError, Labels

FIRST = "4321987654321"
SECOND = "4321987654400"


class LabelsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.labels = Labels()

    def show_two(self) -> None:
        self.labels.to_labels(f"posted {FIRST}")
        self.labels.to_labels(f"posted {SECOND}")

    def test_ids_are_labelled_in_the_order_of_their_first_appearance(self) -> None:
        for answer, shown in (
            (f"posted {SECOND}", "posted #1"),
            (f"posted {FIRST}", "posted #2"),
            (f"edited {SECOND}/12", "edited #1/12"),
            (f"deleted {FIRST}", "deleted #2"),
            ("deleted 7", "deleted #3"),
            (f'author {FIRST}/1 "a",8/2 "b" (more)', 'author #2/1 "a",#4/2 "b" (more)'),
        ):
            self.assertEqual(self.labels.to_labels(answer), shown)

    def test_clients_ask_for_one_label_or_one_id(self) -> None:
        self.show_two()
        self.assertEqual(self.labels.id_of("#2"), int(SECOND))
        self.assertEqual(self.labels.id_of("77"), 77)
        self.assertEqual((self.labels.label_of(int(FIRST)), self.labels.label_of(77)), ("#1", "#3"))
        for wrong in ("#4", "#0", "one", "#", ""):
            with self.assertRaises(LabelError):
                self.labels.id_of(wrong)

    def test_texts_in_answers_are_left_alone(self) -> None:
        self.show_two()
        self.assertEqual(
            self.labels.to_labels(f'author {FIRST}/1 "posted {FIRST}",{SECOND}/1 "a\\",{FIRST}/1 \\"b\\\\"'),
            f'author #1/1 "posted {FIRST}",#2/1 "a\\",{FIRST}/1 \\"b\\\\"',
        )

    def test_feeds_of_many_authors_show_labels_for_what_is_replied_to_as_well(self) -> None:
        self.show_two()
        for answer, shown in (
            (f'feed {SECOND}/1 @Bob "a",7/2 @Max to {FIRST} "to 8 x" (more)', 'feed #2/1 @Bob "a",#3/2 @Max to #1 "to 8 x" (more)'),
            (f'topic {FIRST}/1 @Bob "a"', 'topic #1/1 @Bob "a"'),
            (f'mentions {FIRST}/1 @5 "5/1 @a \\"{SECOND}/1\\""', f'mentions #1/1 @5 "5/1 @a \\"{SECOND}/1\\""'),
            (f'thread {FIRST}/2 @Bob deleted | 7/1 @Max to {FIRST} "a",9/2 @Ada to 7 deleted',
             'thread #1/2 @Bob deleted | #3/1 @Max to #1 "a",#4/2 @Ada to #3 deleted'),
            (f'thread 11/1 @Bob to 12 "a | {FIRST}/1"', f'thread #5/1 @Bob to #6 "a | {FIRST}/1"'),
        ):
            self.assertEqual(self.labels.to_labels(answer), shown)

    def test_what_an_inspection_says_of_buzzes_shows_labels(self) -> None:
        self.show_two()
        for answer, shown in (
            (f"trace {SECOND}/3 @Bob shard 39 | 13 taken,7 pending", "trace #2/3 @Bob shard 39 | 13 taken,7 pending"),
            (f"audit broken {FIRST} missing at 13,{SECOND} outdated at 7,interest of 5 in @5 pending 2 silent 1,3",
             "audit broken #1 missing at 13,#2 outdated at 7,interest of 5 in @5 pending 2 silent 1,3"),
            ("audit unproven pending 12 silent 3,5", "audit unproven pending 12 silent 3,5"), ("audit proven", "audit proven"),
        ):
            self.assertEqual(self.labels.to_labels(answer), shown)

    def test_other_answers_are_printed_as_they_came(self) -> None:
        self.show_two()
        for answer in (
            "author ", "ok", "", f"messages posted {FIRST}", f"users {FIRST}", f"registered {FIRST}",
            "error unavailable", f"error usage: {FIRST}", f"error unknown command: posted {FIRST}",
            f"followers {FIRST}", f"user {FIRST} buzzes 1 followers 0 following 0", f"owed {FIRST}>3 1", "feed ",
        ):
            self.assertEqual(self.labels.to_labels(answer), answer)

    def test_a_buzz_that_is_refused_is_named_as_the_script_named_it(self) -> None:
        self.show_two()
        for error in ("error unknown_buzz: no such buzz: ", "error not_yours: no buzz of yours: "):
            self.assertEqual(self.labels.to_labels(error + SECOND), error + "#2")
            self.assertEqual(self.labels.to_labels(error + "12"), error + "12")
        self.assertEqual(self.labels.to_labels("posted 12"), "posted #3", "the error has not used a label up")

    def test_labels_in_the_places_of_an_id_become_ids(self) -> None:
        self.show_two()
        for line, sent in (
            ("as Bob edit #1 two", f"as Bob edit {FIRST} two"),
            ("as Bob with k edit #2 #1  #2", f"as Bob with k edit {SECOND} #1  #2"),
            ("as Bob delete #2", f"as Bob delete {SECOND}"),
            ("as Bob with k delete #1", f"as Bob with k delete {FIRST}"),
            ("as with with with edit #1 x", f"as with with with edit {FIRST} x"),
            ("trace #2", f"trace {SECOND}"),
            ("author Bob before #2 limit 3", f"author Bob before {SECOND} limit 3"),
            ("author Bob after #1", f"author Bob after {FIRST}"),
            ("as Bob reply #1 to #2", f"as Bob reply {FIRST} to #2"),
            ("feed Bob before #1", f"feed Bob before {FIRST}"),
            ("mentions Bob after #2", f"mentions Bob after {SECOND}"),
            ("topic #1 before #2", f"topic #1 before {SECOND}"),
            ("thread #2", f"thread {SECOND}"),
            ("thread #2 after #1 limit 3", f"thread {SECOND} after {FIRST} limit 3"),
            ("thread 5 after #1", f"thread 5 after {FIRST}"),
        ):
            self.assertEqual(self.labels.to_ids(line), sent)

    def test_labels_elsewhere_are_left_alone(self) -> None:
        for line in (
            "as Bob post #1", "as Bob post edit #1", "as Bob with edit post edit #1", "as Bob with #1 post delete #1",
            "as Bob edit 5 #1", "author #1", "author Bob limit #1", "users #1", "broadcast as Bob edit #1 x", "as #1",
            "topic #1", "feed #1", "as Bob follow #1", "followers Bob after #1",
        ):
            self.assertEqual(self.labels.to_ids(line), line)

    def test_an_unknown_label_is_an_error(self) -> None:
        with self.assertRaisesRegex(LabelError, "^there is no buzz #1: no answer has shown a buzz so far$"):
            self.labels.to_ids("as Bob delete #1")
        self.show_two()
        for label in ("#3", "#0", "#01", "#", "#x", "#1x", "#-1"):
            with self.subTest(label=label):
                with self.assertRaisesRegex(LabelError, f"^there is no buzz {label}: so far there is #1 to #2$"):
                    self.labels.to_ids(f"author Bob before {label}")


if __name__ == "__main__":
    unittest.main()
