// The place in the training text that a passage of a sample was copied from.

function showPlace([start, end, offset, before, after], sample) {
  const units = unitsOf(sample.text);
  const copied = sample.text.slice(units(start), units(end));
  const into = `${(100 * offset / review.training_characters).toFixed(1)} % into the training text`;
  byId("place-where").textContent = `${plural(end - start, "character")}, ` +
    `from ${review.unit} ${count(offset)} of ${count(review.training_characters)} (${into}).`;
  const text = byId("place-text");
  text.replaceChildren();
  appendText(text, before ?? "");
  const mark = element("mark", {});
  appendText(mark, copied);
  text.append(mark);
  appendText(text, after ?? "");
  byId("place-more").hidden = before !== undefined;
  byId("place").showModal();
}
