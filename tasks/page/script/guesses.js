// Which one is real? Blind, what really follows a prompt stands among its samples; the reader says which it is.

const GUESSES_KEY = `guesses.${review.samples.sha256}`;

const guesses = readGuesses();

// A prompt is asked about once: in the first of its rows.
const withReal = allRows.filter((row) => row.has("real"));
const askable = new Set(new Map(withReal.toReversed().map((row) => [promptOf(row), row])).values());

function readGuesses() {
  try {
    return new Map(JSON.parse(remembered.get(GUESSES_KEY) ?? "[]"));
  } catch {
    return new Map();
  }
}

function guess(chosen, among) {
  const { real, temperature, index, seed, promptPlace } = chosen;
  guesses.set(promptPlace, { right: Boolean(real), temperature: temperature ?? null, index, seed: seed ?? null, among });
  remembered.set(GUESSES_KEY, JSON.stringify([...guesses]));
  drawGrid();
  drawScore();
  drawRatingsState();
  say(real ? "Right: that is the real one." : "No: another one is real.");
}

// Right answers of all, their share's 95 % interval (Wilson 1927), and the share that chance gives.
function scoreOfGuesses() {
  const all = [...guesses.values()];
  const right = all.filter((one) => one.right).length;
  const chance = all.reduce((sum, one) => sum + 1 / one.among, 0) / all.length;
  return { asked: all.length, right, interval: wilson(right, all.length), by_chance: chance };
}

function wilson(right, asked) {
  const z = 1.959964;
  const middle = (right + z * z / 2) / (asked + z * z);
  const half = z / (asked + z * z) * Math.sqrt(right * (asked - right) / asked + z * z / 4);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function drawScore() {
  const place = byId("guessed");
  place.hidden = !isGuessing();
  if (!guesses.size) {
    place.textContent = "One text of each row is real. Which?";
    return;
  }
  const { asked: answers, right, interval: [low, high], by_chance: chance } = scoreOfGuesses();
  const percent = (share) => (100 * share).toFixed(0);
  place.textContent = `Right ${right} of ${answers}: ${percent(right / answers)} % ` +
    `(95 % interval ${percent(low)} to ${percent(high)} %); by chance ${percent(chance)} %.`;
}

function drawGuessing(sample, row) {
  const answer = guesses.get(sample.promptPlace);
  if (answer) {
    const isChosen = sample.real ? answer.right : sample.temperature === answer.temperature && sample.index === answer.index;
    const words = [sample.real ? "real text" : "", isChosen ? "your answer" : ""].filter(Boolean).join(", ");
    return element("p", { className: sample.real ? "guessing right" : "guessing" }, words);
  }
  const button = element("button", { type: "button" }, "This one is real");
  button.addEventListener("click", () => guess(sample, textsOfRow(row).length));
  return element("p", { className: "guessing" }, button);
}

// What of them an export holds.
function exportedGuesses() {
  if (!guesses.size) return {};
  const answers = [...guesses].map(([place, answer]) => ({ prompt: review.samples.prompts[place], ...answer }));
  return { guesses: answers, which_is_real: scoreOfGuesses() };
}

function listenToGuesses() {
  byId("guessing").addEventListener("change", () => {
    view.guessing = byId("guessing").checked;
    drawScore();
    selectFromStart();
  });
  drawScore();
}
