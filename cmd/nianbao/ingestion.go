package main

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"nianbao/parser"
	"nianbao/parser/report"
)

// parsed is what became of one input: the reports in it, or an error.
type parsed struct {
	input
	reports []*report.Report
	work    any // what prepare made of each report
}

// storable reports whether a parsed document is one to store, and why not: no
// report at all, or a page that only links to one. Such a page has a report's
// title, region and year; stored, it would stand in the way of its own file.
func storable(r *report.Report) (ok bool, why string) {
	if ok, why = parser.Recognised(r); !ok || len(r.Facts) > 0 {
		return ok, why
	}
	for _, f := range r.Findings {
		if f.Rule == report.RuleAttachmentPresent {
			return false, f.Message
		}
	}
	return true, ""
}

// parseAll parses inputs on every core and yields the results in the order of
// the inputs, so that the same inputs always give the same numbers. prepare,
// if any, does on the same core what else can be done beforehand.
//
// The error that ends it is ctx's, or one that no other input would be spared
// from.
func parseAll(ctx context.Context, p *parser.Parser, ins iter.Seq[input], prepare func(*parsed) error) iter.Seq2[*parsed, error] {
	return func(yield func(*parsed, error) bool) {
		whole := ctx // ends before the one derived from it, so it is asked at the end
		ctx, cancel := context.WithCancel(whole)
		workers := runtime.GOMAXPROCS(0)
		type job struct {
			in   input
			done chan *parsed
			err  error
		}
		todo := make(chan *job)
		// The queue bounds how far reading runs ahead of writing: long enough for
		// the other processors to go on behind a PDF, which takes as long as a
		// hundred pages.
		queue := make(chan *job, 32*workers)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		wg.Go(func() {
			defer close(queue)
			defer close(todo)
			for in := range ins {
				j := &job{in: in, done: make(chan *parsed, 1)}
				select {
				case queue <- j:
				case <-ctx.Done():
					return
				}
				select {
				case todo <- j:
				case <-ctx.Done():
					j.err = ctx.Err()
					j.done <- nil
					return
				}
			}
		})
		for range workers {
			wg.Go(func() {
				for j := range todo {
					out := &parsed{input: j.in}
					if j.in.err == nil {
						out.reports, j.err = p.ParseAll(ctx, j.in.source)
						if j.err == nil && prepare != nil {
							j.err = prepare(out)
						}
					}
					j.done <- out
				}
			})
		}
		for j := range queue {
			out := <-j.done
			if j.err != nil {
				yield(nil, j.err)
				return
			}
			if !yield(out, nil) {
				return
			}
		}
		if err := whole.Err(); err != nil {
			yield(nil, err)
		}
	}
}
