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
	return inOrder(ctx, ins, func(ctx context.Context, in input) (out *parsed, err error) {
		out = &parsed{input: in}
		if in.err == nil {
			out.reports, err = p.ParseAll(ctx, in.source)
			if err == nil && prepare != nil {
				err = prepare(out)
			}
		}
		return out, err
	})
}

// inOrder works on what comes on every core, and yields what is made of it in the
// order in which it came, up to the first error: that of the work, or ctx's.
func inOrder[In, Out any](ctx context.Context, ins iter.Seq[In], work func(context.Context, In) (Out, error)) iter.Seq2[Out, error] {
	type result struct {
		out Out
		err error
	}
	return func(yield func(Out, error) bool) {
		whole := ctx // ends before the one derived from it, so it is asked at the end
		ctx, cancel := context.WithCancel(whole)
		cores := make(chan struct{}, runtime.GOMAXPROCS(0))
		// The queue bounds how far reading runs ahead of writing: long enough for
		// the other processors to go on behind a PDF, which takes as long as a
		// hundred pages.
		queue := make(chan chan result, 32*cap(cores))
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		wg.Go(func() {
			defer close(queue)
			for in := range ins {
				done := make(chan result, 1)
				select {
				case queue <- done:
				case <-ctx.Done():
					return
				}
				select {
				case cores <- struct{}{}:
				case <-ctx.Done():
					done <- result{err: ctx.Err()}
					return
				}
				wg.Go(func() {
					defer func() { <-cores }()
					out, err := work(ctx, in)
					done <- result{out, err}
				})
			}
		})
		for done := range queue {
			r := <-done
			if !yield(r.out, r.err) || r.err != nil {
				return
			}
		}
		if err := whole.Err(); err != nil {
			var none Out
			yield(none, err)
		}
	}
}
