// Elements of the document, and numbers in words. Texts are hostile: they enter the document as text nodes alone.

const byId = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const count = (number) => number.toLocaleString("en");
const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : noun.endsWith("ch") ? "es" : "s"}`;
const named = (temperature) => (Number.isInteger(temperature) ? temperature.toFixed(1) : String(temperature));

// Told to screen readers alone.
function say(words) {
  byId("said").textContent = words;
}
