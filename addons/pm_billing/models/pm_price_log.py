from odoo import api, models

from odoo.addons.pm_base.models.wording import word_days


class PmPriceLogMixin(models.AbstractModel):
    """Every change of a price stands in the log of what it belongs to: who, when, old and new
    (BIL-074). No context turns it off."""

    _name = "pm.price.log.mixin"
    _description = "Price Whose Changes Are Logged"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._log_prices(
            lambda line: self.env._("Price entered: %(price)s", price=line._word_logged())
        )
        return lines

    def write(self, vals):
        before = {line.id: line._word_logged() for line in self}
        result = super().write(vals)
        changed = self.filtered(lambda line: line._word_logged() != before[line.id])
        changed._log_prices(
            lambda line: self.env._(
                "Price changed from %(before)s to %(after)s",
                before=before[line.id],
                after=line._word_logged(),
            )
        )
        return result

    def unlink(self):
        self._log_prices(
            lambda line: self.env._("Price taken away: %(price)s", price=line._word_logged())
        )
        return super().unlink()

    def _log_prices(self, word):
        for owner, lines in self.grouped(lambda line: line._get_log_owner()).items():
            owner._message_log(body="\n".join(word(line) for line in lines))

    def _get_log_owner(self):
        """Return the record in whose log the price belongs."""
        raise NotImplementedError

    def _word_logged(self):
        """Return the price with all that decides where it holds."""
        raise NotImplementedError


class PmFee(models.Model):
    _name = "pm.fee"
    _inherit = ["pm.fee", "mail.thread"]


class PmFeePrice(models.Model):
    _name = "pm.fee.price"
    _inherit = ["pm.fee.price", "pm.price.log.mixin"]

    def _get_log_owner(self):
        return self.fee_id

    def _word_logged(self):
        usages = dict(self._get_usages())
        scope = " ".join(filter(None, (self.building_id.name, usages.get(self.usage))))
        return self.env._(
            "%(price)s, %(scope)s, %(days)s",
            price=self.fee_id._word_price(self.price),
            scope=scope or self.env._("all units"),
            days=word_open_days(self.env, self.date_start, self.date_end),
        )


class PmFeeTier(models.Model):
    _name = "pm.fee.tier"
    _inherit = ["pm.fee.tier", "pm.price.log.mixin"]

    def _get_log_owner(self):
        return self.price_id.fee_id

    def _word_logged(self):
        fee = self.price_id.fee_id
        return self.env._(
            "above %(above)s %(price)s (tier of %(line)s)",
            above=f"{self.above:g}",
            price=fee._word_price(self.price),
            line=self.price_id._word_logged(),
        )


def word_open_days(env, start, end):
    """Return the days for which a price holds, either end of which may be open."""
    if start and end:
        return word_days(env, start, end)
    if start:
        return env._("from %(day)s on", day=word_days(env, start, None))
    if end:
        return env._("until %(day)s", day=word_days(env, None, end))
    return ""
