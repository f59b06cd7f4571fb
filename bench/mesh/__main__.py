"""Runs the parts of the mesh's bench, one after the other."""

import sys

from bench.driver import Part, main

PARTS = [
    Part("link", "mesh_link"),
    Part("whole", "mesh_whole"),
    Part("loss", "mesh_loss", repetitions=20),
]

if __name__ == "__main__":
    sys.exit(main("mesh", PARTS))
