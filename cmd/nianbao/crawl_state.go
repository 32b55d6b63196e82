package main

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"nianbao/crawler"
)

// crawlStatus prints the state of a crawl from outside.
func (a *app) crawlStatus(ctx context.Context, f crawlFlags) error {
	st, err := crawler.ReadStatus(ctx, frontierFile(f.archive))
	if err != nil {
		return err
	}
	return a.print(statusTable(st, f.table), f.table)
}

// statusTable has the state of a crawl, a row a number.
func statusTable(st crawler.Status, f tableFlags) *table {
	state := "stopped"
	if st.Running {
		state = "running"
	}
	t := &table{columns: []column{{"what", "STATE"}, {"count", strings.ToUpper(state)}}}
	if f.json || f.csv {
		t.add("running", map[bool]int{true: 1}[st.Running]) // people read it above the column
	}
	t.add("seeds", int(st.Seeds))
	rows := []struct {
		name string
		n    int64
	}{{"waiting", st.Counts.Waiting}, {"done", st.Counts.Done}, {"failed", st.Counts.Failed}, {"hosts with work", st.Counts.Hosts}}
	if p := st.Progress; st.Running && !p.At.IsZero() {
		rows = append(rows, []struct {
			name string
			n    int64
		}{{"being fetched", int64(p.Active)}, {"hosts resting", int64(p.Idle)}, {"hosts down", int64(p.Down)},
			{"addresses a minute", int64(60 * p.Rate)}, {"seconds left", int64(p.Left.Seconds())}}...)
	}
	for _, row := range rows {
		t.add(row.name, int(row.n))
	}
	for _, reason := range slices.Sorted(maps.Keys(st.ByReason)) {
		t.add("ended: "+string(reason), int(st.ByReason[reason]))
	}
	for _, reason := range slices.Sorted(maps.Keys(st.Postponed)) {
		t.add("to be tried again: "+string(reason), int(st.Postponed[reason]))
	}
	for _, reason := range slices.Sorted(maps.Keys(st.Refused)) {
		t.add("links not followed: "+string(reason), int(st.Refused[reason]))
	}
	return t
}

// crawlList prints addresses and links with what became of them.
func (a *app) crawlList(ctx context.Context, f crawlFlags) error {
	return a.printEntries(crawler.ReadEntries(ctx, frontierFile(f.archive), f.list), f.table)
}

func (a *app) printEntries(entries iter.Seq2[crawler.Entry, error], f tableFlags) error {
	t := &table{columns: []column{{"state", "STATE"}, {"reason", "REASON"}, {"seed_line", "SEED"}, {"url", "ADDRESS"}, {"text", "TEXT"}, {"detail", "DETAIL"}, {"page", "PAGE"}}}
	for e, err := range entries {
		if err != nil {
			return err
		}
		t.add(e.State, string(e.Reason), e.Seed, e.URL, e.Text, e.Detail, e.Page)
	}
	return a.print(t, f)
}
