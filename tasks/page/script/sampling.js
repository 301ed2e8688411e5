// Samples from the server that the page came from: one at a time, shown as they are drawn.

const model = JSON.parse(byId("model").textContent);
let drawing = null; // what stops the sample that is being drawn

function asked() {
  const number = (id) => byId(id).valueAsNumber;
  return {
    prompt: byId("prompt").value, temperature: number("temperature"), seed: number("seed"), length: number("length"),
  };
}

function show(state, problem = "") {
  byId("state").textContent = state;
  byId("problem").textContent = problem;
}

function conclude(state, problem) {
  show(state, problem);
  say(state);
}

// The values of the lines of an answer, each as soon as its line is complete.
async function* linesOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

const ask = (values, signal) => fetch(model.draws, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(values), signal,
});

// The first sample of a model takes long, since it is loaded and compiled for that: one of a character, drawn while the
// prompt is typed. Whatever goes wrong with it is told when a sample is asked for.
async function load() {
  show("Loading the model …");
  try {
    await (await ask({ ...asked(), prompt: "", length: 1 })).text();
  } catch { /* told later */ }
  if (!drawing) show("");
}

const loaded = load();
const aborted = (signal) => new Promise((_, reject) => { signal.onabort = () => reject(signal.reason); });

async function draw(signal) {
  await Promise.race([loaded, aborted(signal)]);
  const response = await ask(asked(), signal);
  if (!response.ok) throw new Error((await response.text()).trim());
  const drawn = byId("drawn");
  drawn.replaceChildren();
  let length = 0;
  for await (const { prompt, text, error, done } of linesOf(response)) {
    if (error) throw new Error(error);
    if (done) return conclude(plural(length, "character"));
    if (prompt) appendPrompt(drawn, prompt);
    appendText(drawn, text ?? "");
    length += [...(text ?? "")].length;
    show(`Drawing … ${plural(length, "character")}`);
  }
  throw new Error("the server went away");
}

async function start() {
  drawing?.abort();
  const mine = new AbortController();
  drawing = mine;
  byId("stop").disabled = false;
  conclude("Waiting for the model …");
  try {
    await draw(mine.signal);
  } catch (error) {
    if (drawing === mine) show("", mine.signal.aborted ? "" : problemOf(error));
  }
  if (drawing !== mine) return;
  if (mine.signal.aborted) conclude("Stopped");
  byId("stop").disabled = true;
  drawing = null;
}

// Browsers have words of their own for a server that does not answer.
const problemOf = (error) =>
  error instanceof TypeError ? "The server does not answer; start it again: python flows/main.py view" : error.message;

byId("drawing").addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
byId("another").addEventListener("click", () => {
  byId("seed").value = String(byId("seed").valueAsNumber + 1);
  byId("drawing").requestSubmit();
});
byId("stop").addEventListener("click", () => drawing?.abort());
byId("prompt").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("drawing").requestSubmit();
});
