package convert

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// TestSameKey holds spellings of one label that were seen in print.
func TestSameKey(t *testing.T) {
	tests := []struct {
		reason string
		label  string // as the form prints it
		prints []string
	}{
		{"numbering of every kind, or none", "一、主动公开信息数", []string{
			"主动公开信息数", "（一）主动公开信息数", "(一)主动公开信息数", "㈠主动公开信息数", "1.主动公开信息数", "1、主动公开信息数",
			"1. 主动公开信息数", "(1)主动公开信息数", "（1）主动公开信息数", "①主动公开信息数", "１．主动公开信息数", "⒈主动公开信息数",
			"十一、主动公开信息数", "(11)主动公开信息数", "1，主动公开信息数", "1）主动公开信息数", "1:主动公开信息数"}},
		{"numbering before numbering", "其中：①当面申请数", []string{"当面申请数", "其中:1.当面申请数", "其中：1、当面申请数", "其中1.当面申请数", "1.其中：当面申请数"}},
		{"其中 with and without a colon", "其中：律师", []string{"律师", "其中:律师", "其中律师", "其中： 律师", " 其中：\n律师"}},
		{"width of brackets, commas and colons", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", []string{
			"(二)部分公开(区分处理的,只计这一情形,不计其他情形)", "（二）部分公开（区分处理的, 只计这一情形, 不计其他情形）", "部分公开 (区分处理的, 只计这一情形, 不计其他情形)"}},
		{"情况 for 情形", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", []string{"(二)部分公开(区分处理的,只计这一情况,不计其他情况)"}},
		{"a bracket lost or moved", "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", []string{
			"本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)", "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和"}},
		{"钩 for 勾", "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", []string{"(本列数据的钩稽关系为:第一项加第二项之和,等于第三项加第四项之和)"}},
		{"brackets round other words", "第二十条第（一）项", []string{"第二十条第(一)项", "第二十条第(一项)", "第二十条 第（一）项", "第二十条  第(一)项"}},
		{"white space and line breaks within", "（三）不予公开", []string{"(三) 不予公开", "(三)\n不予公开", "（三）不\n予公开", "(三)\u00a0不予公开", "（三）\u3000不予公开", "（三）不予\u200b公开"}},
		{"a line for every character", "三、本年度办理结果", []string{"三、\n本\n年\n度\n办\n理\n结\n果"}},
		{"spread out in a narrow cell", "商业企业", []string{"商业 企业", "商业\n企业", "商 业 企\n业", "商　业　企　业"}},
		{"spread out in a head", "统计指标", []string{"统 计 指 标", "统　计　指　标", "統 計 指 標"}},
		{"a slash", "本年增/减", []string{"本年增／减", "本年增减", "本年增 / 减", "本年增/減"}},
		{"quotes straight, reversed, Taiwanese or none", "3.危及“三安全一稳定”", []string{
			"3.危及\"三安全一稳定\"", "3.危及”三安全一稳定“", "3.危及「三安全一稳定」", "3、危及三安全一稳定", "3.危及＂三安全一稳定＂"}},
		{"数 outside the quotes", "(2)“信息不存在”数", []string{"信息不存在数", "4.信息不存在数", "(1)”信息不存在“数", "（2）\"信息不存在\"数"}},
		{"angle quotes", "不是《条例》所指政府信息", []string{"不是<<条例>>所指政府信息", "不是＜＜条例＞＞所指政府信息", "不是〈条例〉所指政府信息", "不是条例所指政府信息", "不是「條例」所指政府信息"}},
		{"ideographic comma or comma", "2.街镇、大社区、经开区", []string{"2.街鎮,大社區,經開區", "2. 街镇，大社区，经开区"}},
		{"doubled punctuation of mirrors", "一、主动公开情况", []string{"一,、主动公开情况", "一、、主动公开情况,,"}},
		{"marks of yearly figures", "政府信息公开指定专职人员数", []string{"政府信息公开指定专职人员数**", "政府信息公开指定专职人员数 *"}},
		{"其它 for 其他", "6.其他形式申请数", []string{"6.其它形式申请数"}},
		{"免于 for 免予", "(5)“免予公开范围1”数", []string{"(4)“免于公开范围1”数", "（5）免于公开范围１数"}},
		{"网上 for 网络", "3.网络申请数", []string{"4.网上申请数", "4.網上申請數"}},
		{"Traditional script, the words of Taiwan", "行政规范性文件", []string{"行政規範性文件", "行政規范性文件", "行政規範性檔案"}},
		{"Traditional script, three forms of one character", "四、行政复议数量", []string{"四、行政複議數量", "四、行政復議數量", "四、行政覆議數量"}},
		{"Traditional script, characters that keep their form in part", "本年新制作数量", []string{"本年新製作數量", "本年新制作數量"}},
		{"over-converted", "行政强制", []string{"行政強製", "行政強制", "行政強(qiáng)制"}},
		{"over-converted 方面", "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）", []string{
			"（四）政府信息公開專項經費（不包括用於政府公報編輯管理及政府網站建設維護等方麵的經費）"}},
		{"purchases, simplified in one page and not in the next", "采购总金额", []string{"採購總金額", "采購總金額", "采購(gòu)總金額"}},
		{"readings after single characters", "行政事业性收费", []string{"行政事業(yè)性收費(fèi)", "行(xíng)政(zhèng)事業(yè)性收費(fèi)", "行政事業（yè）性收費（fèi）"}},
		{"readings without tone marks", "信息内容", []string{"信(xin)息(xi)内(nei)容(rong)", "信息內(nèi)容"}},
		{"readings in a label of several lines", "处理决定数量", []string{"處理決定 數(shù)量", "处理决定\n数量", "處理決定數量"}},
		{"radicals in place of characters, as PDF files have them", "行政许可", []string{"⾏政许可", "⾏政許可"}},
		{"full-width digits and letters", "3.补正后申请内容仍不明确", []string{"３．补正后申请内容仍不明确", "3．補正後申請內容仍不明確"}},
	}
	for _, tt := range tests {
		want := makeKey(tt.label)
		if want.full == "" {
			t.Errorf("%s: %q has no key", tt.reason, tt.label)
		}
		for _, p := range tt.prints {
			if got := makeKey(p); got.full != want.full {
				t.Errorf("%s: %q has the key %q, want %q as of %q", tt.reason, p, got.full, want.full, tt.label)
			}
		}
	}
}

