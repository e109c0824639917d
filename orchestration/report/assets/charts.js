/* Charts, drawn with Vega-Lite from the very tables that stand behind them. A kind of chart is one entry of KINDS: a
   function from the rows of the table and its options to a Vega-Lite specification. Lines break where there is no figure
   and where the series breaks; bars start at 0; what differs by colour differs by dash, shape or words as well. */
"use strict";
(function () {
  // The palette of the Government Analysis Function: told apart without colour vision, 3:1 against white.
  const INK = "#0b0c0c", OWN = "#12436d", TEAL = "#28a197", PINK = "#801650", ORANGE = "#c4501b", GREY = "#595959", BAND = "#dbe4ee";
  const SERIES = [OWN, TEAL, PINK, ORANGE, "#3d3d3d", "#7b5cad"];
  const DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3]];
  const MONTH = "%b %Y";

  const number = (decimals) => `,.${decimals || 0}f`;

  /* The rows of a table as records: numbers where the cell holds one, null where it says why there is none. */
  function records(table) {
    const heads = Array.from(table.tHead.rows[0].cells).map((cell) => ({ key: cell.dataset.k, kind: cell.dataset.kind }));
    const numeric = new Set(["figure", "change", "count"]);
    const rows = [];
    for (const body of table.tBodies) {
      for (const row of body.rows) {
        const record = {};
        heads.forEach((head, index) => {
          const cell = row.cells[index], value = cell.dataset.v;
          if (numeric.has(head.kind)) record[head.key] = value === undefined ? null : Number(value);
          else record[head.key] = value === undefined ? cell.textContent.trim() : value;
          if (cell.dataset.m) record[head.key + "_marks"] = cell.dataset.m;
          if (cell.dataset.s) record[head.key + "_status"] = cell.dataset.s;
        });
        rows.push(record);
      }
    }
    return rows;
  }

  /* Numbers the unbroken stretches of a line: a missing figure, a missing month and a series break each end one. */
  function stretches(rows, time, value, step) {
    let stretch = 0, before = null;
    for (const row of rows) {
      const when = new Date(row[time]);
      const gap = before && step && (when - before) / 86400000 > step;
      if (row[value] === null || gap || (row[value + "_marks"] || "").includes("break")) stretch += 1;
      row.stretch = stretch;
      before = when;
    }
    return rows;
  }

  /* Counts and rates start at 0 unless nothing could then be seen; the axis says when it does not. */
  function axis(rows, fields, options, title) {
    const all = rows.flatMap((row) => fields.map((field) => row[field])).filter((value) => value !== null && value !== undefined && !Number.isNaN(value));
    if (options.aim !== undefined) all.push(options.aim);
    const low = Math.min(...all), high = Math.max(...all);
    const zero = !(low > 0 && (high - low) / high < 0.4);
    const unit = title || options.unit || "";
    return {
      scale: { zero, nice: true },
      axis: { title: zero ? unit : `${unit} (axis does not start at 0)`, format: number(high - low < 2 ? Math.max(1, options.decimals || 0) : 0), titleAlign: "left", titleAngle: 0, titleX: 0, titleY: -10, titleAnchor: "start", grid: true },
    };
  }

  /* Lines that share one legend: each told by colour and by dash. */
  function legend(names) {
    return {
      color: { scale: { domain: names, range: names.map((_, index) => SERIES[index % SERIES.length]) }, legend: { title: null, orient: "bottom", symbolType: "stroke", symbolSize: 400, columns: 3, labelLimit: 260 } },
      strokeDash: { scale: { domain: names, range: names.map((_, index) => DASHES[index % DASHES.length]) }, legend: { title: null } },
    };
  }

  const line = (name, names, encoding, more) => ({
    mark: { type: "line", ...more },
    encoding: { ...encoding, color: { datum: name, ...legend(names).color }, strokeDash: { datum: name, ...legend(names).strokeDash } },
  });

  function series(rows, options) {
    stretches(rows, "month", "value", 45);
    const has = (field) => rows.some((row) => row[field] !== null && row[field] !== undefined);
    const y = axis(rows, ["value", "control_lower", "control_upper", "target"], options);
    const x = { field: "month", type: "temporal", title: null, axis: { format: MONTH, labelOverlap: true, grid: false } };
    const names = ["Figure"];
    if (has("target")) names.push("Target");
    if (has("trajectory")) names.push("Way to target");
    if (has("control_centre")) names.push("Centre of the control chart");
    for (const row of rows) {
      row.kind = (row.value_marks || "").includes("provisional") ? "provisional" : /beyond/.test(row.signal || "") ? "beyond chance" : "figure";
      row.tip = `${row.value === null ? "no figure" : row.value.toFixed(options.decimals || 0)}`;
    }
    const layers = [];
    if (has("control_lower")) {
      layers.push({
        mark: { type: "area", color: BAND, interpolate: "step" },
        transform: [{ filter: "datum.control_lower !== null" }],
        encoding: { x, y: { field: "control_lower", type: "quantitative", ...y }, y2: { field: "control_upper" } },
      });
      layers.push(line("Centre of the control chart", names, { x, y: { field: "control_centre", type: "quantitative" } }, { strokeWidth: 1 }));
    }
    if (has("target")) {
      const aim = rows.filter((row) => row.target !== null).map((row) => ({ month: row.month, target: row.target }));
      if (options.until && options.aim !== undefined) aim.push({ month: options.until, target: options.aim });
      layers.push({ data: { values: aim }, ...line("Target", names, { x, y: { field: "target", type: "quantitative", ...y } }, { strokeWidth: 2 }) });
      layers.push({ data: { values: aim.slice(-1) }, mark: { type: "point", shape: "triangle-up", filled: true, size: 90, color: TEAL }, encoding: { x, y: { field: "target", type: "quantitative" } } });
    }
    if (has("trajectory")) {
      const way = rows.filter((row) => row.trajectory !== null).map((row) => ({ month: row.month, trajectory: row.trajectory }));
      if (options.until && options.aim !== undefined) way.push({ month: options.until, trajectory: options.aim });
      layers.push({ data: { values: way }, ...line("Way to target", names, { x, y: { field: "trajectory", type: "quantitative", ...y } }, { strokeWidth: 2 }) });
    }
    (options.events || []).forEach((event, index) => { event.label = String(index + 1); });
    if (options.events) {
      layers.push({ data: { values: options.events }, mark: { type: "rule", color: GREY, strokeDash: [2, 3] }, encoding: { x: { field: "date", type: "temporal" }, tooltip: [{ field: "title", title: "Event" }] } });
      layers.push({ data: { values: options.events }, mark: { type: "text", y: 0, dy: -6, color: INK, fontSize: 12 }, encoding: { x: { field: "date", type: "temporal" }, text: { field: "label" } } });
    }
    const breaks = rows.filter((row) => (row.value_marks || "").includes("break"));
    if (breaks.length) {
      layers.push({ data: { values: breaks }, mark: { type: "rule", color: PINK, strokeWidth: 2 }, encoding: { x: { field: "month", type: "temporal" } } });
      layers.push({ data: { values: breaks }, mark: { type: "text", y: 10, dx: 4, align: "left", color: PINK, fontSize: 12, text: "series break" }, encoding: { x: { field: "month", type: "temporal" } } });
    }
    layers.push({
      transform: [{ filter: "datum.value !== null" }],
      ...line("Figure", names, { x, y: { field: "value", type: "quantitative", ...y }, detail: { field: "stretch" } }, { strokeWidth: 2.5 }),
    });
    layers.push({
      transform: [{ filter: "datum.value !== null" }],
      mark: { type: "point", size: 45, opacity: 1, strokeWidth: 1.5 },
      encoding: {
        x, y: { field: "value", type: "quantitative" },
        shape: { field: "kind", scale: { domain: ["figure", "beyond chance", "provisional"], range: ["circle", "diamond", "circle"] }, legend: null },
        fill: { field: "kind", scale: { domain: ["figure", "beyond chance", "provisional"], range: [OWN, ORANGE, "#ffffff"] }, legend: null },
        stroke: { field: "kind", scale: { domain: ["figure", "beyond chance", "provisional"], range: [OWN, ORANGE, OWN] }, legend: null },
        tooltip: [{ field: "month", type: "temporal", format: MONTH, title: "Month" }, { field: "tip", title: "Figure" }, { field: "kind", title: "Kind" }],
      },
    });
    return { data: { values: rows }, height: 320, layer: layers, resolve: { scale: { y: "shared" } } };
  }

  function year(rows, options) {
    const start = new Date(options.start);
    for (const row of rows) {
      const month = new Date(row.month);
      row.position = (month.getUTCMonth() + 9) % 12;
      row.label = month >= start ? "This financial year" : "The year before";
    }
    const names = ["This financial year", "The year before"];
    const x = { field: "position", type: "quantitative", title: null, scale: { domain: [0, 11] }, axis: { values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], grid: false, labelExpr: "['Apr','May','Jun','Jul','Aug','Sep','Oct','Nov','Dec','Jan','Feb','Mar'][datum.value]" } };
    const y = { type: "quantitative", scale: { zero: true }, axis: { title: `${options.unit}, since April`, format: number(0), titleAlign: "left", titleAngle: 0, titleX: 0, titleY: -10, titleAnchor: "start" } };
    const layers = [{
      mark: { type: "line", point: { size: 40 }, strokeWidth: 2.5 },
      encoding: { x, y: { field: "ytd_value", ...y }, color: { field: "label", ...legend(names).color }, strokeDash: { field: "label", ...legend(names).strokeDash },
        tooltip: [{ field: "month", type: "temporal", format: MONTH, title: "To" }, { field: "ytd_value", format: number(options.decimals), title: "Year to date" }] },
    }];
    const lines = [["scenario_target", "target for the year"], ["scenario_do_nothing", "if nothing is done"], ["printed_projection", "projection as printed"]]
      .filter(([key]) => options[key] !== undefined).map(([key, words]) => ({ level: options[key], words: `${words}: ${options[key].toLocaleString("en-GB")}` }));
    if (lines.length) {
      layers.push({ data: { values: lines }, mark: { type: "rule", color: GREY, strokeDash: [6, 3] }, encoding: { y: { field: "level", ...y } } });
      layers.push({ data: { values: lines }, mark: { type: "text", x: 4, align: "left", dy: -6, color: INK, fontSize: 13 }, encoding: { y: { field: "level", type: "quantitative" }, text: { field: "words" } } });
    }
    if (options.outturn !== undefined) {
      const end = [{ position: 11, outturn: options.outturn, lower: options.lower, upper: options.upper }];
      layers.push({ data: { values: end }, mark: { type: "rule", color: PINK, strokeWidth: 2 }, encoding: { x: { field: "position", type: "quantitative" }, y: { field: "lower", ...y }, y2: { field: "upper" } } });
      layers.push({ data: { values: end }, mark: { type: "point", shape: "diamond", size: 110, fill: "#fff", stroke: PINK, strokeWidth: 2, opacity: 1 }, encoding: { x: { field: "position", type: "quantitative" }, y: { field: "outturn", ...y }, tooltip: [{ field: "outturn", format: number(options.decimals), title: "Expected" }] } });
      layers.push({ data: { values: end }, mark: { type: "text", align: "right", dx: -10, color: PINK, fontSize: 13, text: "expected" }, encoding: { x: { field: "position", type: "quantitative" }, y: { field: "outturn", type: "quantitative" } } });
    }
    return { data: { values: rows }, height: 260, layer: layers };
  }

  function periods(rows, options) {
    stretches(rows, "period_end", "value", 0);
    const others = Object.entries(options.others || {});
    const names = ["This authority", ...others.map(([name]) => name)];
    const values = rows.map((row) => ({ ...row, who: "This authority", tip: row.period }));
    for (const [name, points] of others) {
      const wanted = new Set(rows.map((row) => row.period_end));
      for (const [end, value] of points) if (value !== null && wanted.has(end)) values.push({ period_end: end, value, who: name, stretch: 0, tip: end });
    }
    const y = axis(values, ["value"], options);
    return {
      data: { values }, height: 260,
      transform: [{ filter: "datum.value !== null" }],
      mark: { type: "line", point: { size: 45 }, strokeWidth: 2.5 },
      encoding: {
        x: { field: "period_end", type: "temporal", title: null, axis: { format: "%Y", tickCount: "year", labelOverlap: true, grid: false } },
        y: { field: "value", type: "quantitative", ...y }, detail: { field: "stretch" },
        color: { field: "who", ...legend(names).color }, strokeDash: { field: "who", ...legend(names).strokeDash },
        tooltip: [{ field: "who", title: "Who" }, { field: "tip", title: "Period" }, { field: "value", format: number(options.decimals), title: "Figure" }],
      },
    };
  }

  /* options: label and value name the columns. A part without a figure keeps its place and says why. */
  function bars(rows, options) {
    const label = options.label || "part", value = options.value || "value";
    for (const row of rows) {
      row.words = row[value] === null ? (row[value + "_status"] || "no figure").replace(/_/g, " ") : row[value].toLocaleString("en-GB", { minimumFractionDigits: options.decimals || 0, maximumFractionDigits: options.decimals || 0 });
      row.length = row[value] === null ? 0 : row[value];
    }
    const y = { field: label, type: "nominal", sort: null, title: null, axis: { labelLimit: 260, ticks: false, domain: false } };
    return {
      data: { values: rows }, height: 24 * rows.length,
      encoding: { y, x: { field: "length", type: "quantitative", scale: { zero: true }, axis: { title: options.unit, titleAnchor: "start", format: number(0), tickCount: 5 } } },
      layer: [
        { mark: { type: "bar", color: OWN, height: { band: 0.75 } } },
        { mark: { type: "text", align: "left", dx: 4, color: INK, fontSize: 13 }, encoding: { text: { field: "words" } } },
      ],
    };
  }

  /* options: time names the column across, parts those that are stacked; share true stacks them to 100 %. */
  function stacked(rows, options) {
    const names = options.parts.map((part) => part.label);
    const values = [];
    for (const row of rows) options.parts.forEach((part, order) => { if (row[part.key] !== null) values.push({ time: row[options.time], part: part.label, value: row[part.key], order }); });
    return {
      data: { values }, height: 280,
      mark: { type: "bar", stroke: "#fff", strokeWidth: 1, width: rows.length < 6 ? 60 : { band: 0.8 } },
      encoding: {
        x: { field: "time", type: "ordinal", timeUnit: "utcyearmonth", title: null, axis: { format: MONTH, labelOverlap: true } },
        y: { field: "value", type: "quantitative", stack: options.share ? "normalize" : "zero", axis: { title: options.unit, titleAlign: "left", titleAngle: 0, titleX: 0, titleY: -10, titleAnchor: "start", format: options.share ? "%" : number(0) } },
        color: { field: "part", sort: null, scale: { domain: names, range: SERIES.concat(["#a8bf5b", "#8c6d31"]) }, legend: { title: null, orient: "right", labelLimit: 220 } },
        order: { field: "order" },
        tooltip: [{ field: "part", title: "Part" }, { field: "value", format: number(options.decimals), title: "Number" }],
      },
    };
  }

  /* options: time names the column across, parts the lines. A line breaks where a part has no figure, and where more than `step` days lie between. */
  function lines(rows, options) {
    const names = options.parts.map((part) => part.label);
    const ordered = [...rows].sort((one, other) => new Date(one[options.time]) - new Date(other[options.time]));
    const values = [];
    for (const part of options.parts) {
      let stretch = 0, before = null;
      for (const row of ordered) {
        const when = new Date(row[options.time]);
        if (row[part.key] === null || (before && options.step && (when - before) / 86400000 > options.step)) stretch += 1;
        before = when;
        if (row[part.key] !== null) values.push({ time: row[options.time], part: part.label, value: row[part.key], stretch });
      }
    }
    return {
      data: { values }, height: 280,
      mark: { type: "line", point: { size: 35 }, strokeWidth: 2.5 },
      encoding: {
        x: { field: "time", type: "temporal", title: null, axis: { format: MONTH, labelOverlap: true, grid: false } },
        y: { field: "value", type: "quantitative", ...axis(values, ["value"], options) }, detail: { field: "stretch" },
        color: { field: "part", ...legend(names).color }, strokeDash: { field: "part", ...legend(names).strokeDash },
        tooltip: [{ field: "part", title: "Part" }, { field: "time", type: "temporal", format: MONTH, title: "Month" }, { field: "value", format: number(options.decimals), title: "Figure" }],
      },
    };
  }

  /* How a point stands against the limits of chance: told by shape and by colour, and by name where it lies outside. */
  const STANDING = { domain: ["within the limits", "outside 95%", "outside 99.8%"], shapes: ["circle", "triangle-up", "diamond"], fills: [OWN, TEAL, ORANGE] };
  const standing = (row) => (/99\.8/.test(row.band) ? "outside 99.8%" : /95/.test(row.band) ? "outside 95%" : "within the limits");
  function standings() {
    const legend = { title: null, orient: "bottom", columns: window.innerWidth < 640 ? 1 : 3 };
    const marks = { scale: { domain: STANDING.domain, range: STANDING.shapes }, legend };
    return {
      shape: { field: "standing", ...marks },
      fill: { field: "standing", scale: { domain: STANDING.domain, range: STANDING.fills }, legend },
    };
  }

  /* Figures against how much they stand on, with each authority's own limits. Names are written where they fit: at the outermost. */
  function funnel(rows, options) {
    for (const row of rows) row.standing = standing(row);
    const limits = [["lower_998", "99.8%"], ["upper_998", "99.8%"], ["lower_95", "95%"], ["upper_95", "95%"]];
    const lines = [];
    for (const row of rows) for (const [key, name] of limits) if (row[key] !== null) lines.push({ denominator: row.denominator, limit: row[key], key, name });
    const y = axis(rows, ["value", "lower_998", "upper_998"], options);
    const x = { field: "denominator", type: "quantitative", scale: { type: "sqrt", zero: true, nice: true }, axis: { title: "Out of (scale of square roots)", format: Math.max(...rows.map((row) => row.denominator)) < 10000 ? "," : "~s", labelOverlap: true, grid: false } };
    const base = rows.filter((row) => row.baseline !== null);
    const outer = rows.filter((row) => row.standing === "outside 99.8%");
    const layers = [
      { data: { values: lines }, mark: { type: "line", color: GREY, strokeWidth: 1.5 }, encoding: { x, y: { field: "limit", type: "quantitative", ...y }, detail: { field: "key" }, strokeDash: { field: "name", scale: { domain: ["95%", "99.8%"], range: [[6, 3], [1, 0]] }, legend: { title: "Limits", orient: "bottom" } } } },
    ];
    if (base.length) layers.push({ data: { values: base.slice(0, 1) }, mark: { type: "rule", color: INK, strokeWidth: 1 }, encoding: { y: { field: "baseline", type: "quantitative" } } });
    layers.push({
      data: { values: rows }, mark: { type: "point", filled: true, size: 60, opacity: 0.9, stroke: "#fff", strokeWidth: 0.7 },
      encoding: { x, y: { field: "value", type: "quantitative", ...y }, ...standings(), tooltip: [{ field: "authority", title: "Authority" }, { field: "value", format: number(options.decimals), title: "Figure" }, { field: "denominator", format: ",", title: "Out of" }, { field: "band", title: "Limits" }] },
    });
    layers.push({ data: { values: outer }, mark: { type: "text", align: "left", dx: 8, color: INK, fontSize: 12, limit: 170 }, encoding: { x, y: { field: "value", type: "quantitative" }, text: { field: "authority" } } });
    return { height: 380, layer: layers };
  }

  /* Figures in order, with their intervals and England's line: whose intervals overlap are not told apart by their places. */
  function ranked(rows, options) {
    rows.forEach((row, index) => { row.place = index + 1; row.standing = standing(row); });
    const y = axis(rows, ["value", "lower", "upper"], options);
    const x = { field: "place", type: "quantitative", scale: { domain: [0, rows.length + 1], nice: false }, axis: { title: "In order of place", format: "d", tickMinStep: 1, grid: false } };
    const layers = [
      { data: { values: rows.filter((row) => row.lower !== null) }, mark: { type: "rule", color: GREY, strokeWidth: 1 }, encoding: { x, y: { field: "lower", type: "quantitative", ...y }, y2: { field: "upper" } } },
      { data: { values: rows }, mark: { type: "point", filled: true, size: 60, opacity: 1 }, encoding: { x, y: { field: "value", type: "quantitative", ...y }, ...standings(), tooltip: [{ field: "authority", title: "Authority" }, { field: "value", format: number(options.decimals), title: "Figure" }, { field: "lower", format: number(options.decimals), title: "From" }, { field: "upper", format: number(options.decimals), title: "To" }] } },
    ];
    if (rows.length <= 16) layers.push({ data: { values: rows }, mark: { type: "text", align: "left", dx: 8, angle: 0, color: INK, fontSize: 12, limit: 120 }, encoding: { x, y: { field: "value", type: "quantitative" }, text: { field: "authority" } } });
    if (options.line !== undefined) {
      // Where the figures leave room: over their low end.
      const rises = rows.length > 1 && rows[0].value < rows[rows.length - 1].value;
      const line = [{ level: options.line, words: options.line_name, place: rises ? 0 : rows.length + 1 }];
      layers.push({ data: { values: line }, mark: { type: "rule", color: INK, strokeDash: [6, 3] }, encoding: { y: { field: "level", type: "quantitative", ...y } } });
      layers.push({ data: { values: line }, mark: { type: "text", align: rises ? "left" : "right", dx: rises ? 6 : 0, dy: -7, color: INK, fontSize: 13 }, encoding: { x, y: { field: "level", type: "quantitative" }, text: { field: "words" } } });
    }
    return { height: 340, layer: layers };
  }

  /* Quarters with the range that was expected and the target, ahead of the figures where it is set. */
  function expected_range(rows, options) {
    stretches(rows, "quarter", "value", 0);
    const has = (field) => rows.some((row) => row[field] !== null && row[field] !== undefined);
    const fields = ["value", "target", "lower", "upper"].filter(has);
    const y = axis(rows, fields, options);
    const x = { field: "quarter", type: "temporal", title: null, axis: { format: MONTH, values: rows.map((row) => row.quarter), labelOverlap: true, grid: false } };
    const names = ["Figure"];
    if (has("target")) names.push("Target");
    // Edges that somebody set are lines; the limits of a control chart are a band only.
    const edges = options.thresholds ? [["lower", "Lower threshold"], ["upper", "Upper threshold"]].filter(([field]) => has(field)) : [];
    for (const [, name] of edges) names.push(name);
    for (const row of rows) row.kind = (row.value_marks || "").includes("provisional") ? "provisional" : "figure";
    const layers = [];
    const banded = rows.filter((row) => row.lower !== null && row.upper !== null && row.lower !== undefined && row.upper !== undefined);
    if (banded.length) layers.push({ data: { values: banded }, mark: { type: "area", color: BAND }, encoding: { x, y: { field: "lower", type: "quantitative", ...y }, y2: { field: "upper" } } });
    for (const [field, name] of [...edges, ...(has("target") ? [["target", "Target"]] : [])]) {
      const points = rows.filter((row) => row[field] !== null && row[field] !== undefined);
      layers.push({ data: { values: points }, ...line(name, names, { x, y: { field, type: "quantitative", ...y } }, { strokeWidth: 2 }) });
      if (field === "target") layers.push({ data: { values: points.slice(-1) }, mark: { type: "point", shape: "triangle-up", filled: true, size: 90, color: SERIES[names.indexOf(name)] }, encoding: { x, y: { field, type: "quantitative" } } });
    }
    const known = rows.filter((row) => row.value !== null);
    layers.push({ data: { values: known }, ...line("Figure", names, { x, y: { field: "value", type: "quantitative", ...y }, detail: { field: "stretch" } }, { strokeWidth: 2.5 }) });
    layers.push({
      data: { values: known }, mark: { type: "point", size: 55, opacity: 1, strokeWidth: 1.5, stroke: OWN },
      encoding: { x, y: { field: "value", type: "quantitative" }, fill: { field: "kind", scale: { domain: ["figure", "provisional"], range: [OWN, "#ffffff"] }, legend: null }, tooltip: [{ field: "quarter", type: "temporal", format: MONTH, title: "To" }, { field: "value", format: number(options.decimals), title: "Figure" }, { field: "kind", title: "Kind" }] },
    });
    return { height: 240, layer: layers };
  }

  const KINDS = { series, year, periods, bars, stacked, lines, funnel, ranked, expected_range };

  const CONFIG = {
    font: "Arial, Helvetica, sans-serif", background: "#ffffff",
    axis: { labelFontSize: 13, titleFontSize: 13, titleFontWeight: "normal", labelColor: INK, titleColor: INK, gridColor: "#e3e5e6", domainColor: "#8a8f92", tickColor: "#8a8f92" },
    line: { strokeJoin: "round", strokeCap: "round" }, legend: { labelFontSize: 13, labelColor: INK }, view: { stroke: null },
  };

  function draw(place) {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const table = document.getElementById(place.dataset.table);
    const kind = KINDS[place.dataset.chart];
    if (!table || !kind) throw new Error(`There is no chart of kind ${place.dataset.chart}.`);
    const spec = kind(records(table), JSON.parse(place.dataset.options));
    const whole = { width: "container", autosize: { type: "fit-x", contains: "padding" }, padding: { top: 14, left: 4, right: 12, bottom: 4 }, config: CONFIG, ...spec };
    window.vegaEmbed(place, whole, { mode: "vega-lite", actions: false, renderer: "svg", logLevel: 1, tooltip: { theme: "light" } })
      .then(() => { place.dataset.drawn = "done"; })
      .catch((error) => { place.dataset.drawn = "failed"; console.error(error); });
  }

  const places = Array.from(document.querySelectorAll(".drawing"));
  const seen = new IntersectionObserver((entries) => { for (const entry of entries) if (entry.isIntersecting) draw(entry.target); }, { rootMargin: "300px" });
  places.forEach((place) => seen.observe(place));
  // The rest while the reader reads, one at a time, so that a print has them all.
  const rest = () => { const next = places.find((place) => !place.dataset.drawn); if (next) { draw(next); later(); } };
  const later = () => (window.requestIdleCallback ? window.requestIdleCallback(rest, { timeout: 500 }) : window.setTimeout(rest, 50));
  window.addEventListener("load", later);
  window.addEventListener("beforeprint", () => places.forEach(draw));
})();
