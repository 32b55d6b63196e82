package main

import (
	"context"
	"iter"
	"maps"
	"slices"

	"nianbao/crawler"
)

// crawlStatus prints the state of a crawl from outside.
func (a *app) crawlStatus(ctx context.Context, f crawlFlags) error {
	st, err := crawler.ReadStatus(ctx, frontierFile(f.archive))
	if err != nil {
		return err
	}
	return a.printStatus(st, statusRows(st, f.table), f.table)
}

// statusRow is a number that tells how a crawl is getting on.
type statusRow struct {
	What  string `json:"what" title:"STATE" jsonschema:"what is counted; running is 1 while a process is at work"`
	Count int64  `json:"count"`
}

func (a *app) printStatus(st crawler.Status, rows []statusRow, f tableFlags) error {
	state := map[bool]string{true: "RUNNING", false: "STOPPED"}[st.Running]
	return a.print(tableOf(rows, titles{"count": state}), f)
}

// statusRows has the state of a crawl, a row a number.
func statusRows(st crawler.Status, f tableFlags) (all []statusRow) {
	add := func(what string, n int64) { all = append(all, statusRow{what, n}) }
	if !f.people() {
		add("running", map[bool]int64{true: 1}[st.Running]) // people read it above the column
	}
	add("seeds", int64(st.Seeds))
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
		add(row.name, row.n)
	}
	for _, reason := range slices.Sorted(maps.Keys(st.ByReason)) {
		add("ended: "+string(reason), int64(st.ByReason[reason]))
	}
	for _, reason := range slices.Sorted(maps.Keys(st.Postponed)) {
		add("to be tried again: "+string(reason), int64(st.Postponed[reason]))
	}
	for _, reason := range slices.Sorted(maps.Keys(st.Refused)) {
		add("links not followed: "+string(reason), int64(st.Refused[reason]))
	}
	return all
}

// crawlList prints addresses and links with what became of them.
func (a *app) crawlList(ctx context.Context, f crawlFlags) error {
	return a.printEntries(crawler.ReadEntries(ctx, frontierFile(f.archive), f.list), f.table)
}

func (a *app) printEntries(entries iter.Seq2[crawler.Entry, error], f tableFlags) error {
	var rows []entryRow
	for e, err := range entries {
		if err != nil {
			return err
		}
		rows = append(rows, entryRow{e.State, string(e.Reason), e.Seed, e.URL, e.Text, e.Detail, e.Page})
	}
	return a.print(tableOf(rows, nil), f)
}

// entryRow is an address or a link with what became of it.
type entryRow struct {
	State  string `json:"state" title:"STATE" jsonschema:"waiting, postponed, done, failed or refused (a link that is not followed)"`
	Reason string `json:"reason" title:"REASON" jsonschema:"code of what became of it"`
	Seed   int    `json:"seed_line" title:"SEED" jsonschema:"line of its seed"`
	URL    string `json:"url" title:"ADDRESS"`
	Text   string `json:"text" title:"TEXT" jsonschema:"of the link"`
	Detail string `json:"detail" title:"DETAIL"`
	Page   string `json:"page" title:"PAGE" jsonschema:"that the link stands on"`
}
