"""A year of fees in one office; played by `tests/journeys/test_billing_year.py`.

`estate` and `story` are plain data, `reckoning` says what follows from them without any code of
the suite, `office` and `clerks` play it, `audit` compares.
"""
