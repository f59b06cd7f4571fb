"""Runs the room's bench."""

import sys

from bench.driver import Part, main

PARTS = [Part("at once", "room_at_once"), Part("one at a time", "room_one_at_a_time")]

if __name__ == "__main__":
    sys.exit(main("room", PARTS))
