package convert

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/zwgk/statable/schema"
	"github.com/zwgk/statable/xlsx"
)

func TestReadFigure(t *testing.T) {
	number := func(v schema.Decimal) figure { return figure{status: schema.Number, value: v} }
	of := func(v schema.Decimal, unit string) figure {
		return figure{status: schema.Number, value: v, unit: unit}
	}
	remark := func(v schema.Decimal, unit string) figure {
		return figure{status: schema.Number, value: v, unit: unit, remark: true}
	}
	none := figure{status: schema.None, value: "0"}
	dash := figure{status: schema.Dash}
	blank := figure{status: schema.Blank}
	text := figure{status: schema.Text}
	tests := []struct {
		reason string
		want   figure
		prints []string
	}{
		{"a plain number", number("8"), []string{"8", " 8 ", "８", "8.0", "8.00", "08", "8。", "\u00a08\u3000", "8\n", "\ufeff8", strings.Repeat(" ", 40) + "8"}},
		{"zero", number("0"), []string{"0", "００", "00", "0.0", "-0", "+0"}},
		{"thousands", number("1234"), []string{"1,234", "1，234", "１，２３４", "1234", "+1,234"}},
		{"more thousands", number("11398889"), []string{"11,398,889", "11398889"}},
		{"thousands and a fraction", number("12345.6"), []string{"12,345.60", "12345.6"}},
		{"a fraction", number("149.673874"), []string{"149.673874", "149.6738740"}},
		{"a plus sign", number("21"), []string{"+21", "＋21", "+ 21", "增21"}},
		{"a minus sign", number("-2"), []string{"-2", "－2", "−2", "- 2", "减2", "減2", "减 2"}},
		{"a unit", of("251000", "元"), []string{"251000元", "251000 元", "251000(元)", "251000（元）", "251,000.00元"}},
		{"a unit of ten thousand", of("0.37", "万元"), []string{"0.37万元", "0.37 萬元", "0.37（万元）"}},
		{"a unit left half out", of("211.509", "万"), []string{"211.509万", "211.509 萬"}},
		{"a unit in brackets", of("16368", "件"), []string{"16368(件)", "16368（件）", "16368件"}},
		{"other units of counts", of("7", "宗"), []string{"7宗"}},
		{"other units of counts", of("7", "人次"), []string{"7人次", "7 人次"}},
		{"an annotation", remark("22", ""), []string{"22（其中修订 16 件）", "22(其中修订16件)"}},
		{"an annotation", remark("55", ""), []string{"55（含自然失效 29 件）"}},
		{"a unit and an annotation", remark("22", "件"), []string{"22件（其中修订16件）"}},
		{"a no-break space that became a question mark", remark("0", ""), []string{"? 0"}},

		{"words for none", none, []string{"无", "無", "没有", "沒有", "未发生", "未發生", "未增未减", "未增未減", " 无 ", "无。"}},
		{"dashes", dash, []string{"/", "／", "-", "－", "—", "——", "———", "----", "_", "＿", "–", "―", "−", "\\", "─", " / "}},
		{"nothing", blank, []string{"", " ", "\n", "\u00a0", "\u3000", "\u200b"}},

		{"two signs", text, []string{"--253", "+-3", "-+3", "减-3", "减少3"}},
		{"not filled in", text, []string{"xx", "XX", "×"}},
		{"a thing", text, []string{"閻良區公務用車10輛", "电脑5台"}},
		{"about", text, []string{"755多", "755多条", "1500余人次", "300余", "约300", "近3"}},
		{"two numbers", text, []string{"3 5", "3\n5", "3\u00a05", "3\u30005", "1/2", "3-5", "3~5", "3、5", "3;5", "3+5", "3(其中2)4"}},
		{"a number that was broken, or two numbers", text, []string{"1036\n5", "1 234", "12 345"}},
		{"a note's mark behind the number", text, []string{"10①", "10²", "10⁽¹⁾", "10*", "10注"}},
		{"a mark, not a number", text, []string{"①", "②", "㈠", "⒈", "½", "²"}},
		{"separators in wrong places", text, []string{"1,23", "1,2345", ",5", "5,", "1,234,56", "12,34,567", "0,5"}},
		{"points in wrong places", text, []string{".5", "5.", "1.2.3", "1..2"}},
		{"other notations", text, []string{"1e5", "0x10", "1_000", "(3)", "（3）", "三", "十二", "〇", "½", "八件"}},
		{"other units", text, []string{"8%", "8％", "2020年", "12:30", "5元/件", "5万人次", "3公里", "10千元", "8百万元"}},
		{"more digits than any figure has", text, []string{strings.Repeat("9", 41), "1" + strings.Repeat("0", 60)}},
		{"prose", text, []string{"8" + strings.Repeat("长", 200)}},
		{"an empty or open bracket", text, []string{"3()", "3(", "3(件", "3)", "3(件)(件)"}},
	}
	for _, tt := range tests {
		for _, p := range tt.prints {
			if got := readFigure(xlsx.Cell{Text: p}); got != tt.want {
				t.Errorf("%s: %q was read as %+v, want %+v", tt.reason, p, got, tt.want)
			}
		}
	}
}

