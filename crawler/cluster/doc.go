// Package cluster is a crawl's frontier on PostgreSQL, shared by workers on many
// machines.
//
// A Queue is one worker's view of it and a crawler.SharedQueue. A worker holds
// platforms: hosts that are asked by one crawler at a time, most of them a host
// of its own. It holds them under a lease that it renews. It stops asking before
// the lease ends, by its own clock; the next owner starts after it has ended, by
// the server's, and after the pause that the hosts want. What a worker says of a
// host that it lost meanwhile is passed over, because every change names the
// lease under which it was made.
//
// A finished address, the links it led to, the reports made of it and the place
// of its capture are written in one transaction: after a crash of anyone all of
// them are there or none is.
//
// Nothing but natural keys leaves the server (digests of addresses, names of
// hosts), so that a standby that took over with the last moment missing cannot
// be told things under numbers that mean something else there.
//
// Times are compared on the server alone. Workers hand over durations, and need
// no clock that is right, only one that runs as fast as the server's.
//
// A Queue refuses nothing for long: while the server is away its calls wait. It
// does not do without synchronous replication where a failover must lose nothing,
// and it does not keep the captures themselves; they stay with the worker.
package cluster
