-- 回执 · Receipts: a code by which whoever reported asks how the report stands, without saying who they are.
--
-- The code is nowhere kept. A row is found by a keyed digest of it (the key is the application's and not in the
-- database), and says which case it is of only together with the code: the case's id is blinded with it. So neither the
-- rows nor a copy of the database lead from a code, or from a case, to each other or to a reporter. No time of day is
-- kept, by which a row could be laid beside the report it was given for.
-- Every code that is tried counts against whoever tries, an hour at a time, whether it is one or not.
SET LOCAL ROLE yidang_owner;

CREATE TABLE sec.receipt (
    digest  bytea PRIMARY KEY CHECK (length(digest) = 32),
    blinded bytea NOT NULL CHECK (length(blinded) = 16),
    ends_on date  NOT NULL
);
COMMENT ON TABLE sec.receipt IS '回执 · Which case a receipt code is of, legible with the code alone.';

CREATE TABLE sec.receipt_try (
    who   bytea       CHECK (length(who) = 32),
    hour  timestamptz NOT NULL,
    tries int         NOT NULL,
    PRIMARY KEY (who, hour)
);
COMMENT ON TABLE sec.receipt_try IS '回执查询次数 · How many codes somebody has tried in an hour, by a keyed digest of the person.';

REVOKE ALL ON sec.receipt, sec.receipt_try FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON sec.receipt TO yidang_writer;
GRANT SELECT, INSERT, DELETE ON sec.receipt_try TO yidang_writer;
GRANT UPDATE (tries) ON sec.receipt_try TO yidang_writer;

RESET ROLE;
