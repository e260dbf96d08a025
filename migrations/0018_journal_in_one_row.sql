-- One row a look, whoever many were looked at, and what is needed to find it by a child is settled later.
--
-- Before, a look at a page of fifty children wrote fifty rows with four index entries each, in the fate of the read. Now it
-- is one row with the fifty in `subjects`. It is found by each of them through an inverted index (GIN) whose new entries
-- wait in its list of pending ones: a search reads that list as well, so no look is missing for a moment, and
-- sec.journal_settled() moves them into the index in the order of their keys, beside the traffic. PostgreSQL does so
-- itself where nobody does, before the list is longer than it may be.
--
--   write   sec.note(notes, expires, signature): the looks of many requests at once, signed by the application with the key
--           that scopes are signed with, over bytes no scope can have. Whoever has no key writes nothing, not even in
--           their own name; in a transaction with a scope, nothing but that person's looks.
--             notes = look (RS look)*      look = field (US field)*, in the order of sec.journal_line; an absent one is SUB
--   chain   in a lane from 64 on one link holds the looks of one call as they were given, and its rows carry the link's hash:
--           sha256(previous || lane US number of the first row US at US notes). Rows of before keep their lanes, below 64,
--           where each is a link of its own, and their bytes.
--   read    sec.journal_of tells of a row no other subject than the one that was asked for
SET LOCAL ROLE yidang_owner;

DROP FUNCTION sec.note(jsonb);
DROP FUNCTION sec.inside(jsonb);
DROP FUNCTION sec.journal_of(uuid, bigint, int);
DROP FUNCTION sec.journal_faults();
DROP FUNCTION sec.journal_bytes(sec.access_journal);

DROP INDEX sec.access_journal_subject_id_at_idx;
ALTER TABLE sec.access_journal DROP CONSTRAINT access_journal_pkey, DROP CONSTRAINT access_journal_lane_seq_key;
ALTER TABLE sec.access_journal ALTER COLUMN subject_id TYPE uuid[] USING array_remove(ARRAY[subject_id], NULL);
ALTER TABLE sec.access_journal RENAME COLUMN subject_id TO subjects;
ALTER TABLE sec.access_journal
    ALTER COLUMN subjects SET NOT NULL, ALTER COLUMN subjects SET STORAGE EXTERNAL, ADD PRIMARY KEY (lane, seq);
CREATE INDEX access_journal_subjects ON sec.access_journal
    USING gin (subjects) WITH (fastupdate = on, gin_pending_list_limit = 8192);
COMMENT ON COLUMN sec.access_journal.subjects IS 'The children or cases of one kind that were looked at together; none for an act put to no one.';
COMMENT ON INDEX sec.access_journal_subjects IS 'Whose looks a row is of; entries of new rows are pending until sec.journal_settled().';

INSERT INTO sec.journal_head (lane) SELECT generate_series(64, 127);

-- A row's look as it was given to sec.note.
CREATE FUNCTION sec.journal_line(r sec.access_journal) RETURNS text
LANGUAGE sql STABLE
RETURN array_to_string(ARRAY[
    r.person_id::text, r.assignment_id::text, r.role, r.unit_id::text, r.division_id, r.purpose, r.trace_id, r.operation,
    r.policy_version, r.door, r.obj, r.act, r.outcome, r.relation, array_to_string(r.classes, ' '),
    array_to_string(r.withheld, ' '), array_to_string(r.subjects, ',')], chr(31), chr(26));

CREATE FUNCTION sec.journal_stamp(at timestamptz) RETURNS text
LANGUAGE sql STABLE
RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US');

-- What of a row of a lane below 64 is hashed: no two rows have the same bytes.
CREATE FUNCTION sec.journal_bytes(r sec.access_journal) RETURNS bytea
LANGUAGE sql STABLE
RETURN convert_to(jsonb_build_array(
    r.lane, r.seq, sec.journal_stamp(r.at), r.person_id, r.assignment_id, r.role, r.unit_id, r.division_id, r.purpose,
    r.trace_id, r.operation, r.policy_version, r.outcome, r.door, r.act, r.obj,
    CASE WHEN cardinality(r.subjects) < 2 THEN to_jsonb(r.subjects[1]) ELSE to_jsonb(r.subjects) END,
    r.relation, to_jsonb(r.classes), to_jsonb(r.withheld))::text, 'UTF8');

