// The parts of ECharts that Outlay draws with, and no more.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent } from "echarts/components";
import * as core from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

core.use([
  AriaComponent, BarChart, CanvasRenderer, DatasetComponent, GridComponent, LegendComponent, LineChart,
  MarkLineComponent, PieChart, TitleComponent, TooltipComponent,
]);

globalThis.echarts = { init: core.init, registerTheme: core.registerTheme, getInstanceByDom: core.getInstanceByDom };
