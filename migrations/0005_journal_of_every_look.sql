-- The journal of every look: also what was held back, denied or failed, by which door, relation and act; and a
-- proof that no row was changed, left out or put in afterwards.
--
--   write  only through sec.note(), which takes the person from the signed scope, the time from its own clock, and
--          links each row to the one before: no login role may insert
--   chain  hash = sha256(previous hash || canonical row). One chain a lane, so that readers do not wait for each
--          other; sec.journal_head holds the end of each, so that a lost tail shows as well
--   read   only through sec.journal_of(), which asks the signed scope whether it opens `access` on that child or case
SET LOCAL ROLE yidang_owner;

ALTER TABLE sec.access_journal
    ALTER COLUMN subject_id DROP NOT NULL,
    ADD COLUMN outcome     text NOT NULL DEFAULT 'SEEN' CHECK (outcome IN ('SEEN', 'DENIED', 'FAILED')),
    ADD COLUMN door        text NOT NULL DEFAULT 'QUERY'
                           CHECK (door IN ('QUERY', 'MUTATION', 'SUBSCRIPTION', 'EXPORT', 'SIGN_IN')),
    ADD COLUMN act         text NOT NULL DEFAULT 'read',
    ADD COLUMN relation    text,
    ADD COLUMN unit_id     uuid,
    ADD COLUMN division_id text,
    ADD COLUMN withheld    text[] NOT NULL DEFAULT '{}',
    ADD COLUMN lane        smallint,
    ADD COLUMN seq         bigint,
    ADD COLUMN hash        bytea CHECK (length(hash) = 32);
COMMENT ON COLUMN sec.access_journal.outcome IS
    'SEEN: told. DENIED: out of reach or absent, which the asker is not told apart. FAILED: read, and not answered.';
COMMENT ON COLUMN sec.access_journal.relation IS 'The nearest relation by which the row was open.';
COMMENT ON COLUMN sec.access_journal.operation IS 'Digest of the document that was asked, never its text.';
COMMENT ON COLUMN sec.access_journal.classes IS 'Classes open to the viewer on that row.';
COMMENT ON COLUMN sec.access_journal.withheld IS 'Classes that were asked for and held back.';

CREATE TABLE sec.journal_head (
    lane smallint PRIMARY KEY,
    seq  bigint   NOT NULL DEFAULT 0,
    hash bytea    NOT NULL DEFAULT ''
);
COMMENT ON TABLE sec.journal_head IS 'The end of each lane of the journal''s chain.';
REVOKE ALL ON sec.journal_head FROM PUBLIC;
GRANT SELECT ON sec.journal_head TO yidang_writer;

-- A row as it is hashed: a JSON array, so that no two rows have the same text.
CREATE FUNCTION sec.journal_bytes(r sec.access_journal) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT convert_to(jsonb_build_array(
        r.lane, r.seq, to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), r.person_id, r.assignment_id,
        r.role, r.unit_id, r.division_id, r.purpose, r.trace_id, r.operation, r.policy_version, r.outcome, r.door,
        r.act, r.obj, r.subject_id, r.relation, to_jsonb(r.classes), to_jsonb(r.withheld))::text, 'UTF8')
$$;

CREATE POLICY kept ON sec.access_journal TO yidang_owner USING (true) WITH CHECK (true);

-- Rows of before this migration: lane 0, in the order they were written.
ALTER TABLE sec.access_journal DISABLE TRIGGER append_only;
DO $$
DECLARE
    r sec.access_journal;
    n bigint := 0;
    prev bytea := '';
BEGIN
    FOR r IN SELECT * FROM sec.access_journal ORDER BY id LOOP
        n := n + 1;
        r.lane := 0;
        r.seq := n;
        prev := sha256(prev || sec.journal_bytes(r));
        UPDATE sec.access_journal SET lane = 0, seq = n, hash = prev WHERE id = r.id;
    END LOOP;
    INSERT INTO sec.journal_head VALUES (0, n, prev);
END $$;
ALTER TABLE sec.access_journal ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE sec.access_journal ENABLE ALWAYS TRIGGER append_only_whole;
ALTER TABLE sec.access_journal
    ALTER COLUMN lane SET NOT NULL, ALTER COLUMN seq SET NOT NULL, ALTER COLUMN hash SET NOT NULL,
    ADD UNIQUE (lane, seq);
CREATE INDEX ON sec.access_journal (at);

DROP POLICY noted ON sec.access_journal;
REVOKE ALL ON sec.access_journal FROM yidang_reader;

