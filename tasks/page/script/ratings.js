// Ratings and comments: kept by the browser where it may, exported as JSON for `python flows/main.py ratings`.

const RATINGS_KEY = `ratings.${review.samples.sha256}`;
const MOST_STARS = 5;
const NO_MARK = { rating: 0, comment: "" };

const marks = readMarks();

function readMarks() {
  try {
    return new Map(Object.entries(JSON.parse(remembered.get(RATINGS_KEY) ?? "{}")));
  } catch {
    return new Map();
  }
}

const markOf = (sample) => marks.get(sample.key) ?? NO_MARK;

function changeMark(sample, change) {
  const mark = { ...markOf(sample), ...change };
  if (mark.rating || mark.comment) marks.set(sample.key, mark);
  else marks.delete(sample.key);
  const kept = remembered.set(RATINGS_KEY, JSON.stringify(Object.fromEntries(marks)));
  drawRatingsState(kept);
}

function drawRatingsState(kept = true) {
  const rated = [...marks.values()].filter((mark) => mark.rating).length;
  const commented = [...marks.values()].filter((mark) => mark.comment).length;
  const lost = kept ? "" : " This browser keeps nothing: export them before you leave.";
  byId("ratings-state").textContent =
    marks.size ? `${plural(rated, "rating")}, ${plural(commented, "comment")}.${lost}` : "";
  byId("export").disabled = !marks.size && !guesses.size;
}

function rate(sample, rating) {
  changeMark(sample, { rating, blind: rating ? view.blind : undefined });
  const stars = cellOf(sample)?.querySelector(".stars");
  for (const star of stars?.querySelectorAll("input") ?? []) star.checked = Number(star.value) === rating;
  say(rating ? `Rated ${rating} of ${MOST_STARS}` : "Rating taken back");
}

function drawStars(sample) {
  const stars = Array.from({ length: MOST_STARS }, (_, place) => {
    const rating = place + 1;
    const star = element("input", {
      type: "radio", name: `rating ${sample.key}`, value: String(rating), checked: markOf(sample).rating === rating,
      "aria-label": `${rating} of ${MOST_STARS}`,
    });
    star.addEventListener("change", () => rate(sample, rating));
    return element("label", {}, star, element("span", { "aria-hidden": "true" }));
  });
  return element("fieldset", { className: "stars" }, element("legend", { className: "unseen" }, "Rating"), ...stars);
}

function drawComment(sample) {
  const { comment } = markOf(sample);
  const label = `Comment on ${nameOf(sample)}`;
  const area = element("textarea", { rows: 2, value: comment, "aria-label": label, dir: "auto" });
  const button = element("button", { type: "button", "aria-expanded": String(Boolean(comment)) }, "Comment");
  area.hidden = !comment;
  area.addEventListener("input", () => changeMark(sample, { comment: area.value.trim() }));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") area.closest(".sample").focus();
  });
  button.addEventListener("click", () => {
    area.hidden = !area.hidden && !area.value;
    button.setAttribute("aria-expanded", String(!area.hidden));
    if (!area.hidden) area.focus();
  });
  return [button, area];
}

function exported() {
  const rated = samples.filter((sample) => marks.has(sample.key));
  return JSON.stringify({
    format: "charflow ratings 1",
    rater: byId("rater").value.trim() || null,
    run: run?.run ?? null,
    samples: review.samples.sha256,
    exported: new Date().toISOString(),
    ratings: rated.map((sample) => ({
      temperature: sample.temperature, prompt: sample.prompt, seed: sample.seed, index: sample.index,
      rating: markOf(sample).rating || null, blind: markOf(sample).blind ?? null,
      comment: markOf(sample).comment, text: sample.text,
    })),
    ...exportedGuesses(),
  }, null, 1) + "\n";
}

function listenToRatings() {
  byId("rater").value = remembered.get("rater") ?? "";
  byId("rater").addEventListener("input", () => remembered.set("rater", byId("rater").value));
  byId("export").addEventListener("click", () => download("ratings.json", "application/json", exported()));
  byId("blind").addEventListener("change", () => {
    view.blind = byId("blind").checked;
    byId("guessing").parentElement.hidden = !(view.blind && hasReal);
    if (hasReal) byId("real").parentElement.hidden = view.blind;
    drawScore();
    select();
  });
  drawRatingsState();
}
