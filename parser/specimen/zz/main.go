package main
import ("context";"fmt";"os";"strings";"math/rand/v2";"sort";"nianbao/parser";"nianbao/parser/specimen")
func main(){
 ps:=parser.New(parser.Config{})
 n:=3; if v:=os.Getenv("N");v!="" {fmt.Sscan(v,&n)}; only:=""; if len(os.Args)>1 {only=os.Args[1]}
 verbose:=len(os.Args)>2
 type agg struct{wrong,missing,status,meta,rule,text,n,printed,found int}
 res:=map[string]*agg{}
 var names []string
 styles:=specimen.Styles(); if os.Getenv("MIX")!="" { styles=nil; for i:=range uint64(n*30){ for _,l:=range []string{"2014","2019","2021"} { styles=append(styles,specimen.Mixed(rand.New(rand.NewPCG(i,77)),l)) } }; n=1; only="" }
 for _,s:=range styles{ if only!=""&&!strings.HasPrefix(s.Name,only){continue}
  if only=="" && s.Container=="pdf" {continue}
  for _,l:=range s.Layouts { for seed:=range uint64(n){
   fl:=specimen.Flaws{}
   if os.Getenv("FL")!="" { switch seed%4 { case 0: fl.Blanks=0.15;fl.Dashes=0.05; case 1: fl.Blanks=0.5; fl.WrongTotals=4; case 2: fl.MissingRows=0.1;fl.WrongTotals=2;fl.Unreadable=0.03; case 3: fl.BlankTotals=true; fl.OneRowOthers=true;fl.Blanks=0.03 } }
   t:=specimen.RandomWith(rand.New(rand.NewPCG(seed,9)),l,fl)
   d,w,err:=s.Write(t); if err!=nil{panic(err)}
   r,err:=ps.Parse(context.Background(),parser.Source{Name:"x"+s.Extension,Data:d}); if err!=nil{fmt.Println(s.Name,err);continue}
   df:=w.Compare(r); k:=s.Name+" "+l; a:=res[k]; if a==nil{a=&agg{};res[k]=a;names=append(names,k)}
   a.wrong+=len(df.Wrong);a.missing+=len(df.Missing);a.status+=len(df.Statuses);a.meta+=len(df.Meta);a.rule+=len(df.Rules);a.text+=len(df.Text);a.n++;a.printed+=df.Printed;a.found+=df.Found
   if verbose&&!df.OK(){ fmt.Println("###",k,seed); str:=df.String(); ls:=strings.Split(str,"\n"); if len(ls)>25 {ls=ls[:25]}; fmt.Println(strings.Join(ls,"\n"))}
  }}}
 sort.Strings(names); ok:=0
 for _,k:=range names{ a:=res[k]; if a.wrong+a.missing+a.status+a.meta+a.rule+a.text==0 {ok++;continue}; fmt.Printf("%-40s wrong %d missing %d/%d status %d meta %d rule %d text %d\n",k,a.wrong,a.missing,a.printed,a.status,a.meta,a.rule,a.text)}
 fmt.Println(ok,"of",len(names),"fine")
}
