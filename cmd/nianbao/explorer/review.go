package explorer

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strings"

	"nianbao/store"
)

// maxReviewForm bounds a form that judges a finding, in octets; maxReason the reason
// in it, in characters.
const (
	maxReviewForm = 64 << 10
	maxReason     = 2000
)

// review confirms or dismisses a finding, or takes that back, as nianbao review does.
// Only a form of these pages can: its page has the token of this run, and the browser
// says that the form is from here.
func (e *Explorer) review(w http.ResponseWriter, r *http.Request) {
	to, err := e.reviewed(r)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// reviewed does what the form says and returns where to go on.
func (e *Explorer) reviewed(r *http.Request) (string, error) {
	if err := e.mayEdit(r); err != nil {
		return "", err
	}
	id, err := reportID(r)
	if err != nil {
		return "", err
	}
	p := &parameters{Values: r.PostForm}
	v := store.Review{ReportID: id, Rule: p.text("rule", 80), Indicator: p.text("indicator", 80), Applicant: p.text("applicant", 40), Reviewer: e.cfg.Editor,
		Reason: strings.Join(strings.Fields(r.PostForm.Get("reason")), " ")}
	verdict := p.one("verdict", string(store.VerdictConfirmed), string(store.VerdictDismissed), "withdraw")
	back := r.PostForm.Get("back")
	if v.Reason != clip(v.Reason, maxReason) {
		p.wrong("reason", clip(v.Reason, 40))
	}
	if p.err != nil {
		return "", p.err
	}
	if verdict == "withdraw" {
		err = e.store.WithdrawReview(r.Context(), v)
	} else {
		v.Verdict = store.Verdict(verdict)
		err = e.store.ReviewFinding(r.Context(), v)
	}
	if errors.Is(err, store.ErrReview) {
		return "", badRequest("error.review")
	}
	if errors.Is(err, store.ErrBusy) {
		return "", &problem{status: http.StatusServiceUnavailable, text: "error.busy_file"}
	}
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsAny(back, "\\\r\n\t") {
		back = "/report/" + r.PathValue("id") // and nowhere else
	}
	return back, err
}

// mayEdit refuses what is no form of these pages, filled in on this machine.
func (e *Explorer) mayEdit(r *http.Request) error {
	refused := &problem{status: http.StatusForbidden, text: "error.elsewhere"}
	if !e.cfg.EditAnywhere {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() || handedOn(r) {
			return refused
		}
	}
	if e.sameOrigin.Check(r) != nil {
		return refused
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return refused
	}
	if err := r.ParseForm(); err != nil {
		return badRequest("error.parameter", "reason", "…")
	}
	if subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(e.token)) != 1 {
		return &problem{status: http.StatusForbidden, text: "error.token"}
	}
	return nil
}

// handedOn reports whether a request came by way of a proxy, and so perhaps from
// another machine.
func handedOn(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// judgement is what of a review, and offers for one.
type judgement struct {
	P      *page
	F      findingRow
	Anchor string
}

// Judge is the part of a finding, in a list or of a report, that says what reviewers
// said; the form leads back to it.
func (p *page) Judge(v any) judgement {
	if f, ok := v.(reportFinding); ok {
		return judgement{p, f.findingRow, fmt.Sprintf("#f%d", f.Number)}
	}
	return judgement{p, v.(findingRow), ""}
}

// Day is the day of a time in ISO 8601.
func (judgement) Day(at string) string {
	day, _, _ := strings.Cut(at, "T")
	return day
}
