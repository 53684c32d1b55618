"""A year of moving in and out of one office, in scenes; see `tests/journeys/test_moving_year.py`."""
