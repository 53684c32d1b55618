from odoo import api, models
from odoo.exceptions import UserError


class PmStateMixin(models.AbstractModel):
    """A record with a `state` that makes only the moves of `_TRANSITIONS`, whoever asks.

    Buttons, imports, RPC and scheduled actions go through `write` alike. Other addons add a guard
    by extending `_check_transition`, and a consequence by extending the action.
    """

    _name = "pm.state.mixin"
    _description = "Moves from State to State"

    # {state: the states that may follow it}
    _TRANSITIONS = {}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        # Only the system may begin in the middle: a user begins at the beginning.
        if not self.env.su:
            first = self._fields["state"].default(self)
            for record in records:
                if record.state != first:
                    raise UserError(
                        self.env._(
                            "%(record)s begins as %(state)s.",
                            record=record.display_name,
                            state=record._label_state(first),
                        )
                    )
        return records

    def write(self, vals):
        if "state" in vals:
            self._check_transition(vals["state"])
        return super().write(vals)

    def _check_transition(self, target):
        """Refuse a move that is none of the next states."""
        for record in self:
            if target not in record._get_next_states():
                raise UserError(
                    self.env._(
                        "%(record)s cannot go from %(from_state)s to %(to_state)s.",
                        record=record.display_name,
                        from_state=record._label_state(record.state),
                        to_state=record._label_state(target),
                    )
                )

    def _get_next_states(self):
        """Return the states this record may take next."""
        self.ensure_one()
        return self._TRANSITIONS[self.state]

    def _label_state(self, state):
        """Return what the user calls a state."""
        return dict(self._fields["state"]._description_selection(self.env)).get(state, state)
