// Package crawler turns seeds into captures: it fetches the report pages,
// report columns and home pages it is given, finds the annual reports they lead
// to, and hands every page it fetched to a sink, politely and once.
//
// # What it promises
//
//   - No host sees more connections at once than [Config.ConnectionsPerHost]
//     (one by default), nor two requests closer than [Config.Delay]; robots.txt is
//     obeyed by RFC 9309, Retry-After by RFC 9110.
//   - What was captured is not fetched again: a page is acknowledged to the
//     [Queue] only after the [Sink] has made its capture durable, and what a sink
//     holds that the queue does not know of yet (the process was killed in
//     between) is taken from the sink on the next run.
//   - A capture is whole or it is none. A body that is cut short, too large, or
//     whose encoding is broken ends with a reason, never with part of a page.
//   - Every address ends with a [Reason], and so does every link that is not
//     followed; [ReadEntries] lists them, of a running crawl too, and
//     [ReadCoverage] says what each seed came to and why a year is missing.
//   - A home page vouches for its region or it does not ([Config.Vouch]); what it
//     said travels with every request that came of it ([Request].Site).
//   - Lists that scripts fill are read by rule where package sites knows the
//     content system; answers in JSON are read for their rows.
//   - Slow hosts keep no other host waiting, and memory does not grow with the
//     addresses that wait.
//   - Addresses that are not global unicast (private, loopback, link-local) are
//     refused after DNS resolution, for every connection, unless
//     [Config.AllowPrivate] says otherwise.
//
// # What it refuses
//
// To run against other than loopback hosts without a contact in the user agent;
// to crawl whole sites (a seed has a budget of pages and a depth); to fetch with
// a broken TLS certificate unless told to. It knows nothing of what a report
// says: package parser does, and the command joins them through [Config.Screen]
// and [Config.Process].
//
// # How it is used
//
//	seeds, err := crawler.ReadSeeds(file, "seeds.csv")
//	frontier, err := crawler.OpenFrontier(ctx, "crawl.frontier", crawler.FrontierConfig{})
//	sink, err := crawler.OpenArchive(ctx, "archive", crawler.ArchiveConfig{})
//	c, err := crawler.New(crawler.Config{Contact: "mail@example.org"}, frontier, sink)
//	err = c.Seed(ctx, seeds)      // adds what the frontier does not have yet
//	summary, err := c.Run(ctx)    // until nothing is left, or ctx ends
//
// Run again with the same files, it goes on where it stopped.
//
// Standards: RFC 3986 (URLs), RFC 9110 and 9111 (HTTP, conditional requests),
// RFC 9309 (robots.txt), RFC 6265 (cookies), ISO 28500:2017 (WARC 1.1, see
// package archive).
package crawler
