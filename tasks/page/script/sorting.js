// Tables whose heads sort them: by number where the column has numbers, else by text; what is missing comes last.

function sortBy(table, head) {
  const place = head.cellIndex;
  const up = head.getAttribute("aria-sort") === "descending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const valueOf = (row) => row.cells[place].dataset.value;
  const numbers = head.classList.contains("number");
  const order = (a, b) => (a === "") - (b === "") || (up ? 1 : -1) * (numbers ? a - b : a.localeCompare(b));
  const rows = [...table.tBodies[0].rows].sort((a, b) => order(valueOf(a), valueOf(b)));
  table.tBodies[0].append(...rows);
  say(`Sorted by ${head.textContent}, ${up ? "ascending" : "descending"}`);
}

for (const table of document.querySelectorAll(".sortable")) {
  for (const head of table.tHead.rows[0].cells) {
    head.querySelector("button").addEventListener("click", () => sortBy(table, head));
  }
}
