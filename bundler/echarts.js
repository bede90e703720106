// The parts of ECharts that Outlay draws with, and no more.
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import * as core from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

core.use([
  AriaComponent, BarChart, CanvasRenderer, GridComponent, HeatmapChart, LineChart, PieChart, TooltipComponent,
]);

globalThis.echarts = { init: core.init, registerTheme: core.registerTheme, getInstanceByDom: core.getInstanceByDom };
