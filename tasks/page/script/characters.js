// Text made visible, and positions in it.

// Control characters, marks that change the direction, invisible blanks, and halves of surrogate pairs.
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}]/gu;

const codePoint = (character) => "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");

function visible(character) {
  const code = character.codePointAt(0);
  if (code < 32) return String.fromCharCode(0x2400 + code);
  return code === 127 ? "␡" : codePoint(character);
}

function appendText(parent, text) {
  let end = 0;
  for (const match of text.matchAll(INVISIBLE)) {
    parent.append(text.slice(end, match.index));
    parent.append(element("span", { className: "control", title: codePoint(match[0]) }, visible(match[0])));
    end = match.index + match[0].length;
  }
  parent.append(text.slice(end));
}

// A single character in a table or a tile, where a blank must be seen too.
function glyph(character) {
  if (character === "\n") return "↵";
  if (character === "\t") return "⇥";
  if (character === " ") return "␣";
  return character.replace(INVISIBLE, visible);
}

function appendPrompt(parent, prompt) {
  const span = element("span", { className: "prompt", title: "prompt" });
  appendText(span, prompt.trim() ? prompt : prompt.replace(/[ \t\n]/g, (c) => (c === "\n" ? "↵\n" : glyph(c))));
  parent.append(span);
}

// The data count characters, JavaScript counts UTF-16 units: a function from the one to the other.
function unitsOf(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (place) => Math.min(place, text.length);
  const starts = [0];
  for (const character of text) starts.push(starts.at(-1) + character.length);
  return (place) => starts[Math.min(place, starts.length - 1)];
}
