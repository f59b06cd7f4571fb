"""What scripts/test.sh runs: the stages, how each is run, how its results are read and reported."""
