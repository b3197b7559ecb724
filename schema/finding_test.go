package schema_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zwgk/statable/schema"
)

var update = flag.Bool("update", false, "write the pages of documentation anew")

var (
	placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)
	ofLanguage  = regexp.MustCompile(`_(en|zh)$`)
)

// placeholders returns the names in braces, in order, without their language.
func placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, ofLanguage.ReplaceAllString(m[1], ""))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestFindingKinds(t *testing.T) {
	code := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	han := regexp.MustCompile(`\p{Han}`)
	kinds := schema.FindingKinds()
	seen := map[schema.FindingCode]bool{}
	group := map[string]int{}
	for i, k := range kinds {
		if !code.MatchString(string(k.Code)) {
			t.Errorf("%q is no code", k.Code)
		}
		if seen[k.Code] {
			t.Errorf("%s stands in the catalogue twice", k.Code)
		}
		seen[k.Code] = true
		group[strings.SplitN(string(k.Code), "-", 2)[0]] = i
		if !slices.Contains([]schema.Severity{schema.SeverityError, schema.SeverityWarning, schema.SeverityNote}, k.Severity) {
			t.Errorf("%s: unknown severity %q", k.Code, k.Severity)
		}
		for _, en := range []string{k.TitleEN, k.MessageEN, k.AdviceEN} {
			if en == "" || han.MatchString(en) {
				t.Errorf("%s: no English text: %q", k.Code, en)
			}
		}
		for _, zh := range []string{k.TitleZH, k.MessageZH, k.AdviceZH} {
			if !han.MatchString(zh) && zh != "{detail}" {
				t.Errorf("%s: no Chinese text: %q", k.Code, zh)
			}
		}
		if diff := cmp.Diff(placeholders(k.MessageEN), placeholders(k.MessageZH)); diff != "" {
			t.Errorf("%s: the messages do not tell the same (-en +zh):\n%s", k.Code, diff)
		}
		for _, text := range []string{k.MessageEN, k.MessageZH} {
			if rest := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
				t.Errorf("%s: a brace stands alone in %q", k.Code, text)
			}
		}
		if strings.Contains(k.MessageEN, "_zh}") || strings.Contains(k.MessageZH, "_en}") {
			t.Errorf("%s: a message has a part in the other language", k.Code)
		}
		if k.Code.Kind() != k {
			t.Errorf("%s: Kind gives %v", k.Code, k.Code.Kind())
		}
	}
	for _, c := range []schema.FindingCode{schema.RelationFails, schema.RelationAcrossYears, schema.RelationAcrossLevels} {
		if !seen[c] {
			t.Errorf("%s is not in the catalogue", c)
		}
	}
	if k := schema.FindingCode("of-tomorrow").Kind(); k.Severity != schema.SeverityWarning || k.Code != "of-tomorrow" {
		t.Errorf("an unknown code gives %v", k)
	}
}

// TestFindingFacts proves that a relation's finding has every fact that its
// messages name, and in both languages.
func TestFindingFacts(t *testing.T) {
	within := report(t, head2014+"organisation.staff | 30\norganisation.staff.full_time | 31\norganisation.staff.part_time | .\n")
	year := func(y int) *schema.Report {
		return report(t, fmt.Sprintf("issuer 某市\nyear %d\ntable national-2021 applications applicants\napplication.carried_in | %d 0 0 0 0 0 %d\napplication.carried_out | 0 0 0 0 0 0 0\n", y, y, y))
	}
	for _, findings := range [][]schema.Finding{
		schema.Check(within),
		schema.Check(year(2023), year(2024)),
		schema.CheckLevels(year(2024), year(2024), year(2024)),
	} {
		if len(findings) == 0 {
			t.Fatal("nothing fails")
		}
		f := findings[0]
		for _, lang := range []schema.Lang{schema.English, schema.Chinese} {
			text := f.Code.Kind().MessageEN
			if lang == schema.Chinese {
				text = f.Code.Kind().MessageZH
			}
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				if _, ok := f.Facts[m[1]]; !ok {
					t.Errorf("%s has no fact %q", f.Code, m[1])
				}
			}
			if got := f.Message(lang); strings.ContainsAny(got, "{}") {
				t.Errorf("%s: %s", f.Code, got)
			}
		}
	}
}

