from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import ormcache

# Tells `write` that our own code notes something. A caller sends data, never this very object.
_NOTING = object()


class Base(models.AbstractModel):
    """What nobody writes by hand on a record of the suite, whatever his post and his client.

    For models whose name begins with `pm.`; the system itself (sudo) is trusted. A stored computed
    field that is readonly is worked out, never entered. What `_NOTED` names (who, when, the number)
    is written by `_write_noted` alone. A link leads to what the user may read, at the same office,
    and nobody hands a record to an office that is not his.
    """

    _inherit = "base"
    # What the model notes by itself, beside what it works out; an extension names its own only.
    _NOTED = frozenset()

    def default_get(self, fields):
        """What is noted has the default of its field, whatever context and user defaults say."""
        values = super().default_get(fields)
        if self._is_guarded():
            for name in self._get_noted_fields() & values.keys():
                del values[name]
                field = self._fields[name]
                if field.default:
                    value = field.convert_to_cache(field.default(self), self, validate=False)
                    values[name] = field.convert_to_write(value, self)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_guarded():
            return super().create(vals_list)
        for vals in vals_list:
            self._check_not_noted(vals)
        self._check_links(vals_list)
        records = super().create(vals_list)
        records._check_offices()
        return records

    def write(self, vals):
        if not self._is_guarded():
            return super().write(vals)
        if self.env.context.get("pm_noting") is not _NOTING:
            self._check_not_noted(vals)
        self._check_links([vals])
        result = super().write(vals)
        if any(self._fields[name].type in ("many2one", "many2many") for name in vals):
            self.check_access("write")
            self._check_offices(None if "site_id" in vals else vals)
        return result

    def onchange(self, values, field_names, fields_spec):
        """A form shows what follows from a link: only from one that the user may read."""
        if self._is_guarded():
            self._check_links([values])
        return super().onchange(values, field_names, fields_spec)

    def _write_noted(self, vals):
        """Write with the rights of the user, also what no user writes by hand."""
        return self._noting().write(vals)

    def _noting(self):
        """Return the records as those on which `write` notes."""
        return self.with_context(pm_noting=_NOTING)

    def _is_guarded(self):
        return self._name.startswith("pm.") and not self.env.su

    @ormcache("self._name")
    def _get_noted_fields(self):
        """Return the names of the fields that are worked out or noted, never entered."""
        worked_out = {
            name
            for name, field in self._fields.items()
            if field.store and field.compute and field.readonly and not field.inverse
        }
        return worked_out.union(*(vars(part).get("_NOTED", ()) for part in type(self).__mro__))

    def _check_not_noted(self, vals):
        for name in sorted(self._get_noted_fields() & vals.keys()):
            self._refuse_noted(name)

    def _refuse_noted(self, name):
        raise AccessError(
            self.env._(
                "“%(field)s” is noted by the system and cannot be entered.",
                field=self._fields[name]._description_string(self.env),
            )
        )

    def _check_links(self, vals_list):
        """Refuse links to records of an office that the user may not read."""
        linked = {}
        for vals in vals_list:
            for name in vals:
                field = self._fields.get(name)
                if field and field.type in ("many2one", "many2many") and vals[name]:
                    ids = self._get_linked_ids(vals[name])
                    linked.setdefault(field.comodel_name, set()).update(ids)
        for model_name, ids in linked.items():
            if ids and self.env[model_name]._belongs_to_office():
                self.env[model_name].browse(ids).check_access("read")

    def _get_linked_ids(self, value):
        if isinstance(value, int):
            return [value]
        ids = []
        for command in value if isinstance(value, list | tuple) else []:
            if isinstance(command, int):
                ids.append(command)
            elif command[0] == Command.LINK:
                ids.append(command[1])
            elif command[0] == Command.SET:
                ids += command[2]
        return ids

    def _check_offices(self, names=None):
        """Refuse links from one office to another; without `names`, whatever the link."""
        if not self._belongs_to_office():
            return
        for name in self._fields if names is None else names:
            field = self._fields[name]
            if (
                field.type not in ("many2one", "many2many")
                or not field.store
                or not self.env[field.comodel_name]._belongs_to_office()
            ):
                continue
            for record in self.sudo():
                if record[name].site_id - record.site_id:
                    raise UserError(
                        self.env._(
                            "“%(field)s” belongs to another management office. Choose one of "
                            "%(office)s.",
                            field=field._description_string(self.env),
                            office=record.site_id.name or "—",
                        )
                    )

    def _belongs_to_office(self):
        """Tell whether each record of this model belongs to one management office."""
        site = self._fields.get("site_id")
        return bool(site) and site.store and site.comodel_name == "pm.site"