func TestReadFigureOfKinds(t *testing.T) {
	text := figure{status: schema.Text}
	tests := []struct {
		reason string
		cell   xlsx.Cell
		want   figure
	}{
		{"a number", xlsx.Cell{Kind: xlsx.KindNumber, Text: "96171.6", Number: "96171.6"}, figure{status: schema.Number, value: "96171.6"}},
		{"a negative number", xlsx.Cell{Kind: xlsx.KindNumber, Text: "-2", Number: "-2"}, figure{status: schema.Number, value: "-2"}},
		{"the number counts, not its text", xlsx.Cell{Kind: xlsx.KindNumber, Text: "1,234", Number: "1234"}, figure{status: schema.Number, value: "1234"}},
		{"a number that is none", xlsx.Cell{Kind: xlsx.KindNumber, Text: "1e99", Number: "1e99"}, text},
		{"a percentage answers another question", xlsx.Cell{Kind: xlsx.KindPercent, Text: "31.25%", Number: "0.3125"}, text},
		{"1-2 became a date", xlsx.Cell{Kind: xlsx.KindDate, Text: "2019-01-02", Number: "43467"}, text},
		{"a truth value", xlsx.Cell{Kind: xlsx.KindBool, Text: "TRUE"}, text},
		{"an error", xlsx.Cell{Kind: xlsx.KindError, Text: "#DIV/0!"}, text},
	}
	for _, tt := range tests {
		if got := readFigure(tt.cell); got != tt.want {
			t.Errorf("%s: %+v was read as %+v, want %+v", tt.reason, tt.cell, got, tt.want)
		}
	}
}

// valueBook returns a workbook with one section of the form of 2019, with the
// given columns and figures.
func valueBook(format xlsx.Format, rows ...string) *xlsx.Workbook {
	s := &xlsx.Sheet{Name: "表"}
	for r, row := range rows {
		cells := strings.Split(row, "|")
		for c, text := range cells {
			if text = strings.TrimSpace(text); text != "" {
				s.Cells = append(s.Cells, xlsx.Cell{Ref: xlsx.Ref{Row: r, Col: c}, Text: text})
			}
		}
		if format != xlsx.FormatXLSX {
			s.Widths = append(s.Widths, len(cells))
		}
	}
	return &xlsx.Workbook{Name: "values", Format: format, Sheets: []*xlsx.Sheet{s}}
}

// reading writes what was read, one observation a word, and the codes of the
// findings.
func reading(t testing.TB, book *xlsx.Workbook) string {
	t.Helper()
	report, err := ToSchema(book)
	if err != nil {
		return err.Error()
	}
	var words []string
	for i := range report.Tables {
		for _, o := range report.Tables[i].Observations {
			w := o.Source.Cell + " " + string(o.Indicator)
			for _, part := range []string{string(o.Applicant), string(o.Scope)} {
				if part != "" {
					w += "/" + part
				}
			}
			v := string(o.Status)
			if o.Status == schema.Number {
				v = string(o.Value) + o.Unit
			}
			words = append(words, w+" "+v)
		}
	}
	for _, f := range report.Findings {
		words = append(words, "! "+string(f.Code)+" "+f.Source.Cell)
	}
	return strings.Join(words, "\n")
}

