// The samples side by side: a column for each temperature, and one for what is real, a row for each prompt and index, a page at a time.

const ROWS_OF_PAGE = 20;
const COLUMN_WIDTH = 240;

const grid = byId("grid");
const heads = byId("heads");
let passing = new Set(samples);

const cellOf = (sample) => grid.querySelector(`[data-key="${CSS.escape(sample.key)}"]`);

// As many temperatures as have room beside each other, around the recommended one. A page that is not laid out yet has
// no width of its own.
function chooseFirstTemperatures() {
  const columns = Math.floor((grid.clientWidth || screen.width) / COLUMN_WIDTH);
  const room = Math.max(1, columns - (showsReal() ? 1 : 0));
  const place = Math.max(0, temperatures.indexOf(review.recommended));
  const first = Math.max(0, Math.min(place - Math.floor(room / 2), temperatures.length - room));
  view.temperatures = new Set(temperatures.slice(first, first + room));
}

function makeChips() {
  for (const temperature of temperatures) {
    const box = element("input", { type: "checkbox", value: String(temperature) });
    box.addEventListener("change", () => {
      if (box.checked) view.temperatures.add(temperature);
      else view.temperatures.delete(temperature);
      select();
    });
    byId("temperatures").append(element("label", {}, box, element("span", {}, named(temperature))));
  }
  if (!hasReal) return;
  const box = element("input", { type: "checkbox", id: "real", checked: view.real });
  box.addEventListener("change", () => {
    view.real = box.checked;
    drawGrid();
  });
  byId("temperatures").append(element("label", {}, box, element("span", {}, "real text")));
}

function drawChips() {
  for (const box of byId("temperatures").querySelectorAll("[value]")) {
    box.checked = view.temperatures.has(Number(box.value));
  }
}

// Filter, search and order anew, and draw.
function select() {
  const passes = filterOfSamples();
  const found = (sample) => !isSearching() || search.problem || search.matches.has(sample);
  passing = new Set(samples.filter(passes));
  const rows = isGuessing() ? allRows.filter((row) => askable.has(row)) : allRows;
  view.rows = sorted(rows.filter((row) => samplesOfRow(row).some((s) => passing.has(s) && found(s))), passes);
  const filters = countOfFilters();
  byId("filters-state").textContent = filters ? `${filters} set` : "";
  byId("filters-clear").hidden = !filters;
  collectHits();
  sayFound();
  drawGrid();
}

function selectFromStart() {
  view.page = 0;
  select();
}

function drawHeads() {
  const chosen = shownTemperatures();
  const wanted = chosen.length + (showsReal() ? 1 : 0);
  const columns = wanted * COLUMN_WIDTH <= grid.clientWidth;
  const layout = !columns ? "stacked" : wanted === 1 ? "single" : "";
  grid.className = view.blind ? `${layout} blind` : layout;
  heads.hidden = !columns || !chosen.length || view.blind;
  for (const part of [heads, grid]) part.style.setProperty("--columns", columns ? Math.max(1, wanted) : 1);
  const real = element("div", { className: "real" }, element("b", {}, "real text"), element("span", {}, "how it went on"));
  heads.replaceChildren(...chosen.map(drawHead), ...(showsReal() ? [real] : []));
}

function drawHead(temperature) {
  const recommended = temperature === review.recommended;
  const bits = `${written(bitsOfTemperatures.get(temperature), "bits")} bits${recommended ? ", recommended" : ""}`;
  return element("div", { className: recommended ? "near" : "" },
    element("span", {}, "temperature"), element("b", {}, named(temperature)), element("span", {}, bits));
}

// Blind, the texts of a row are shuffled, by a rule that gives the same order each time.
function columnsOfRow(row) {
  const chosen = [...shownTemperatures(), ...(showsReal() ? ["real"] : [])];
  if (!view.blind) return chosen;
  const lots = new Map(chosen.map((t) => [t, lotOf(`${row.get(t)?.key} ${row.get(t)?.text}`)]));
  return chosen.sort((a, b) => lots.get(a) - lots.get(b));
}

// FNV-1a over the UTF-16 units.
function lotOf(text) {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash >>> 0;
}

// Those that are shown of a row, with what is real.
const textsOfRow = (row) => columnsOfRow(row).map((t) => row.get(t)).filter((s) => s && (s.real || passing.has(s)));

function drawCell(sample, row) {
  if (!sample) return element("div");
  if (sample.real || passing.has(sample)) return drawSample(sample, row);
  return element("p", { className: "out" }, `№ ${numberOf(sample)} is filtered out`);
}

function drawRow(row) {
  return element("div", { className: "row" }, ...columnsOfRow(row).map((t) => drawCell(row.get(t), row)));
}

function drawGrid() {
  drawChips();
  drawHeads();
  const pages = Math.max(1, Math.ceil(view.rows.length / ROWS_OF_PAGE));
  view.page = Math.min(Math.max(0, view.page), pages - 1);
  const first = view.page * ROWS_OF_PAGE;
  const rows = view.rows.slice(first, first + ROWS_OF_PAGE);
  const empty = view.temperatures.size ? "No sample matches." : "Choose a temperature to see its samples.";
  grid.replaceChildren(...(rows.length ? rows.map(drawRow) : [element("p", { className: "empty" }, empty)]));
  drawPager(first, rows.length, pages);
  markTarget();
  markCurrent();
}

function drawPager(first, shown, pages) {
  byId("pager").hidden = pages === 1;
  byId("page-previous").disabled = view.page === 0;
  byId("page-next").disabled = view.page === pages - 1;
  byId("page-place").textContent =
    `${count(first + 1)}–${count(first + shown)} of ${count(view.rows.length)}, page ${view.page + 1} of ${pages}`;
}

function turnPage(by) {
  view.page += by;
  drawGrid();
  byId("samples-title").scrollIntoView();
}

// Turn to the page that has the sample.
function showSample(sample) {
  const page = Math.floor(view.rows.findIndex((row) => row.get(sample.temperature) === sample) / ROWS_OF_PAGE);
  if (page === view.page || page < 0) return;
  view.page = page;
  drawGrid();
}
