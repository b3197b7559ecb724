package convert

import (
	"fmt"
	"testing"

	"github.com/zwgk/statable/xlsx"
)

func TestFindYear(t *testing.T) {
	tests := []struct {
		reason        string
		text          string
		year          int
		before, after string
	}{
		{"before the words", "2018年度政府信息公开情况统计表", 2018, "", "政府信息公开情况统计表"},
		{"behind the organ", "淮安市人民政府2024年政府信息公开工作年度报告", 2024, "淮安市人民政府", "政府信息公开工作年度报告"},
		{"full width", "齐齐哈尔市２０１８年政府信息公开工作年度报告", 2018, "齐齐哈尔市", "政府信息公开工作年度报告"},
		{"white space", "2018 年 度 政府信息公开情况统计表", 2018, "", "政府信息公开情况统计表"},
		{"Chinese digits", "二〇一八年政府信息公开工作年度报告", 2018, "", "政府信息公开工作年度报告"},
		{"Chinese digits with a circle", "二○一九年度报告", 2019, "", "报告"},
		{"Chinese digits with 零", "二零二一年度报告", 2021, "", "报告"},
		{"a page of a mirror", "包河區2018年政府信息公開工作報告", 2018, "包河区", "政府信息公开工作报告"},
		{"a part of a longer number", "第12018年", 0, "", ""},
		{"not filled in", "    年度政府信息公开情况统计表", 0, "", ""},
		{"no year", "政府信息公开情况统计表", 0, "", ""},
		{"a number that is no year", "第1045年", 0, "", ""},
		{"years without 年", "2018-2019", 0, "", ""},
		{"the first of two", "2018年至2019年", 2018, "", "至2019年"},
		{"nothing", "", 0, "", ""},
	}
	for _, tt := range tests {
		year, before, after := findYear(tt.text)
		if year != tt.year || before != tt.before || after != tt.after {
			t.Errorf("%s: findYear(%q) = %d, %q, %q, want %d, %q, %q", tt.reason, tt.text, year, before, after, tt.year, tt.before, tt.after)
		}
	}
}

func TestIssuerLine(t *testing.T) {
	tests := []struct {
		reason, text, name string
		ok                 bool
	}{
		{"half width", "填报单位:如东县人民政府办公室", "如东县人民政府办公室", true},
		{"with a seal", "填报单位（盖章）：齐齐哈尔市人民政府办公室", "齐齐哈尔市人民政府办公室", true},
		{"Traditional script", "填報單位：合肥市包河區人民政府", "合肥市包河區人民政府", true},
		{"spread out", "填 报 单 位 ： 某县档案局", "某县档案局", true},
		{"other words", "报送单位：某县档案局", "某县档案局", true},
		{"a date behind the organ", "填报单位：某县档案局    填报日期：2019年1月15日", "某县档案局", true},
		{"not filled in", "填报单位（盖章）：", "", true},
		{"not filled in, the name in the next cell", "填报单位", "", true},
		{"a blank quarterly form", "填报单位： 年 季度", "", true},
		{"a blank quarterly form with the century", "填报单位: 20  年  季度", "", true},
		{"a row's label", "主动公开信息数", "", false},
		{"a signature", "单位负责人：张三", "", false},
		{"a column's label", "单位", "", false},
		{"a title", "2018年度政府信息公开情况统计表", "", false},
	}
	for _, tt := range tests {
		if name, ok := issuerLine(tt.text); name != tt.name || ok != tt.ok {
			t.Errorf("%s: issuerLine(%q) = %q, %v, want %q, %v", tt.reason, tt.text, name, ok, tt.name, tt.ok)
		}
	}
}

func TestIssuerInTitle(t *testing.T) {
	tests := []struct{ reason, title, name string }{
		{"before the year", "淮安市人民政府2024年政府信息公开工作年度报告", "淮安市人民政府"},
		{"before the year", "上海市人民政府办公厅2019年政府信息公开工作年度报告", "上海市人民政府办公厅"},
		{"before the year", "齐齐哈尔市2018年政府信息公开工作年度报告", "齐齐哈尔市"},
		{"Traditional script", "南山區蛇口街道辦事處2021年政府信息公開工作年度報告", "南山區蛇口街道辦事處"},
		{"Traditional script", "包河區2018年政府信息公開工作報告", "包河區"},
		{"behind the year", "2019年如东县卫生健康委员会政府信息公开工作年度报告", "如东县卫生健康委员会"},
		{"behind 年度", "2018年度如东县档案局政府信息公开情况统计表", "如东县档案局"},
		{"Chinese digits", "如东县二〇一八年政府信息公开工作年度报告", "如东县"},
		{"full width", "如东县２０１８年政府信息公开工作年度报告", "如东县"},
		{"in quotes", "《如东县2018年政府信息公开工作年度报告》", "如东县"},
		{"关于 before it", "关于如东县2018年政府信息公开工作的年度报告", "如东县"},
		{"a government, whose name ends as the words begin", "2019年如东县人民政府信息公开工作年度报告", "如东县人民政府"},
		{"a numeral in the name", "深圳市第二人民医院2020年政府信息公开工作年度报告", "深圳市第二人民医院"},
		{"nobody", "2018年度政府信息公开情况统计表", ""},
		{"nobody", "2024年政府信息公开工作年度报告", ""},
		{"an annex", "附件2 2018年度政府信息公开情况统计表", ""},
		{"no year", "政府信息公开情况统计表", ""},
		{"a table's title", "附表一 主動公開政府信息情況統計", ""},
	}
	for _, tt := range tests {
		if name := issuerInTitle(tt.title); name != tt.name {
			t.Errorf("%s: issuerInTitle(%q) = %q, want %q", tt.reason, tt.title, name, tt.name)
		}
	}
}

