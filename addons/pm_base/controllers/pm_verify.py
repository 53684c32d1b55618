from markupsafe import Markup

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tools.image import image_data_uri

_HEADERS = [
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow, noarchive"),
]


class VerifyController(Controller):
    """What the QR code of a paper opens, for a guard with a telephone and no login."""

    @route("/pm/v/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def show(self, token):
        verification, refusal = self._find(token)
        if refusal:
            return refusal
        self._note("seen", verification)
        return self._show(verification)

    @route("/pm/v/<string:token>", type="http", auth="public", methods=["POST"], sitemap=False)
    def tick(self, token, pin="", **post):
        verification, refusal = self._find(token)
        if refusal:
            return refusal
        try:
            guard = self._identify_guard(verification, pin.strip())
        except UserError as error:
            self._note("refused", verification, reason=str(error))
            return self._show(verification, error=str(error), status=403)
        try:
            # A refusal undoes what the record did, but neither the note nor the count of PINs.
            with request.env.cr.savepoint():
                self._tick(verification, guard)
        except UserError as error:
            self._note("refused", verification, guard=guard, reason=str(error))
            return self._show(verification, error=str(error), status=409)
        self._note("ticked", verification, guard=guard)
        return request.redirect(f"/pm/v/{verification.token}", code=303)

    def _find(self, token):
        """Return (code, None), or (None, the page that turns the visitor away)."""
        if request.env["pm.verification.log"]._is_too_often(self._ip):
            return None, self._render("pm_base.verify_too_often", {}, status=429)
        verification = request.env["pm.verification"]._find(token)
        if not verification:
            self._note("unknown", None)
            return None, self._render("pm_base.verify_unknown", {}, status=404)
        request.update_context(lang=verification._get_record()._pm_get_verify_site().print_lang)
        return verification.with_env(request.env(su=True)), None

    def _identify_guard(self, verification, pin):
        """Return what the visitor is called who may tick, or raise UserError."""
        site = verification.site_id
        if self._is_guard_user(site):
            return request.env.user.name
        if site._is_guard_network(self._ip):
            return request.env._("Guard post, site network")
        if pin:
            site._check_guard_pin(pin)
            return request.env._("Guard post, PIN")
        raise UserError(request.env._("Enter the PIN of the guard post, or log in as a guard."))

    def _is_guard_user(self, site):
        user = request.env.user
        return user.has_group("pm_base.group_pm_security") and (
            site in user.sudo().site_ids or user.has_group("pm_base.group_pm_all_sites")
        )

    def _tick(self, verification, guard):
        # A guard who logged in is named in the history of the record, a guard post is not.
        user_id = request.env.uid if self._is_guard_user(verification.site_id) else SUPERUSER_ID
        record = verification._get_record().with_user(user_id).sudo().try_lock_for_update()
        if not record or not record._pm_verify_values().get("ticks"):
            raise UserError(request.env._("This has been ticked already, or cannot be ticked now."))
        record._pm_verify_tick(guard)
        record.env.flush_all()

    def _show(self, verification, error=None, status=200):
        site = verification.site_id
        values = verification._get_record()._pm_verify_values()
        photo = values.get("photo")
        return self._render(
            "pm_base.verify_page",
            {
                **values,
                "site": site,
                "photo_uri": photo and image_data_uri(photo),
                "needs_pin": not self._is_guard_user(site) and not site._is_guard_network(self._ip),
                "has_pin": site.guard_pin_is_set,
                "error": error,
                "csrf_token": request.csrf_token(),
            },
            status=status,
        )

    def _render(self, template, values, status):
        lang = (request.env.lang or "zh_CN").replace("_", "-")
        html = request.env["ir.qweb"].sudo()._render(template, {"html_lang": lang, **values})
        return request.make_response(
            Markup("<!DOCTYPE html>\n") + html,
            headers=[*_HEADERS, ("Content-Type", "text/html; charset=utf-8")],
            status=status,
        )

    def _note(self, result, verification, **vals):
        user = request.env.user
        if not user._is_public():
            vals["user_id"] = user.id
        request.env["pm.verification.log"]._note(result, self._ip, verification, **vals)

    @property
    def _ip(self):
        return request.httprequest.remote_addr
