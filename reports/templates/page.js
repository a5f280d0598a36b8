(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function by(id) { return document.getElementById(id); }

  // The language goes along to the regency pages and back in the address; nothing is kept on the machine.
  function speak(language) {
    root.lang = language;
    all("option[data-id],button[data-id]").forEach(function (one) { one.textContent = one.dataset[language]; });
    all('a[href*=".html"]').forEach(function (link) {
      var parts = link.getAttribute("href").split("#");
      link.setAttribute("href", parts[0].split("?")[0] + "?lang=" + language + (parts[1] ? "#" + parts[1] : ""));
    });
  }
  by("switch").addEventListener("click", function () { speak(root.lang === "id" ? "en" : "id"); });
  var asked = /[?&]lang=(id|en)\b/.exec(window.location.search);
  if (asked) { speak(asked[1]); }

  all("tr.file.folded").forEach(function (row) { row.hidden = true; });
  all(".fold").forEach(function (fold) {
    fold.setAttribute("aria-expanded", "false");
    fold.addEventListener("click", function () {
      var open = fold.getAttribute("aria-expanded") !== "true";
      fold.setAttribute("aria-expanded", String(open));
      all('tr.file[data-kind="' + fold.dataset.kind + '"]').forEach(function (row) { row.hidden = !open; });
    });
  });

  var map = by("map"), paint = by("paint");
  if (map) {
    paint.value = map.dataset.measure;
    paint.addEventListener("change", function () { map.dataset.measure = paint.value; });
  }

  var heat = by("heat");
  if (heat) { families(); }
  function families() {
    var measure = by("measure"), level = by("level"), find = by("find"), none = by("none"), unfold = by("unfold");
    var bodies = all("tbody", heat);
    bodies.forEach(function (body) {
      var name = body.querySelector(".fam"), press = document.createElement("button");
      press.type = "button";
      press.className = "fold";
      while (name.firstChild) { press.appendChild(name.firstChild); }
      name.appendChild(press);
      press.setAttribute("aria-expanded", String(!body.classList.contains("calm")));
      press.addEventListener("click", function () { fold(body, press.getAttribute("aria-expanded") !== "true"); filter(); });
    });
    function fold(body, open) { body.querySelector(".fold").setAttribute("aria-expanded", String(open)); }
    function opened(body) { return body.querySelector(".fold").getAttribute("aria-expanded") === "true"; }
    function filter() {
      var words = find.value.trim().toLowerCase(), asked = Boolean(level.value || words), shown = 0;
      heat.classList.toggle("money", measure.value === "money");
      bodies.forEach(function (body) {
        var fits = 0;
        all("tr[data-find]", body).forEach(function (row) {
          var fit = (!level.value || row.dataset.severity === level.value) && row.dataset.find.indexOf(words) >= 0;
          row.hidden = !(fit && (asked || opened(body)));
          if (fit) { fits += 1; }
        });
        body.hidden = fits === 0;
        shown += fits;
      });
      none.hidden = shown > 0;
    }
    [measure, level].forEach(function (one) { one.addEventListener("change", filter); });
    find.addEventListener("input", filter);
    unfold.addEventListener("click", function () {
      var open = !bodies.every(opened);
      bodies.forEach(function (body) { fold(body, open); });
      filter();
    });
    window.addEventListener("beforeprint", function () {
      all("tr[data-find]", heat).forEach(function (row) { row.hidden = false; });
    });
    window.addEventListener("afterprint", filter);
    filter();
  }

  function key(row, place) {
    var cell = row.cells[place];
    var text = cell ? cell.textContent.trim().toLowerCase() : "";
    return cell && cell.dataset.sort !== undefined ? Number(cell.dataset.sort) : text === "–" ? 0 : text;
  }
  function order(body, place, sign) {
    all("tr:not(.family)", body).map(function (row, at) { return { row: row, key: key(row, place), at: at }; })
      .sort(function (a, b) {
        if (typeof a.key !== typeof b.key) { return typeof a.key === "number" ? -1 : 1; }
        return a.key < b.key ? -sign : a.key > b.key ? sign : a.at - b.at;
      })
      .forEach(function (one) { body.appendChild(one.row); });
  }
  all("table.sort").forEach(function (table) {
    all("thead th", table).forEach(function (heading, place) {
      var press = document.createElement("button");
      press.type = "button";
      press.className = "sortable";
      if (heading.querySelector("a")) {  // the name leads to a page, so the button stands beside it
        press.setAttribute("aria-label", "⇅ " + heading.textContent.trim());
        press.textContent = " ⇅";
      } else {
        while (heading.firstChild) { press.appendChild(heading.firstChild); }
      }
      heading.appendChild(press);
      press.addEventListener("click", function () {
        var first = heading.classList.contains("n") ? "descending" : "ascending";
        var now = !heading.hasAttribute("aria-sort") ? first
          : heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        all("thead th", table).forEach(function (one) { one.removeAttribute("aria-sort"); });
        heading.setAttribute("aria-sort", now);
        Array.prototype.forEach.call(table.tBodies, function (body) { order(body, place, now === "ascending" ? 1 : -1); });
      });
    });
  });

  function open() {
    var target = /^#code-/.test(window.location.hash) && by(window.location.hash.slice(1));
    if (target) { target.open = true; }
  }
  window.addEventListener("hashchange", open);
  open();

  var folded = [];
  window.addEventListener("beforeprint", function () {
    // The meanings of all classes would fill thirty sheets: of these the opened ones are printed.
    folded = all("details:not([open])").filter(function (one) { return !one.closest(".pairs"); });
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