// TestCoreKey holds labels with words in brackets that not every copy has.
func TestCoreKey(t *testing.T) {
	tests := []struct{ reason, print, core string }{
		{"a year behind the label", "对外公开总数量(2019年起)", "对外公开总数量"},
		{"a remark after a space", "现行有效件数 (历史累计)", "现行有效件数"},
		{"a unit", "采购总金额(万元)", "采购总金额"},
		{"a unit with a rule", "采购总金额(万元,保留四位小数)", "采购总金额"},
		{"instructions printed in the cell", "规章（设区的市、自治州人民政府应提供）", "规章"},
		{"the form's own remark", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "部分公开"},
		{"brackets in the middle", "主动公开政府信息数（不同渠道和方式公开相同信息计1条）合计", "主动公开政府信息数合计"},
		{"brackets within brackets", "收费(含(检索)费用)数", "收费数"},
		{"no brackets", "规章", "规章"},
		{"square and lenticular brackets", "收费〔含检索〕数【元】[年]", "收费数"},
		{"a bracket that is never closed opens nothing", "收费(含检索", "收费含检索"},
		{"everything in brackets", "（本列数据）", "本列数据"},
		{"a number that is no numbering", "15日内答复数", "15日内答复数"},
		{"a number that is no numbering", "3个工作日内办结数", "3个工作日内办结数"},
		{"a number that is no numbering", "1.5万元以上的收费", "15万元以上的收费"},
	}
	for _, tt := range tests {
		k := makeKey(tt.print)
		if k.core != tt.core {
			t.Errorf("%s: the core of %q is %q, want %q", tt.reason, tt.print, k.core, tt.core)
		}
	}
}

