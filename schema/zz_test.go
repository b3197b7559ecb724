package schema_test
import ("testing";"fmt";"time";"github.com/zwgk/statable/schema")
func TestZZ(t *testing.T){
	mk:=func(n int, issuer func(i int) string)*schema.Report{
		r:=&schema.Report{File:"x"}
		for i:=0;i<n;i++{
			s:=sample(t,"2024-national-2021-huaian")
			for k:=range s.Tables { s.Tables[k].Issuer=issuer(i) }
			enter(t, cell(t,s,"application.outcome","total"),"2827")
			r.Tables=append(r.Tables,s.Tables...)
		}
		return r
	}
	for _,c:=range []struct{name string; r *schema.Report}{{"named",mk(1000,func(i int)string{return fmt.Sprint("i",i)})},{"unnamed",mk(1000,func(i int)string{return ""})}} {
		s:=time.Now(); n:=len(schema.Check(c.r)); fmt.Println(c.name,"check",n,time.Since(s))
		s=time.Now(); n=len(schema.Panel(c.r)); fmt.Println(c.name,"panel",n,time.Since(s))
		s=time.Now(); n=len(schema.Aggregate(c.r)); fmt.Println(c.name,"agg",n,time.Since(s))
		s=time.Now(); n=len(schema.Diff(c.r,c.r)); fmt.Println(c.name,"diff",n,time.Since(s))
		s=time.Now(); n=len(schema.CheckLevels(c.r,c.r)); fmt.Println(c.name,"levels",n,time.Since(s))
	}
	// one table, many copies of cells
	r:=&schema.Report{File:"x"}
	tb:=schema.Table{Layout:"national-2021",Name:"applications"}
	s:=sample(t,"2024-national-2021-huaian")
	for i:=0;i<1000;i++{ tb.Observations=append(tb.Observations,s.Tables[1].Observations...)}
	enter(t,&tb.Observations[0],"7")
	r.Tables=[]schema.Table{tb}
	st:=time.Now(); n:=len(schema.Check(r)); fmt.Println("dup",n,time.Since(st))
}
