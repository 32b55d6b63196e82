package region

import "testing"

func TestLookup(t *testing.T) {
	r, ok := Lookup("653101")
	if !ok || r.Name != "喀什市" || r.Level != LevelCounty || r.ParentCode != "653100" {
		t.Errorf("653101 is %+v", r)
	}
	if PathName("320813") != "江苏省淮安市洪泽区" {
		t.Errorf("path of 320813 is %s", PathName("320813"))
	}
}
