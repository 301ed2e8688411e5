// The review page. Texts are hostile: they enter the document through textContent alone.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const review = JSON.parse(byId("review").textContent);
  const run = JSON.parse(byId("run").textContent);
  const ROWS_OF_PAGE = 20;
  const COLUMN_WIDTH = 240;
  const SHORTENED = 6000;
  const VOCABULARY_ROWS = 24;
  const WINDOW_PLACES = 40;

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in made) made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  const count = (number) => number.toLocaleString("en");
  const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : noun.endsWith("ch") ? "es" : "s"}`;
  const named = (temperature) => (Number.isInteger(temperature) ? temperature.toFixed(1) : String(temperature));
  const codePoint = (character) => "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");

  // Storage is refused in some places where a page opens from disk; choices then last as long as the page.
  const remembered = {
    get(key) { try { return localStorage.getItem("charflow." + key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem("charflow." + key, value); } catch { /* see above */ } },
  };

  // ---- Text made visible -------------------------------------------------------------------------------------------

  // Control characters, marks that change the direction, invisible blanks, and halves of surrogate pairs.
  const INVISIBLE =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}]/gu;

  function visible(character) {
    const code = character.codePointAt(0);
    if (code < 32) return String.fromCharCode(0x2400 + code);
    return code === 127 ? "␡" : codePoint(character);
  }

  function appendText(parent, text) {
    let end = 0;
    for (const match of text.matchAll(INVISIBLE)) {
      parent.append(text.slice(end, match.index));
      parent.append(element("span", { className: "control", title: codePoint(match[0]) }, visible(match[0])));
      end = match.index + match[0].length;
    }
    parent.append(text.slice(end));
  }

  // A single character in a table or a tile, where a blank must be seen too.
  function glyph(character) {
    if (character === "\n") return "↵";
    if (character === "\t") return "⇥";
    if (character === " ") return "␣";
    return character.replace(INVISIBLE, visible);
  }

  function appendPrompt(parent, prompt) {
    const span = element("span", { className: "prompt", title: "prompt" });
    appendText(span, prompt.trim() ? prompt : prompt.replace(/[ \t\n]/g, (c) => (c === "\n" ? "↵\n" : glyph(c))));
    parent.append(span);
  }

  // ---- Samples -----------------------------------------------------------------------------------------------------

  const samples = review.samples.rows.map(([temperature, index, prompt, seed, logProbability, characters, text]) => ({
    temperature, index, prompt: review.samples.prompts[prompt], seed, logProbability, characters, text,
    bits: -logProbability / Math.LN2 / Math.max(1, characters),
  }));
  const temperatures = [...new Set(samples.map((sample) => sample.temperature))].sort((a, b) => a - b);
  const byTemperature = new Map(temperatures.map((t) => [t, new Map()]));
  for (const sample of samples) byTemperature.get(sample.temperature).set(sample.index, sample);
  const indexes = [...new Set(samples.map((sample) => sample.index))].sort((a, b) => a - b);

  const state = {
    shown: new Set(), page: 0, rows: indexes, matches: new Map(), hits: [], current: -1, target: null, long: new Set(),
  };
  const grid = byId("grid");
  const heads = byId("heads");

  const keyOf = (sample) => `t=${sample.temperature}&s=${sample.index}`;
  const shownTemperatures = () => temperatures.filter((t) => state.shown.has(t));
  const sampleAt = (temperature, index) => byTemperature.get(temperature)?.get(index);
  const samplesOfRow = (index) => shownTemperatures().map((t) => sampleAt(t, index)).filter(Boolean);

  function meanBits(temperature) {
    let nats = 0;
    let characters = 0;
    for (const sample of byTemperature.get(temperature).values()) {
      nats -= sample.logProbability;
      characters += sample.characters;
    }
    return nats / Math.LN2 / Math.max(1, characters);
  }

  // As many temperatures as have room beside each other, around the one whose samples are closest to real text.
  function chooseFirstTemperatures() {
    const room = Math.max(1, Math.floor(grid.clientWidth / COLUMN_WIDTH));
    const distance = (t) => Math.abs(meanBits(t) - review.bits);
    const nearest = [...temperatures].sort((a, b) => distance(a) - distance(b))[0];
    const place = temperatures.indexOf(nearest);
    const first = Math.max(0, Math.min(place - Math.floor(room / 2), temperatures.length - room));
    state.shown = new Set(temperatures.slice(first, first + room));
  }

  function makeChips() {
    for (const temperature of temperatures) {
      const box = element("input", { type: "checkbox", value: String(temperature) });
      box.addEventListener("change", () => {
        if (box.checked) state.shown.add(temperature);
        else state.shown.delete(temperature);
        findMatches();
      });
      byId("temperatures").append(element("label", {}, box, element("span", {}, named(temperature))));
    }
  }

  function drawChips() {
    for (const box of byId("temperatures").querySelectorAll("input")) box.checked = state.shown.has(Number(box.value));
  }

  function drawHeads() {
    const chosen = shownTemperatures();
    const columns = chosen.length * COLUMN_WIDTH <= grid.clientWidth;
    grid.className = !columns ? "stacked" : chosen.length === 1 ? "single" : "";
    heads.hidden = !columns || !chosen.length;
    for (const part of [heads, grid]) part.style.setProperty("--columns", columns ? chosen.length : 1);
    heads.replaceChildren(...chosen.map((t) => element("div", {}, element("span", {}, "temperature"),
      element("b", {}, named(t)), element("span", {}, `${meanBits(t).toFixed(2)} bits per character`))));
  }

  function drawText(place, sample) {
    const ranges = state.matches.get(sample) ?? [];
    const whole = state.long.has(sample) || sample.text.length <= SHORTENED || ranges.some(([, end]) => end > SHORTENED);
    const text = whole ? sample.text : sample.text.slice(0, SHORTENED);
    let end = 0;
    ranges.forEach(([from, to], number) => {
      appendText(place, text.slice(end, from));
      const mark = element("mark", { "data-hit": `${keyOf(sample)}&m=${number}` });
      appendText(mark, text.slice(from, to));
      place.append(mark);
      end = to;
    });
    appendText(place, text.slice(end));
    return whole;
  }

  function drawSample(sample) {
    const place = element("div", { className: "text", dir: "auto" });
    appendPrompt(place, sample.prompt);
    const whole = drawText(place, sample);
    const name = `Temperature ${named(sample.temperature)}, sample ${sample.index}`;
    const copy = element("button", { type: "button", "aria-label": `Copy: ${name}` }, "Copy");
    copy.addEventListener("click", () => copyText(copy, sample.prompt + sample.text));
    const meta = element("header", { className: "meta" },
      element("span", { className: "temperature" }, named(sample.temperature)),
      element("a", { href: "#" + keyOf(sample), "aria-label": `Link to: ${name}` }, `№ ${sample.index}`),
      element("span", { title: "bits per character under the model, at temperature 1" }, `${sample.bits.toFixed(2)} bits`),
      copy);
    const article = element("article", { className: "sample", tabIndex: -1, "aria-label": name, "data-key": keyOf(sample) },
      meta, place);
    if (!whole) article.append(moreButton(sample, article));
    else if (sample.text.length < sample.characters) article.append(cutNote(sample));
    return article;
  }

  function moreButton(sample, article) {
    const button = element("button", { type: "button", className: "more" },
      `Show all ${count(sample.characters)} characters`);
    button.addEventListener("click", () => {
      state.long.add(sample);
      article.replaceWith(drawSample(sample));
    });
    return button;
  }

  function cutNote(sample) {
    return element("p", { className: "note" },
      `The page holds the first ${count(sample.text.length)} of ${count(sample.characters)} characters; ` +
      "samples.parquet has them all.");
  }

  function drawGrid() {
    drawChips();
    drawHeads();
    const pages = Math.max(1, Math.ceil(state.rows.length / ROWS_OF_PAGE));
    state.page = Math.min(Math.max(0, state.page), pages - 1);
    const first = state.page * ROWS_OF_PAGE;
    const rows = state.rows.slice(first, first + ROWS_OF_PAGE);
    grid.replaceChildren(...rows.map((index) => element("div", { className: "row" },
      ...shownTemperatures().map((t) => sampleAt(t, index)).map((s) => (s ? drawSample(s) : element("div"))))));
    if (!rows.length || !state.shown.size) {
      grid.replaceChildren(element("p", { className: "empty" },
        state.shown.size ? "No sample matches." : "Choose a temperature to see its samples."));
    }
    byId("pager").hidden = pages === 1;
    byId("page-previous").disabled = state.page === 0;
    byId("page-next").disabled = state.page === pages - 1;
    byId("page-place").textContent =
      `${count(first + 1)}–${count(first + rows.length)} of ${count(state.rows.length)}, page ${state.page + 1} of ${pages}`;
    markTarget();
    markCurrent();
  }

  function turnPage(by) {
    state.page += by;
    drawGrid();
    byId("samples-title").scrollIntoView();
  }

  // ---- Search ------------------------------------------------------------------------------------------------------

  function pattern() {
    const query = byId("search").value;
    if (!query) return null;
    const flags = "gu" + (byId("case").checked ? "" : "i");
    return new RegExp(byId("regex").checked ? query : query.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), flags);
  }

  function ranges(text, expression) {
    const found = [];
    for (const match of text.matchAll(expression)) {
      if (match[0]) found.push([match.index, match.index + match[0].length]);
    }
    return found;
  }

  function findMatches() {
    let expression = null;
    let wrong = "";
    try { expression = pattern(); } catch (error) { wrong = error.message; }
    state.matches = new Map();
    state.hits = [];
    state.current = -1;
    state.rows = indexes;
    if (expression) collectMatches(expression);
    sayFound(expression, wrong);
    drawGrid();
  }

  function collectMatches(expression) {
    const matching = [];
    for (const index of indexes) {
      const before = state.hits.length;
      for (const sample of samplesOfRow(index)) {
        const found = ranges(sample.text, expression);
        if (found.length) state.matches.set(sample, found);
        found.forEach((_, number) => state.hits.push([sample, number]));
      }
      if (state.hits.length > before) matching.push(index);
    }
    state.rows = matching;
    state.page = 0;
  }

  function sayFound(expression, wrong) {
    const held = indexes.reduce((sum, index) => sum + samplesOfRow(index).length, 0);
    const cut = review.samples.total > samples.length
      ? ` The page holds ${count(samples.length)} of ${count(review.samples.total)}; samples.parquet has them all.` : "";
    byId("search").setAttribute("aria-invalid", String(Boolean(wrong)));
    byId("found").parentElement.classList.toggle("wrong", Boolean(wrong));
    byId("match-buttons").hidden = !state.hits.length;
    if (wrong) byId("found").textContent = `Not a regular expression: ${wrong}`;
    else if (!expression) byId("found").textContent = `${plural(held, "sample")} shown.${cut}`;
    else byId("found").textContent = `${plural(state.hits.length, "match")} in ${plural(state.matches.size, "sample")}.${cut}`;
  }

  function goToMatch(by) {
    if (!state.hits.length) return;
    state.current = (state.current + by + state.hits.length + (state.current < 0 && by < 0 ? 1 : 0)) % state.hits.length;
    const [sample] = state.hits[state.current];
    const page = Math.floor(state.rows.indexOf(sample.index) / ROWS_OF_PAGE);
    if (page !== state.page) {
      state.page = page;
      drawGrid();
    }
    markCurrent()?.scrollIntoView({ block: "center" });
    byId("found").textContent =
      `Match ${count(state.current + 1)} of ${count(state.hits.length)} in ${plural(state.matches.size, "sample")}.`;
  }

  function markCurrent() {
    grid.querySelector("mark.current")?.classList.remove("current");
    if (state.current < 0) return null;
    const [sample, number] = state.hits[state.current];
    const mark = grid.querySelector(`mark[data-hit="${CSS.escape(`${keyOf(sample)}&m=${number}`)}"]`);
    mark?.classList.add("current");
    return mark;
  }

  // ---- Permalinks --------------------------------------------------------------------------------------------------

  function followLink() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (!asked.has("t") || !asked.has("s")) return;
    const sample = sampleAt(Number(asked.get("t")), Number(asked.get("s")));
    if (!sample) {
      byId("found").textContent = `There is no sample ${asked.get("s")} at temperature ${asked.get("t")}.`;
      return;
    }
    state.shown.add(sample.temperature);
    if (!state.rows.includes(sample.index)) byId("search").value = "";
    findMatches();
    state.target = keyOf(sample);
    state.page = Math.floor(state.rows.indexOf(sample.index) / ROWS_OF_PAGE);
    drawGrid();
    const place = markTarget();
    place.scrollIntoView({ block: "center", behavior: "instant" });
    place.focus({ preventScroll: true });
  }

  function markTarget() {
    grid.querySelector(".target")?.classList.remove("target");
    const place = state.target && grid.querySelector(`[data-key="${CSS.escape(state.target)}"]`);
    place?.classList.add("target");
    return place;
  }

  // ---- Copy and download -------------------------------------------------------------------------------------------

  async function copyText(button, text) {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = copyBySelection(text);
    }
    const before = button.dataset.label ?? (button.dataset.label = button.textContent);
    button.textContent = done ? "Copied" : "Not copied";
    byId("said").textContent = button.textContent;
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  // For browsers that keep the clipboard from pages opened from disk.
  function copyBySelection(text) {
    const area = element("textarea", { value: text, className: "unseen" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function download(name, type, content) {
    const address = URL.createObjectURL(new Blob([content], { type }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  const samplesChosen = () =>
    state.rows.flatMap(samplesOfRow).filter((sample) => !state.hits.length || state.matches.has(sample));

  function asText(sample) {
    return `===== temperature ${named(sample.temperature)}, sample ${sample.index} =====\n${sample.prompt}${sample.text}\n\n`;
  }

  function asJson({ temperature, prompt, seed, index, text, logProbability, characters }) {
    return JSON.stringify({ temperature, prompt, seed, index, text, log_probability: logProbability, characters }) + "\n";
  }

  // ---- Watch it learn ----------------------------------------------------------------------------------------------

  function describePreview([step, bits]) {
    const measured = bits === null ? "" : `, ${bits.toFixed(2)} bits per character on held-out text`;
    return [element("b", {}, step === 0 ? "Before any training" : `Step ${count(step)}`), measured];
  }

  function drawPreview() {
    const preview = review.previews[Number(byId("preview-range").value)];
    if (!preview) return;
    byId("preview-when").replaceChildren(...describePreview(preview));
    byId("preview-text").replaceChildren();
    appendText(byId("preview-text"), preview[2]);
    byId("preview-range").setAttribute("aria-valuetext", byId("preview-when").textContent);
    for (const curve of document.querySelectorAll(".curve")) {
      const { left, right, lastStep } = curve.dataset;
      const x = Number(left) + (Number(right) - Number(left)) * Math.min(1, preview[0] / Number(lastStep));
      const cursor = curve.querySelector(".cursor");
      cursor?.setAttribute("visibility", "visible");
      cursor?.setAttribute("x1", x);
      cursor?.setAttribute("x2", x);
    }
  }

  function drawPreviewList() {
    byId("preview-list").replaceChildren(...review.previews.map((preview) => {
      const text = element("div", { className: "text", dir: "auto" });
      appendText(text, preview[2]);
      return element("li", {}, element("p", { className: "when" }, ...describePreview(preview)), text);
    }));
  }

  function makePlayer() {
    const range = byId("preview-range");
    const button = byId("play");
    let timer = null;
    const stop = () => {
      clearInterval(timer);
      timer = null;
      button.textContent = "Play";
      button.setAttribute("aria-pressed", "false");
    };
    range.max = Math.max(0, review.previews.length - 1);
    range.addEventListener("input", () => { stop(); drawPreview(); });
    button.addEventListener("click", () => {
      if (timer) return stop();
      if (range.value === range.max) range.value = 0;
      drawPreview();
      button.textContent = "Pause";
      button.setAttribute("aria-pressed", "true");
      timer = setInterval(() => {
        range.value = Number(range.value) + 1;
        drawPreview();
        if (range.value === range.max) stop();
      }, 900);
    });
    byId("previews").addEventListener("toggle", drawPreviewList, { once: true });
    drawPreview();
  }

  // ---- The run -----------------------------------------------------------------------------------------------------

  const asWords = (value) => {
    if (Array.isArray(value)) return value.map(asWords).join(", ");
    if (value && typeof value === "object") return Object.entries(value).map(([k, v]) => `${k} ${asWords(v)}`).join(", ");
    return String(value);
  };

  function commandBox(command) {
    const code = element("code", { dir: "auto" });
    appendText(code, command);
    const copy = element("button", { type: "button", id: "copy-command" }, "Copy");
    copy.addEventListener("click", () => copyText(copy, command));
    return [element("p", {}, "The command that makes the same again:"), element("div", { className: "command" }, code, copy)];
  }

  function cell(value, properties = {}) {
    const made = element("td", properties);
    appendText(made, value ?? "");
    return made;
  }

  function stagesTable(stages) {
    const names = ["stage", "state", "why", "seconds", "made by", "key"];
    const head = element("tr", {}, ...names.map((n) => element("th", { scope: "col", className: n === "seconds" ? "number" : "" }, n)));
    const rows = stages.map((stage) => {
      const name = element("th", { scope: "row" });
      appendText(name, String(stage.name ?? ""));
      return element("tr", {}, name,
        cell(stage.state, { className: `state-${stage.state}` }), cell(stage.why),
        cell(Number(stage.seconds ?? 0).toFixed(1), { className: "number" }), cell(stage.made_by),
        element("td", { title: stage.key ?? "" }, element("code", {}, String(stage.key ?? "").slice(0, 8))));
    });
    const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
    return element("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": "Stages" }, table);
  }

  function drawRun() {
    if (!run) return;
    const { command, stages = [], ...rest } = run;
    const facts = element("dl", { className: "facts" });
    for (const [name, value] of Object.entries(rest)) {
      if (value === null || value === undefined) continue;
      const said = element("dd", { dir: "auto" });
      appendText(said, asWords(value));
      facts.append(element("dt", {}, name.replace(/_/g, " ")), said);
    }
    byId("run-body").replaceChildren(...(command ? commandBox(command) : []), ...(stages.length ? [stagesTable(stages)] : []), facts);
    const said = [run.sources, run.started && run.started.slice(0, 10), run.run ?? run.name].filter(Boolean);
    appendText(byId("source"), said.map(asWords).join(" · "));
  }

  // ---- What the model sees -----------------------------------------------------------------------------------------

  const characterOf = (id) => review.vocabulary[id][0];

  function drawOpening() {
    appendText(byId("first-characters"), review.opening);
    byId("first-ids").append(...review.ids.map((id) =>
      element("li", {}, element("span", {}, glyph(characterOf(id))), element("small", {}, String(id)))));
  }

  function drawWindow() {
    const window_ = review.window;
    const quoted = (ids) => ids.map(characterOf).join("");
    appendText(byId("window-input"), quoted(window_.slice(0, -1)));
    appendText(byId("window-target"), quoted(window_.slice(1)));
    const placed = (id) => element("td", {}, glyph(characterOf(id)), element("small", {}, String(id)));
    window_.slice(0, WINDOW_PLACES).forEach((id, place) => {
      if (place + 1 >= window_.length) return;
      byId("window-places").append(element("td", {}, element("small", {}, String(place))));
      byId("window-inputs").append(placed(id));
      byId("window-targets").append(placed(window_[place + 1]));
    });
  }

  const vocabularyView = { limit: VOCABULARY_ROWS };

  function vocabularyRows() {
    const query = byId("vocabulary-search").value;
    const wanted = query.trim().toUpperCase();
    const rows = review.vocabulary.map(([character, name, occurrences], id) => ({ character, name, occurrences, id }));
    if (byId("vocabulary-order").value === "count") rows.sort((a, b) => b.occurrences - a.occurrences || a.id - b.id);
    if (!query) return rows;
    return rows.filter(({ character, name, id }) =>
      character === query || (wanted && (character.toUpperCase() === wanted || String(id) === wanted ||
        codePoint(character) === wanted || (wanted.length > 1 && name.includes(wanted)))));
  }

  function drawVocabulary() {
    const rows = vocabularyRows();
    byId("vocabulary").replaceChildren(...rows.slice(0, vocabularyView.limit).map(({ character, name, occurrences, id }) =>
      element("tr", {}, element("td", { className: "number" }, String(id)), element("td", { dir: "auto" }, glyph(character)),
        element("td", {}, codePoint(character)), element("td", {}, name),
        element("td", { className: "number" }, count(occurrences)))));
    const more = byId("vocabulary-more");
    more.hidden = rows.length <= vocabularyView.limit;
    more.textContent = `Show more of ${count(rows.length)} characters`;
  }

  // ---- Theme, keys, start ------------------------------------------------------------------------------------------

  const darkByDefault = matchMedia("(prefers-color-scheme: dark)");

  function drawTheme() {
    const chosen = remembered.get("theme") ?? document.documentElement.dataset.theme;
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
    const dark = chosen ? chosen === "dark" : darkByDefault.matches;
    byId("theme").setAttribute("aria-pressed", String(dark));
    return dark;
  }

  function toggleTheme() {
    const chosen = drawTheme() ? "light" : "dark";
    document.documentElement.dataset.theme = chosen;
    remembered.set("theme", chosen);
    drawTheme();
  }

  function drawWidth() {
    byId("samples").classList.toggle("mono", byId("mono").checked);
  }

  function listenToSearch() {
    let waiting = null;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(findMatches, 120);
    };
    byId("search").addEventListener("input", soon);
    byId("regex").addEventListener("change", findMatches);
    byId("case").addEventListener("change", findMatches);
    byId("search").addEventListener("keydown", (event) => {
      if (event.key === "Enter") goToMatch(event.shiftKey ? -1 : 1);
    });
    byId("match-next").addEventListener("click", () => goToMatch(1));
    byId("match-previous").addEventListener("click", () => goToMatch(-1));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, select, textarea")) return;
      event.preventDefault();
      byId("search").focus();
    });
  }

  function listen() {
    listenToSearch();
    byId("page-previous").addEventListener("click", () => turnPage(-1));
    byId("page-next").addEventListener("click", () => turnPage(1));
    byId("download-txt").addEventListener("click", () =>
      download("samples.txt", "text/plain;charset=utf-8", samplesChosen().map(asText).join("")));
    byId("download-jsonl").addEventListener("click", () =>
      download("samples.jsonl", "application/jsonl", samplesChosen().map(asJson).join("")));
    byId("theme").addEventListener("click", toggleTheme);
    darkByDefault.addEventListener("change", drawTheme);
    byId("mono").addEventListener("change", () => {
      remembered.set("mono", String(byId("mono").checked));
      drawWidth();
    });
    byId("vocabulary-search").addEventListener("input", drawVocabulary);
    byId("vocabulary-order").addEventListener("change", drawVocabulary);
    byId("vocabulary-more").addEventListener("click", () => {
      vocabularyView.limit += 10 * VOCABULARY_ROWS;
      drawVocabulary();
    });
    addEventListener("hashchange", followLink);
    addEventListener("resize", drawHeads);
  }

  byId("mono").checked = remembered.get("mono") === "true";
  drawTheme();
  drawWidth();
  makeChips();
  chooseFirstTemperatures();
  findMatches();
  makePlayer();
  drawRun();
  drawOpening();
  drawWindow();
  drawVocabulary();
  listen();
  followLink();
})();
