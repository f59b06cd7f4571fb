#!/usr/bin/env python3
"""Runs the scenarios of tests/scenarios and compares their output: ./grading.py --help."""

import sys

from master.grader import main

if __name__ == "__main__":
    sys.exit(main())
