package officedoc_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/parser/document"
	"nianbao/parser/officedoc"
	"nianbao/parser/report"
)

// archive writes a ZIP of names and contents.
func archive(t testing.TB, files ...[2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, f := range files {
		w, err := zw.CreateHeader(&zip.FileHeader{Name: f[0], Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readZIP collects the members of an archive.
func readZIP(ctx context.Context, data []byte, limits officedoc.Limits) (members []officedoc.Member, findings []report.Finding, err error) {
	findings, err = officedoc.EachMember(ctx, data, limits, func(m officedoc.Member) error {
		members = append(members, m)
		return nil
	})
	return members, findings, err
}

func TestEachMember(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("年报/报告.txt")
	if err != nil {
		t.Fatal(err)
	}
	word := string(pack(words["table-spans"]))
	inner := string(archive(t, [2]string{"里.txt", "里"}))
	deep := inner
	for range 5 {
		deep = string(archive(t, [2]string{"更深.zip", deep}))
	}
	whole := archive(t, [2]string{"一.txt", strings.Repeat("一", 999)}, [2]string{"二.txt", "二"})
	encrypted := archive(t, [2]string{"密.txt", "x"})
	// The flags of the local header and of the directory's.
	encrypted[bytes.Index(encrypted, []byte("PK\x03\x04"))+6] |= 1
	encrypted[bytes.Index(encrypted, []byte("PK\x01\x02"))+8] |= 1
	for _, test := range []struct {
		name    string
		data    []byte
		limits  officedoc.Limits
		members []string
		rules   []string
		err     error
	}{
		{name: "names in GBK, UTF-8 and with backslashes", data: archive(t, [2]string{gbk, "a"}, [2]string{"年报/表.txt", "b"}, [2]string{`附件\c.txt`, "c"}),
			members: []string{"年报/报告.txt", "年报/表.txt", "附件/c.txt"}},
		{name: "paths that climb out stay inside", data: archive(t, [2]string{"../../etc/passwd", "a"}, [2]string{"/绝对.txt", "b"}), members: []string{"etc/passwd", "绝对.txt"}},
		{name: "ballast", data: archive(t, [2]string{"__MACOSX/._报告.docx", "a"}, [2]string{"夹/", ""}, [2]string{"夹/Thumbs.db", "b"}, [2]string{"夹/报告.docx", word}), members: []string{"夹/报告.docx"}},
		{name: "archives within", data: archive(t, [2]string{"外.txt", "a"}, [2]string{"内.zip", inner}), members: []string{"外.txt", "内.zip/里.txt"}},
		{name: "too deep", data: []byte(deep), rules: []string{report.RuleLimit}},
		{name: "too many", data: whole, limits: officedoc.Limits{Members: 1}, members: []string{"一.txt"}, rules: []string{report.RuleLimit}},
		{name: "a member too large", data: whole, limits: officedoc.Limits{MemberBytes: 100}, members: []string{"二.txt"}, rules: []string{report.RuleLimit}},
		{name: "a bomb", data: archive(t, [2]string{"炸.txt", strings.Repeat("0", 30<<20)}, [2]string{"后.txt", "b"}), limits: officedoc.Limits{Ratio: 100}, members: []string{"后.txt"}, rules: []string{report.RuleLimit}},
		{name: "cut short", data: whole[:len(whole)-60], members: []string{"一.txt", "二.txt"}, rules: []string{report.RuleMalformed}},
		{name: "all encrypted", data: encrypted, err: document.ErrEncrypted},
		{name: "no archive", data: []byte("PK, but no archive"), err: document.ErrFormat},
		{name: "empty", data: archive(t)},
	} {
		t.Run(test.name, func(t *testing.T) {
			members, findings, err := readZIP(t.Context(), test.data, test.limits)
			if !errors.Is(err, test.err) {
				t.Fatalf("%v, want %v", err, test.err)
			}
			var names, rules []string
			for _, m := range members {
				names = append(names, m.Name)
			}
			for _, f := range findings {
				rules = append(rules, f.Rule)
			}
			if diff := cmp.Diff(test.members, names); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.rules, slices.Compact(rules)); diff != "" {
				t.Errorf("findings (-want +got):\n%s\n%v", diff, findings)
			}
		})
	}
}

func TestEachMemberContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := readZIP(ctx, archive(t, [2]string{"a", "a"}), officedoc.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
}

// Members that are said to lie within each other are read once: a small file
// could else be unpacked without end.
func TestOverlappingMembers(t *testing.T) {
	data := archive(t, [2]string{"一.txt", strings.Repeat("0123456789", 100_000)}, [2]string{"二.txt", "b"}, [2]string{"三.txt", "c"})
	// The directory's entries (signature, and the local header's place at 42) are
	// pointed at the first member, and given its sizes and checksum.
	entries := bytes.Split(data, []byte("PK\x01\x02"))
	if len(entries) != 4 {
		t.Fatalf("%d pieces, want 4", len(entries))
	}
	first := entries[1]
	for _, e := range entries[2:] {
		copy(e[12:24], first[12:24]) // CRC and both sizes, the signature cut off
		copy(e[38:42], first[38:42])
	}
	members, findings, err := readZIP(t.Context(), bytes.Join(entries, []byte("PK\x01\x02")), officedoc.Limits{})
	if err != nil || len(members) != 1 || len(members[0].Data) != 1_000_000 {
		t.Fatalf("%d members, %v; want the one there is", len(members), err)
	}
	if len(findings) != 2 || findings[0].Rule != report.RuleMalformed {
		t.Errorf("findings %v, want one for each of the others", findings)
	}
}
