/* What pages do beyond being read: tables that can be searched, narrowed, sorted and linked to as they stand, the search
   page, the stamp of the publication, printing. Everything is there without it, but for these. */
"use strict";
(function () {
  const make = (tag, properties, ...inside) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...inside);
    return element;
  };

  /* --- the stamp */
  const stamp = document.querySelector("[data-publication]");
  if (stamp && window.PUBLICATION) {
    const { id, data_as_at, as_of } = window.PUBLICATION;
    stamp.prepend(`Publication ${id}${data_as_at ? `, figures as known on ${data_as_at}` : ""}${as_of ? `, made for ${as_of}` : ""}. `);
  }

  /* --- the address says how a table stands: ?months.q=2016&months.sort=value&months.down=1 */
  const address = new URLSearchParams(window.location.search);
  const remember = (table, name, value) => {
    const key = `${table.id}.${name}`;
    if (value) address.set(key, value); else address.delete(key);
    const query = address.toString();
    const now = window.location.pathname + (query ? `?${query}` : "") + window.location.hash;
    try { window.history.replaceState(null, "", now); } catch { /* some browsers keep the address of a file as it is */ }
  };

  const textOf = (cell) => cell.textContent.trim().toLowerCase();

  function prepare(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    const bodies = Array.from(table.tBodies);
    const rows = bodies.flatMap((body) => Array.from(body.rows));
    const state = { words: "", chosen: {}, column: -1, down: false, all: bodies.length < 2 };
    const said = make("p", { className: "said" });
    said.setAttribute("role", "status");
    const tools = make("div", { className: "tools" });

    const texts = rows.map((row) => row.textContent.toLowerCase());
    function show() {
      const wanted = state.words.toLowerCase().split(/\s+/).filter(Boolean);
      const choosing = Object.entries(state.chosen).filter(([, value]) => value);
      const narrowed = wanted.length > 0 || choosing.length > 0;
      let shown = 0;
      rows.forEach((row, index) => {
        const fits = wanted.every((word) => texts[index].includes(word)) && choosing.every(([column, value]) => textOf(row.cells[column]) === value);
        if (row.hidden === fits) row.hidden = !fits;
        if (fits) shown += 1;
      });
      bodies.forEach((body, index) => { body.hidden = !(narrowed || state.all || index === 0); });
      const visible = narrowed || state.all ? shown : bodies[0].rows.length;
      said.textContent = visible === rows.length ? `${rows.length.toLocaleString("en-GB")} rows` : `${visible.toLocaleString("en-GB")} of ${rows.length.toLocaleString("en-GB")} rows`;
      if (more) more.hidden = narrowed || state.all;
    }

    const key = (row, column) => {
      const cell = row.cells[column];
      const value = cell.dataset.v;
      if (value === undefined) return cell.dataset.s || !textOf(cell) ? null : textOf(cell);
      return heads[column].classList.contains("n") ? Number(value) : value;
    };
    function sort(column, down) {
      const keyed = rows.map((row, index) => [key(row, column), index, row]);
      // What has no figure stands last, whichever way: it is neither high nor low.
      keyed.sort(([one, first], [other, second]) => {
        if (one === null || other === null) return (one === null) - (other === null) || first - second;
        const order = typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true });
        return (down ? -order : order) || first - second;
      });
      const size = Math.max(...bodies.map((body) => body.rows.length));
      const sorted = keyed.map(([, , row]) => row);
      bodies.forEach((body, index) => body.replaceChildren(...sorted.slice(index * size, (index + 1) * size)));
      heads.forEach((head, index) => (index === column ? head.setAttribute("aria-sort", down ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
      state.column = column; state.down = down;
      remember(table, "sort", heads[column].dataset.k);
      remember(table, "down", down ? "1" : "");
    }

    heads.forEach((head, column) => {
      const button = make("button", { type: "button", className: "sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => { sort(column, state.column === column ? !state.down : head.classList.contains("n")); show(); });
    });

    const box = make("input", { type: "search", id: `${table.id}-search`, autocomplete: "off" });
    tools.append(make("div", {}, make("label", { htmlFor: box.id, textContent: "Rows with" }), box));
    box.addEventListener("input", () => { state.words = box.value; remember(table, "q", box.value); show(); });

    heads.forEach((head, column) => {
      if (!("choose" in head.dataset)) return;
      const select = make("select", { id: `${table.id}-${head.dataset.k}` });
      const values = [...new Set(rows.map((row) => row.cells[column].textContent.trim()))].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
      select.append(make("option", { value: "", textContent: "all" }), ...values.filter(Boolean).map((value) => make("option", { value: value.toLowerCase(), textContent: value })));
      const remembered = address.get(`${table.id}.${head.dataset.k}`);
      if (remembered) { select.value = remembered; state.chosen[column] = select.value; }
      select.addEventListener("change", () => { state.chosen[column] = select.value; remember(table, head.dataset.k, select.value); show(); });
      tools.append(make("div", {}, make("label", { htmlFor: select.id, textContent: head.textContent.trim() }), select));
    });

    let more = null;
    if (bodies.length > 1) {
      more = make("button", { type: "button", className: "more", textContent: `Show all ${rows.length.toLocaleString("en-GB")} rows` });
      more.addEventListener("click", () => { state.all = true; show(); });
    }
    const frame = table.closest(".scroll");
    frame.before(tools);
    tools.append(said);
    if (more) frame.after(more);
    box.value = state.words = address.get(`${table.id}.q`) || "";
    const by = heads.findIndex((head) => head.dataset.k === address.get(`${table.id}.sort`));
    if (by >= 0) sort(by, address.get(`${table.id}.down`) === "1");
    // The row that a link names must be there, wherever it stands.
    const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
    if (target && table.contains(target)) state.all = true;
    show();
  }
  document.querySelectorAll("table[data-search]").forEach(prepare);

  /* --- a link into what is folded opens it */
  function unfold() {
    const target = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    if (!target) return;
    for (let around = target.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  /* --- the search page */
  const results = document.getElementById("results");
  if (results && window.PAGES) {
    const words = (address.get("q") || "").trim();
    document.getElementById("find").value = words;
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = wanted.length ? window.PAGES.filter(([title, caption]) => { const text = `${title} ${caption}`.toLowerCase(); return wanted.every((word) => text.includes(word)); }) : [];
    // An authority's own page before its indicators; a title that begins with the words before others.
    const rank = ([title, caption, path]) => (title.toLowerCase() === words.toLowerCase() ? 0 : path.endsWith("/index.html") ? 1 : title.toLowerCase().startsWith(wanted[0]) ? 2 : caption ? 4 : 3);
    fits.sort((one, other) => rank(one) - rank(other));
    const list = make("ul", { className: "links" });
    for (const [title, caption, path] of fits.slice(0, 200)) {
      list.append(make("li", {}, make("a", { href: path, textContent: title }), make("span", { className: "detail", textContent: caption ? ` ${caption}` : "" })));
    }
    const count = make("p", { textContent: !words ? "Type a place or an indicator above." : fits.length === 0 ? `Nothing is called “${words}”. Try fewer or other words.` : `${fits.length.toLocaleString("en-GB")} ${fits.length === 1 ? "page" : "pages"} for “${words}”${fits.length > 200 ? "; the first 200" : ""}.` });
    count.setAttribute("role", "status");
    results.replaceChildren(count, list);
  }

  /* --- print: everything that is folded */
  let folded = [];
  window.addEventListener("beforeprint", () => { folded = Array.from(document.querySelectorAll("details:not([open])")); folded.forEach((part) => { part.open = true; }); });
  window.addEventListener("afterprint", () => folded.forEach((part) => { part.open = false; }));
})();
