package main

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		wrong string
		names []string
		want  string
	}{
		{"requests.recieved", measureCodes(), "requests.received"},
		{"Requests.Received", measureCodes(), "requests.received"},
		{"盱胎县", regionNames(), "盱眙县"},
		{"received", measureCodes(), "requests.received"},
		{"yaer", []string{"under", "year", "per"}, "year"},
		{"rate.grantd", measureCodes(), "rate.granted"},
	} {
		if got := nearest(c.wrong, c.names); len(got) == 0 || len(got) > suggestions || !slices.Contains(got, c.want) {
			t.Errorf("%s: %v lacks %s", c.wrong, got, c.want)
		}
	}
	if got := nearest("zzzzzzzz", measureCodes()); len(got) != 0 {
		t.Errorf("nothing is like zzzzzzzz, and %v was offered", got)
	}
}
