// The samples of the page, and how to find one.

const review = JSON.parse(byId("review").textContent);
const run = JSON.parse(byId("run").textContent);

const measures = review.measures.map(([name, label, kind]) => ({ name, label, kind }));
const manyPrompts = review.samples.prompts.length > 1;

const samples = review.samples.rows.map(
  ([temperature, index, promptPlace, seed, logProbability, characters, text, values, ...spans]) => ({
    temperature, index, promptPlace, prompt: review.samples.prompts[promptPlace],
    seed, logProbability, characters, text,
    copied: spans[0], loops: spans[1], unknown: spans[2], surprise: spans[3],
    measures: Object.fromEntries(measures.map(({ name }, place) => [name, values[place]])),
    key: `t=${temperature}&s=${index}` + (manyPrompts ? `&p=${promptPlace}` : ""),
  }));

const byKey = new Map(samples.map((sample) => [sample.key, sample]));
const temperatures = [...new Set(samples.map((sample) => sample.temperature))].sort((a, b) => a - b);
const bitsOfTemperatures = new Map(review.bits_of_temperatures);

// A row holds the samples of one prompt and index, which differ in their temperature alone.
const allRows = rowsOf(samples);

function rowsOf(listed) {
  const rows = new Map();
  for (const sample of listed) {
    const name = `${sample.promptPlace} ${sample.index}`;
    if (!rows.has(name)) rows.set(name, new Map());
    rows.get(name).set(sample.temperature, sample);
  }
  return [...rows.values()];
}

function sampleAt(temperature, index, promptPlace = 0) {
  return samples.find((s) => s.temperature === temperature && s.index === index && s.promptPlace === promptPlace);
}

function written(value, kind) {
  if (value === null || value === undefined) return "–";
  if (kind === "count") return count(value);
  if (kind !== "share") return value.toFixed(2);
  return (100 * value).toFixed((value > 0 && value < 0.1) || (value > 0.9 && value < 1) ? 1 : 0) + " %";
}
