// What the controls do, and the first drawing.

function clearFilters() {
  for (const id of ["copied-filter", "looped-filter", "rated-filter", "prompt-filter"]) byId(id).value = "any";
  for (const input of byId("ranges").querySelectorAll("input")) input.value = "";
  selectFromStart();
}

function drawWidth() {
  byId("samples").classList.toggle("mono", byId("mono").checked);
}

const samplesChosen = () =>
  view.rows.flatMap(samplesOfRow).filter((sample) => passing.has(sample) && (!search.hits.length || search.matches.has(sample)));

function asText(sample) {
  return `===== temperature ${named(sample.temperature)}, sample ${sample.index} =====\n${sample.prompt}${sample.text}\n\n`;
}

function asJson({ temperature, prompt, seed, index, text, logProbability, characters, measures: values }) {
  return JSON.stringify({ temperature, prompt, seed, index, text, log_probability: logProbability, characters, ...values }) + "\n";
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
listenToKeys();
listenToVocabulary();
followLink();
