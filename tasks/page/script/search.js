// Search in the samples. Regular expressions run in a worker of their own, which is ended when one takes too long.

const PATIENCE = 2000;
const MOST_HITS = 20000;

const search = { matches: new Map(), hits: [], current: -1, worker: null, address: null, problem: "" };

const isSearching = () => byId("search").value !== "";

function findRanges(text, expression) {
  const found = [];
  for (const match of text.matchAll(expression)) {
    if (match[0]) found.push([match.index, match.index + match[0].length]);
  }
  return found;
}

// Runs in the worker: answers the samples that match, each with its ranges.
function answer({ data: { texts, source, flags, most } }) {
  const expression = new RegExp(source, flags);
  const found = [];
  let room = most;
  texts.forEach((text, place) => {
    const ranges = room > 0 ? findRanges(text, expression).slice(0, room) : [];
    room -= ranges.length;
    if (ranges.length) found.push([place, ranges]);
  });
  postMessage(found);
}

// Trusted types allow scripts of this one policy, and it makes the worker alone.
const ownScripts = window.trustedTypes?.createPolicy("charflow-search", { createScriptURL: (address) => address });

function startWorker() {
  const source = `${findRanges}\nonmessage = ${answer}`;
  search.address ??= URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return new Worker(ownScripts ? ownScripts.createScriptURL(search.address) : search.address);
}

function flagsOfSearch() {
  return "gu" + (byId("case").checked ? "" : "i");
}

// The ranges of every sample that matches; throws an Error whose message is for the reader.
async function matchesOf(query) {
  const texts = samples.map((sample) => sample.text);
  if (!byId("regex").checked) {
    const expression = new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), flagsOfSearch());
    return texts.map((text, place) => [place, findRanges(text, expression)]).filter(([, ranges]) => ranges.length);
  }
  try {
    new RegExp(query, flagsOfSearch());
  } catch (error) {
    throw new Error(`Not a regular expression: ${error.message.replace(/^Invalid regular expression: /, "")}`);
  }
  return askWorker({ texts, source: query, flags: flagsOfSearch(), most: MOST_HITS });
}

function askWorker(question) {
  search.worker?.terminate();
  return new Promise((resolve, reject) => {
    const fail = (words) => reject(new Error(words));
    try {
      search.worker = startWorker();
    } catch {
      return fail("This browser lets no worker start here, so that only plain search is safe.");
    }
    const worker = search.worker;
    const late = setTimeout(() => {
      worker.terminate();
      fail("The expression takes too long on these texts and was stopped; try a simpler one.");
    }, PATIENCE);
    worker.onmessage = ({ data }) => { clearTimeout(late); resolve(data); };
    worker.onerror = () => { clearTimeout(late); fail("The search could not run in this browser."); };
    worker.postMessage(question);
  });
}

let asked = 0;

async function findMatches() {
  const number = ++asked;
  const query = byId("search").value;
  let found = [];
  let problem = "";
  try {
    if (query) found = await matchesOf(query);
  } catch (error) {
    problem = error.message;
  }
  if (number !== asked) return;
  search.matches = new Map(found.map(([place, ranges]) => [samples[place], ranges]));
  search.problem = problem;
  selectFromStart();
}

// The hits of the rows that are shown, in the order of the page.
function collectHits() {
  search.current = -1;
  search.hits = view.rows.flatMap(samplesOfRow).filter((sample) => passing.has(sample))
    .flatMap((sample) => (search.matches.get(sample) ?? []).map((_, number) => [sample, number]));
}

function sayFound() {
  const shown = view.rows.flatMap(samplesOfRow).filter((sample) => passing.has(sample));
  const cut = review.samples.total > samples.length
    ? ` The page holds ${count(samples.length)} of ${count(review.samples.total)}; samples.parquet has them all.` : "";
  const of = shown.length < samples.length ? `${count(shown.length)} of ` : "";
  const place = byId("found");
  byId("search").setAttribute("aria-invalid", String(Boolean(search.problem)));
  place.parentElement.classList.toggle("wrong", Boolean(search.problem));
  byId("match-buttons").hidden = !search.hits.length;
  const matching = new Set(search.hits.map(([sample]) => sample)).size;
  if (search.problem) place.textContent = search.problem;
  else if (!isSearching()) place.textContent = `${of}${plural(samples.length, "sample")} shown${limits()}.${cut}`;
  else place.textContent = `${plural(search.hits.length, "match")} in ${plural(matching, "sample")}${limits()}.${cut}`;
}

function goToMatch(by) {
  const { hits } = search;
  if (!hits.length) return;
  search.current = (search.current + by + hits.length + (search.current < 0 && by < 0 ? 1 : 0)) % hits.length;
  showSample(hits[search.current][0]);
  markCurrent()?.scrollIntoView({ block: "center" });
  byId("found").textContent = `Match ${count(search.current + 1)} of ${count(hits.length)}.`;
}

function markCurrent() {
  for (const mark of grid.querySelectorAll("mark.current")) mark.classList.remove("current");
  if (search.current < 0) return null;
  const [sample, number] = search.hits[search.current];
  const marks = grid.querySelectorAll(`mark[data-hit="${CSS.escape(`${sample.key}&m=${number}`)}"]`);
  for (const mark of marks) mark.classList.add("current");
  return marks[0];
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
}