CREATE FUNCTION sec.note(notes text, expires text, signature text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine  smallint := 64 + pg_backend_pid() % 64;
    now_  timestamptz := clock_timestamp();
    lines text[] := string_to_array(notes, chr(30));
    last  bigint;
    link  bytea;
BEGIN
    IF current_setting('app.scope', true) <> '' AND EXISTS (
        SELECT FROM unnest(lines) AS u (line) WHERE split_part(u.line, chr(31), 1) IS DISTINCT FROM sec.actor()::text)
    THEN
        RAISE EXCEPTION 'a note of somebody else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE sec.journal_head AS h
       SET seq = h.seq + cardinality(lines),
           hash = sha256(h.hash || convert_to(concat_ws(chr(31), mine, h.seq + 1,
               to_char(now_ AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), notes), 'UTF8'))
      FROM sec.secret AS k
     WHERE h.lane = mine AND to_timestamp(expires::double precision) > now_
       AND signature = encode(sha256(k.outer_pad || sha256(k.inner_pad || '\x00'::bytea
               || convert_to('note|' || expires || '|' || notes, 'UTF8'))), 'hex')
    RETURNING h.seq, h.hash INTO last, link;
    IF link IS NULL THEN
        RAISE EXCEPTION 'note signature' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO sec.access_journal (at, person_id, assignment_id, role, unit_id, division_id, purpose, trace_id,
        operation, policy_version, door, obj, act, outcome, relation, classes, withheld, subjects, lane, seq, hash)
    SELECT now_, f[1]::uuid, f[2]::uuid, f[3], f[4]::uuid, f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14],
        string_to_array(f[15], ' '), string_to_array(f[16], ' '), string_to_array(f[17], ',')::uuid[],
        mine, last - cardinality(lines) + u.ord, link
    FROM unnest(lines) WITH ORDINALITY AS u (line, ord)
    CROSS JOIN LATERAL string_to_array(u.line, chr(31), chr(26)) AS f;
END $$;
COMMENT ON FUNCTION sec.note(text, text, text) IS 'The one way into the access journal.';

