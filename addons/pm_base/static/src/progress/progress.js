/** @odoo-module **/

import { Component, onWillUnmount, useState, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000;

/** Shows `progress` (percent) of a long run and reloads the record until it is over. */
export class PmProgress extends Component {
    static template = xml`
        <div class="o_pm_progress mb-3" role="status">
            <div class="mb-1" t-out="label"/>
            <div class="progress">
                <div class="progress-bar progress-bar-striped progress-bar-animated"
                     t-attf-style="width: {{state.percent}}%"/>
            </div>
        </div>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ percent: this.props.record.data.progress || 0 });
        this.timer = setInterval(() => this.refresh(), INTERVAL);
        onWillUnmount(() => clearInterval(this.timer));
    }

    get label() {
        return _t("Running… %s %", Math.round(this.state.percent));
    }

    async refresh() {
        await this.props.record.load();
        this.state.percent = this.props.record.data.progress || 0;
    }
}

registry.category("view_widgets").add("pm_progress", {
    component: PmProgress,
    fieldDependencies: [{ name: "progress", type: "float" }],
});