// TestOtherKey holds labels that look alike and mean different things.
func TestOtherKey(t *testing.T) {
	tests := []struct{ reason, a, b string }{
		{"a part of the other", "3.其他", "5.其他方式公开政府信息数"},
		{"a part of the other", "七、其他", "其他结果"},
		{"what is copied", "3.主动公开复制费（纸张）", "4.主动公开复制费（光盘）"},
		{"what is copied", "4.主动公开复制费（光盘）", "5.主动公开复制费（软盘）"},
		{"numbered ranges", "(5)“免予公开范围1”数", "(6)“免予公开范围2”数"},
		{"exempt and not granted", "(5)“免予公开范围1”数", "不予公开范围1"},
		{"in and out", "二、上年结转政府信息公开申请数量", "四、结转下年度继续办理"},
		{"carried over and received", "二、上年结转政府信息公开申请数量", "一、本年新收政府信息公开申请数量"},
		{"agreed and not", "2.同意公开答复数", "4.不同意公开答复数"},
		{"agreed and in part", "2.同意公开答复数", "3.同意部分公开答复数"},
		{"not agreed, not granted", "4.不同意公开答复数", "8.不予公开答复总数"},
		{"not granted, vetoed", "8.不予公开答复总数", "3.否决公开答复总数"},
		{"not held, outside the powers", "(3)“非本部门掌握”数", "5.非本机关职权范围数"},
		{"sections of one article", "第二十条第（五）项", "第二十条第（六）项"},
		{"sections of one article", "第二十条第（八）项", "第二十条第（九）项"},
		{"forms of 2019 and 2021", "对外公开总数量", "现行有效件数"},
		{"forms of 2019 and 2021", "本年新制作数量", "本年制发件数"},
		{"made and published", "本年新制作数量", "本年新公开数量"},
		{"forms of 2019 and 2021", "处理决定数量", "本年处理决定数量"},
		{"remedies", "行政复议数", "行政诉讼数"},
		{"remedies", "未经复议直接起诉", "复议后起诉"},
		{"purchases", "采购项目数量", "上一年项目数量"},
		{"information and government information", "主动公开信息数", "主动公开政府信息数"},
		{"a digit within a label", "公开相同信息计1条", "公开相同信息计2条"},
		{"a number that is no numbering", "15日内答复数", "答复数"},
		{"a number that is no numbering", "3个工作日内答复数", "工作日内答复数"},
		{"a year", "2019年度", "2020年度"},
	}
	for _, tt := range tests {
		a, b := makeKey(tt.a), makeKey(tt.b)
		if a.full == b.full {
			t.Errorf("%s: %q and %q have one key %q", tt.reason, tt.a, tt.b, a.full)
		}
	}
}

func TestNoKey(t *testing.T) {
	tests := []struct{ reason, text string }{
		{"nothing", ""},
		{"white space", " \n\u3000\u00a0"},
		{"a placeholder", "——"},
		{"punctuation", "（）“”、/"},
		{"prose", strings.Repeat("长", longestLabel/3+1)},
	}
	for _, tt := range tests {
		if k := makeKey(tt.text); k != (key{}) {
			t.Errorf("%s: %q has the key %v, want none", tt.reason, tt.text, k)
		}
	}
	if k := makeKey(strings.Repeat("长", longestLabel/3)); k.full == "" {
		t.Errorf("a label of %d bytes has no key", longestLabel/3*3)
	}
}

// TestTraditionalLabels compares the labels of all forms with their spelling
// in Traditional script, as ICU converts them (uconv -x Hans-Hant).
func TestTraditionalLabels(t *testing.T) {
	for _, rec := range testRecords(t, "testdata/layouts/traditional.csv") {
		label, traditional := rec[0], rec[1]
		if a, b := makeKey(label), makeKey(traditional); a != b {
			t.Errorf("%q has the key %q, %q has %q", label, a.full, traditional, b.full)
		}
	}
}

// testRecords reads a CSV file without its first line.
func testRecords(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(records) < 2 {
		t.Fatalf("%s is empty", name)
	}
	return records[1:]
}

// TestVariants checks that folding a character needs one step, and that no
// character of a label is folded into another label's.
func TestVariants(t *testing.T) {
	table := variants()
	if len(table) == 0 {
		t.Fatal("no variants")
	}
	for from, to := range table {
		if next, again := table[to]; again {
			t.Errorf("%c is read as %c, and %c as %c", from, to, to, next)
		}
		if from == to {
			t.Errorf("%c is read as itself", from)
		}
	}
	seen := make(map[rune]int)
	n := 0
	for line := range strings.Lines(variantsTXT) {
		n++
		to, from, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || to == "#" {
			continue
		}
		for _, r := range from {
			if first, twice := seen[r]; twice {
				t.Errorf("data/variants.txt:%d: %c stands in line %d", n, r, first)
			}
			seen[r] = n
		}
	}
}
