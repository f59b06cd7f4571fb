#!/usr/bin/env python3
"""Runs a scenario against a grid of node processes: ./master.py --help, docs/scenarios.md."""

import sys

from master.cli import main

if __name__ == "__main__":
    sys.exit(main())
