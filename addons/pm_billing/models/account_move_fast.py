"""Many invoices that are alike, made and posted several times as fast as one by one.

`create` on an invoice keeps its journal items in step with every field that might change. The
bills of a run differ in a few known places only, so one of each shape is made by `create` and the
others are written after its pattern. Numbers, checks, lock dates, analytic lines and hashes come
from Odoo's own posting.
"""

import logging
from collections import Counter

from psycopg2 import OperationalError

from odoo import api, models
from odoo.tools import SQL

from .account_move_pattern import (
    AS_WRITTEN,
    KNOWN_ADDONS,
    OWN_TO_A_BILL,
    OWN_TO_A_LINE,
    Pattern,
)
from .insert_like import browse_among

_logger = logging.getLogger(__name__)

# What a pattern passes by, and what it goes through otherwise than a screen does.
_PASSED_BY = {"create", "_prepare_create_values", "_sync_dynamic_lines", "_get_sync_stack"}
_CALLED = {"_create", "write", "_post", "action_post"}
# Guards the models of the suite and hands every other on as it is.
_GUARD = "odoo.addons.pm_base.models.base"
# From how many alike a pattern pays.
_FEWEST = 3
# What of a party changes more of its bill than the name on it.
_OF_THE_PARTY = (
    "company_id",
    "property_account_receivable_id",
    "property_payment_term_id",
    "property_inbound_payment_method_line_id",
    "property_outbound_payment_method_line_id",
    "user_id",
)


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _pm_create_posted(self, vals_list):
        """Make and post customer invoices; return them in the order of `vals_list`.

        What is written is what `create` and `action_post` write, column by column.
        """
        if reason := self._pm_get_plain_reason():
            _logger.info("Bills are made the ordinary way: %s", reason)
            moves = self.create(vals_list)
            moves.action_post()
            return moves
        parties = self.env["res.partner"].browse(vals["partner_id"] for vals in vals_list)
        shapes, shape_of = {}, Shapes(parties).get
        for number, vals in enumerate(vals_list):
            shapes.setdefault(shape_of(vals), []).append(number)
        ids, plain = {}, []
        for numbers in shapes.values():
            if len(numbers) < _FEWEST:
                plain += numbers
                continue
            first, *others = numbers
            pattern = Pattern(self.create([vals_list[first]]), parties)
            ids[first] = pattern.move.id
            reckoned = pattern.reckon_all([vals_list[number] for number in others])
            alike = {
                number: values
                for number, values in zip(others, reckoned, strict=True)
                if values is not None
            }
            plain += [number for number in others if number not in alike]
            ids.update(zip(alike, pattern.make(list(alike.values())).ids, strict=True))
        if plain:
            made = self.create([vals_list[number] for number in plain])
            ids.update(zip(plain, made.ids, strict=True))
        moves = self.browse(ids[number] for number in range(len(vals_list)))
        moves.with_context(**AS_WRITTEN, pm_posts_many=True)._post(soft=False)
        self.env["res.partner"]._pm_raise_ranks()
        return moves

    @api.model
    def _pm_get_plain_reason(self):
        """Say why invoices have to be made the ordinary way, or return None."""
        if self.env.company.restrictive_audit_trail:
            return "the audit trail wants a message for each of them"
        for model in (self, self.env["account.move.line"]):
            for part in type(model).__mro__:
                if found := _find_overrides(part):
                    return f"{part.__module__} extends {', '.join(found)} of {model._name}"
        return None

    def _get_next_sequence_format(self):
        """Ask once for the last number where many invoices are posted; it is counted up after."""
        if not self.env.context.get("pm_posts_many"):
            return super()._get_next_sequence_format()
        # Forgotten with the transaction, like Odoo's own record of the number given last.
        known = self.env.cr.precommit.data.setdefault("pm_billing.sequence_formats", {})
        key = (
            self.journal_id,
            self.date.year,
            self.date.month,
            self.move_type,
            self.journal_id.is_self_billing and self.commercial_partner_id,
        )
        if key not in known:
            known[key] = super()._get_next_sequence_format()
        pattern, values = known[key]
        return pattern, dict(values)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _increase_rank(self, field, n=1):
        """Where many invoices are posted, note the ranks for `_pm_raise_ranks`."""
        if not self.env.context.get("pm_posts_many"):
            return super()._increase_rank(field, n)
        for partner in self:
            self._pm_get_raised_ranks()[field, partner.id] += n
        return None

    @api.model
    def _pm_raise_ranks(self):
        """Raise the ranks noted, in one write for all who are raised alike."""
        raised = self._pm_get_raised_ranks()
        parties = self.browse({number for _field, number in raised}).sudo()
        groups = {}
        for (field, number), count in raised.items():
            is_first = not browse_among(parties, number)[field]
            groups.setdefault((field, count, is_first), []).append(number)
        raised.clear()
        for (field, count, is_first), numbers in groups.items():
            partners = self.browse(numbers)
            if is_first:
                partners.sudo().write({field: count})  # who posts need not keep parties
            else:
                partners._pm_raise_ranks_later(field, count)

    def _pm_raise_ranks_later(self, field, count):
        """Raise ranks once the invoices are kept: who edits a party meanwhile holds no bill up."""
        postcommit = self.env.cr.postcommit
        waiting = postcommit.data.setdefault("pm_billing.ranks_later", Counter())
        is_known = bool(waiting)
        waiting.update({(field, number): count for number in self.ids})
        if not is_known:
            postcommit.add(self._pm_write_waiting_ranks)

    @api.model
    def _pm_write_waiting_ranks(self):
        waiting = self.env.cr.postcommit.data["pm_billing.ranks_later"]
        groups = {}
        for (field, number), count in waiting.items():
            groups.setdefault((field, count), []).append(number)
        try:
            with self.env.registry.cursor() as cr:
                for (field, count), numbers in groups.items():
                    cr.execute(
                        SQL(
                            "UPDATE res_partner SET %(field)s = %(field)s + %(count)s"
                            " WHERE id IN %(ids)s",
                            field=SQL.identifier(field),
                            count=count,
                            ids=tuple(numbers),
                        )
                    )
        except OperationalError:
            _logger.debug("The ranks of %s parties are not raised.", len(waiting))

    @api.model
    def _pm_get_raised_ranks(self):
        return self.env.cr.precommit.data.setdefault("pm_billing.ranks", Counter())


