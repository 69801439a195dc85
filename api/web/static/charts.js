// Draws the charts of a page. Each is an element with data-chart, the id of a JSON script with its numbers; the same
// numbers stand in a table, so that nothing is lost where this does not run.
"use strict";

(() => {
  const INK = "#1f2933", QUIET = "#55606e", LINE = "#dde3ea", LABEL_PX = 12;
  // Wide enough for a page of A4 with its margins.
  const PRINTED_PX = 640, PRINTED_TALL_PX = 240;
  const drawn = [];
  const font = () => getComputedStyle(document.body).fontFamily;
  const number = (value) => value === null || value === undefined ? "—" : value.toLocaleString("zh-CN", { maximumFractionDigits: 2 });
  const labelled = (value, unit) => unit ? `${number(value)} ${unit}` : number(value);
  const some = (item) => item.value ? number(item.value) : "";
  const NARROWEST_PX = 16;

  // In a stack a number stands only where its bar is wide enough for it.
  function fitting(rows, width) {
    const whole = Math.max(...rows[0].values.map((_one, at) => rows.reduce((sum, series) => sum + (series.values[at] ?? 0), 0)), 1);
    return (item) => item.value / whole * width >= NARROWEST_PX + 4 * number(item.value).length ? number(item.value) : "";
  }

  function item(value, colour, at) {
    return { value, itemStyle: { color: Array.isArray(colour) ? colour[at] : colour } };
  }

  function row(spec, series, more) {
    const bar = !series.line;
    return {
      name: series.name,
      type: bar ? "bar" : "line",
      data: bar ? series.values.map((value, at) => item(value, series.colour, at)) : series.values,
      color: Array.isArray(series.colour) ? series.colour[0] : series.colour,
      stack: spec.stacked && bar ? "all" : undefined,
      barMaxWidth: 26,
      symbolSize: 7,
      emphasis: { disabled: true },
      ...more,
    };
  }

  function names(spec, place) {
    return {
      type: "category", data: spec.labels, inverse: spec.lying || spec.mirrored, gridIndex: place ?? 0,
      axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK, fontSize: LABEL_PX, interval: 0 },
    };
  }

  function scale(spec, more) {
    return {
      type: "value", axisLabel: { color: QUIET, fontSize: LABEL_PX, hideOverlap: true }, splitNumber: 4,
      splitLine: { lineStyle: { color: LINE } }, minInterval: spec.unit ? 0 : 1, ...more,
    };
  }

  // What the pointer is on, as plain lines: HTML would need styles that the policy refuses.
  function told(spec) {
    return {
      trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true,
      textStyle: { fontFamily: font(), fontSize: 13, color: INK },
      formatter: (items) => [items[0].axisValueLabel ?? items[0].name,
        ...items.map((one) => `${one.seriesName}  ${labelled(one.value, spec.unit)}`)].join("\n"),
    };
  }

  function plain(spec, width) {
    const category = names(spec), value = scale(spec, spec.unit === "%" ? { max: 100, interval: 25 } : {});
    const alone = spec.series.length === 1;
    const label = { show: spec.lying, position: spec.stacked ? "inside" : "right", formatter: spec.stacked ? fitting(spec.series, width - 110) : some, color: spec.stacked ? undefined : INK, fontSize: LABEL_PX };
    if (!spec.lying && width < 480) category.axisLabel.formatter = (name) => name.replace(/ ?月/, "");
    return {
      grid: { left: 4, right: spec.lying ? 56 : 10, top: alone ? 14 : 40, bottom: 4, containLabel: true },
      legend: { show: !alone, top: 0, left: 0, textStyle: { color: INK }, itemWidth: 16, itemHeight: 11 },
      xAxis: spec.lying ? value : category,
      yAxis: spec.lying ? category : value,
      series: spec.series.map((series) => row(spec, series, { label })),
    };
  }

  // Supply to the left, demand to the right, each with its own scale: there may be a hundred times as much of one.
  function mirrored(spec, width) {
    const [left, ...right] = spec.series;
    const narrow = width < 560, middle = narrow ? 128 : 170, side = (width - middle) / 2;
    const top = narrow ? 82 : 44;
    const title = (text, x, align) => ({ text, left: x, top: top - 22, textAlign: align, textStyle: { fontSize: 13, fontWeight: 600, color: INK } });
    const label = { show: true, formatter: some, fontSize: LABEL_PX };
    return {
      title: [title(left.name, side, "right"), title(spec.mirrored, side + middle, "left")],
      legend: { top: 0, left: 0, textStyle: { color: INK }, itemWidth: 16, itemHeight: 11 },
      grid: [
        { left: 34, width: side - 34, top, bottom: 22 },
        { left: side + middle, width: side - 34, top, bottom: 22 },
      ],
      yAxis: [
        { ...names(spec, 0), position: "right", axisLabel: { show: false } },
        { ...names(spec, 1), position: "left", axisLabel: { color: INK, fontSize: LABEL_PX, interval: 0, align: "center", margin: middle / 2, width: middle - 8, overflow: "break" } },
      ],
      xAxis: [
        scale(spec, { gridIndex: 0, inverse: true, splitNumber: narrow ? 2 : 4 }),
        scale(spec, { gridIndex: 1, splitNumber: narrow ? 2 : 4 }),
      ],
      series: [
        row(spec, left, { label: { ...label, position: "left", color: INK }, xAxisIndex: 0, yAxisIndex: 0 }),
        ...right.map((series) => row({ ...spec, stacked: true }, series, { label: { ...label, position: "inside", formatter: fitting(right, side - 40) }, xAxisIndex: 1, yAxisIndex: 1 })),
      ],
    };
  }

  function tall(spec) {
    if (spec.mirrored) return spec.labels.length * 30 + 110;
    return spec.lying ? Math.max(90, spec.labels.length * 34 + (spec.series.length > 1 ? 76 : 46)) : spec.tall || 290;
  }

  function draw(one, width) {
    const { chart, spec, place } = one;
    const height = width && !spec.lying && !spec.mirrored ? PRINTED_TALL_PX : tall(spec);
    chart.resize({ width: width ?? "auto", height });
    const inside = width ?? place.clientWidth;
    chart.setOption({
      animation: false, textStyle: { fontFamily: font() }, tooltip: told(spec),
      ...(spec.mirrored ? mirrored(spec, inside) : plain(spec, inside)),
    }, true);
  }

  function start(place) {
    const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    place.hidden = false;
    const chart = echarts.init(place, null, { height: tall(spec), devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    const one = { chart, spec, place };
    drawn.push(one);
    draw(one);
    if (spec.links.length) chart.on("click", (event) => { location.assign(spec.links[event.dataIndex]); });
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-chart]").forEach(start));

  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => drawn.forEach((one) => draw(one)), 150);
  });

  // On paper a chart is as wide as the page, and its table stands open below it.
  const opened = [];
  window.addEventListener("beforeprint", () => {
    drawn.forEach((one) => draw(one, PRINTED_PX));
    document.querySelectorAll("details.numbers:not([open])").forEach((details) => { details.open = true; opened.push(details); });
  });
  window.addEventListener("afterprint", () => {
    opened.splice(0).forEach((details) => { details.open = false; });
    drawn.forEach((one) => draw(one));
  });
})();
