"""A year of moves in one office, in scenes; played by `tests/journeys/test_moving_year.py`."""