func TestFindingText(t *testing.T) {
	f := schema.Finding{
		Code:   "value-conflict",
		Source: schema.Source{File: "2018年 报.xlsx", Sheet: "附 表", Cell: "B7", Printed: "320", Label: "收到申请数"},
		Facts:  map[string]string{"indicator": "application.received", "value": "320", "other_value": "319", "other": "附表!C9"},
	}
	// The wording is the catalogue's; the facts, and what is printed, take their
	// places in it.
	put := strings.NewReplacer("{indicator}", "application.received", "{value}", "320", "{other_value}", "319", "{other}", "附表!C9")
	kind := f.Code.Kind()
	for lang, text := range map[schema.Lang]string{schema.English: kind.MessageEN, schema.Chinese: kind.MessageZH} {
		if got, want := f.Line(lang), "2018年 报.xlsx:附 表!B7: value-conflict: "+put.Replace(text); got != want || strings.Contains(got, "{") {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	f.Source.Cell = ""
	if got, want := f.Line(schema.English), "2018年 报.xlsx:附 表: "; !strings.HasPrefix(got, want) {
		t.Errorf("without a cell: got %s, want %s…", got, want)
	}
	f.Source.Sheet = ""
	if got, want := f.Line(schema.English), "2018年 报.xlsx: value-conflict: "; !strings.HasPrefix(got, want) {
		t.Errorf("without a sheet: got %s, want %s…", got, want)
	}
	printed := schema.Finding{Code: "value-text", Source: schema.Source{File: "a", Printed: "两行\n文字"}}
	if got := printed.Line(schema.English); strings.Contains(got, "\n") || !strings.Contains(got, "两行 文字") {
		t.Errorf("what is printed on two lines gives %q", got)
	}
}

func TestFindingIsAnError(t *testing.T) {
	f := schema.Finding{Code: schema.RelationFails, Source: schema.Source{File: "a.xlsx", Sheet: "表", Cell: "B7"}}
	err := fmt.Errorf("cannot go on: %w", f)
	if !errors.Is(err, schema.RelationFails) {
		t.Error("errors.Is does not find the code")
	}
	if errors.Is(err, schema.RelationAcrossYears) || errors.Is(err, os.ErrNotExist) {
		t.Error("errors.Is finds what is not there")
	}
	var got schema.Finding
	if !errors.As(err, &got) || got.Source != f.Source {
		t.Errorf("errors.As gives %v", got)
	}
	if !strings.Contains(err.Error(), "a.xlsx:表!B7: relation-fails: ") {
		t.Errorf("the error says %q", err)
	}
}

func TestFindingJSON(t *testing.T) {
	f := schema.Finding{
		Code:   "value-text",
		Source: schema.Source{File: "a.xlsx", Sheet: "表", Cell: "B7", Printed: "xx", Label: "收到申请数"},
		Related: []schema.Source{
			{File: "a.xlsx", Sheet: "表", Cell: "B8", Printed: "1"},
			{File: "b.xlsx", Sheet: "表", Cell: "B9", Printed: "2"},
		},
	}
	got, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	message, err := json.Marshal(map[string]string{"message": f.Message(schema.English), "message_zh": f.Message(schema.Chinese)})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"code":"value-text","severity":"error","source":{"sheet":"表","cell":"B7","printed":"xx","label":"收到申请数"},` +
		`"related":[{"sheet":"表","cell":"B8","printed":"1"},{"file":"b.xlsx","sheet":"表","cell":"B9","printed":"2"}],` + string(message[1:])
	if string(got) != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// page returns the documentation of a kind of finding.
func page(k schema.FindingKind) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s · %s\n\n", k.Code, k.TitleEN, k.TitleZH)
	fmt.Fprintf(&b, "| | |\n|---|---|\n| code · 代码 | `%s` |\n| severity · 级别 | %s · %s |\n", k.Code, k.Severity, severityZH[k.Severity])
	names := placeholders(k.MessageEN)
	if len(names) > 0 {
		fmt.Fprintf(&b, "| facts · 要素 | `%s` |\n", strings.Join(names, "`, `"))
	}
	says := func(message string) string {
		return placeholder.ReplaceAllStringFunc(message, func(p string) string {
			return "{" + ofLanguage.ReplaceAllString(strings.Trim(p, "{}"), "") + "}"
		})
	}
	fmt.Fprintf(&b, "\n## What it says\n\n> %s\n\n## What to do\n\n%s\n\n## 含义\n\n> %s\n\n## 处理办法\n\n%s\n",
		says(k.MessageEN), k.AdviceEN, says(k.MessageZH), k.AdviceZH)
	return b.String()
}

var severityZH = map[schema.Severity]string{schema.SeverityError: "错误", schema.SeverityWarning: "警告", schema.SeverityNote: "提示"}

// TestPages compares the pages of documentation with the catalogue. Run it with
// -update to write them anew.
func TestPages(t *testing.T) {
	const dir = "docs/findings"
	want := map[string]string{}
	var index strings.Builder
	index.WriteString("# Findings · 发现\n\nThe catalogue of what a file can be told of. Codes are stable. A finding is printed as `file:sheet!B7: code: message`.\n\n" +
		"各类发现的目录。代码保持不变。文本形式为“文件:工作表!单元格: 代码: 说明”。\n\n| code · 代码 | severity · 级别 | | |\n|---|---|---|---|\n")
	for _, k := range schema.FindingKinds() {
		want[string(k.Code)+".md"] = page(k)
		fmt.Fprintf(&index, "| [%s](%s.md) | %s · %s | %s | %s |\n", k.Code, k.Code, k.Severity, severityZH[k.Severity], k.TitleEN, k.TitleZH)
	}
	want["README.md"] = index.String()
	if *update {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range want {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(dir, name))
		switch {
		case err != nil:
			t.Errorf("a page is missing: %v", err)
		case string(got) != text:
			t.Errorf("%s is stale; run go test ./schema -run TestPages -update (-want +got):\n%s", name, cmp.Diff(text, string(got)))
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := want[f.Name()]; !ok {
			t.Errorf("%s is left over: the catalogue has no such code", f.Name())
		}
	}
}