class Shapes:
    """Tells which invoices differ in party, texts and amounts only."""

    def __init__(self, parties):
        self.env = env = parties.env
        self.parties = parties
        models_of_accounts = env["account.analytic.distribution.model"].sudo().search([])
        self._partners = set(models_of_accounts.partner_id.ids)
        self._categories = set(models_of_accounts.partner_category_id.ids)
        positions = env["account.fiscal.position"].search([("auto_apply", "=", True)])
        self._auto_companies = positions.company_id | positions.company_id.child_ids

    def get(self, vals):
        company = self.env["account.journal"].browse(vals["journal_id"]).company_id
        partner = browse_among(self.parties.with_company(company), vals["partner_id"])
        delivery = browse_among(partner, partner.address_get(["delivery"])["delivery"])
        return (
            _freeze(vals, OWN_TO_A_BILL),
            tuple(
                (
                    _freeze(line, OWN_TO_A_LINE),
                    (line["price_unit"] > 0) - (line["price_unit"] < 0),
                )
                for _command, _id, line in vals["invoice_line_ids"]
            ),
            partner.lang,
            tuple(partner[name].id for name in _OF_THE_PARTY),
            self._get_fiscal_position(company, partner, delivery).id,
            partner.commercial_partner_id.id in self._partners and partner.commercial_partner_id.id,
            tuple(self._categories.intersection(partner.commercial_partner_id.category_id.ids))
            if self._categories
            else None,
        )

    def _get_fiscal_position(self, company, partner, delivery):
        if company in self._auto_companies:
            Position = self.env["account.fiscal.position"].with_company(company)
            return Position._get_fiscal_position(partner, delivery=delivery)
        # Where none applies by itself Odoo would still look for one, party by party.
        return delivery.property_account_position_id or partner.property_account_position_id


def _freeze(vals, own):
    return repr(sorted((name, value) for name, value in vals.items() if name not in own))


def _find_overrides(part):
    """Return what a part of a model's class extends that nobody has looked at."""
    names = set(vars(part))
    if "pool" in names:
        # A class of the registry itself: rules of automation and audit logs replace its methods.
        return sorted(names & (_PASSED_BY | _CALLED))
    if not part.__module__.startswith("odoo.addons."):
        return []
    addon = part.__module__.split(".")[2]
    if addon in KNOWN_ADDONS or part.__module__ == _GUARD:
        return []
    if addon.startswith("pm_"):
        return sorted(names & _PASSED_BY)  # what is called is ours and made for it
    checks = {name for name, value in vars(part).items() if hasattr(value, "_constrains")}
    return sorted(names & (_PASSED_BY | _CALLED) | checks)
