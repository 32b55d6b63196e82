// Package plot draws what a store answers: regions as ranked dots, how they are
// distributed, series over years, regions × years as a heat table, provinces as
// tiles, and regions as a map where boundaries are given.
//
// # One model
//
// A [Chart] is a list of shapes with what each of them tells. It is written as an
// SVG file, as SVG inside a page, or as PNG: a picture is drawn once and is the
// same for the web, the command line and files. Each kind of shape has a class,
// whose look stands in one table; inside a page the page's style sheet may give
// the classes other colours. Inside a page every mark that tells something is
// reached by the keyboard.
//
// # What it promises
//
//   - Blank is not zero: a region without value has no dot, a year without value
//     interrupts a line, and the heat table leaves its cell grey; the heading
//     counts them.
//   - A picture that goes its own way still says what it is: measure, area, year
//     and number of regions above, source, date and licence below.
//   - A figure that a finding contradicts is a hollow red mark.
//   - What is drawn of counts is whole: a median of 738.5 is told as 739. The
//     data files and the API have it exactly.
//
// # Fonts
//
// An SVG names the usual Chinese typefaces of every system and needs none to be
// made; its layout goes by the widths of Helvetica and an em for a Chinese
// character. A PNG needs a font file with Chinese characters; [FindFont] knows
// where systems keep one.
//
// # Why its own model
//
// Drawn were three pictures by gonum.org/v1/plot, whose axes cannot be told to
// count in 万, whose SVG has no links and whose fonts and nine modules made 5 MB
// of the program. tdewolff/canvas would bring a typesetter and more modules than
// those; oksvg with rasterx reads SVG again and has no text. What is needed of a
// rasteriser, golang.org/x/image/vector has, which was there already.
package plot
