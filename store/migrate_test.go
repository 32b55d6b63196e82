package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/internal/storetest"
	"nianbao/store/migrations"
)

// TestMigration makes a file of every older version, with rows in it, and
// expects it to become what a new one is, with all its rows.
func TestMigration(t *testing.T) {
	steps, err := migrations.All()
	if err != nil {
		t.Fatal(err)
	}
	schema := func(s *store.Store) []string {
		return storetest.Query(t, s, "SELECT name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_*' ORDER BY name")
	}
	want := schema(storetest.Fresh(t))
	rows, err := filepath.Glob("testdata/older/*.sql")
	if err != nil || len(rows) != len(steps)-1 {
		t.Fatalf("%d files of older versions for %d migrations: %v", len(rows), len(steps), err)
	}
	for i, name := range rows {
		t.Run(filepath.Base(name), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "older.db")
			var sql strings.Builder
			for _, step := range steps[:i+1] {
				sql.WriteString(step.SQL)
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&sql, "\n%s\nPRAGMA application_id = 0x4e42414f; PRAGMA user_version = %d;", data, i+1)
			storetest.Change(t, path, sql.String())
			if _, err := store.Open(t.Context(), path, store.Options{ReadOnly: true}); !errors.Is(err, store.ErrOlder) {
				t.Errorf("for reading: %v", err)
			}
			s := storetest.Open(t, path)
			if got := schema(s); strings.Join(got, "\n") != strings.Join(want, "\n") {
				// The views have the numbers of the indicators, which are older here.
				for i, line := range got {
					if i >= len(want) || line != want[i] && !strings.Contains(line, "CREATE VIEW") {
						t.Errorf("%s", line)
					}
				}
			}
			h, err := s.Doctor(t.Context(), store.DoctorOptions{})
			if err != nil || len(h.Problems) > 0 || h.SchemaVersion != len(steps) || h.Reports != 1 || h.Facts != 2 || h.Documents != 2 {
				t.Errorf("%+v %v", h, err)
			}
			storetest.Same(t, "headline", []string{"喀什市|2021|12|1|12"}, storetest.Query(t, s, "SELECT region_name, year, requests_received, corrected, told_disclosed_items FROM headline"))
			if i >= 2 {
				storetest.Same(t, "finding", []string{"layout.citation|2021|2019||2019", "requests.balance|40|37.5|40|37.5", "section.missing||||"},
					storetest.Query(t, s, "SELECT rule, expected, actual, expected_number, actual_number FROM finding ORDER BY rule"))
			}
			storetest.Same(t, "mention", []string{"全年公开信息12条。"}, storetest.Query(t, s, "SELECT sentence FROM mention"))
			for _, words := range []string{"信箱", "长信", "喀什市2021"} {
				found, err := ask.Search(t.Context(), s, ask.SearchQuery{Cutter: storetest.Letters{}, Words: words})
				if err != nil || len(found.Hits) != 1 || found.Hits[0].ReportID != 5 {
					t.Errorf("search %s: %+v %v", words, found, err)
				}
			}
			storetest.Ingest(t, s, storetest.Sample("653101", "喀什市", 2022, 10), store.Document{})
		})
	}
}
