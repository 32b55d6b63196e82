// Package outline reads off a document what it says of itself before any table
// is looked at: its title, the year, period and day of publication, the region,
// the publisher and the scope, and where its sections begin.
//
// [Read] looks at every line once, folded once. What a document does not say
// stays empty, and sources that contradict each other leave a finding: no place
// and no year is guessed. It never fails.
package outline
