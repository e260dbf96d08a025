-- The aggregate that chained the rows of one request is asked by nobody since sec.note reckons the chain in its loop.
SET LOCAL ROLE yidang_owner;

DROP AGGREGATE sec.chain(bytea, bytea);
DROP FUNCTION sec.chained(bytea, bytea, bytea);

RESET ROLE;
