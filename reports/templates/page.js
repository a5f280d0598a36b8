(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  var button = document.getElementById("switch");
  button.addEventListener("click", function () { root.lang = root.lang === "id" ? "en" : "id"; relabel(); });
  function relabel() { all("option[data-id]").forEach(function (one) { one.textContent = one.dataset[root.lang]; }); }

  all("tr.file.folded").forEach(function (row) { row.hidden = true; });
  all(".fold").forEach(function (fold) {
    fold.setAttribute("aria-expanded", "false");
    fold.addEventListener("click", function () {
      var open = fold.getAttribute("aria-expanded") !== "true";
      fold.setAttribute("aria-expanded", String(open));
      all('tr.file[data-kind="' + fold.dataset.kind + '"]').forEach(function (row) { row.hidden = !open; });
    });
  });

  var heat = document.getElementById("heat");
  var measure = document.getElementById("measure");
  var level = document.getElementById("level");
  var find = document.getElementById("find");
  var none = document.getElementById("none");
  function filter() {
    var words = find.value.trim().toLowerCase(), shown = 0;
    heat.classList.toggle("money", measure.value === "money");
    all("tbody tr", heat).forEach(function (row) {
      row.hidden = !((!level.value || row.dataset.severity === level.value) && row.dataset.find.indexOf(words) >= 0);
      if (!row.hidden) { shown += 1; }
    });
    none.hidden = shown > 0;
  }
  [measure, level].forEach(function (one) { one.addEventListener("change", filter); });
  find.addEventListener("input", filter);
  filter();

  function key(row, place) {
    var cell = row.cells[place];
    return cell ? (cell.dataset.sort === undefined ? cell.textContent.trim().toLowerCase() : Number(cell.dataset.sort)) : "";
  }
  all("table.sort").forEach(function (table) {
    all("thead th", table).forEach(function (heading, place) {
      var press = document.createElement("button");
      press.type = "button";
      press.className = "sortable";
      while (heading.firstChild) { press.appendChild(heading.firstChild); }
      heading.appendChild(press);
      press.addEventListener("click", function () {
        var first = heading.classList.contains("n") ? "descending" : "ascending";
        var order = !heading.hasAttribute("aria-sort") ? first
          : heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        all("thead th", table).forEach(function (one) { one.removeAttribute("aria-sort"); });
        heading.setAttribute("aria-sort", order);
        var body = table.tBodies[0], sign = order === "ascending" ? 1 : -1;
        all("tr", body).map(function (row, at) { return { row: row, key: key(row, place), at: at }; })
          .sort(function (a, b) {
            if (typeof a.key !== typeof b.key) { return typeof a.key === "number" ? -1 : 1; }
            return a.key < b.key ? -sign : a.key > b.key ? sign : a.at - b.at;
          })
          .forEach(function (one) { body.appendChild(one.row); });
      });
    });
  });

  all('a[href^="#code-"]').forEach(function (link) {
    link.addEventListener("click", function () {
      var target = document.getElementById(link.getAttribute("href").slice(1));
      if (target) { target.open = true; }
    });
  });

  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = all("details:not([open])");
    folded.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () { folded.forEach(function (one) { one.open = false; }); });

  function measureWidth() {
    root.dataset.overflow = String(Math.max(0, root.scrollWidth - root.clientWidth));
    root.dataset.width = String(root.clientWidth);
  }
  window.addEventListener("load", measureWidth);
  window.addEventListener("resize", measureWidth);
})();
