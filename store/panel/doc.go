// Package panel checks reports against each other: those of one territory over
// the years, those of different territories, and those of a prefecture with its
// counties'. It writes what it finds beside the findings inside each report.
package panel
