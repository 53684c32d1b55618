"""A played year of moves: who comes, what happens meanwhile, who leaves, day by day."""

from moving_year.fitting_out import FittingOut
from moving_year.moving_in import MovingIn


class TestMovingYear(MovingIn, FittingOut):
    def test_moving_year(self):
        self.play()
