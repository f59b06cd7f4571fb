"""Runs the parts of the core's bench, one after the other."""

import sys

from bench.driver import Part, main

# A part is a program; bench/README.md says what it is given and what it prints.
PARTS = [
    Part("kernel", "core_kernel"),
    Part("durable", "core_durable"),
    Part("arrival", "core_arrival"),
    Part("fanout", "core_fanout"),
    Part("followers", "core_followers"),
    Part("catching_up", "core_catching_up", repetitions=3),  # minutes each
    Part("social", "core_social"),
    Part("restart", "core_restart"),
]

if __name__ == "__main__":
    sys.exit(main("core", PARTS))
