// One sample as it is drawn: its number and figures, its text, the controls to judge it.

const SHORTENED = 6000;

function nameOf(sample) {
  const prompt = manyPrompts && numberOf(sample) === sample.index ? `, prompt ${sample.promptPlace + 1}` : "";
  if (sample.real && !view.blind) return `real text of ${numberOf(sample)}${prompt}`;
  return `${view.blind ? "" : `temperature ${named(sample.temperature)}, `}sample ${numberOf(sample)}${prompt}`;
}

function drawSample(sample, row) {
  const article = element("article", {
    className: sample.real && !view.blind ? "sample real" : "sample",
    tabIndex: -1, "aria-label": nameOf(sample), "data-key": sample.key,
  });
  article.append(drawMeta(sample), drawText(sample));
  if (!isWhole(sample)) article.append(moreButton(sample, row, article));
  else if (sample.text.length < sample.characters) article.append(cutNote(sample));
  if (isGuessing()) article.append(drawGuessing(sample, row));
  else if (!sample.real) article.append(...drawJudging(sample));
  return article;
}

function drawMeta(sample) {
  const number = `№ ${numberOf(sample)}`;
  if (view.blind) return element("header", { className: "meta" }, element("span", {}, number));
  if (sample.real) {
    const label = element("span", { className: "temperature" }, "real text");
    return element("header", { className: "meta" }, element("span", {}, number), label, ...figuresOf(sample));
  }
  const link = element("a", { href: "#" + linkTo(sample), "aria-label": `Link to: ${nameOf(sample)}` }, number);
  const temperature = element("span", { className: "temperature" }, named(sample.temperature));
  return element("header", { className: "meta" }, link, temperature, ...figuresOf(sample));
}

// Bits, what is copied or looped, and that by which the rows are ordered.
function figuresOf(sample) {
  const { bits_per_character: bits, copied_share: copied, looped_share: looped } = sample.measures;
  const figures = [[`${written(bits, "bits")} bits`, `bits per ${review.unit} under the model, at temperature 1`]];
  if (copied > 0) figures.push([`copied ${written(copied, "share")}`, `share of copied ${review.unit}s`]);
  if (looped > 0) figures.push([`loops ${written(looped, "share")}`, `share of ${review.unit}s in loops`]);
  const told = ["bits_per_character", "copied_share", "looped_share"];
  const order = measures.find(({ name }) => name === byId("sort").value && !told.includes(name));
  if (order) figures.push([`${order.label} ${written(sample.measures[order.name], order.kind)}`, order.label]);
  return figures.map(([words, title]) => element("span", { title }, words));
}

function isWhole(sample) {
  const hits = search.matches.get(sample) ?? [];
  return view.unfolded.has(sample) || sample.text.length <= SHORTENED || hits.some(([, end]) => end > SHORTENED);
}

function drawText(sample) {
  const place = element("div", { className: "text", dir: "auto" });
  if (view.overlay === "surprise" && !isGuessing()) {
    const ariaLabel = "Surprise; the arrow keys go from character to character";
    Object.assign(place, { tabIndex: 0, role: "group", ariaLabel });
  }
  appendPrompt(place, sample.prompt);
  const limit = isWhole(sample) ? Infinity : SHORTENED;
  if (isGuessing()) appendText(place, sample.text.slice(0, limit));  // No mark tells what is real.
  else appendMarked(place, sample, limit);
  return place;
}

function drawJudging(sample) {
  const [comment, area] = drawComment(sample);
  const copy = element("button", { type: "button", className: "copy", "aria-label": `Copy: ${nameOf(sample)}` }, "Copy");
  copy.addEventListener("click", () => copyText(copy, sample.prompt + sample.text));
  return [element("div", { className: "judging" }, drawStars(sample), comment, copy), area];
}

function moreButton(sample, row, article) {
  const button = element("button", { type: "button", className: "more" }, `Show all ${count(sample.characters)} characters`);
  button.addEventListener("click", () => {
    view.unfolded.add(sample);
    article.replaceWith(drawSample(sample, row));
  });
  return button;
}

function cutNote(sample) {
  const held = `${count(sample.text.length)} of ${count(sample.characters)} characters`;
  return element("p", { className: "note" }, `The page holds the first ${held}; samples.parquet has them all.`);
}
