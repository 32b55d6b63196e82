-- What a worker has learnt of a host, for the one that takes it over: the pause
-- grown by refusals, failures in a row, openings of its circuit breaker.
ALTER TABLE host ADD COLUMN learnt jsonb;
