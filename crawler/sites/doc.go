// Package sites is what is known of the governments' sites before any is asked:
// the catalogue of their home pages, and how the content systems behind them list
// their pages.
//
// It is a leaf of data. sites.csv has the home pages of counties, prefectures and
// provinces by their GB/T 2260 codes, compiled from public lists and not checked
// one by one: a site may have moved or be another place's, so whoever crawls from
// it has to see that a site names its region. systems.json has the content
// systems, a row each.
package sites
