"use strict";
for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const key = (row, i) => { const c = row.cells[i]; return c ? (c.dataset.sort ?? c.textContent) : ""; };
  heads.forEach((head, i) => head.firstElementChild.addEventListener("click", () => {
    const number = head.classList.contains("right");
    const before = head.getAttribute("aria-sort");
    const down = before ? before === "ascending" : number;
    heads.forEach((h) => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
    const rows = [...body.rows].sort((a, b) => number ? parseFloat(key(a, i) || 0) - parseFloat(key(b, i) || 0) : order(key(a, i), key(b, i)));
    body.append(...(down ? rows.reverse() : rows));
  }));
}
const folded = [];
addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((d) => { folded.push(d); d.open = true; }));
addEventListener("afterprint", () => folded.splice(0).forEach((d) => { d.open = false; }));