-- Write what one request saw, was held back from, was denied. `entries`: objects with the columns of the journal but
-- person, time and chain.
CREATE FUNCTION sec.note(entries jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me   uuid := sec.actor();
    mine smallint := pg_backend_pid() % 64;
    n    bigint;
    prev bytea;
    now_ timestamptz := clock_timestamp();
    r    sec.access_journal;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO sec.journal_head (lane) VALUES (mine) ON CONFLICT DO NOTHING;
    SELECT h.seq, h.hash INTO n, prev FROM sec.journal_head AS h WHERE h.lane = mine FOR UPDATE;
    FOR r IN SELECT * FROM jsonb_populate_recordset(NULL::sec.access_journal, entries) LOOP
        n := n + 1;
        r.person_id := me;
        r.at := now_;
        r.lane := mine;
        r.seq := n;
        r.classes := coalesce(r.classes, '{}');
        r.withheld := coalesce(r.withheld, '{}');
        prev := sha256(prev || sec.journal_bytes(r));
        INSERT INTO sec.access_journal (at, person_id, assignment_id, role, unit_id, division_id, purpose, trace_id,
            operation, policy_version, outcome, door, act, obj, subject_id, relation, classes, withheld, lane, seq, hash)
        VALUES (r.at, r.person_id, r.assignment_id, r.role, r.unit_id, r.division_id, r.purpose, r.trace_id,
            r.operation, r.policy_version, r.outcome, r.door, r.act, r.obj, r.subject_id, r.relation, r.classes,
            r.withheld, r.lane, r.seq, prev);
    END LOOP;
    UPDATE sec.journal_head SET seq = n, hash = prev WHERE lane = mine;
END $$;
COMMENT ON FUNCTION sec.note(jsonb) IS 'The one way into the access journal.';

-- In which class the scope of this transaction opens the journal of a child or case: P2, P0 or not at all (null).
CREATE FUNCTION sec.journal_class(subject uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stands text[];
    own    text[];
    cls    text;
BEGIN
    SELECT array_agg(a.token) INTO stands FROM read.access_relation AS a WHERE a.subject_id = subject;
    IF stands IS NULL OR stands && sec.conflicts() THEN
        RETURN NULL;
    END IF;
    FOREACH cls IN ARRAY ARRAY['P2', 'P0'] LOOP
        own := sec.scope('access', cls);
        IF stands && own OR EXISTS (
            SELECT FROM read.access_grant AS g
            WHERE g.subject_id = subject AND g.grantee = ANY (own) AND cls = ANY (g.classes)
              AND g.valid_from <= sec.moment() AND g.valid_to > sec.moment()
              AND (g.for_purpose IS NULL OR g.for_purpose = sec.purpose()))
        THEN
            RETURN cls;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- The journal of one child or case, latest first, before `before`; null columns are what the viewer may not learn.
-- Class P0 (the family) learns the day, unit, role and purpose, and nothing of looks in an investigation, before a
-- court or in an emergency, nor of denials.
CREATE FUNCTION sec.journal_of(subject uuid, before bigint, most int) RETURNS SETOF sec.access_journal
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    opened text := sec.journal_class(subject);
BEGIN
    IF opened = 'P2' THEN
        RETURN QUERY SELECT j.* FROM sec.access_journal AS j
            WHERE j.subject_id = subject AND j.id < before ORDER BY j.id DESC LIMIT most;
    ELSIF opened = 'P0' THEN
        RETURN QUERY SELECT j.id,
                date_trunc('day', j.at, 'Asia/Shanghai'), NULL::uuid, NULL::uuid, j.role, j.purpose, NULL::text,
                NULL::text, NULL::text, j.subject_id, j.obj, '{}'::text[], j.outcome, j.door, j.act, NULL::text,
                j.unit_id, j.division_id, '{}'::text[], NULL::smallint, NULL::bigint, NULL::bytea
            FROM sec.access_journal AS j
            WHERE j.subject_id = subject AND j.id < before AND j.outcome = 'SEEN' AND j.obj IN ('child', 'case')
              AND j.purpose NOT IN ('investigation', 'judicial', 'emergency', 'audit')
              AND j.relation IS DISTINCT FROM 'break_glass' AND j.relation IS DISTINCT FROM 'order'
            ORDER BY j.id DESC LIMIT most;
    END IF;
END $$;
COMMENT ON FUNCTION sec.journal_of(uuid, bigint, int) IS 'The one way the API reads the access journal.';

-- What is wrong with the journal: a row whose hash does not follow, a gap, a lane whose end is not its head.
CREATE FUNCTION sec.journal_faults() RETURNS TABLE (lane smallint, seq bigint, fault text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.lane, t.seq, t.fault FROM (
        SELECT j.lane, j.seq, CASE
            WHEN j.seq <> coalesce(lag(j.seq) OVER w, 0) + 1 THEN 'a row is missing before this one'
            WHEN j.hash <> sha256(coalesce(lag(j.hash) OVER w, '') || sec.journal_bytes(j)) THEN 'changed'
        END AS fault
        FROM sec.access_journal AS j WINDOW w AS (PARTITION BY j.lane ORDER BY j.seq)) AS t
    WHERE t.fault IS NOT NULL
    UNION ALL
    SELECT h.lane, h.seq, 'the lane does not end here' FROM sec.journal_head AS h
    LEFT JOIN LATERAL (SELECT j.seq, j.hash FROM sec.access_journal AS j
                       WHERE j.lane = h.lane ORDER BY j.seq DESC LIMIT 1) AS last ON true
    WHERE (coalesce(last.seq, 0), coalesce(last.hash, '')) <> (h.seq, h.hash)
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sec FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.note(jsonb), sec.journal_class(uuid), sec.journal_of(uuid, bigint, int)
    TO yidang_reader;
GRANT EXECUTE ON FUNCTION sec.journal_bytes(sec.access_journal), sec.journal_faults() TO yidang_writer;

RESET ROLE;
