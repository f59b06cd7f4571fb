"""Runs the parts of the gateway's bench, one after the other."""

import sys

from bench.driver import Part, main

PARTS = [
    Part("fanout", "gateway_fanout"),
]

if __name__ == "__main__":
    sys.exit(main("gateway", PARTS))
