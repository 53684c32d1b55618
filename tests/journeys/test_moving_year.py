"""A played year of moves: who comes, what happens meanwhile, who leaves, day by day.

The scenes stand in `moving_year/`, told occupant by occupant; each bears the day on which it is
played. From September 2023 to October 2024, for the calendar they have: two National Day
holidays, a Spring Festival, working weekends and a leap day.
"""

from moving_year.consultants import Consultants
from moving_year.flat import Flat
from moving_year.meanwhile import Meanwhile
from moving_year.studio import Studio
from moving_year.studio_works import StudioWorks
from moving_year.tea_house import TeaHouse
from moving_year.theatre import Theatre


class TestMovingYear(Consultants, TeaHouse, Flat, Studio, StudioWorks, Theatre, Meanwhile):
    def test_moving_year(self):
        """TEN-020 to TEN-068, TEN-090 to TEN-101, TEN-110 to TEN-135, TEN-140 to TEN-142."""
        self.play()
