package explorer

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// What a visitor may take who reads slowly. An answer is made whole before any of
// it is sent, so that who reads slowly keeps neither a place nor the database:
// what is large waits in a file.
const (
	maxInMemory        = 512 << 10 // octets of an answer; five times the largest page
	maxSpooled         = 16        // answers larger than that, being sent at once
	maxSpooledOfClient = 4

	maxConnectionsOfClient = maxConnections / 2

	sendPiece    = 64 << 10         // octets that a visitor takes within patience.send
	sendDuration = 10 * time.Minute // a whole answer
)

// A tickets counts what each client has, and all of them together.
type tickets struct {
	most, ofClient int
	mu             sync.Mutex
	all            int
	held           map[string]int // by client
}

func newTickets(most, ofClient int) *tickets {
	return &tickets{most: most, ofClient: ofClient, held: map[string]int{}}
}

func (t *tickets) take(client string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all >= t.most || t.held[client] >= t.ofClient {
		return false
	}
	t.all++
	t.held[client]++
	return true
}

func (t *tickets) give(client string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all--
	if t.held[client]--; t.held[client] == 0 {
		delete(t.held, client)
	}
}

// clientOf is the machine that an address is of.
func clientOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// A spool is an answer being made: an http.ResponseWriter for whoever makes it.
type spool struct {
	header http.Header // of the answer to the visitor
	before http.Header // what it was at first
	take   func() bool // a ticket for a file
	give   func()
	status int
	memory bytes.Buffer
	file   *os.File
	size   int64
	err    error // why not all of it is here
}

func newSpool(header http.Header, take func() bool, give func()) *spool {
	return &spool{header: header, before: header.Clone(), take: take, give: give}
}

func (s *spool) Header() http.Header { return s.header }

func (s *spool) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

func (s *spool) Write(b []byte) (n int, err error) {
	s.WriteHeader(http.StatusOK)
	if s.err == nil && s.file == nil && s.memory.Len()+len(b) > maxInMemory {
		s.err = s.toFile()
	}
	switch {
	case s.err != nil:
		return 0, s.err
	case s.file != nil:
		n, s.err = s.file.Write(b)
	default:
		n, _ = s.memory.Write(b) // never fails
	}
	s.size += int64(n)
	return n, s.err
}

func (s *spool) toFile() (err error) {
	if !s.take() {
		return &problem{status: http.StatusServiceUnavailable, text: "error.busy"}
	}
	if s.file, err = os.CreateTemp("", "nianbao-answer-*"); err != nil {
		s.give()
		return err
	}
	_, err = s.memory.WriteTo(s.file)
	return err
}

func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
		s.file = nil
		s.give()
	}
}

// discard takes back all that was said.
func (s *spool) discard() {
	s.close()
	clear(s.header)
	maps.Copy(s.header, s.before)
	s.status, s.size, s.err = 0, 0, nil
	s.memory.Reset()
}

// send hands the answer on, piece by piece. Who takes too long for one is sent no
// more: the connection is of no use then, and net/http closes it.
func (s *spool) send(w http.ResponseWriter, pause time.Duration) error {
	if s.status != 0 {
		w.WriteHeader(s.status)
	}
	from := io.Reader(&s.memory)
	if s.file != nil {
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		from = s.file
	}
	control, end := http.NewResponseController(w), time.Now().Add(sendDuration)
	for left := s.size; left > 0; left -= sendPiece {
		at := time.Now().Add(pause)
		if at.After(end) {
			at = end
		}
		_ = control.SetWriteDeadline(at) // there is none to be set in tests without a connection
		if _, err := io.CopyN(w, from, min(left, sendPiece)); err != nil {
			return err
		}
	}
	return nil
}

// A fairListener lets no client have more than its share of the connections:
// what is more is closed at once, so that others need not wait for it.
type fairListener struct {
	net.Listener
	tickets *tickets
}

func (l *fairListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := clientOf(c.RemoteAddr().String())
		if l.tickets.take(client) {
			return &countedConn{Conn: c, closed: sync.OnceFunc(func() { l.tickets.give(client) })}, nil
		}
		_ = c.Close()
	}
}

// A countedConn tells when it is closed.
type countedConn struct {
	net.Conn
	closed func()
}

// Close gives the share back before the place among all: whoever comes next has a
// place as soon as the connection is closed, and must not find the share still taken.
func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}
