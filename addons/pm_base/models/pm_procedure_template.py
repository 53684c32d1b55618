from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class PmProcedureTemplate(models.Model):
    _name = "pm.procedure.template"
    _description = "Procedure"
    _order = "occasion, sequence, id"

    name = fields.Char(string="Procedure", required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="Of several procedures for one occasion the first is followed."
    )
    active = fields.Boolean(default=True)
    occasion = fields.Selection([], required=True, index=True, help="When the procedure begins.")
    site_id = fields.Many2one(
        "pm.site",
        string="Only For",
        index="btree_not_null",
        help="The office that follows this version. Empty: every office without one of its own.",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    source = fields.Char(help="Clause of the operating procedures.")
    note = fields.Text(string="Introduction", translate=True)
    step_ids = fields.One2many(
        "pm.procedure.template.step", "template_id", string="Steps", copy=True
    )
    step_count = fields.Integer(string="Number of Steps", compute="_compute_step_count")
    model_name = fields.Char(compute="_compute_model_name", help="What the procedure is about.")

    @api.depends("step_ids")
    def _compute_step_count(self):
        for template in self:
            template.step_count = len(template.step_ids)

    @api.depends("occasion")
    def _compute_model_name(self):
        model_names = self._get_occasion_models()
        for template in self:
            template.model_name = model_names.get(template.occasion)

    @api.constrains("occasion")
    def _check_steps_fit_occasion(self):
        self.step_ids._check_deadline()
        self.step_ids._check_gate()
        self.step_ids._check_check()
        self.step_ids._check_condition()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_followed(self):
        for template in self:
            # Also what another office follows counts.
            if self.env["pm.procedure"].sudo().search_count([("template_id", "=", template.id)]):
                raise UserError(
                    self.env._(
                        "“%(procedure)s” has been followed and explains what was done: archive it "
                        "instead.",
                        procedure=template.name,
                    )
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for template, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%(name)s (copy)", name=template.name)
        return vals_list

    def copy(self, default=None):
        """Copy the procedures; the steps of a copy refer to each other, not to the original's."""
        copies = super().copy(default)
        for template, copied in zip(self, copies, strict=True):
            pairs = dict(zip(template.step_ids, copied.step_ids, strict=True))
            for step, new_step in pairs.items():
                anchor_step = pairs.get(step.anchor_step_id)
                new_step.write(
                    {
                        "anchor": step.anchor,
                        "anchor_step_id": anchor_step and anchor_step.id,
                        "after_ids": [Command.set([pairs[other].id for other in step.after_ids])],
                    }
                )
        return copies

    @api.model
    def _get_occasion_models(self):
        """Return {occasion: model name}; an addon adds the occasions that it brings."""
        return {}

    @api.model
    def _get_gate_points(self):
        """Return {occasion: [(code, label)]}, the points in the order in which they are passed.

        A code that is a state of the model is guarded by itself when the state is entered; any
        other is a point at which the addon calls `_check_gates`.
        """
        return {}

    @api.model
    def _get_gate_selection(self):
        """Return the points of all occasions, for the fields that hold one."""
        labels = {}
        for points in self._get_gate_points().values():
            for code, label in points:
                words = labels.setdefault(code, [])
                if label not in words:
                    words.append(label)
        return [(code, " / ".join(words)) for code, words in labels.items()]

    @api.model
    def _get_gates_until(self, occasion, point):
        """Return the points of the occasion up to and including `point`; none if it has no such."""
        codes = [code for code, _label in self._get_gate_points().get(occasion, [])]
        return codes[: codes.index(point) + 1] if point in codes else []

    @api.model
    def _find(self, site, occasion):
        """Return the procedures for an occasion, the one the office follows first.

        Its own versions come before the common ones, then by sequence.
        """
        # What is to be done does not depend on who begins it.
        found = self.sudo().search(
            Domain("occasion", "=", occasion) & Domain("site_id", "in", [site.id, False])
        )
        return found.sorted(lambda template: not template.site_id).sudo(self.env.su)
