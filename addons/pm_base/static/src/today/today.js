/** @odoo-module **/

import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What is late and due at the user's offices: tiles, a chart, then the list. */
export class Today extends Component {
    static template = "pm_base.Today";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.display = { controlPanel: {} };
        this.scopes = [
            ["mine", _t("Mine")],
            ["department", _t("My Department")],
            ["all", _t("Everybody")],
        ];
        // The office and the filter chosen last, for each user of this browser.
        this.memory = `pm_base.today.${user.userId}`;
        this.state = useState({ board: null, loading: false });
        onWillStart(async () => {
            const { site, scope } = JSON.parse(browser.localStorage.getItem(this.memory) || "{}");
            await Promise.all([loadBundle("web.chartjs_lib"), this.load(site, scope)]);
        });
        useEffect(
            (board) => {
                this.drawChart(board.chart);
                return () => this.chart?.destroy();
            },
            () => [this.state.board]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    async load(site = this.state.board?.site_id ?? null, scope = this.state.board?.scope) {
        this.state.loading = true;
        try {
            this.state.board = await this.orm.call("pm.due", "get_today_board", [
                site,
                scope ?? null,
            ]);
        } finally {
            this.state.loading = false;
        }
        const { site_id, scope: kept } = this.state.board;
        browser.localStorage.setItem(this.memory, JSON.stringify({ site: site_id, scope: kept }));
    }

    get isEmpty() {
        return !this.state.board.groups.length;
    }

    get hasChart() {
        return this.state.board.chart.some((bar) => bar.value);
    }

    get chartLabel() {
        const bars = this.state.board.chart.filter((bar) => bar.value);
        return _t("Due by day: %s", bars.map((bar) => `${bar.label} ${bar.value}`).join(", "));
    }

    drawChart(bars) {
        if (!this.canvas.el) {
            return;
        }
        const ink = getCustomColor(cookie.get("color_scheme"), "#495057", "#E4E4E4");
        this.chart = new window.Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: bars.map((bar) => bar.label),
                datasets: [
                    {
                        data: bars.map((bar) => bar.value),
                        backgroundColor: bars.map((bar) => (bar.late ? "#CE4257" : "#0E8270")),
                        maxBarThickness: 40,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                onClick: (event, [hit]) => hit && this.openDomain(bars[hit.index]),
                plugins: { legend: { display: false } },
                scales: {
                    x: { grid: { display: false }, ticks: { color: ink } },
                    y: { beginAtZero: true, ticks: { precision: 0, color: ink } },
                },
            },
        });
    }

    openTile(tile) {
        if (tile.action) {
            return this.action.doAction(tile.action, { additionalContext: tile.context || {} });
        }
        return this.openDomain(tile);
    }

    /** Opens the due list, or the records of a tile's own model, limited to its domain. */
    openDomain({ label, domain, model = "pm.due" }) {
        const views = model === "pm.due" ? ["list", "calendar", "graph"] : ["list", "form"];
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: label,
            res_model: model,
            domain,
            views: views.map((view) => [false, view]),
        });
    }

    openRow(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.res_model,
            res_id: row.res_id,
            views: [[false, "form"]],
        });
    }

    rowUrl(row) {
        return `/odoo/${row.res_model}/${row.res_id}`;
    }

    lateText(row) {
        return row.late_days > 1 ? _t("%s days late", row.late_days) : _t("1 day late");
    }
}

registry.category("actions").add("pm_base.today", Today);
