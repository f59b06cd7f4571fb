"""Runs the parts of the gateway's bench, one after the other."""

import sys

from bench.driver import Part, main

PARTS = [
    Part("fanout", "gateway_fanout"),
    Part("stalled", "gateway_stalled"),
    Part("posts", "gateway_posts"),
    Part("idle", "gateway_idle"),
    Part("handshakes", "gateway_handshakes"),
]

if __name__ == "__main__":
    sys.exit(main("gateway", PARTS))
