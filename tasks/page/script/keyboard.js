// The keys: from sample to sample, rating, commenting.

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  c: () => onTarget((sample) => openComment(sample)),
  o: nextOverlay,
  b: () => byId("blind").click(),
  "/": () => byId("search").focus(),
  "?": () => byId("help").showModal(),
};
for (let stars = 0; stars <= MOST_STARS; stars++) KEYS[stars] = () => onTarget((sample) => rate(sample, stars));

// In the order of the page: row by row, from left to right.
function walk(by) {
  const order = view.rows.flatMap((row) => columnsOfRow(row).map((t) => row.get(t)).filter((s) => s && passing.has(s)));
  const focused = byKey.get(document.activeElement?.closest?.(".sample")?.dataset.key);
  const from = order.indexOf(focused ?? byKey.get(view.target));
  const next = from < 0 ? order[view.page && by > 0 ? order.findIndex((s) => cellOf(s)) : 0] : order[from + by];
  if (next) goTo(next, "nearest");
}

function onTarget(act) {
  const focused = document.activeElement?.closest?.(".sample")?.dataset.key;
  const sample = byKey.get(focused ?? view.target);
  if (sample && !sample.real && !isGuessing() && cellOf(sample)) act(sample);
  else say("Choose a sample first, with j and k.");
}

function openComment(sample) {
  const area = cellOf(sample).querySelector("textarea");
  if (area.hidden) cellOf(sample).querySelector(".judging > button").click();
  area.focus();
}

function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
    if (event.target.matches("textarea, select, input:not([type='radio'], [type='checkbox'], [type='range'])")) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}