// TestUnits checks which unit counts: that of the cell, else of the unit
// column, else of the head, else of the form, else of the indicator.
func TestUnits(t *testing.T) {
	tests := []struct{ reason, head, cell, want string }{
		{"the indicator's", "采购总金额", "808", "808元"},
		{"the head's", "采购总金额（万元）", "477.35", "477.35万元"},
		{"the head's, in Traditional script", "采購總金額(單位：萬元)", "477.35", "477.35万元"},
		{"the head's, in yuan", "采购总金额(元)", "477.35", "477.35元"},
		{"the head's, in hundreds of millions", "采购总金额（亿元）", "1.5", "1.5亿元"},
		{"the cell's against the head's", "采购总金额(万元,保留四位小数)", "251000元", "251000元"},
		{"the cell's, half left out", "采购总金额", "211.509万", "211.509万元"},
		// A unit that is not known must not be taken for another one.
		{"thousands of yuan", "采购总金额（千元）", "100", ""},
		{"millions of yuan", "采购总金额（百万元）", "100", ""},
		{"dollars", "采购总金额（美元）", "100", ""},
	}
	for _, tt := range tests {
		book := valueBook("text", "第二十条第（九）项", "信息内容|采购项目数量|"+tt.head, "政府集中采购|3|"+tt.cell)
		got := reading(t, book)
		if tt.want == "" {
			for _, wrong := range []string{"100元", "100万元", "100亿元"} {
				if strings.Contains(got+"\n", wrong+"\n") {
					t.Errorf("%s: %q under %q was read as %s", tt.reason, tt.cell, tt.head, wrong)
				}
			}
			continue
		}
		if want := "C3 proactive.procurement.amount " + tt.want; !strings.Contains(got+"\n", want+"\n") {
			t.Errorf("%s: %q under %q: got\n%s\nwant %s", tt.reason, tt.cell, tt.head, got, want)
		}
	}
}

// TestUnitColumn checks the unit column of the forms that have one.
func TestUnitColumn(t *testing.T) {
	tests := []struct{ reason, row, want string }{
		{"the column's against the form's", "制发规范性文件总数|条|2", "2条"},
		{"the form's", "制发规范性文件总数||2", "2件"},
		{"a dash for the unit", "制发规范性文件总数|——|2", "2件"},
		{"in brackets", "制发规范性文件总数|（份）|2", "2份"},
		{"the cell's against the column's", "制发规范性文件总数|件|2份", "2份"},
	}
	for _, tt := range tests {
		got := reading(t, valueBook(xlsx.FormatXLSX, "统计指标|单位|统计数", "其中：主动公开规范性文件数|条|3", tt.row,
			"1.政府网站公开政府信息数|条|4", "2.政务微博公开政府信息数|条|5"))
		if want := "C3 proactive.normative.issued " + tt.want; !strings.Contains(got+"\n", want+"\n") {
			t.Errorf("%s: %s: got\n%s\nwant %s", tt.reason, tt.row, got, want)
		}
	}
}

// TestValueFindings checks the remarks on figures that cannot be, or that are
// not all that is printed.
func TestValueFindings(t *testing.T) {
	tests := []struct{ reason, cells, want string }{
		{"a fraction of a case", "1|2|3.5", "! value-fraction D3"},
		{"less than nothing", "-1|2|3", "! value-negative B3"},
		{"a change may be negative", "1|-2|3", ""},
		{"words", "1|2|很多", "! value-text D3"},
		{"an annotation", "1|2|3（其中当场处罚1件）", "! value-note D3"},
		{"tens of thousands of cases", "1|2|3万", "! value-text D3"},
	}
	for _, tt := range tests {
		got := reading(t, valueBook("text", "第二十条第（五）项", "信息内容|上一年项目数量|本年增/减|处理决定数量", "行政许可|"+tt.cells))
		var findings []string
		for line := range strings.Lines(got) {
			if strings.HasPrefix(line, "!") {
				findings = append(findings, strings.TrimSpace(line))
			}
		}
		if f := strings.Join(findings, "; "); f != tt.want {
			t.Errorf("%s: %s: findings %q, want %q", tt.reason, tt.cells, f, tt.want)
		}
	}
}

