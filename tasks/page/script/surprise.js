// The bits of the character under the pointer, or of the one that the arrow keys have come to.

const readout = byId("readout");

function tell(sample, place) {
  const character = [...sample.text][place];
  const bits = surpriseOf(sample)[place];
  if (character === undefined || bits === undefined) return;
  const among = bits < 3 ? (2 ** bits).toFixed(1) : count(Math.round(2 ** bits));
  const chance = bits < 0.05 ? "all but certain" : `1 chance in ${among}`;
  const words = bits >= 25.5 ? "25.5 bits or more" : `${bits.toFixed(1)} bits, ${chance}`;
  readout.replaceChildren(element("b", {}, glyph(character)), ` ${words}`);
  readout.hidden = false;
}

// The sample and the place of its character at a point of the window, if there is one.
function characterAt(x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  const range = caret ? null : document.caretRangeFromPoint?.(x, y);
  const node = caret?.offsetNode ?? range?.startContainer;
  const run = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.("[data-start]");
  if (!run) return null;
  const before = document.createRange();
  before.setStart(run, 0);
  before.setEnd(node, caret?.offset ?? range.startOffset);
  const sample = byKey.get(run.closest(".sample").dataset.key);
  const within = run.querySelector(".control") ? 0 : [...before.toString()].length;
  // The caret stands between characters: the pointer may be on the one before it.
  const box = caretBox(node, caret?.offset ?? range.startOffset);
  return { sample, place: Number(run.dataset.start) + within - (box && x < box.left && within > 0 ? 1 : 0) };
}

function caretBox(node, offset) {
  if (node.nodeType !== Node.TEXT_NODE || offset >= node.length) return null;
  const range = document.createRange();
  range.setStart(node, offset);
  range.setEnd(node, offset + 1);
  return range.getBoundingClientRect();
}

const cursor = { sample: null, place: 0 };

// With the arrow keys, from character to character; the selection shows where.
function moveCursor(text, event) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 20, ArrowUp: -20 };
  const sample = byKey.get(text.closest(".sample").dataset.key);
  if (!(event.key in steps) && event.type === "keydown") return;
  if (cursor.sample !== sample) Object.assign(cursor, { sample, place: 0 });
  else if (event.type === "keydown") cursor.place += steps[event.key];
  if (event.type === "keydown") event.preventDefault();
  cursor.place = Math.max(0, Math.min(surpriseOf(sample).length - 1, cursor.place));
  tell(sample, cursor.place);
  selectCharacter(text, cursor.place);
  if (event.type === "keydown") say(readout.textContent);
}

function selectCharacter(text, place) {
  const runs = [...text.querySelectorAll("[data-start]")];
  const run = runs.findLast((one) => Number(one.dataset.start) <= place);
  const walker = run && document.createTreeWalker(run, NodeFilter.SHOW_TEXT);
  let left = place - Number(run?.dataset.start);
  for (let node = walker?.nextNode(); node; node = walker.nextNode()) {
    const units = unitsOf(node.data);
    const length = [...node.data].length;
    if (left < length) {
      getSelection().setBaseAndExtent(node, units(left), node, units(left + 1));
      return;
    }
    left -= length;
  }
}

function listenToSurprise() {
  grid.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (view.overlay !== "surprise") return;
    const found = characterAt(clientX, clientY);
    if (found) tell(found.sample, found.place);
    else readout.hidden = true;
  });
  grid.addEventListener("pointerleave", () => { readout.hidden = true; });
  const onText = (event) => {
    const text = view.overlay === "surprise" && event.target.closest?.(".sample .text");
    if (text) moveCursor(text, event);
  };
  grid.addEventListener("keydown", onText);
  grid.addEventListener("focusin", onText);
  grid.addEventListener("focusout", () => { readout.hidden = true; });
}
