"use strict";
// The pages work without this file. It spares reloads: what a form says is
// sent in few words, regions are offered while they are typed, a table that is whole is sorted in place, and the evidence of a
// figure opens beside the table.

// A form is sent when its button is pressed, never by a choice alone.
for (const form of document.querySelectorAll("form[data-trim]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

// A field for a region offers names while one is typed: by Chinese, Hanyu Pinyin or
// code. Without this script the page that it leads to understands the same.
let lists = 0;
for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("datalist");
  list.id = "suggestions" + ++lists;
  field.after(list);
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  let asked = "";
  field.addEventListener("input", async () => {
    const typed = field.value.trim();
    if (typed === asked || typed === "" || field.type === "search" && typed.length < 2) return;
    asked = typed;
    const query = new URLSearchParams({ q: typed, lang: document.documentElement.lang });
    try {
      const answer = await fetch("/suggest?" + query);
      if (!answer.ok) return;
      const found = await answer.json();
      if (asked !== typed) return;
      list.replaceChildren(...found.map((region) => {
        const option = document.createElement("option");
        option.value = field.type === "search" ? region.name : region.name + " " + region.code;
        option.label = region.name + " · " + region.path + " · " + region.code;
        return option;
      }));
    } catch {
      // the field takes what is typed
    }
  });
}

// send leaves out what says nothing, so that addresses stay short.
function send(form) {
  if (!form.reportValidity()) return;
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value !== "") query.append(name, value);
  }
  location.assign(form.getAttribute("action") + "?" + query);
}

// A table whose rows are all here is sorted here; its address follows, and the
// links of its heads stay what they are without this script.
for (const table of document.querySelectorAll("table[data-sort]:not([data-partial])")) {
  const heads = [...table.tHead.rows[0].cells];
  for (const link of table.tHead.querySelectorAll("a.sort")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const head = link.closest("th");
      const column = heads.indexOf(head);
      const query = new URL(link.href).searchParams;
      const state = head.getAttribute("aria-sort");
      const key = query.get("sort");
      const first = key === "rank" || key === "region" ? "ascending" : "descending";
      const order = state === "none" ? first : state === "ascending" ? "descending" : "ascending";
      for (const h of heads) if (h.hasAttribute("aria-sort")) h.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", order);
      sort(table, column, order === "ascending" ? 1 : -1);
      query.set("order", order === "ascending" ? "asc" : "desc");
      history.replaceState(null, "", "?" + query);
    });
  }
}

// sort orders rows by the values of a column; those without one come last.
function sort(table, column, direction) {
  const value = (row) => {
    const text = row.cells[column].dataset.value;
    return text === "" || text === undefined ? null : Number(text);
  };
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => {
    const x = value(a);
    const y = value(b);
    if (x === null || y === null) return (x === null) - (y === null);
    return direction * (x - y);
  });
  table.tBodies[0].append(...rows);
}

// The evidence of a figure opens in a dialog; Escape closes it and the focus
// goes back to the figure.
const evidence = document.querySelector("dialog.evidence");
if (evidence && typeof evidence.showModal === "function") {
  const body = evidence.querySelector(".body");
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a.fig, mark a");
    if (!link || !link.href || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const address = new URL(link.href);
    address.searchParams.set("part", "1");
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      body.replaceChildren(...page.body.childNodes);
      evidence.querySelector("a.whole").href = link.href;
      evidence.showModal();
      evidence.scrollTop = 0;
    } catch {
      location.assign(link.href);
    }
  });
  evidence.addEventListener("click", (event) => {
    if (event.target === evidence) evidence.close();
  });
}
