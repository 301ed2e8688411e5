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

// Where no prompt has a second sample, its number tells them apart.
const numberOf = ({ promptPlace, index }) => (manyPrompts && samples.every((one) => !one.index) ? promptPlace : index);

const temperatures = [...new Set(samples.map((sample) => sample.temperature))].sort((a, b) => a - b);
const bitsOfTemperatures = new Map(review.bits_of_temperatures);

// A row holds the samples of one prompt and index, which differ in their temperature alone.
const allRows = rowsOf(samples);
const promptOf = (row) => row.values().next().value.promptPlace;

// What really follows their prompts stands in the rows, too.
for (const [promptPlace, text, bits, surprise] of review.continuations) {
  for (const row of allRows.filter((one) => promptOf(one) === promptPlace)) {
    const { prompt, index } = row.values().next().value;
    row.set("real", {
      real: true, prompt, promptPlace, index, text, surprise, characters: text.length,
      copied: [], loops: [], unknown: [], measures: { bits_per_character: bits }, key: `real&s=${index}&p=${promptPlace}`,
    });
  }
}
const hasReal = allRows.some((row) => row.has("real"));

const byKey = new Map(allRows.flatMap((row) => [...row.values()]).map((sample) => [sample.key, sample]));

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
