(function () {
  "use strict";
  var doc = document, root = doc.documentElement, get = function (id) { return doc.getElementById(id); };
  var all = function (q, in_) { return Array.prototype.slice.call((in_ || doc).querySelectorAll(q)); };

  // Language. The style sheet switches; this tells screen readers.
  var english = function () { return get("to-en").checked; };
  var say = function (en, zh) { return english() ? en : zh; };
  function language() { root.lang = english() ? "en" : "zh"; count(); }
  all("input[name=lang]").forEach(function (r) { r.addEventListener("change", language); });

  // Search: every word has to be in the file's summary, its codes or its tables.
  var files = all("#list > .file"), others = all("#charts .chart, #relations li[data-s]");
  var dict = all("#dict li").map(function (li) { return li.textContent; });
  var box = get("q"), shown = get("shown"), texts = null, matched = files.length;
  function text(e) {
    var tables = (e.getAttribute("data-t") || "").split(" ");
    return { own: ((e.getAttribute("data-s") || "") + " " + (e.matches("details") ? e.firstElementChild : e).textContent).toLowerCase(),
      has: function (w) { return tables.some(function (t) { return t !== "" && dict[t].indexOf(w) >= 0; }); } };
  }
  function find() {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    texts = texts || files.map(text);
    matched = 0;
    files.forEach(function (f, i) {
      var ok = words.every(function (w) { return texts[i].own.indexOf(w) >= 0 || texts[i].has(w); });
      f.hidden = !ok;
      matched += ok ? 1 : 0;
      if (f.open) { hits(f); }
    });
    others.forEach(function (o) {
      var t = text(o).own;
      o.hidden = !words.every(function (w) { return t.indexOf(w) >= 0; });
    });
    all(".more").forEach(function (m) { if (words.length && m.querySelector(".chart:not([hidden]), li[data-s]:not([hidden])")) { m.open = true; } });
    get("none").hidden = matched > 0;
    count();
  }
  // hits marks the cells of a file that were read as an indicator searched for.
  function hits(f) {
    var words = box.value.toLowerCase().split(/\s+/).filter(function (w) { return w.length > 1; });
    all("td.hit", f).forEach(function (c) { c.classList.remove("hit"); });
    if (words.length === 0) { return; }
    all("td[title]", f).forEach(function (c) {
      var t = c.title.toLowerCase();
      if (words.some(function (w) { return t.indexOf(w) >= 0; })) { c.classList.add("hit"); }
    });
  }
  function count() {
    shown.textContent = matched === files.length && box.value === "" ? "" :
      say(matched + " of " + files.length + " files", files.length + " 个文件中的 " + matched + " 个");
  }
  var timer = 0;
  box.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(find, 120); });
  box.form.addEventListener("submit", function (e) { e.preventDefault(); find(); });
  get("list").addEventListener("toggle", function (e) { if (e.target.open && box.value) { hits(e.target); } }, true);
  all("button.find").forEach(function (b) {
    b.addEventListener("click", function () {
      box.value = b.getAttribute("data-find");
      find();
      get("files").scrollIntoView();
      box.focus({ preventScroll: true });
    });
  });
  get("open-all").addEventListener("click", function () { files.forEach(function (f) { if (!f.hidden) { f.open = true; } }); });
  get("close-all").addEventListener("click", function () { files.forEach(function (f) { f.open = false; }); });

  // Links open what is folded around their target.
  function reveal() {
    var id = location.hash.slice(1), e = id && get(id);
    if (!e) { return; }
    for (var p = e; p; p = p.parentElement) {
      p.hidden = false;
      if (p.matches("details")) { p.open = true; }
    }
    e.scrollIntoView({ block: "center", inline: "center" });
    if (e.matches("td")) { choose(e, true); }
  }
  window.addEventListener("hashchange", reveal);
  doc.addEventListener("click", function (e) {
    var a = e.target.closest && e.target.closest("a[href^='#']");
    if (a && a.getAttribute("href") === location.hash) { reveal(); }
  });

  // Cells: chosen by a click, a tap or the arrow keys, they tell what they are.
  var tip = get("tip"), here = null;
  function choose(c, focus) {
    if (here) { here.classList.remove("here"); here.removeAttribute("tabindex"); }
    here = c;
    tip.hidden = !c || !c.title;
    if (!c) { return; }
    c.classList.add("here");
    c.tabIndex = -1;
    var lines = c.title.split("\n"), at = lines[0].split(" ")[0];
    tip.textContent = english() && lines.length > 1 ? at + " " + lines[1] : lines[0];
    if (focus) { c.focus({ preventScroll: true }); c.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  }
  get("list").addEventListener("click", function (e) {
    var c = e.target.closest(".grid tbody td");
    choose(c && c !== here ? c : null, !!c && c !== here);
  });
  get("list").addEventListener("keydown", function (e) {
    var step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
    var scroll = e.target.closest(".scroll"), grid = scroll && scroll.querySelector(".grid");
    if (e.key === "Escape") { choose(null); return; }
    if (!grid || !(step || e.key === "Enter")) { return; }
    e.preventDefault();
    if (!here || !grid.contains(here)) { choose(grid.querySelector("tbody td.v") || grid.querySelector("tbody td"), true); return; }
    if (!step) { return; }
    var a = here.getBoundingClientRect(), best = null, least = Infinity;
    all("tbody td", grid).forEach(function (c) {
      var b = c.getBoundingClientRect(), d, off;
      if (step[0]) {
        d = step[0] > 0 ? b.top - a.bottom : a.top - b.bottom;
        off = Math.max(0, b.left - a.left - 1, a.left - b.right + 2);
      } else {
        d = step[1] > 0 ? b.left - a.right : a.left - b.right;
        off = Math.max(0, b.top - a.top - 1, a.top - b.bottom + 2);
      }
      if (d > -3 && d + 20 * off < least) { least = d + 20 * off; best = c; }
    });
    if (best) { choose(best, true); }
  });

  // The address may say the language and what to find: ?lang=en&q=2018.
  var asked = new URLSearchParams(location.search);
  if (asked.get("lang") === "en") { get("to-en").checked = true; }
  if (asked.get("lang") === "zh") { get("to-zh").checked = true; }
  language();
  if (asked.get("q")) { box.value = asked.get("q"); find(); }
  reveal();
})();
