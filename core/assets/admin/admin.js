// Makes relation pickers comfortable: a search box with suggestions in place of a key and a "Find" button.
// Everything works without it.
"use strict";

for (const picker of document.querySelectorAll(".picker[data-lookup]")) {
  const key = picker.querySelector("input[list]");
  if (key && picker.dataset.lookup) enhance(picker, key);
}

if (window.matchMedia("(max-width: 60rem)").matches) {
  document.querySelector(".menu")?.removeAttribute("open");
}

function enhance(picker, key) {
  const label = picker.querySelector("output");
  // What was typed and names no row yet: the server says so, and does not take it for a key.
  const words = picker.querySelector(".find input[type=search]");
  const note = document.createElement("small");
  const search = document.createElement("input");
  const list = document.createElement("ul");
  let rows = [];
  let active = -1;
  let timer = 0;
  let asked = 0;

  search.type = "text";
  search.id = key.id;
  search.className = "typeahead";
  search.autocomplete = "off";
  search.placeholder = "Type to search…";
  search.value = label.textContent.trim() || key.value || words.value;
  note.className = "key";
  search.setAttribute("role", "combobox");
  search.setAttribute("aria-expanded", "false");
  search.setAttribute("aria-controls", key.id + "-options");
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (key.hasAttribute(name)) search.setAttribute(name, key.getAttribute(name));
  }
  list.id = key.id + "-options";
  list.className = "options";
  list.setAttribute("role", "listbox");
  list.hidden = true;

  key.removeAttribute("id");
  key.removeAttribute("list");
  key.type = "hidden";
  picker.classList.add("live");
  picker.append(search, note, list);
  tell();

  search.addEventListener("input", () => {
    // A changed text names no row until one is chosen.
    key.value = "";
    words.value = search.value.trim();
    tell();
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  });
  search.addEventListener("focus", () => search.select());
  search.addEventListener("blur", () => setTimeout(close, 150));
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void look();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(rows[active]);
    } else if (event.key === "Escape") {
      close();
    }
  });

  async function look() {
    const turn = ++asked;
    try {
      const answer = await fetch(picker.dataset.lookup + "?q=" + encodeURIComponent(search.value.trim()));
      if (!answer.ok || turn !== asked) return;
      rows = (await answer.json()).rows;
      show();
    } catch {
      close();
    }
  }

  function show() {
    active = -1;
    list.replaceChildren(...rows.map((row, index) => {
      const item = document.createElement("li");
      const note = document.createElement("small");
      item.id = list.id + "-" + index;
      item.setAttribute("role", "option");
      item.textContent = row.label;
      note.textContent = row.id;
      item.append(note);
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(row);
      });
      return item;
    }));
    list.hidden = rows.length === 0;
    search.setAttribute("aria-expanded", String(!list.hidden));
  }

  function move(step) {
    active = (active + step + rows.length) % rows.length;
    [...list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === active));
      if (index === active) item.scrollIntoView({ block: "nearest" });
    });
    search.setAttribute("aria-activedescendant", list.id + "-" + active);
  }

  function choose(row) {
    key.value = row.id;
    words.value = "";
    search.value = row.label;
    tell();
    close();
  }

  // Rows may have one label: the key says which it is.
  function tell() {
    note.textContent = key.value && "#" + key.value;
  }

  function close() {
    list.hidden = true;
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
  }
}
