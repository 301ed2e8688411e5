// Which samples pass, and in which order their rows stand.

const FLAGS = {
  copied: (sample) => sample.copied.length > 0,
  looped: (sample) => sample.loops.length > 0,
};

const SELECTS = ["copied-filter", "looped-filter", "rated-filter", "prompt-filter"];

const RATED = {
  any: () => true,
  rated: (mark) => mark.rating > 0,
  best: (mark) => mark.rating >= 4,
  commented: (mark) => Boolean(mark.comment),
  unrated: (mark) => !mark.rating,
};

function makeFilters() {
  for (const { name, label, kind } of measures) {
    byId("sort").append(element("option", { value: name }, label));
    const unit = kind === "share" ? ", %" : "";
    const bound = (end) => element("input", {
      type: "number", step: "any", inputMode: "decimal", id: `${end}-${name}`,
      "aria-label": `${label}${unit}, ${end}`, placeholder: end,
    });
    byId("ranges").append(element("div", {}, element("span", {}, label + unit), bound("least"), bound("most")));
  }
  byId("prompt-choice").hidden = !manyPrompts;
  review.samples.prompts.forEach((prompt, place) =>
    byId("prompt-filter").append(element("option", { value: String(place) }, shortened(prompt))));
}

function shortened(prompt) {
  const line = [...prompt].map(glyph).join("").replaceAll("␣", " ");
  return line.length > 40 ? line.slice(0, 39) + "…" : line;
}

// The bounds that are given, in the unit of the data.
function bounds() {
  return measures.flatMap(({ name, kind }) => {
    const [least, most] = ["least", "most"].map((end) => byId(`${end}-${name}`).value);
    const unit = kind === "share" ? 100 : 1;
    if (least === "" && most === "") return [];
    return [{ name, least: least === "" ? -Infinity : least / unit, most: most === "" ? Infinity : most / unit }];
  });
}

function filterOfSamples() {
  const asked = Object.entries(FLAGS).map(([name, holds]) => [holds, byId(`${name}-filter`).value]);
  const flags = asked.filter(([, value]) => value !== "any");
  const ranges = bounds();
  const rated = RATED[byId("rated-filter").value];
  const prompt = byId("prompt-filter").value;
  const inside = (value, { least, most }) => value !== null && value >= least && value <= most;
  return (sample) =>
    (prompt === "any" || sample.promptPlace === Number(prompt)) &&
    flags.every(([holds, value]) => holds(sample) === (value === "with")) &&
    ranges.every((range) => inside(sample.measures[range.name], range)) &&
    rated(markOf(sample));
}

// A row stands where its most extreme sample belongs.
function sorted(rows, passes) {
  const name = byId("sort").value;
  if (name === "order") return rows;
  const up = byId("sort-direction").value === "up";
  const valueOf = (sample) => (name === "rating" ? markOf(sample).rating || null : sample.measures[name]);
  const extreme = (row) => {
    const values = samplesOfRow(row).filter(passes).map(valueOf).filter((value) => value !== null);
    return values.length ? (up ? Math.min(...values) : Math.max(...values)) : null;
  };
  const keyed = rows.map((row) => [extreme(row), row]);
  keyed.sort(([a], [b]) => (a === null) - (b === null) || (up ? a - b : b - a));
  return keyed.map(([, row]) => row);
}

function countOfFilters() {
  return SELECTS.filter((id) => byId(id).value !== "any").length + bounds().length;
}

// What keeps samples from being shown, in words; empty if nothing does.
function limits() {
  const chosen = shownTemperatures().length;
  const filters = countOfFilters();
  const told = [
    chosen < temperatures.length ? `, at ${chosen} of ${plural(temperatures.length, "temperature")}` : "",
    filters ? `, with ${plural(filters, "filter")}` : "",
    isGuessing() ? ", one row for each prompt that has real text" : "",
  ];
  return told.join("");
}

function clearFilters() {
  for (const id of SELECTS) byId(id).value = "any";
  for (const input of byId("ranges").querySelectorAll("input")) input.value = "";
  selectFromStart();
}
