package store

import (
	"database/sql"

	"nianbao/parser/report"
)

// What tests look at that nobody else may.

// WritePool is the pool of the one connection that writes.
func (s *Store) WritePool() *sql.DB { return s.write }

// PackLocator packs a place as fact_data.locator has it.
var PackLocator = packLocator

// Spoil adds a figure that the file refuses: blank, with a value.
func (p *Prepared) Spoil() {
	v := 1.0
	p.facts = append(p.facts, fact{FactKey(100, 0), 1, &report.Fact{Value: &v}})
}

// ApplicationID marks the file as nianbao's.
const ApplicationID = applicationID

// Plain is a whole value as the view fact writes it.
var Plain = plain
