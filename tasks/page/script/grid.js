// The samples side by side: a column for each temperature, a row for each prompt and index, a page at a time.

const ROWS_OF_PAGE = 20;
const COLUMN_WIDTH = 240;
const SHORTENED = 6000;

const grid = byId("grid");
const heads = byId("heads");
let passing = new Set(samples);

const cellOf = (sample) => grid.querySelector(`[data-key="${CSS.escape(sample.key)}"]`);

function nameOf(sample) {
  const prompt = manyPrompts ? `, prompt ${sample.promptPlace + 1}` : "";
  return `${view.blind ? "" : `temperature ${named(sample.temperature)}, `}sample ${sample.index}${prompt}`;
}

// As many temperatures as have room beside each other, around the recommended one.
function chooseFirstTemperatures() {
  const room = Math.max(1, Math.floor(grid.clientWidth / COLUMN_WIDTH));
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
}

// Filter, search and order anew, and draw.
function select() {
  const passes = filterOfSamples();
  const found = (sample) => !isSearching() || search.problem || search.matches.has(sample);
  passing = new Set(samples.filter((sample) => passes(sample)));
  view.rows = sorted(allRows.filter((row) => samplesOfRow(row).some((s) => passing.has(s) && found(s))), passes);
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
  const columns = chosen.length * COLUMN_WIDTH <= grid.clientWidth;
  grid.className = [!columns ? "stacked" : chosen.length === 1 ? "single" : "", view.blind ? "blind" : ""].join(" ");
  heads.hidden = !columns || !chosen.length || view.blind;
  for (const part of [heads, grid]) part.style.setProperty("--columns", columns ? Math.max(1, chosen.length) : 1);
  heads.replaceChildren(...chosen.map((t) => element("div", t === review.recommended ? { className: "near" } : {},
    element("span", {}, "temperature"), element("b", {}, named(t)),
    element("span", {}, `${written(bitsOfTemperatures.get(t), "bits")} bits${t === review.recommended ? ", recommended" : ""}`))));
}

// The figures beside a sample's number: bits, what is copied or looped, and that by which the rows are ordered.
function figuresOf(sample) {
  const order = byId("sort").value;
  const values = sample.measures;
  const figures = [[`${written(values.bits_per_character, "bits")} bits`, "bits per character under the model, at temperature 1"]];
  if (values.copied_share > 0) figures.push([`copied ${written(values.copied_share, "share")}`, "share of copied characters"]);
  if (values.looped_share > 0) figures.push([`loops ${written(values.looped_share, "share")}`, "share of characters in loops"]);
  const measure = measures.find(({ name }) => name === order);
  if (measure && !["bits_per_character", "copied_share", "looped_share"].includes(order)) {
    figures.push([`${measure.label} ${written(values[order], measure.kind)}`, measure.label]);
  }
  return figures.map(([words, title]) => element("span", { title }, words));
}

function drawSample(sample) {
  const place = element("div", { className: "text", dir: "auto" });
  if (view.overlay === "surprise") Object.assign(place, { tabIndex: 0, role: "group", ariaLabel: "Surprise; the arrow keys go from character to character" });
  appendPrompt(place, sample.prompt);
  const hits = search.matches.get(sample) ?? [];
  const whole = view.unfolded.has(sample) || sample.text.length <= SHORTENED || hits.some(([, end]) => end > SHORTENED);
  appendMarked(place, sample, whole ? Infinity : SHORTENED);
  const [comment, area] = drawComment(sample);
  const copy = element("button", { type: "button", className: "copy", "aria-label": `Copy: ${nameOf(sample)}` }, "Copy");
  copy.addEventListener("click", () => copyText(copy, sample.prompt + sample.text));
  const article = element("article", { className: "sample", tabIndex: -1, "aria-label": nameOf(sample), "data-key": sample.key },
    drawMeta(sample), place);
  if (!whole) article.append(moreButton(sample, article));
  else if (sample.text.length < sample.characters) article.append(cutNote(sample));
  article.append(element("div", { className: "judging" }, drawStars(sample), comment, copy), area);
  return article;
}

function drawMeta(sample) {
  const number = `№ ${sample.index}`;
  const link = view.blind ? element("span", {}, number)
    : element("a", { href: "#" + linkTo(sample), "aria-label": `Link to: ${nameOf(sample)}` }, number);
  const shown = view.blind ? [] : [element("span", { className: "temperature" }, named(sample.temperature)), ...figuresOf(sample)];
  return element("header", { className: "meta" }, link, ...shown);
}

function moreButton(sample, article) {
  const button = element("button", { type: "button", className: "more" }, `Show all ${count(sample.characters)} characters`);
  button.addEventListener("click", () => {
    view.unfolded.add(sample);
    article.replaceWith(drawSample(sample));
  });
  return button;
}

function cutNote(sample) {
  return element("p", { className: "note" },
    `The page holds the first ${count(sample.text.length)} of ${count(sample.characters)} characters; samples.parquet has them all.`);
}

// Blind, the columns of a row are shuffled, by a rule that gives the same order each time.
function columnsOfRow(row) {
  const chosen = shownTemperatures();
  if (!view.blind) return chosen;
  const lot = (t) => [...`${row.get(t)?.key} ${row.get(t)?.text.slice(0, 50)}`].reduce((h, c) => Math.imul(h ^ c.codePointAt(0), 16777619), 9) >>> 0;
  return chosen.sort((a, b) => lot(a) - lot(b));
}

function drawCell(sample) {
  if (!sample) return element("div");
  return passing.has(sample) ? drawSample(sample) : element("p", { className: "out" }, `№ ${sample.index} is filtered out`);
}

function drawRow(row) {
  return element("div", { className: "row" }, ...columnsOfRow(row).map((t) => drawCell(row.get(t))));
}

function drawGrid() {
  for (const box of byId("temperatures").querySelectorAll("input")) box.checked = view.temperatures.has(Number(box.value));
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
