package crawler

import "strconv"

// A Reason says in one stable code how a fetch ended or why a link was not
// followed. Codes are lower case with underscores; HTTP statuses are "http_404".
type Reason string

// How the fetch of an address ended well.
const (
	Fetched    Reason = "fetched"    // a capture was kept
	Unchanged  Reason = "unchanged"  // the server or the digest says it is what was captured before
	Redirected Reason = "redirected" // the address leads to another one, which was added to the queue
)

// What a page that was captured well came to besides.
const (
	SiteMismatch Reason = "site_mismatch" // the home page is another region's than the seed's
	SiteMoved    Reason = "site_moved"    // a home page leads to another site's, which was added to the queue
	ScriptOnly   Reason = "script_only"   // a home page or column that scripts write; Config.Render reads it
)

// Why an address has no capture.
const (
	RobotsDisallowed  Reason = "robots_disallowed"  // robots.txt forbids it
	RobotsUnreachable Reason = "robots_unreachable" // robots.txt answers 5xx or not at all, which forbids everything for now
	DNSFailed         Reason = "dns"                // the host name has no address
	AddressRefused    Reason = "address_refused"    // the host resolves to a private, loopback or link-local address
	ConnectFailed     Reason = "connect"            // no TCP connection
	TLSFailed         Reason = "tls"                // no TLS connection, or a certificate that does not verify
	TimedOut          Reason = "timeout"            // a phase took longer than its limit
	ConnectionLost    Reason = "connection"         // the connection broke before the answer's header was whole
	Truncated         Reason = "truncated"          // the body ended before its announced end, or before the end its kind of file has
	TooLarge          Reason = "too_large"          // the body is larger than Config.MaxBody
	TooLargeDecoded   Reason = "too_large_decoded"  // the body is larger than Config.MaxDecoded when decompressed
	BadEncoding       Reason = "bad_encoding"       // Content-Encoding unknown, or the compressed data are corrupt
	BadResponse       Reason = "bad_response"       // the answer is not HTTP, or its header is too large
	RedirectLimit     Reason = "redirect_limit"     // more redirects than Config.MaxRedirects
	RedirectLoop      Reason = "redirect_loop"      // a redirect to an address already in the chain
	RedirectScope     Reason = "redirect_scope"     // a redirect to a host out of the seed's scope
	RedirectBad       Reason = "redirect_bad"       // a redirect without a usable Location
	LocalLimit        Reason = "local_limit"        // this machine has no file handle or port left; raise ulimit -n or lower Config.Workers
	HostDown          Reason = "host_down"          // the host's circuit breaker is open
	ScreenFailed      Reason = "screen_failed"      // the hook Config.Screen refused it without saying why
)

// What screening found in a body that was fetched. The capture is kept, but the
// page does not count as a report.
const (
	Challenge      Reason = "challenge"       // a firewall's challenge or block page
	SoftNotFound   Reason = "soft_404"        // "not found" with status 200
	LoginWall      Reason = "login"           // a login form where the page should be
	EmptyBody      Reason = "empty"           // nothing, or no text, in the body
	ListPage       Reason = "list_page"       // a list of links where a report should be
	OtherRegion    Reason = "other_region"    // the report of another region than the seed's
	UnofficialHost Reason = "unofficial_host" // not a government's host, or a traditional-character mirror
	NotAReport     Reason = "not_a_report"    // a page, but no annual report
)

// Why a link was not followed.
const (
	LinkScheme   Reason = "link_scheme"   // not http or https, or no URL at all
	LinkScope    Reason = "link_scope"    // another host than the seed's or its attachment hosts
	LinkPattern  Reason = "link_pattern"  // neither text nor URL speaks of annual reports
	LinkType     Reason = "link_type"     // an image, a style sheet, an archive of something else
	LinkYear     Reason = "link_year"     // a year that is not wanted
	LinkDepth    Reason = "link_depth"    // deeper than Config.MaxDepth
	LinkBudget   Reason = "link_budget"   // the seed's budget of pages is used up
	LinkPages    Reason = "link_pages"    // more list pages than Config.MaxListPages
	LinkTooLong  Reason = "link_too_long" // a URL longer than MaxURL octets
	LinkKnown    Reason = "link_known"    // in the queue already
	LinkOverflow Reason = "link_overflow" // more links on the page than Config.MaxLinks
	LinkAgency   Reason = "link_agency"   // an office's or township's report, and Discovery.OwnOnly is set
	LinkTrap     Reason = "link_trap"     // a URL that repeats itself (a/b/a/b/a/b), as endless calendars make
)

// StatusReason is the reason code of an HTTP status that is no success.
func StatusReason(status int) Reason { return Reason("http_" + strconv.Itoa(status)) }
