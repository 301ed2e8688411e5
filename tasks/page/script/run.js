// The run: where all came from, what was cached, the command that makes it again.

const asWords = (value) => {
  if (Array.isArray(value)) return value.map(asWords).join(", ");
  if (value && typeof value === "object") return Object.entries(value).map(([k, v]) => `${k} ${asWords(v)}`).join(", ");
  return String(value);
};

// Lines are broken between words, not within options; a word that is longer than a line is broken all the same.
function commandBox(command) {
  const code = element("code", { dir: "auto" });
  for (const part of command.split(/(\s+)/)) {
    const place = part.trim() ? code.appendChild(element("span", { className: "word" })) : code;
    appendText(place, part);
  }
  const copy = element("button", { type: "button", id: "copy-command" }, "Copy");
  copy.addEventListener("click", () => copyText(copy, command));
  const words = element("p", { className: "again" }, "The command that makes the same again:");
  return [words, element("div", { className: "command" }, code, copy)];
}

function cell(value, properties = {}) {
  const made = element("td", properties);
  appendText(made, value ?? "");
  return made;
}

function stagesTable(stages) {
  const names = ["stage", "state", "why", "seconds", "made by", "key"];
  const head = element("tr", {}, ...names.map((name) =>
    element("th", { scope: "col", className: name === "seconds" ? "number" : "" }, name)));
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

function factsList(facts) {
  const list = element("dl", { className: "facts" });
  for (const [name, value] of Object.entries(facts)) {
    if (value === null || value === undefined) continue;
    const said = element("dd", { dir: "auto" });
    appendText(said, asWords(value));
    list.append(element("dt", {}, name.replace(/_/g, " ")), said);
  }
  return list;
}

// How many stages ran, and which were reused.
function cachingInWords(stages) {
  const ran = stages.filter((stage) => !["cached", "stale"].includes(stage.state)).map((stage) => stage.name);
  if (!ran.length) return `all ${stages.length} reused from earlier runs`;
  const reused = stages.length - ran.length;
  return reused ? `${reused} of ${stages.length} reused; ran: ${ran.join(", ")}` : `all ${stages.length} ran`;
}

function provenanceLine(name, words) {
  const said = element("dd", { dir: "auto" });
  appendText(said, words);
  byId("provenance").append(element("div", {}, element("dt", {}, name), said));
}

// Where the corpus came from, as a way there if it is an address of the web; when; the run's name.
function drawSource() {
  const said = [...(run.sources ?? []), run.started?.slice(0, 10), run.run].filter(Boolean);
  said.forEach((words, place) => {
    const web = /^https?:\/\//.test(words);
    const part = element(web ? "a" : "span", web ? { href: words, rel: "noreferrer noopener" } : {});
    appendText(part, words);
    byId("source").append(place ? " · " : "", part);
  });
}

// Which sources could not be fetched anew: what the page shows is of an older corpus than its date says.
function drawStale() {
  for (const { url, stale } of run.corpus?.sources ?? []) {
    if (!stale) continue;
    const said = element("p", { dir: "auto" });
    appendText(said, `The corpus is stale: ${url} is as it was fetched at ${stale.since}; ${stale.why}`);
    byId("stale").append(said);
    byId("stale").hidden = false;
  }
}

function drawRun() {
  if (!run) return;
  const { command, stages = [], ...rest } = run;
  if (run.corpus?.sha256) provenanceLine("SHA-256", String(run.corpus.sha256).slice(0, 16));
  if (stages.length) provenanceLine("Stages", cachingInWords(stages));
  byId("again").replaceChildren(...(command ? commandBox(command) : []));
  byId("run-body").replaceChildren(...(stages.length ? [stagesTable(stages)] : []), factsList(rest));
  drawSource();
  drawStale();
  if (byId("since-body").childElementCount) byId("since").hidden = byId("since-link").hidden = false;
}
