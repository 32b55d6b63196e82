package store

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the expected answers in testdata")

// TestQueries asks the questions of testdata/queries, which people who know
// SELECT may start from, and asks the sqlite3 shell the same where it is
// installed.
func TestQueries(t *testing.T) {
	questions, err := filepath.Glob("testdata/queries/*.sql")
	if err != nil || len(questions) == 0 {
		t.Fatalf("no questions: %v", err)
	}
	answers, err := filepath.Glob("testdata/queries/*.want")
	if err != nil || len(answers) != len(questions) && !*update {
		t.Errorf("%d questions and %d answers: %v", len(questions), len(answers), err)
	}
	s := prefecture(t)
	check(t, s)
	shell, err := exec.LookPath("sqlite3")
	if err != nil && !errors.Is(err, exec.ErrNotFound) {
		t.Fatal(err)
	}
	for _, question := range questions {
		t.Run(filepath.Base(question), func(t *testing.T) {
			sql, err := os.ReadFile(question)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(query(t, s, string(sql)), "\n") + "\n"
			answer := strings.TrimSuffix(question, ".sql") + ".want"
			if *update {
				if err := os.WriteFile(answer, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(answer)
			if err != nil {
				t.Fatalf("%v (go test -update writes it)", err)
			}
			if strings.TrimSpace(got) == "" {
				t.Error("no answer")
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if shell == "" {
				t.Skip("the sqlite3 shell is not installed")
			}
			c := exec.CommandContext(t.Context(), shell, "-batch", s.Path())
			c.Stdin = strings.NewReader(string(sql))
			out, err := c.CombinedOutput()
			if err != nil {
				t.Fatalf("sqlite3: %v\n%s", err, out)
			}
			// The shell writes every REAL with a point.
			if diff := cmp.Diff(string(want), strings.ReplaceAll(strings.ReplaceAll(string(out), ".0|", "|"), ".0\n", "\n")); diff != "" {
				t.Errorf("sqlite3: -want +got\n%s", diff)
			}
		})
	}
}

// TestSchemaHasComments expects every table and view to say what it is, where
// people see it: in the sqlite3 shell's .schema.
func TestSchemaHasComments(t *testing.T) {
	s := fresh(t)
	for _, name := range query(t, s, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*' AND sql NOT LIKE '%-- %'") {
		t.Errorf("%s has no comment", name)
	}
	same(t, "tables that are not STRICT", nil, query(t, s, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT GLOB 'sqlite_*'"))
	same(t, "without rowid", []string{"1"}, query(t, s, "SELECT wr FROM pragma_table_list WHERE name = 'fact_data'"))
	for name, columns := range map[string]string{
		"fact":      "report_id,indicator,applicant,value,status,raw,locator",
		"mention":   "report_id,seq,metric,subject,value,unit,qualifier,part_of,section,sentence,char_start,char_end,raw",
		"document":  "sha256,url,fetched_at,http_status,content_type,charset,bytes,warc_file,warc_offset",
		"region":    "code,name,level,parent_code,first_list,last_list",
		"crosswalk": "indicator_a,indicator_b,quality,note",
	} {
		same(t, name, []string{columns}, query(t, s, "SELECT group_concat(name) FROM pragma_table_info(?)", name))
	}
}
