// Package explorer is the local web page over a store: see a county's figures
// beside its peers, its past, its contradictions and its source.
//
// # What it promises
//
//   - Everything is in the binary: no network, no build step. Every page works
//     without JavaScript (forms that GET, links that sort) and in Chinese or,
//     with lang=en in the address, in English. The address holds the whole
//     state of a page, so a link can be shared.
//   - The store is opened for reading only, unless an editor is named in whose name
//     findings are judged: by forms of these pages alone (review.go). Questions in
//     SQL (sql.go) are answered only where it is asked for. Blank is shown as blank, never as
//     zero, and a figure that a reviewer corrected shows both values.
//   - What a report says is text: html/template escapes it, and the
//     Content-Security-Policy forbids inline script and style and everything
//     that comes from elsewhere.
//   - Every page is bounded: lists come in pages, addresses, requests at once
//     and the time of a request have limits.
//
// # How it fits together
//
// A capture (capture.go) is what the archive of the crawl keeps of a report: it is
// shown in a frame with a policy of its own (facsimile.go, page.go), each figure marked
// where it was read, and verified against the digest in the database.
//
// server.go is the way of a request: routes, limits, headers, errors. Each page
// has a file (overview.go, region.go, report.go, compare.go, findings.go …)
// with three parts: a struct that is what the page shows (exported fields,
// finished values, no HTML), a method of Explorer that makes it from the store,
// and the handler that reads the address and renders templates/NAME.html. The
// JSON API (api.go) answers with what the same methods make, so that a page and
// its API never differ; api_json.go has the form of the answers and openapi.json
// describes them.
//
// What is said in both languages is data: texts.csv for the pages,
// the catalogue for the rules of findings. Charts (chart.go) are structs with coordinates,
// which the templates draw as SVG; colours are classes of static/explorer.css,
// because the policy forbids styles in the page.
package explorer
