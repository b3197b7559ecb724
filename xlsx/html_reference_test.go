package xlsx

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// The parser of golang.org/x/net/html is too costly for what anyone sends, and
// right about where elements end. Here tables are read from its tree, in the
// plainest way there is, for readHTML to be compared with.

// A gridTable is what the comparison is about.
type gridTable struct {
	Hidden     bool
	Cells      map[string]string
	Merges     []string
	Widths     []int
	HiddenRows []int
}

func gridOf(s *Sheet) gridTable {
	g := gridTable{Hidden: s.Hidden, Cells: map[string]string{}, HiddenRows: s.HiddenRows}
	for _, c := range s.Cells {
		g.Cells[c.Ref.String()] = c.Text
	}
	for _, m := range s.Merges {
		g.Merges = append(g.Merges, m.String())
	}
	g.Widths = append(g.Widths, s.Widths...)
	return g
}

func referenceTables(page string) ([]gridTable, error) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, err
	}
	var tables []gridTable
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "table" && n.Namespace == "" {
			tables = append(tables, referenceTable(n))
		}
	}
	return tables, nil
}

func nodeAttr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func nodeHidden(n *html.Node) bool {
	_, ok := nodeAttr(n, "hidden")
	style, _ := nodeAttr(n, "style")
	return ok || style == "display:none"
}

func referenceTable(table *html.Node) gridTable {
	g := gridTable{Cells: map[string]string{}}
	for n := table; n != nil; n = n.Parent {
		g.Hidden = g.Hidden || nodeHidden(n)
	}
	var first, rest, last [][]*html.Node // groups of rows
	seen := map[string]bool{}
	for group := range table.ChildNodes() {
		var rows []*html.Node
		for row := range group.ChildNodes() {
			if row.Data == "tr" {
				rows = append(rows, row)
			}
		}
		switch {
		case group.Type != html.ElementNode:
			continue
		case group.Data == "thead" && !seen["thead"]:
			first = append(first, rows)
		case group.Data == "tfoot" && !seen["tfoot"]:
			last = append(last, rows)
		case group.Data == "tbody", group.Data == "thead", group.Data == "tfoot":
			rest = append(rest, rows)
		}
		seen[group.Data] = true
	}
	y := 0
	used := 0
	for _, rows := range append(append(first, rest...), last...) {
		taken := map[[2]int]bool{}
		end := y + len(rows)
		for _, row := range rows {
			x, width := 0, 0
			if nodeHidden(row) || nodeHidden(row.Parent) {
				g.HiddenRows = append(g.HiddenRows, y)
			}
			for cell := range row.ChildNodes() {
				if cell.Data != "td" && cell.Data != "th" || nodeHidden(cell) {
					continue
				}
				width++
				for taken[[2]int{y, x}] {
					x++
				}
				span := func(name string, least, most int) int {
					s, _ := nodeAttr(cell, name)
					n, err := strconv.Atoi(s)
					if err != nil || n < least {
						n = 1
					}
					return min(n, most)
				}
				cols, down := span("colspan", 1, 1000), span("rowspan", 0, 65534)
				if down == 0 || y+down > end {
					down = end - y
				}
				fit := 0
				for fit < cols && !taken[[2]int{y, x + fit}] {
					fit++
				}
				for i := range down {
					for k := range fit {
						taken[[2]int{y + i, x + k}] = true
					}
				}
				r := Range{Ref{y, x}, Ref{y + down - 1, x + fit - 1}}
				if r.First != r.Last {
					g.Merges = append(g.Merges, r.String())
					used = max(used, r.Last.Row+1)
				}
				var text textLines
				cellText(cell, &text)
				text.lineBreak()
				if s := strings.TrimSuffix(string(text.lines()), "\n"); s != "" {
					g.Cells[r.First.String()] = s
					used = max(used, y+1)
				}
				x += cols
			}
			g.Widths = append(g.Widths, width)
			y++
		}
	}
	var hidden []int // rows within the used part only
	for _, row := range g.HiddenRows {
		if row < used {
			hidden = append(hidden, row)
		}
	}
	g.HiddenRows = hidden
	return g
}

func cellText(n *html.Node, text *textLines) {
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode:
			text.add([]byte(c.Data), false)
		case c.Type != html.ElementNode || elements[c.Data].kind&unseenElement != 0 || nodeHidden(c):
			if c.Data == "table" {
				text.lineBreak()
			}
		case c.Data == "table":
			text.lineBreak()
		case elements[c.Data].kind&blockElement != 0 || c.Data == "br":
			text.lineBreak()
			cellText(c, text)
			text.lineBreak()
		default:
			cellText(c, text)
		}
	}
}

