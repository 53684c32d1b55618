"""Reads screens as the web client reads them: the fields of the view, nested lists included."""

from lxml import etree

PAGE = 80  # records of one page of a list
LINES = 40  # lines of a list inside a form


def read_page(model, domain, view=False):
    """Read and count the first page of a list; `view` is its id if not the usual one."""
    arch = _get_arch(model, "list", view)
    return model.web_search_read(
        domain,
        _specify(model, arch),
        limit=PAGE,
        order=arch.get("default_order"),
        count_limit=10_001,
    )


def read_form(record, view=False):
    """Read all that the form of a record shows; `view` is its id if not the usual one."""
    return record.web_read(_specify(record, _get_arch(record, "form", view)))


def _get_arch(model, kind, view):
    return etree.fromstring(model.get_view(view, kind)["arch"])


def _specify(model, node):
    result = {}
    for name, lines in _fields(node):
        kind = model._fields[name].type
        if kind in ("one2many", "many2many") and lines is not None:
            comodel = model.env[model._fields[name].comodel_name]
            result[name] = {"fields": _specify(comodel, lines), "limit": LINES}
        elif kind in ("many2one", "reference"):
            result[name] = {"fields": {"display_name": {}}}
        else:
            result[name] = {}
    return result


def _fields(node):
    """Return (name, node that lists the fields of its lines if any) of each field of a view."""
    own = node if node.tag == "field" else None
    for field in node.iterfind(".//field"):
        if next(field.iterancestors("field"), None) is not own:
            continue
        has_lines = field.find("list") is not None or field.find("kanban") is not None
        yield field.get("name"), field if has_lines else None
