package store_test

import (
	"strings"
	"testing"

	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

func TestReadDenominators(t *testing.T) {
	all, err := store.ReadDenominators(strings.NewReader("\ufeffname,source,value,year,region_code\n# a remark\nstaff,a survey,12.5,2021,653101\n\nstaff,a survey,3,2022,653101\n"))
	if err != nil || len(all) != 2 || all[0] != (store.Denominator{RegionCode: "653101", Year: 2021, Value: 12.5, Name: "staff", Source: "a survey"}) {
		t.Errorf("%+v, %v", all, err)
	}
	const head = "region_code,year,value,name,source\n"
	for in, want := range map[string]string{
		"":                                                      "empty",
		"region_code,year,value,name\n":                         "line 1: no column source",
		head:                                                    "no row below the header",
		head + "653199,2021,1,staff,s\n":                        `line 2: region_code "653199"`,
		head + "653101,21,1,staff,s\n":                          `line 2: year "21"`,
		head + "653101,2021,\"1,200\",a,s":                      `line 2: value "1,200"`,
		head + "653101,2021,0,staff,s\n":                        `line 2: value "0"`,
		head + "653101,2021,-1,staff,s\n":                       `line 2: value "-1"`,
		head + "653101,2021,NaN,staff,s\n":                      `line 2: value "NaN"`,
		head + "653101,2021,Inf,staff,s\n":                      `line 2: value "Inf"`,
		head + "653101,2021,1,residents,s":                      "that of the residents that are built in",
		head + "653101,2021,1,my staff,s\n":                     `line 2: name "my staff"`,
		head + "653101,2021,1,staff,\n":                         "line 2: source is empty",
		head + "653101,2021,1,staff\n":                          "line 2: 4 fields, want 5",
		head + "653101,2021,1,staff,s\n653101,2021,2,staff,s\n": "line 3: staff of 653101 in 2021 stands in line 2 already",
		head + "653199,2021,1,a,s\n\n653101,2021,1,a,s\n653101,2022,x,a,s": "line 5: value \"x\"",
	} {
		_, err := store.ReadDenominators(strings.NewReader(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

func FuzzReadDenominators(f *testing.F) {
	f.Add("region_code,year,value,name,source\n653101,2021,1,staff,s\n")
	f.Fuzz(func(t *testing.T, in string) {
		all, err := store.ReadDenominators(strings.NewReader(in))
		if err == nil && len(all) == 0 {
			t.Error("neither a row nor an error")
		}
		for _, d := range all {
			if d.Value <= 0 || d.Name == "" || d.Source == "" || len(d.RegionCode) != 6 {
				t.Errorf("%+v", d)
			}
		}
	})
}

// The table of residents is what people who only know SELECT divide by.
func TestPopulationTable(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Same(t, "rows", []string{"330110|2402514||2020", "350405|250503||", "350427|250503||", "653221|342603|2016|2023"},
		storetest.Query(t, s, "SELECT region_code, residents, from_year, to_year FROM population WHERE region_code IN ('330110', '330113', '350405', '350427', '653221') ORDER BY region_code"))
	storetest.Same(t, "said of it", []string{region.CensusDate + "|1"}, storetest.Query(t, s, "SELECT DISTINCT date, source LIKE '%ISBN%' FROM population"))
}
