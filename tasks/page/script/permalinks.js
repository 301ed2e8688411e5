// Addresses of single samples: #t=0.8&s=17, with p= where there are several prompts and o= for what is marked.

const linkTo = (sample) => sample.key + (view.overlay === "none" ? "" : `&o=${view.overlay}`);

function followLink() {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (!asked.has("t") || !asked.has("s")) return;
  const sample = sampleAt(Number(asked.get("t")), Number(asked.get("s")), Number(asked.get("p") ?? 0));
  if (!sample) {
    byId("found").textContent = `There is no sample ${asked.get("s")} at temperature ${asked.get("t")}.`;
    return;
  }
  if (asked.has("o")) chooseOverlay(asked.get("o"));
  bringIntoView(sample);
  goTo(sample);
}

// Put away what would keep the sample from being shown.
function bringIntoView(sample) {
  view.temperatures.add(sample.temperature);
  if (view.rows.some((row) => row.get(sample.temperature) === sample) && passing.has(sample)) return select();
  byId("search").value = "";
  search.matches = new Map();
  search.problem = "";
  clearFilters();
}

// Make the sample the one that keys and marks speak of.
function goTo(sample, block = "center") {
  view.target = sample.key;
  showSample(sample);
  const place = markTarget();
  if (!place) return;
  const fits = place.offsetHeight < innerHeight - parseFloat(getComputedStyle(place).scrollMarginTop);
  place.scrollIntoView({ block: fits ? block : "start" });
  place.focus({ preventScroll: true });
}

function markTarget() {
  grid.querySelector(".target")?.classList.remove("target");
  const place = view.target && grid.querySelector(`[data-key="${CSS.escape(view.target)}"]`);
  place?.classList.add("target");
  return place;
}
