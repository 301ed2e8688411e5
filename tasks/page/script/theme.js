// Light or dark: as the system has it until it is toggled. The button says what it changes to.

const darkByDefault = matchMedia("(prefers-color-scheme: dark)");

function drawTheme() {
  const chosen = remembered.get("theme") ?? document.documentElement.dataset.theme;
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  const dark = chosen ? chosen === "dark" : darkByDefault.matches;
  byId("theme").textContent = dark ? "Light theme" : "Dark theme";
  return dark;
}

function toggleTheme() {
  const chosen = drawTheme() ? "light" : "dark";
  document.documentElement.dataset.theme = chosen;
  remembered.set("theme", chosen);
  drawTheme();
}

byId("theme").addEventListener("click", toggleTheme);
darkByDefault.addEventListener("change", drawTheme);
drawTheme();