// TestHTMLReference compares tables on pages put together at random from tags
// that people leave out, repeat and mix up.
func TestHTMLReference(t *testing.T) {
	words := strings.Fields(`<table> <table> </table> <tr> <tr> <tr> </tr> <td> <td> <td> <td> </td> </td> <th> </th>
		<td(colspan=2> <td(colspan=3> <td(rowspan=2> <td(rowspan=3(colspan=2> <td(rowspan=0> <td(colspan=0> <td(rowspan=99>
		<thead> </thead> <tbody> </tbody> <tfoot> </tfoot> <caption> </caption> <colgroup> <col>
		<p> </p> <div> <div>丁</div> <b> </b> <span> </span> <br> </br> <font> </font> <li>戊</li> <a> </a> <!--x--> <hr>
		甲 乙 丙 1 2 3 0 / &nbsp; &lt; x y
		<tr(hidden> <td(hidden> <tbody(hidden> <table(hidden> <td(style="display:none">
		<script>q</script> <span(hidden>q</span> <p(hidden>q</p>`)
	skipped := 0
	for seed := range uint64(5000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		b.WriteString("<!DOCTYPE html><body><table>")
		for range rng.IntN(40) {
			b.WriteString(strings.ReplaceAll(words[rng.IntN(len(words))], "(", " "))
			if rng.IntN(4) == 0 {
				b.WriteByte(" \n"[rng.IntN(2)])
			}
		}
		page := b.String()
		want, err := referenceTables(page)
		if err != nil {
			t.Fatal(err)
		}
		w, err := readHTML([]byte(page), "", Limits{}.withDefaults())
		if err != nil {
			t.Fatalf("%v\n%s", err, page)
		}
		// A browser shows rows outside of a table as text. And a <th> ends a
		// caption, which the parser does not know.
		if strings.Contains(fmt.Sprint(w.Warnings), "rows stand outside") ||
			strings.Contains(page, "<caption>") && strings.Contains(page, "<th>") {
			skipped++
			continue
		}
		var got []gridTable
		for _, s := range w.Sheets {
			got = append(got, gridOf(s))
		}
		if len(want) > 1 {
			// Text between the cells of a table in a cell goes on in the line
			// before the table, unless that was in a <p>.
			squash(want)
			squash(got)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("seed %d\n%s\n(-parser +readHTML)\n%s", seed, page, d)
		}
	}
	if skipped > 2000 {
		t.Errorf("%d of 5000 pages were not compared", skipped)
	}
}

func squash(tables []gridTable) {
	for _, g := range tables {
		for ref, text := range g.Cells {
			g.Cells[ref] = strings.NewReplacer("\n", "", " ", "").Replace(text)
		}
	}
}

// FuzzHTMLTokens compares the tags and texts of a page with those that the
// tokenizer of golang.org/x/net/html gives.
func FuzzHTMLTokens(f *testing.F) {
	for _, s := range []string{
		"a<b c='>' hidden>d</b e>f<", "<!-->x<!--->y<!-- -- --!>z<!-- > -->a<!-- --->b", "<td ROWSPAN=2 rowspan=3 colspan='&#52;' style>", "<p/></p/><a b=/>x",
		"</><//></ x><?a?><!b><![CDATA[c]]>d", "<title>a<b>&amp;</title ><textarea></textarea><style><p></style>", "<xmp></xm></xmp>x<plaintext></plaintext>",
		"<a =b==c = d span =5/ hidden/>", "<script>a</scripts></SCRIPT/>", "<", "</", "<a", "<a b", "<a b=", "<a b='", "<!", "<!-", "<!--", "a\r\nb&nbsp;",
		"<noscript></no</noscript>", "<a\n b\f>", "<td colspan>2", "<a / b>", "<a b = 'c'd>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		// The tokenizer has its own characters for these.
		page = bytes.ReplaceAll(bytes.ReplaceAll(page, []byte{0}, nil), []byte("\r"), nil)
		// What a script has in a comment may hold </script>; the difference
		// is not worth the code.
		if lower := bytes.ToLower(page); bytes.Contains(lower, []byte("<script")) && bytes.Contains(lower, []byte("<!--")) {
			return
		}
		want := referenceTokens(page)
		var got []string
		x := htmlScanner{data: page}
		for token := x.next(); token != htmlEOF; token = x.next() {
			switch token {
			case htmlText:
				got = addToken(got, string(x.text))
			case htmlEnd:
				got = append(got, "</"+strings.ToValidUTF8(x.name, "?")+">")
			case htmlStart:
				tag := "<" + strings.ToValidUTF8(x.name, "?")
				for i, name := range htmlAttrs {
					if v, ok := x.attr(i); ok {
						tag += fmt.Sprintf(" %s=%q", name, v)
					}
				}
				got = append(got, tag+">")
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-tokenizer +htmlScanner)\n%s", page, d)
		}
	})
}

// addToken adds a text to a list of tokens. Texts that only a comment parts
// are one.
func addToken(list []string, text string) []string {
	if n := len(list); n > 0 && strings.HasPrefix(list[n-1], "text ") {
		list[n-1] += text
		return list
	}
	return append(list, "text "+text)
}

func referenceTokens(page []byte) []string {
	var list []string
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return list
		case html.TextToken:
			list = addToken(list, string(z.Raw()))
		case html.EndTagToken:
			name, _ := z.TagName()
			list = append(list, "</"+strings.ToValidUTF8(string(name), "?")+">")
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := "<" + strings.ToValidUTF8(string(name), "?")
			values := map[string]string{}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				values[string(key)] = fmt.Sprintf(" %s=%q", key, value)
			}
			for _, name := range htmlAttrs {
				tag += values[name]
			}
			list = append(list, tag+">")
		}
	}
}
