package store_test

import (
	"errors"
	"testing"
	"time"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// flawed is a sample report with two findings.
func flawed() *report.Report {
	r := storetest.Sample("653101", "喀什市", 2021, 10)
	r.Findings = []report.Finding{
		{Rule: "requests.balance", Severity: report.SeverityError, Indicator: "requests.received", Applicant: "total", Message: "does not balance"},
		{Rule: report.RuleSectionMissing, Severity: report.SeverityWarning, Message: "a section is missing"},
	}
	return r
}

func found(t *testing.T, s *store.Store, state store.ReviewState) (rules []string) {
	t.Helper()
	for f, err := range s.Findings(t.Context(), store.FindingQuery{Review: state}) {
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, f.Rule)
	}
	return rules
}

func TestReview(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, flawed(), store.Document{})
	review := store.Review{ReportID: 1, Rule: "requests.balance", Indicator: "requests.received", Applicant: "total", Verdict: store.VerdictDismissed, Reason: "结转数另有说明", Reviewer: "核对人"}
	if err := s.ReviewFinding(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	for state, want := range map[store.ReviewState][]string{
		store.ReviewAny: {"requests.balance", "section.missing"}, store.ReviewOpen: {"section.missing"}, store.ReviewStanding: {"section.missing"},
		store.ReviewDismissed: {"requests.balance"}, store.ReviewConfirmed: nil,
	} {
		storetest.Same(t, string(state), want, found(t, s, state))
	}

	// A newer parser reads the report again: the review holds, whatever else is found.
	again := flawed()
	again.Meta.ParserVersion = "next"
	again.Findings = append([]report.Finding{{Rule: report.RuleUnreadable, Severity: report.SeverityWarning, Message: "new"}}, again.Findings...)
	storetest.Ingest(t, s, again, store.Document{})
	storetest.Same(t, "after a second reading", []string{"requests.balance"}, found(t, s, store.ReviewDismissed))
	storetest.Same(t, "after a second reading", []string{"value.unreadable", "section.missing"}, found(t, s, store.ReviewOpen))

	// A finding that is gone leaves its review, which says so.
	gone := flawed()
	gone.Meta.ParserVersion, gone.Findings = "later", nil
	storetest.Ingest(t, s, gone, store.Document{})
	all, err := s.Reviews(t.Context(), store.Filter{})
	if err != nil || len(all) != 1 || !all[0].Gone || all[0].Reason != review.Reason || all[0].ReviewedAt == "" {
		t.Errorf("%+v %v", all, err)
	}
	if at, err := time.Parse(time.RFC3339, all[0].ReviewedAt); err != nil || at.IsZero() {
		t.Errorf("reviewed at %q: %v", all[0].ReviewedAt, err)
	}
	if err := s.WithdrawReview(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	if err := s.WithdrawReview(t.Context(), review); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("withdrawn twice: %v", err)
	}
}

func TestReviewRefused(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, flawed(), store.Document{})
	good := store.Review{ReportID: 1, Rule: report.RuleSectionMissing, Verdict: store.VerdictConfirmed, Reason: "r", Reviewer: "n"}
	for what, change := range map[string]func(*store.Review) error{
		"no reason":      func(r *store.Review) error { r.Reason = " "; return store.ErrReview },
		"no reviewer":    func(r *store.Review) error { r.Reviewer = ""; return store.ErrReview },
		"no verdict":     func(r *store.Review) error { r.Verdict = "perhaps"; return store.ErrReview },
		"other rule":     func(r *store.Review) error { r.Rule = "review.sum"; return store.ErrNotFound },
		"other report":   func(r *store.Review) error { r.ReportID = 9; return store.ErrNotFound },
		"an indicator":   func(r *store.Review) error { r.Indicator = "review.total"; return store.ErrNotFound },
		"good as it was": func(*store.Review) error { return nil },
	} {
		r := good
		want := change(&r)
		if err := s.ReviewFinding(t.Context(), r); !errors.Is(err, want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
