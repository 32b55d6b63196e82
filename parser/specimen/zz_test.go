package specimen

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestZZ(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		return
	}
	s, _ := Find(os.Getenv("ZZ"))
	d, _, err := s.Write(Random(seeded(3), s.Layouts[len(s.Layouts)-1]))
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.Write(d)
}
func TestZH(t *testing.T) {
	if os.Getenv("ZH") == "" {
		return
	}
	n := 0
	for _, h := range Hostile() {
		s := time.Now()
		d := h.Bytes()
		n++
		e := time.Since(s)
		if len(d) == 0 || e > 200*time.Millisecond || len(d) > 9<<20 {
			fmt.Println(h.Name, len(d), e)
		}
	}
	fmt.Println(n, len(Styles()))
}
