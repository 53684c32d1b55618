"""A played year of fees: 226 units billed, paid and pursued, compared with a reckoning of its own.

The year stands in `billing_year/`. What everybody owes is reckoned from the plain data by code
that knows nothing of the suite; each bill of the year is compared with it line by line.
"""

from billing_year.deposits import Deposits
from freezegun import freeze_time


class TestBillingYear(Deposits):
    def test_billing_year(self):
        """BIL-010 to BIL-031, BIL-040 to BIL-048, BIL-060 to BIL-064, BIL-074."""
        self.play()
        with freeze_time("2026-12-31 10:00:00"):
            self.audit_year()
            self.check_pursuit()
