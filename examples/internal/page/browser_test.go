package page

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// browser returns the path of a Chromium, and skips the test where none is
// installed.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Skip("no browser is installed: apt-get install chromium")
	return ""
}

// open opens a URL and returns the document as it is after the scripts have run.
func open(t *testing.T, url string, flags ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir=" + t.TempDir(), "--virtual-time-budget=5000", "--dump-dom"}, flags...)
	cmd := exec.CommandContext(ctx, browser(t), append(args, url)...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the browser: %v", err)
	}
	return string(out)
}

// probe adds a script to a page, and allows it: it runs the steps and writes
// what each gives into the document.
func probe(page, steps string) string {
	js := `
var out = [], say = function (k, v) { out.push(k + "=" + v); };
document.addEventListener("securitypolicyviolation", function (e) { say("violation", e.blockedURI); });
function shows(q) { return Array.from(document.querySelectorAll(q)).filter(function (e) { return e.getClientRects().length > 0; }); }
addEventListener("load", function () { setTimeout(function () {
try { ` + steps + ` } catch (e) { say("error", e); }
var pre = document.createElement("pre"); pre.id = "probe"; pre.textContent = out.join("\n"); document.body.append(pre);
}, 300); });`
	page = strings.Replace(page, "script-src ", "script-src "+strings.ReplaceAll(hash(js), "+", "&#43;")+" ", 1)
	return strings.Replace(page, "</body>", "<script>"+js+"</script></body>", 1)
}

func probed(t *testing.T, dom string) map[string]string {
	t.Helper()
	m := regexp.MustCompile(`(?s)<pre id="probe">(.*?)</pre>`).FindStringSubmatch(dom)
	if m == nil {
		t.Fatalf("the probe wrote nothing; the page has %d bytes", len(dom))
	}
	got := map[string]string{}
	for line := range strings.Lines(m[1]) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		got[k] = v
	}
	return got
}

