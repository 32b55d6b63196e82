// Package specimen writes annual reports whose truth is known, so that the
// parser can be held against them.
//
// A [Truth] is what a report says: which report it is, the figure or the
// silence of every cell, and prose with its told figures. [Random] makes one
// whose arithmetic holds; [RandomWith] makes one with flaws; [Sample] returns
// a fixed set of counties over several years. A [Style] writes a truth as the
// bytes of one container, in one of the ways real offices and their content
// management systems do, and says in a [Want] what a correct reader finds in
// it: which figures exactly, which it may leave out, and which nobody can
// know. [Mixed] puts styles together at random. [Want.Compare] holds a parsed
// report against what was wanted. [Hostile] returns
// inputs that are broken, enormous or no report at all.
//
// Everything is deterministic: the same truth in the same style gives the
// same bytes, on every machine.
//
// The package is for tests, benchmarks and the sample site. The parser never
// imports it, and it imports no reader: what it knows of the tables comes from
// the notices 国办发〔2014〕32号, 国办公开办函〔2019〕60号 and
// 国办公开办函〔2021〕30号, so that a misunderstanding in the parser is not
// repeated here. All sentences are its own. The counties are real, their
// figures are invented, and each report says so; [Sample] names the one
// exception.
package specimen
