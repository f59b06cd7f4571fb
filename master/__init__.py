"""Launches grids, runs scenarios and faults against them, and grades what they answer."""
