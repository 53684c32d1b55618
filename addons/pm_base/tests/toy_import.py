from odoo import models
from odoo.orm.model_classes import add_to_registry

from ..models.pm_import import PmImport
from ..models.pm_import_sheet import Column, RowError


class ToyPlaceSheet(models.AbstractModel):
    """A sheet of places, kept as partners: shows how an addon adds a sheet."""

    _name = "toy.place.sheet"
    _inherit = "pm.import.sheet"
    _description = "Toy Sheet"
    _module = None  # no model of the addon: it is registered by hand

    def _get_title(self):
        return "地点" if self.env.lang == "zh_CN" else "Places"

    def _get_columns(self):
        chinese = self.env.lang == "zh_CN"
        return [
            Column("name", "名称" if chinese else "Name", required=True),
            Column("phone", "电话" if chinese else "Phone"),
            Column("size", "面积" if chinese else "Size", "float", minimum=0, inclusive=False),
            Column("rooms", "房间数" if chinese else "Rooms", "integer", minimum=0),
            Column("opened", "启用" if chinese else "Opened", "date"),
            Column("public", "公共" if chinese else "Public", "boolean"),
            Column(
                "kind",
                "类别" if chinese else "Kind",
                "selection",
                options=(
                    ("in", "室内" if chinese else "Indoor"),
                    ("out", "室外" if chinese else "Outdoor"),
                ),
            ),
        ]

    def _begin(self, site):
        return {**super()._begin(site), "names": {}}

    def _prepare_vals(self, row, lookups):
        if row["name"] in lookups["names"]:
            raise RowError("name", f"{row['name']} stands twice.")
        lookups["names"][row["name"]] = row
        return {
            "name": row["name"],
            "phone": row.get("phone"),
            "ref": row.get("kind"),
            "comment": f"{row.get('size')} {row.get('opened')} {row.get('public')}",
            "company_registry": row.get("rooms"),
        }

    def _store(self, vals_list, lookups):
        self.env["res.partner"].create(vals_list)

    @classmethod
    def register(cls, test_class):
        """Make the sheet known to the imports of a test class, and forget it afterwards."""
        registry = test_class.registry
        add_to_registry(registry, cls)
        registry._setup_models__(test_class.env.cr, [])
        test_class.addClassCleanup(registry._setup_models__, test_class.env.cr, [])
        test_class.addClassCleanup(registry.__delitem__, cls._name)
        original = PmImport._get_sheet_models
        PmImport._get_sheet_models = lambda self: [*original(self), cls._name]
        test_class.addClassCleanup(setattr, PmImport, "_get_sheet_models", original)