func save(t *testing.T, name, page string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// TestBrowser opens a page from disk: it switches its language, tells what a
// cell is, finds, folds, and fits a narrow screen.
func TestBrowser(t *testing.T) {
	page := write(t, Options{}, sample(t, "2024-national-2021-huaian-excelize.xlsx"), broken(), series("甲", 2018, "1"), series("甲", 2019, "2"))
	dom := open(t, save(t, "page.html", probe(page, `
say("title", document.title.length > 0);
say("zh", shows("h1 [lang=zh]").length + " " + shows("h1 [lang=en]").length + " " + document.documentElement.lang);
document.getElementById("to-en").click();
say("en", shows("h1 [lang=zh]").length + " " + shows("h1 [lang=en]").length + " " + document.documentElement.lang);
var b4 = document.querySelector("#f2 td.fe[title^='B4 ']");
say("hover", b4.title.replace("\n", " | "));
b4.click();
var tip = document.getElementById("tip");
say("tip", !tip.hidden && tip.textContent);
b4.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp", bubbles: true}));
say("up", tip.textContent);
say("focus", document.activeElement.title.slice(0, 2));
var q = document.getElementById("q"), files = function () { return shows("#list > .file").map(function (f) { return f.id; }).join(" "); };
say("all", files());
function search(words) { q.value = words; q.form.dispatchEvent(new Event("submit", {cancelable: true})); return files(); }
say("issuer", search("淮安"));
say("year", search("甲 2018"));
say("indicator", search("行政许可"));
say("code", search("Relation-Fails"));
say("count", document.getElementById("shown").textContent);
say("nothing", search("zzzz") + "|" + shows("#none").length);
search("");
document.getElementById("close-all").click();
say("folded", document.querySelector("#f2").open);
location.hash = "#f2-0-B4";
setTimeout(function () {}, 0);
say("requests", performance.getEntriesByType("resource").length);
say("width", document.documentElement.scrollWidth <= innerWidth);
`)), "--window-size=1280,900")
	got := probed(t, dom)
	for k, want := range map[string]string{
		"title": "true", "zh": "1 0 zh", "en": "0 1 en",
		"hover":     "B4 已读取：本年度办理结果总计，总计 = 8 件 [application.outcome]；勾稽关系不成立 [relation-fails] | read: applications answered: total of outcomes, total = 8 件; A relation between figures does not hold [relation-fails]",
		"tip":       "B4 read: applications answered: total of outcomes, total = 8 件; A relation between figures does not hold [relation-fails]",
		"up":        "B3 read: applications carried over from the previous year, total = 1 件; part of a relation that fails",
		"focus":     "B3",
		"all":       "f2 f1 f3 f4",
		"issuer":    "f1",
		"year":      "f3",
		"indicator": "f1",
		"code":      "f2",
		"count":     "1 of 4 files",
		"nothing":   "|1",
		"folded":    "false",
		"requests":  "0",
		"width":     "true",
		"violation": "", "error": "",
	} {
		if got[k] != want {
			t.Errorf("%s: %q, want %q", k, got[k], want)
		}
	}
}

// TestNarrow: at 360 px nothing but the tables' own frames scrolls sideways,
// and a link to a cell opens what is folded around it. The page is shown in a
// frame, as a window has a least width.
func TestNarrow(t *testing.T) {
	inner := probe(write(t, Options{}, sample(t, "2024-national-2021-huaian-excelize.xlsx"), broken()), `
document.getElementById("open-all").click();
say("frame", innerWidth);
say("fits", document.documentElement.scrollWidth <= document.documentElement.clientWidth);
document.getElementById("close-all").click();
var a = document.querySelector("#f2 a.cell[href$='-B4']");
document.querySelector("#f2").open = true; a.click();
document.querySelector("#f2").open = false; a.click();
say("opened", document.querySelector("#f2").open);
parent.postMessage(out.join("\n"), "*");`)
	path := save(t, "inner.html", inner)
	host := `<iframe width="360" height="800" style="border:0" src="inner.html"></iframe><script>addEventListener("message", function (e) { var p = document.createElement("pre"); p.id = "probe"; p.textContent = e.data; document.body.append(p); });</script>`
	outer := strings.Replace(path, "inner.html", "outer.html", 1)
	if err := os.WriteFile(strings.TrimPrefix(outer, "file://"), []byte(host), 0o644); err != nil {
		t.Fatal(err)
	}
	got := probed(t, open(t, outer))
	if got["frame"] != "360" || got["fits"] != "true" {
		t.Errorf("in a frame of %s px the page fits: %s; want 360, true", got["frame"], got["fits"])
	}
	if got["opened"] != "true" {
		t.Error("a link to a cell does not open its file")
	}
}

// TestNoRequest: a page full of addresses asks for none of them, not even when
// they stand on it as elements, as the policy forbids it. Without the policy the
// browser does ask, so that the test can fail.
func TestNoRequest(t *testing.T) {
	var asked atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer srv.Close()
	evil := fmt.Sprintf(`"><img src=%s/a.png><script src=%[1]s/a.js></script><link rel=stylesheet href=%[1]s/a.css><style>@import "%[1]s/b.css"</style>`, srv.URL)
	f := broken()
	f.Name = evil
	f.Report.Tables[0].Issuer = evil
	f.Book.Sheets[0].Cells[0].Text = evil
	page := write(t, Options{}, f)
	open(t, save(t, "page.html", page))
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests of the page itself", n)
	}
	planted := strings.Replace(page, "</h1>", "</h1>"+strings.TrimPrefix(evil, `">`), 1)
	open(t, save(t, "planted.html", planted))
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests of elements planted in the page: the policy does not hold them back", n)
	}
	open(t, save(t, "open.html", regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`).ReplaceAllString(planted, "")))
	if asked.Load() == 0 {
		t.Error("no request without the policy either: the test proves nothing")
	}
}

// TestOpensInSeconds opens a page of thousands of files at its limit.
func TestOpensInSeconds(t *testing.T) {
	good := sample(t, "2024-national-2021-huaian-excelize.xlsx")
	var files []File
	for i := range 2000 {
		f := good
		f.Name = fmt.Sprintf("file %d", i)
		if i > 300 {
			f = series(fmt.Sprintf("单位%d", i), 2010+i%14, "1")
		}
		files = append(files, f)
	}
	page := write(t, Options{}, files...)
	began := time.Now()
	got := probed(t, open(t, save(t, "page.html", probe(page, `
var q = document.getElementById("q");
q.value = "单位1999"; q.form.dispatchEvent(new Event("submit", {cancelable: true}));
say("found", shows("#list > .file").length);
`))))
	// The browser's start, the search and the writing of the document are in it.
	took := time.Since(began)
	t.Logf("%d bytes, done after %v", len(page), took)
	if took > time.Minute {
		t.Errorf("%d bytes take %v, want seconds", len(page), took)
	}
	if got["found"] != "1" {
		t.Errorf("%s files are found, want 1", got["found"])
	}
}
