// Package catalog is what the standard tables count: the indicators of every
// layout with their codes, label paths, units and dimensions, the applicant
// kinds, the headers and sums that the forms print, and which indicators of two
// layouts may be compared.
//
// It is a leaf of data: the tables are embedded CSV with one reader, and a new
// layout is new rows. The layouts are those of the notices 国办发〔2014〕32号
// (2014), 国办公开办函〔2019〕60号 (2019) and 国办公开办函〔2021〕30号 (2021).
package catalog
