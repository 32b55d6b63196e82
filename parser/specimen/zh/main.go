package main
import ("context";"fmt";"os";"time";"runtime";"nianbao/parser";"nianbao/parser/specimen";"strings")
func main(){
 ps:=parser.New(parser.Config{}); n:=0
 for _,h:=range specimen.Hostile(){ if len(os.Args)>1&&!strings.HasPrefix(h.Name,os.Args[1]){continue}
  d:=h.Bytes(); s:=time.Now(); var m0,m1 runtime.MemStats; runtime.ReadMemStats(&m0)
  func(){ defer func(){ if e:=recover();e!=nil{fmt.Println("PANIC",h.Name,e)}}()
  r,err:=ps.Parse(context.Background(),parser.Source{Name:h.Name,Data:d}); e:=time.Since(s); runtime.ReadMemStats(&m1)
  if err!=nil{fmt.Println("ERR",h.Name,err);return}
  v:=0; for _,f:=range r.Facts{ if f.Value!=nil{v++}}
  if e>time.Second{fmt.Printf("SLOW %s %v alloc %dMB\n",h.Name,e,(m1.TotalAlloc-m0.TotalAlloc)>>20)}
  if h.NoFacts&&v>0{fmt.Println("FACTS",h.Name,v,r.Facts[0])}
  if h.NoFacts&&r.Meta.Layout!=""{fmt.Println("LAYOUT",h.Name,r.Meta.Layout)}
  if v==0&&len(r.Findings)==0{fmt.Println("SILENT",h.Name)}
  if strings.HasPrefix(h.Name,"table-figure")&&v>0{fmt.Println("FIG",h.Name,r.Facts[0].Raw,*r.Facts[0].Value)}
  }(); n++ }
 fmt.Println(n)
}
