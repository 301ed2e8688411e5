// What the controls do, and the first drawing.

function drawWidth() {
  byId("samples").classList.toggle("mono", byId("mono").checked);
}

// Those that are shown; while searching, those that match.
function samplesChosen() {
  const shown = view.rows.flatMap(samplesOfRow).filter((sample) => passing.has(sample));
  return search.hits.length ? shown.filter((sample) => search.matches.has(sample)) : shown;
}

function asText(sample) {
  const head = `===== temperature ${named(sample.temperature)}, sample ${sample.index} =====`;
  return `${head}\n${sample.prompt}${sample.text}\n\n`;
}

function asJson({ temperature, prompt, seed, index, text, logProbability, characters, measures: values }) {
  const known = { temperature, prompt, seed, index, text, log_probability: logProbability, characters };
  return JSON.stringify({ ...known, ...values }) + "\n";
}

function listen() {
  byId("filters").addEventListener("change", selectFromStart);
  byId("filters-clear").addEventListener("click", clearFilters);
  for (const id of ["sort", "sort-direction"]) byId(id).addEventListener("change", selectFromStart);
  byId("page-previous").addEventListener("click", () => turnPage(-1));
  byId("page-next").addEventListener("click", () => turnPage(1));
  byId("download-txt").addEventListener("click", () =>
    download("samples.txt", "text/plain;charset=utf-8", samplesChosen().map(asText).join("")));
  byId("download-jsonl").addEventListener("click", () =>
    download("samples.jsonl", "application/jsonl", samplesChosen().map(asJson).join("")));
  byId("keys").addEventListener("click", () => byId("help").showModal());
  byId("mono").addEventListener("change", () => {
    remembered.set("mono", String(byId("mono").checked));
    drawWidth();
  });
  addEventListener("hashchange", followLink);
  addEventListener("resize", drawHeads);
}

byId("mono").checked = remembered.get("mono") === "true";
drawWidth();
makeChips();
makeOverlayChoice();
makeFilters();
chooseFirstTemperatures();
select();
makePlayer();
drawRun();
drawOpening();
drawWindow();
drawVocabulary();
listen();
listenToSearch();
listenToSurprise();
listenToRatings();
listenToGuesses();
listenToKeys();
listenToVocabulary();
followLink();
