// Watch it learn: the previews, step by step of training, with a cursor in the curve.

function describePreview([step, bits]) {
  const measured = bits === null ? "" : `, ${bits.toFixed(2)} bits per ${review.unit} on held-out text`;
  return [element("b", {}, step === 0 ? "Before any training" : `Step ${count(step)}`), measured];
}

function drawPreview() {
  const preview = review.previews[Number(byId("preview-range").value)];
  if (!preview) return;
  byId("preview-when").replaceChildren(...describePreview(preview));
  byId("preview-text").replaceChildren();
  appendText(byId("preview-text"), preview[2]);
  byId("preview-range").setAttribute("aria-valuetext", byId("preview-when").textContent);
  for (const curve of document.querySelectorAll(".curve")) {
    const { left, right, lastStep } = curve.dataset;
    const x = Number(left) + (Number(right) - Number(left)) * Math.min(1, preview[0] / Number(lastStep));
    const cursor = curve.querySelector(".cursor");
    cursor?.setAttribute("visibility", "visible");
    cursor?.setAttribute("x1", x);
    cursor?.setAttribute("x2", x);
  }
}

function drawPreviewList() {
  byId("preview-list").replaceChildren(...review.previews.map((preview) => {
    const text = element("div", { className: "text", dir: "auto" });
    appendText(text, preview[2]);
    return element("li", {}, element("p", { className: "when" }, ...describePreview(preview)), text);
  }));
}

function makePlayer() {
  const range = byId("preview-range");
  const button = byId("play");
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
    button.setAttribute("aria-pressed", "false");
  };
  range.max = Math.max(0, review.previews.length - 1);
  range.addEventListener("input", () => { stop(); drawPreview(); });
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (range.value === range.max) range.value = 0;
    drawPreview();
    button.textContent = "Pause";
    button.setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      range.value = Number(range.value) + 1;
      drawPreview();
      if (range.value === range.max) stop();
    }, 900);
  });
  byId("previews").addEventListener("toggle", drawPreviewList, { once: true });
  drawPreview();
}