func TestFromName(t *testing.T) {
	tests := []struct {
		reason, file string
		year         int
	}{
		{"in front", "2018-national-2014-rudong.xls", 0},
		{"in front alone", "2018-rudong.xls", 2018},
		{"with words", "齐齐哈尔市2018年度政府信息公开情况统计表.xls", 2018},
		{"in a folder", "2017/如东县2018年报.xlsx", 2018},
		{"in a folder of Windows", `D:\报送\2017\如东县2018年报.xlsx`, 2018},
		{"twice the same", "2018/2018年报2018.xlsx", 2018},
		{"two years", "2018-2019年报.xlsx", 0},
		{"a date", "P020210125567.xls", 0},
		{"a serial", "t20210205_2845520.xls", 0},
		{"only in the folder", "2018/年报.xls", 0},
		{"too early", "1998.xls", 0},
		{"no number", "年报.xls", 0},
		{"nothing", "", 0},
	}
	for _, tt := range tests {
		if year := fromName(tt.file); year != tt.year {
			t.Errorf("%s: fromName(%q) = %d, want %d", tt.reason, tt.file, year, tt.year)
		}
	}
}

// TestContext checks what is taken from the lines around a table.
func TestContext(t *testing.T) {
	section := []string{"第二十条第（六）项", "信息内容|本年处理决定数量", "行政处罚|3", "行政强制|4"}
	statistics := []string{"统计指标|单位|统计数", "（一）收到申请数|件|3", "1.当面申请数|件|1", "2.传真申请数|件|1", "3.网络申请数|件|1"}
	tests := []struct {
		reason      string
		file        string
		rows        []string
		want        string // issuer, its cell, year, its cell
		wantedTitle string
	}{
		{"a title with all", "a.xls", append([]string{"淮安市人民政府2024年政府信息公开工作年度报告"}, section...),
			"淮安市人民政府 A1 2024 A1", "淮安市人民政府2024年政府信息公开工作年度报告"},
		{"a title and the organ's line", "a.xls", append([]string{"2018年度政府信息公开情况统计表", "填报单位：如东县人民政府办公室"}, statistics...),
			"如东县人民政府办公室 A2 2018 A1", "2018年度政府信息公开情况统计表"},
		{"the organ in the next cell", "a.xls", append([]string{"2018年度政府信息公开情况统计表", "填报单位（盖章）：|如东县人民政府办公室"}, statistics...),
			"如东县人民政府办公室 B2 2018 A1", "2018年度政府信息公开情况统计表"},
		{"the organ's line counts before the title", "a.xls", append([]string{"如东县2018年度政府信息公开情况统计表", "填报单位：如东县人民政府办公室"}, statistics...),
			"如东县人民政府办公室 A2 2018 A1", "如东县2018年度政府信息公开情况统计表"},
		{"the organ and the date in one line", "a.xls", append([]string{"2018年度政府信息公开情况统计表", "填报单位：如东县档案局    填报日期：2019年1月15日"}, statistics...),
			"如东县档案局 A2 2018 A1", "2018年度政府信息公开情况统计表"},
		{"the date of publication is not the report year", "a.xls", append([]string{"某县2020年政府信息公开工作年度报告", "发布日期：2021年1月20日"}, section...),
			"某县 A1 2020 A1", "某县2020年政府信息公开工作年度报告"},
		{"the date of filling in is not the report year", "a.xls", append([]string{"2018年度政府信息公开情况统计表", "填报单位：某县档案局|填报日期：2019年1月15日"}, statistics...),
			"某县档案局 A2 2018 A1", "2018年度政府信息公开情况统计表"},
		{"the year in the file's name", "某县2019年报.xls", section, "  2019 ", ""},
		{"the title's year counts before the file's name", "某县2019年报.xls", append([]string{"某县2020年政府信息公开工作年度报告"}, section...),
			"某县 A1 2020 A1", "某县2020年政府信息公开工作年度报告"},
		{"nothing is known", "a.xls", section, "  0 ", ""},
		{"a blank form", "a.xls", append([]string{"    年度政府信息公开情况统计表", "填报单位（盖章）："}, statistics...), "  0 ", "年度政府信息公开情况统计表"},
	}
	for _, tt := range tests {
		book := valueBook(xlsx.FormatXLSX, tt.rows...)
		book.Name = tt.file
		report, err := ToSchema(book)
		if err != nil || len(report.Tables) != 1 {
			t.Errorf("%s: report %v, error %v", tt.reason, report, err)
			continue
		}
		tb := report.Tables[0]
		if got := fmt.Sprintf("%s %s %d %s", tb.Issuer, tb.IssuerFrom.Cell, tb.Year, tb.YearFrom.Cell); got != tt.want {
			t.Errorf("%s: issuer and year %q, want %q", tt.reason, got, tt.want)
		}
		if tb.Title != tt.wantedTitle {
			t.Errorf("%s: title %q, want %q", tt.reason, tb.Title, tt.wantedTitle)
		}
	}
}
