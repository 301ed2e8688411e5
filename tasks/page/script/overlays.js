// What is marked in the texts, one kind at a time: copied passages, surprise, loops, unknown words.

const LEVELS = [2, 4, 6, 9];
const OVERLAYS = {
  none: { label: "nothing", key: [], spans: () => [] },
  copied: {
    label: "copied passages",
    key: [["copied", `in the training text as it stands, ${review.least_copy} ${review.unit}s or more; open one to see where`]],
    spans: copiedSpans,
  },
  surprise: {
    label: "surprise",
    key: ["under 2 bits", "2 to 4", "4 to 6", "6 to 9", "9 or more"].map((words, level) => [`level-${level}`, words]),
    spans: surpriseSpans,
  },
  loops: {
    label: "loops",
    key: [["looped", "said over and over"]],
    spans: (sample) => plainSpans(sample.loops, "looped"),
  },
  unknown: {
    label: "unknown words",
    key: [["unknown", "words that the training text lacks; the first and the last, which may be cut, are not looked up"]],
    spans: (sample) => plainSpans(sample.unknown, "unknown"),
  },
};

function plainSpans(places, className) {
  return places.map(([start, end]) => ({ start, end, make: () => element("span", { className }) }));
}

function copiedSpans(sample) {
  return sample.copied.map((copied) => ({
    start: copied[0], end: copied[1], make: () => copiedMark(copied, sample),
  }));
}

function copiedMark(copied, sample) {
  const [start, end, offset] = copied;
  const mark = element("span", {
    className: "copied", role: "button", tabIndex: 0, "aria-haspopup": "dialog",
    title: `${plural(end - start, "character")} copied from ${review.unit} ${count(offset)} of the training text`,
  });
  const open = () => showPlace(copied, sample);
  mark.addEventListener("click", open);
  mark.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open();
  });
  return mark;
}

// Runs of characters of one level; a character that is shown by its name stands alone.
function surpriseSpans(sample) {
  const bits = surpriseOf(sample);
  const spans = [];
  [...sample.text].forEach((character, place) => {
    if (place >= bits.length) return;
    const level = LEVELS.filter((least) => bits[place] >= least).length;
    const alone = new RegExp(INVISIBLE.source, "u").test(character);
    const last = spans.at(-1);
    if (last && last.level === level && !last.alone && !alone) last.end = place + 1;
    else spans.push({ start: place, end: place + 1, level, alone });
  });
  return spans.map(({ start, end, level }) => ({
    start, end, make: () => element("span", { className: `level-${level}`, "data-start": String(start) }),
  }));
}

// Bits of each character, decoded when first asked for.
function surpriseOf(sample) {
  sample.bits ??= Array.from(atob(sample.surprise), (byte) => byte.charCodeAt(0) / 10);
  return sample.bits;
}

// Where spans overlap, the earlier one is drawn whole and the later from there on.
function withoutOverlap(spans) {
  let end = 0;
  return [...spans].sort((a, b) => a.start - b.start || b.end - a.end).flatMap((span) => {
    const start = Math.max(span.start, end);
    if (start >= span.end) return [];
    end = span.end;
    return [{ ...span, start }];
  });
}

// The sample's text with the marks of the overlay and of the search; cut after `limit` UTF-16 units.
function appendMarked(place, sample, limit) {
  const units = unitsOf(sample.text);
  const hits = search.matches.get(sample) ?? [];
  let hit = 0;
  const append = (parent, from, to) => {
    while (from < to) {
      while (hit < hits.length && hits[hit][1] <= from) hit++;
      const [start, end] = hits[hit] ?? [to, to];
      const inside = start <= from && hit < hits.length;
      const next = Math.min(to, inside ? end : Math.max(start, from + 1), limit);
      if (next <= from) return;
      const part = inside ? element("mark", { "data-hit": `${sample.key}&m=${hit}` }) : null;
      appendText(part ?? parent, sample.text.slice(from, next));
      if (part) parent.append(part);
      from = next;
    }
  };
  let end = 0;
  for (const span of withoutOverlap(OVERLAYS[view.overlay].spans(sample))) {
    const [from, to] = [units(span.start), units(span.end)];
    append(place, end, Math.min(from, limit));
    if (from >= limit) return;
    const marked = span.make();
    append(marked, from, Math.min(to, limit));
    place.append(marked);
    end = to;
  }
  append(place, end, Math.min(sample.text.length, limit));
}

function makeOverlayChoice() {
  for (const [name, { label }] of Object.entries(OVERLAYS)) {
    if (name === "unknown" && !samples.some((sample) => sample.measures.known_words !== null)) continue;
    const radio = element("input", { type: "radio", name: "overlay", value: name, checked: name === view.overlay });
    radio.addEventListener("change", () => chooseOverlay(name));
    byId("overlays").append(element("label", {}, radio, element("span", {}, label)));
  }
}

function chooseOverlay(name) {
  if (!Object.hasOwn(OVERLAYS, name)) return;
  view.overlay = name;
  for (const radio of byId("overlays").querySelectorAll("input")) radio.checked = radio.value === name;
  const legend = OVERLAYS[name].key.map(([className, words]) => element("li", {},
    element("span", { className, "aria-hidden": "true" }, "abc"), " " + words));
  byId("legend").replaceChildren(...legend);
  byId("legend").hidden = !legend.length;
  drawGrid();
}

function nextOverlay() {
  const radios = [...byId("overlays").querySelectorAll("input")];
  const place = radios.findIndex((radio) => radio.checked);
  chooseOverlay(radios[(place + 1) % radios.length].value);
  say(`Marked: ${OVERLAYS[view.overlay].label}`);
}
