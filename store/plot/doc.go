// Package plot draws what a store answers: regions as ranked dots, series over
// years, and a heat map of regions × years, as SVG or PNG that can be printed.
//
// Blank is not zero: a region without value has no dot, a year without value
// interrupts a line, and the heat map leaves its cell grey; the caption counts
// them.
//
// Chinese labels are set right in both formats. An SVG names the usual Chinese
// typefaces of every system and needs none to be made. A PNG needs a font file
// with Chinese characters; [FindFont] knows where systems keep one.
package plot
