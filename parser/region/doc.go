// Package region is the administrative divisions of China from county level
// up, with their codes of GB/T 2260, and the recognition of the region and the
// agency that a title or a publisher's name speaks of.
//
// It is a leaf of data. regions.csv has every division of the yearly code
// lists of 2020 to 2024, and those merged or abolished since the list of 2013,
// with the first and last list it stands in; successions.csv tells which
// division continues which, from the notices of the Ministry of Civil Affairs;
// aliases.csv has the short forms that no rule yields (西乌旗, 喀左县, 巴州).
//
// Recognition never guesses. A name that several places carry (鼓楼区, 城关区)
// is settled only by what stands beside it: the prefecture or province named
// in the title, by the publisher, in the text, by the host. Where that does
// not leave exactly one place, [Match.Candidates] lists all of them and
// [Match.Region] stays empty. Development zones, new areas and scenic areas
// are in no code list; a report of theirs is an agency's, and its region is
// the one that is named, or none.
package region
