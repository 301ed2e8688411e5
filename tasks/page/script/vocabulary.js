// What the model sees: the text as ids, a window and its target, the vocabulary.

const VOCABULARY_ROWS = 24;
const WINDOW_PLACES = 40;

const characterOf = (id) => review.vocabulary[id][0];

// A byte beyond ASCII is shown as its number: \xe9.
function codeOf(character) {
  if (review.unit !== "byte") return codePoint(character);
  const number = character.length > 1 ? character.slice(2) : character.charCodeAt(0).toString(16).padStart(2, "0");
  return "0x" + number.toUpperCase();
}

function drawOpening() {
  byId("first-characters").replaceChildren();
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
      codeOf(character).toUpperCase() === wanted || (wanted.length > 1 && name.includes(wanted)))));
}

function drawVocabulary() {
  const rows = vocabularyRows();
  byId("vocabulary").replaceChildren(...rows.slice(0, vocabularyView.limit).map(({ character, name, occurrences, id }) =>
    element("tr", {}, element("td", { className: "number" }, String(id)), element("td", { dir: "auto" }, glyph(character)),
      element("td", {}, codeOf(character)), element("td", {}, name),
      element("td", { className: "number" }, count(occurrences)))));
  const more = byId("vocabulary-more");
  more.hidden = rows.length <= vocabularyView.limit;
  more.textContent = `Show more of ${plural(rows.length, review.unit)}`;
}

function listenToVocabulary() {
  byId("vocabulary-search").addEventListener("input", drawVocabulary);
  byId("vocabulary-order").addEventListener("change", drawVocabulary);
  byId("vocabulary-more").addEventListener("click", () => {
    vocabularyView.limit += 10 * VOCABULARY_ROWS;
    drawVocabulary();
  });
}