// TestColumns holds tables whose columns are not those of the form, or not in
// its order. A figure may be read as what its column says, or not at all.
func TestColumns(t *testing.T) {
	tests := []struct {
		reason string
		format xlsx.Format
		rows   []string
		want   string // all that may be read, and must be where it stands without "?"
	}{
		{"a column for remarks, filled where another cell is empty", "xlsx", []string{
			"第二十条第（五）项", "信息内容|上一年项目数量|本年增/减|处理决定数量|备注", "行政许可|106||2939|见附件", "其他对外管理服务事项|1|2|3|"},
			`B3 proactive.licensing.items_previous 106项
C3 proactive.licensing.items_change blank
D3 proactive.licensing.decisions 2939件
B4 proactive.other_services.items_previous 1项
C4 proactive.other_services.items_change 2项
D4 proactive.other_services.decisions 3件`},
		{"a subtotal that the form has not", "xlsx", []string{
			"（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|法人小计|总计",
			"一、本年新收政府信息公开申请数量|7|1||0|0|0|1|8", "二、上年结转政府信息公开申请数量|2|0|0|0|0|0|0|2", "（一）予以公开|7|1||0|0|0|1|8"},
			`B2 application.received/natural_person 7件
C2 application.received/enterprise 1件
D2 application.received/research blank
E2 application.received/public_benefit 0件
F2 application.received/legal_service 0件
G2 application.received/other 0件
I2 application.received/total 8件
? B3 application.carried_in/natural_person 2件
? C3 application.carried_in/enterprise 0件
? D3 application.carried_in/research 0件
? E3 application.carried_in/public_benefit 0件
? F3 application.carried_in/legal_service 0件
? G3 application.carried_in/other 0件
? I3 application.carried_in/total 2件
B4 application.outcome.granted/natural_person 7件
C4 application.outcome.granted/enterprise 1件
D4 application.outcome.granted/research blank
E4 application.outcome.granted/public_benefit 0件
F4 application.outcome.granted/legal_service 0件
G4 application.outcome.granted/other 0件
I4 application.outcome.granted/total 8件`},
		{"columns in another order", "xlsx", []string{
			"指标名称|计量单位|历年累计|2009年度", "主动公开信息数|条|100|90", "其中：1.政府网站|条|60|50", "受理依申请公开信息总数|件|7|6", "其中：1.当面申请数|件|3|2"},
			`? C2 proactive.information/cumulative 100条
? D2 proactive.information/year 90条
? C3 proactive.channel.website/cumulative 60条
? D3 proactive.channel.website/year 50条
? C4 application.accepted/cumulative 7件
? D4 application.accepted/year 6件
? C5 application.received.channel.in_person/cumulative 3件
? D5 application.received.channel.in_person/year 2件`},
		{"columns in another order, in text", "text", []string{
			"第二十条第（五）项", "信息内容|本年增/减|上一年项目数量|处理决定数量", "行政许可|3|106|2939", "其他对外管理服务事项|2|1|3"},
			`? B3 proactive.licensing.items_change 3项
? C3 proactive.licensing.items_previous 106项
? D3 proactive.licensing.decisions 2939件
? B4 proactive.other_services.items_change 2项
? C4 proactive.other_services.items_previous 1项
? D4 proactive.other_services.decisions 3件`},
		{"last year's figures alone", "xlsx", []string{
			"统计指标|单位|上年数", "（一）收到申请数|件|3", "1.当面申请数|件|1", "2.传真申请数|件|1", "3.网络申请数|件|1"},
			``},
		{"last year's figures beside this year's, no unit column", "xlsx", []string{
			"统计指标|统计数|上年数", "（一）收到申请数|3|33", "1.当面申请数|1|11", "2.传真申请数|1|12", "3.网络申请数|1|10"},
			`? B2 application.received 3件
? B3 application.received.channel.in_person 1件
? B4 application.received.channel.fax 1件
? B5 application.received.channel.online 1件`},
		{"two years, this year's cell empty", "xlsx", []string{
			"统计指标|单位|统计数|上年数", "（一）收到申请数|件||33", "1.当面申请数|件|1|11", "2.传真申请数|件|1|12", "3.网络申请数|件||10"},
			`? C2 application.received blank
? C3 application.received.channel.in_person 1件
? C4 application.received.channel.fax 1件
? C5 application.received.channel.online blank`},
		{"two years, neither of them called so", "xlsx", []string{
			"统计指标|单位|2018年|2017年", "（一）收到申请数|件|3|33", "1.当面申请数|件|1|11", "2.传真申请数|件|1|12", "3.网络申请数|件||10"},
			`? C2 application.received 3件
? C3 application.received.channel.in_person 1件
? C4 application.received.channel.fax 1件
? C5 application.received.channel.online blank`},
		{"last year in place of all years", "xlsx", []string{
			"指标名称|计量单位|2009年度|2008年度", "主动公开信息数|条|100|90", "其中：1.政府网站|条|60|50", "受理依申请公开信息总数|件|7|6", "其中：1.当面申请数|件|3|2"},
			`? C2 proactive.information/year 100条
? C3 proactive.channel.website/year 60条
? C4 application.accepted/year 7件
? C5 application.received.channel.in_person/year 3件`},
		{"only the column for all years, and a remark somewhere", "xlsx", []string{
			"指标名称|计量单位|历年累计", "主动公开信息数|条|100", "其中：1.政府网站|条|60|估计数", "受理依申请公开信息总数|件|7", "其中：1.当面申请数|件|3"},
			`? C2 proactive.information/cumulative 100条
? C3 proactive.channel.website/cumulative 60条
? C4 application.accepted/cumulative 7件
? C5 application.received.channel.in_person/cumulative 3件`},
		{"row codes and one column of figures, no head", "xlsx", []string{
			"主动公开信息数|条|01|1001", "其中：全文电子化的主动公开信息数|条|02|1002", "新增的行政规范性文件数|条|03|1003", "提供服务类信息数|条|04|1004", "网站专栏页面访问量|人次|05|1005"},
			``},
		{"row codes, and the second figure missing", "text", []string{
			"指标名称|计量单位|代码|本期实际|本年累计", "主动公开信息数|条|01|1001|2001", "其中：全文电子化的主动公开信息数|条|02|1002", "新增的行政规范性文件数|条|03|1003|2003", "提供服务类信息数|条|04|1004|2004"},
			`D2 proactive.information/period 1001条
E2 proactive.information/year 2001条
? D3 proactive.information.fulltext/period 1002条
? E3 proactive.information.fulltext/year blank
D4 proactive.normative.added/period 1003条
E4 proactive.normative.added/year 2003条
D5 service.information/period 1004条
E5 service.information/year 2004条`},
		{"a figure missing in a form of three scopes", "text", []string{
			"序号|统计指标|单位|区政府统计数|区直单位统计数|乡镇街道统计数", "1|主动公开政府信息数|条|1|2|3", "2|其中：主动公开规范性文件数|条|4|5", "3|制发规范性文件总数|件|7|8|9"},
			`D2 proactive.information/government 1条
E2 proactive.information/departments 2条
F2 proactive.information/townships 3条
D4 proactive.normative.issued/government 7件
E4 proactive.normative.issued/departments 8件
F4 proactive.normative.issued/townships 9件`},
		{"one cell a line, a label lost", "text", []string{
			"附表一 主动公开政府信息情况统计", "指标", "单位", "数量", "全区全年信息公开网主动公开政府信息数", "15654", "其中：1.区政府及其部门", "9980", "5674"},
			`? A6 proactive.information 15654条`},
		{"one cell a line, row codes, a figure lost", "text", []string{
			"指标名称", "计量单位", "代码", "本期实际", "本年累计", "主动公开信息数", "条", "01", "1001", "2001", "其中：全文电子化的主动公开信息数", "条", "02", "1002",
			"新增的行政规范性文件数", "条", "03", "1003", "2003", "提供服务类信息数", "条", "04", "1004", "2004"},
			`? A9 proactive.information/period 1001条
? A10 proactive.information/year 2001条
? A18 proactive.normative.added/period 1003条
? A19 proactive.normative.added/year 2003条
? A23 service.information/period 1004条
? A24 service.information/year 2004条`},
		{"row codes not filled in, and a figure more than the form has", "text", []string{
			"指标名称|计量单位|代码|本期实际|本年累计", "主动公开信息数|条||1001|2001", "其中：全文电子化的主动公开信息数|条||1002|2002|909090", "新增的行政规范性文件数|条||1003|2003", "提供服务类信息数|条||1004|2004"},
			`D2 proactive.information/period 1001条
E2 proactive.information/year 2001条
? D3 proactive.information.fulltext/period 1002条
? E3 proactive.information.fulltext/year 2002条
D4 proactive.normative.added/period 1003条
E4 proactive.normative.added/year 2003条
D5 service.information/period 1004条
E5 service.information/year 2004条`},
		{"a column without a label, and a heading", "text", []string{
			"统计指标|单位||统计数", "（一）主动公开政府信息数|条||7", "（二）通过不同渠道和方式公开政府信息的情况||33|", "2.政府网站公开政府信息数|条||4", "3.政务微博公开政府信息数|条||5"},
			`? D2 proactive.information 7条
? D4 proactive.channel.website 4条
? D5 proactive.channel.weibo 5条`},
		{"one cell a line, a page ends among the figures", "text", []string{
			"第二十条第（六）项", "信息内容", "本年处理决定数量", "行政处罚", "71", "行政强制", "72", "四、政府信息公开行政复议、行政诉讼情况",
			"行政复议", "行政诉讼", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计", "未经复议直接起诉", "复议后起诉",
			"结果维持", "结果纠正", "其他结果", "尚未审结", "总计", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计",
			"1", "2", "3", "4", "10", "5", "6", "7", "8", "26", "1", "第三页", "9", "3", "4", "17"},
			`A5 proactive.penalty.decisions 71件
A7 proactive.compulsion.decisions 72件`},
		{"a figure beside the table", "xlsx", []string{
			"统计指标|单位|统计数", "（一）收到申请数|件|3", "1.当面申请数|件|1", "2.传真申请数|件||909090", "3.网络申请数|件|1"},
			`C2 application.received 3件
C3 application.received.channel.in_person 1件
? C4 application.received.channel.fax blank
C5 application.received.channel.online 1件`},
		{"the head begins one column too far left", "xlsx", []string{
			"第二十条第（一）项", "本年制发件数|本年废止件数|现行有效件数", "规章|1|2|", "行政规范性文件|3|4|5"},
			`? B3 proactive.rules.issued 1件
? C3 proactive.rules.repealed 2件
? D3 proactive.rules.in_force blank
? B4 proactive.normative.issued 3件
? C4 proactive.normative.repealed 4件
? D4 proactive.normative.in_force 5件`},
	}
	for _, tt := range tests {
		allowed := make(map[string]bool)
		got := make(map[string]bool)
		for line := range strings.Lines(reading(t, valueBook(tt.format, tt.rows...))) {
			got[strings.TrimSpace(line)] = true
		}
		for line := range strings.Lines(tt.want) {
			line = strings.TrimSpace(line)
			may, optional := strings.CutPrefix(line, "? ")
			allowed[may] = true
			if !optional && !got[line] {
				t.Errorf("%s: not read: %s", tt.reason, line)
			}
		}
		for _, line := range slices.Sorted(maps.Keys(got)) {
			if !allowed[line] && !strings.HasPrefix(line, "!") && !strings.HasPrefix(line, "values: no table") {
				t.Errorf("%s: WRONG: %s", tt.reason, line)
			}
		}
	}
}
