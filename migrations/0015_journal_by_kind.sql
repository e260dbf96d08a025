-- sec.note takes what the looks of one request share once, each kind of look once, and of each row only whose file it is:
-- a page of fifty children is nearly always one kind. The rows and their hashes are the same as before; the bytes that are
-- hashed are put together from texts made once a kind, where before every row was written out as JSON by itself.
--
--   entries = {"common": {column: value, …}, "looks": [[obj, act, outcome, relation, classes, withheld, [subject_id, …]], …]}
--   classes and withheld are texts, the classes parted by blanks; a subject_id may be null
SET LOCAL ROLE yidang_owner;

CREATE FUNCTION sec.inside(array_ jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substr(array_::text, 2, length(array_::text) - 2);
COMMENT ON FUNCTION sec.inside(jsonb) IS 'The members of a JSON array as text, without its brackets.';

CREATE OR REPLACE FUNCTION sec.note(entries jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me       uuid := sec.actor();
    mine     smallint := pg_backend_pid() % 64;
    now_     timestamptz := clock_timestamp();
    c        sec.access_journal := jsonb_populate_record(NULL::sec.access_journal, entries -> 'common');
    same     text;
    n        bigint;
    prev     bytea;
    look     jsonb;
    classes_ text[];
    withheld_ text[];
    subjects uuid[];
    before   text;
    after    text;
    hashes   bytea[];
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO sec.journal_head (lane) VALUES (mine) ON CONFLICT DO NOTHING;
    SELECT h.seq, h.hash INTO n, prev FROM sec.journal_head AS h WHERE h.lane = mine FOR UPDATE;
    same := sec.inside(jsonb_build_array(
        to_char(now_ AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), me, c.assignment_id, c.role, c.unit_id,
        c.division_id, c.purpose, c.trace_id, c.operation, c.policy_version));
    FOR look IN SELECT jsonb_array_elements(entries -> 'looks') LOOP
        classes_ := string_to_array(look ->> 4, ' ');
        withheld_ := string_to_array(look ->> 5, ' ');
        before := ', ' || same || ', '
            || sec.inside(jsonb_build_array(look -> 2, c.door, look -> 1, look -> 0)) || ', ';
        after := ', ' || sec.inside(jsonb_build_array(look -> 3, to_jsonb(classes_), to_jsonb(withheld_))) || ']';
        subjects := ARRAY(SELECT s::uuid FROM jsonb_array_elements_text(look -> 6) AS s);
        hashes := '{}';
        FOR i IN 1 .. cardinality(subjects) LOOP
            prev := sha256(prev || convert_to('[' || mine || ', ' || n + i || before
                || coalesce('"' || subjects[i] || '"', 'null') || after, 'UTF8'));
            hashes[i] := prev;
        END LOOP;
        INSERT INTO sec.access_journal (at, person_id, assignment_id, role, unit_id, division_id, purpose, trace_id,
            operation, policy_version, outcome, door, act, obj, subject_id, relation, classes, withheld, lane, seq, hash)
        SELECT now_, me, c.assignment_id, c.role, c.unit_id, c.division_id, c.purpose, c.trace_id, c.operation,
            c.policy_version, look ->> 2, c.door, look ->> 1, look ->> 0, u.subject, look ->> 3, classes_, withheld_,
            mine, n + u.ord, u.hash
        FROM unnest(subjects, hashes) WITH ORDINALITY AS u (subject, hash, ord);
        n := n + cardinality(subjects);
    END LOOP;
    UPDATE sec.journal_head SET seq = n, hash = prev WHERE lane = mine;
END $$;

-- Rows come in the order of time: which pages hold a period is all that has to be known of it.
DROP INDEX sec.access_journal_at_idx;
CREATE INDEX access_journal_at_idx ON sec.access_journal USING brin (at);

REVOKE ALL ON FUNCTION sec.inside(jsonb) FROM PUBLIC;

RESET ROLE;