-- The journal of one child or case, latest first, before `before`, as far as the scope opens it. What is null the viewer may
-- not learn. Class P2 reads every look, by an order alone those of its period and their own; class P0 (the family) the day,
-- unit, role and purpose of looks that are no secret of an investigation, a court, an emergency or who reported.
CREATE FUNCTION sec.journal_of(subject uuid, before bigint, most int) RETURNS TABLE (
    id bigint, at timestamptz, outcome text, door text, act text, obj text, role text, unit_id uuid, person_id uuid,
    purpose text, relation text, classes text[], withheld text[], policy_version text, trace_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    opened text := sec.journal_class(subject);
    own    text[] := sec.scope('access', coalesce(opened, 'P2'));
    me     uuid := sec.actor();
    whole  boolean;
    firsts date[];
    lasts  date[];
BEGIN
    IF opened = 'P2' THEN
        whole := EXISTS (SELECT FROM read.access_relation AS a WHERE a.subject_id = subject AND a.token = ANY (own));
        SELECT whole OR bool_or(g.records_from IS NULL), array_agg(g.records_from), array_agg(g.records_to)
          INTO whole, firsts, lasts
          FROM read.access_grant AS g
         WHERE g.subject_id = subject AND g.grantee = ANY (own) AND opened = ANY (g.classes)
           AND g.valid_from <= sec.moment() AND g.valid_to > sec.moment()
           AND (g.for_purpose IS NULL OR g.for_purpose = sec.purpose());
        RETURN QUERY SELECT j.id, j.at, j.outcome, j.door, j.act, j.obj, j.role, j.unit_id, j.person_id,
                j.purpose, j.relation, j.classes, j.withheld, j.policy_version, j.trace_id
            FROM sec.access_journal AS j
            WHERE j.subjects @> ARRAY[subject] AND j.id < before
              AND (whole OR j.person_id = me OR EXISTS (
                   SELECT FROM unnest(firsts, lasts) AS p (first, last)
                   WHERE (j.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN p.first AND p.last))
            ORDER BY j.id DESC LIMIT most;
    ELSIF opened = 'P0' THEN
        RETURN QUERY SELECT j.id, date_trunc('day', j.at, 'Asia/Shanghai'), j.outcome, j.door, j.act, j.obj,
                CASE WHEN sec.of_a_site(j.role, j.relation) THEN 'placement' ELSE j.role END,
                CASE WHEN sec.of_a_site(j.role, j.relation) THEN NULL ELSE j.unit_id END, NULL::uuid,
                j.purpose, NULL::text, '{}'::text[], '{}'::text[], NULL::text, NULL::text
            FROM sec.access_journal AS j
            WHERE j.subjects @> ARRAY[subject] AND j.id < before AND j.outcome = 'SEEN' AND j.obj IN ('child', 'case')
              AND j.purpose NOT IN ('investigation', 'judicial', 'emergency', 'audit', 'oversight')
              AND j.role <> 'reporter'
              AND (j.relation IS NULL OR j.relation NOT IN ('break_glass', 'order', 'own_report'))
            ORDER BY j.id DESC LIMIT most;
    END IF;
END $$;
COMMENT ON FUNCTION sec.journal_of(uuid, bigint, int) IS 'The one way the API reads the access journal.';

-- What is wrong with the journal: a link whose hash does not follow, a gap, a lane whose end is not its head.
CREATE FUNCTION sec.journal_faults() RETURNS TABLE (lane smallint, seq bigint, fault text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH link AS (
        SELECT j.lane, j.hash, min(j.seq) AS first, max(j.seq) AS last, count(*) AS many,
            min(j.at) = max(j.at) AS at_once,
            CASE WHEN j.lane < 64 THEN min(sec.journal_bytes(j)) ELSE convert_to(concat_ws(chr(31), j.lane, min(j.seq),
                sec.journal_stamp(min(j.at)), string_agg(sec.journal_line(j), chr(30) ORDER BY j.seq)), 'UTF8') END AS told
        FROM sec.access_journal AS j GROUP BY j.lane, j.hash
    )
    SELECT t.lane, t.first, t.fault FROM (
        SELECT l.lane, l.first, CASE
            WHEN l.first <> coalesce(lag(l.last) OVER w, 0) + 1 THEN 'a row is missing before this one'
            WHEN l.many <> l.last - l.first + 1 OR NOT l.at_once OR (l.lane < 64 AND l.many > 1)
              OR l.hash <> sha256(coalesce(lag(l.hash) OVER w, '') || l.told) THEN 'changed'
        END AS fault
        FROM link AS l WINDOW w AS (PARTITION BY l.lane ORDER BY l.first)) AS t
    WHERE t.fault IS NOT NULL
    UNION ALL
    SELECT h.lane, h.seq, 'the lane does not end here' FROM sec.journal_head AS h
    LEFT JOIN LATERAL (SELECT j.seq, j.hash FROM sec.access_journal AS j
                       WHERE j.lane = h.lane ORDER BY j.seq DESC LIMIT 1) AS last ON true
    WHERE (coalesce(last.seq, 0), coalesce(last.hash, '')) <> (h.seq, h.hash)
$$;

-- For whoever counts looks: a row for each child or case, one for an act put to no one.
CREATE VIEW sec.access_look WITH (security_invoker = on) AS
    SELECT j.*, s.subject_id FROM sec.access_journal AS j LEFT JOIN LATERAL unnest(j.subjects) AS s (subject_id) ON true;
COMMENT ON VIEW sec.access_look IS '查阅 · The access journal, a row for each that was looked at';
REVOKE ALL ON sec.access_look FROM PUBLIC;
GRANT SELECT ON sec.access_look TO yidang_writer;

CREATE FUNCTION sec.journal_settled() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN gin_clean_pending_list('sec.access_journal_subjects');
COMMENT ON FUNCTION sec.journal_settled() IS
    'Moves pending entries into the index by subject; any number at once, and an end in the middle loses and doubles none.';

REVOKE ALL ON FUNCTION sec.note(text, text, text), sec.journal_of(uuid, bigint, int), sec.journal_faults(),
    sec.journal_bytes(sec.access_journal), sec.journal_line(sec.access_journal), sec.journal_stamp(timestamptz),
    sec.journal_settled() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.note(text, text, text), sec.journal_of(uuid, bigint, int) TO yidang_reader;
GRANT EXECUTE ON FUNCTION sec.journal_bytes(sec.access_journal), sec.journal_line(sec.access_journal),
    sec.journal_stamp(timestamptz), sec.journal_faults(), sec.journal_settled() TO yidang_writer;

RESET ROLE;
