// What of the samples is looked at, and how: the one state that the other scripts read and change.

const view = {
  temperatures: new Set(),
  rows: allRows,
  page: 0,
  overlay: "none",
  blind: false,
  real: true,
  guessing: false,
  target: null,
  unfolded: new Set(),
};

const shownTemperatures = () => temperatures.filter((t) => view.temperatures.has(t));
const isGuessing = () => view.blind && view.guessing;
const showsReal = () => hasReal && (view.blind ? view.guessing : view.real);
const samplesOfRow = (row) => shownTemperatures().map((t) => row.get(t)).filter(Boolean);
