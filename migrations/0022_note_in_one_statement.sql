-- A batch of looks is hashed once and written by one statement.
--
-- sec.note took sha256 of the same bytes twice, for the signature and for the link, and moved the end of its lane by a
-- statement of its own. Now both hash the digest of the notes:
--
--   signature  over '\x00' 'note|' expires '|' sha256(notes): no scope has such bytes, as before
--   chain      in a lane from 128 on: sha256(previous || sha256(notes) || lane US number of the first row US at). Rows of
--              before keep their lanes, below 128, and their bytes.
SET LOCAL ROLE yidang_owner;

INSERT INTO sec.journal_head (lane) SELECT generate_series(128, 191);

CREATE OR REPLACE FUNCTION sec.note(notes text, expires text, signature text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine  CONSTANT smallint := 128 + pg_backend_pid() % 64;
    now_  CONSTANT timestamptz := clock_timestamp();
    lines CONSTANT text[] := string_to_array(notes, chr(30));
    told  CONSTANT bytea := sha256(convert_to(notes, 'UTF8'));
BEGIN
    IF current_setting('app.scope', true) <> '' THEN
        IF EXISTS (SELECT FROM unnest(lines) AS u (line)
                   WHERE split_part(u.line, chr(31), 1) IS DISTINCT FROM sec.actor()::text) THEN
            RAISE EXCEPTION 'a note of somebody else' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    WITH link AS (
        UPDATE sec.journal_head AS h
           SET seq = h.seq + cardinality(lines),
               hash = sha256(h.hash || told || convert_to(concat_ws(chr(31), mine, h.seq + 1,
                   to_char(now_ AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')), 'UTF8'))
          FROM sec.secret AS k
         WHERE h.lane = mine AND to_timestamp(expires::double precision) > now_
           AND signature = encode(sha256(k.outer_pad || sha256(k.inner_pad || '\x00'::bytea
                   || convert_to('note|' || expires || '|', 'UTF8') || told)), 'hex')
        RETURNING h.seq - cardinality(lines) AS before, h.hash
    )
    INSERT INTO sec.access_journal (at, person_id, assignment_id, role, unit_id, division_id, purpose, trace_id,
        operation, policy_version, door, obj, act, outcome, relation, classes, withheld, subjects, lane, seq, hash)
    SELECT now_, f[1]::uuid, f[2]::uuid, f[3], f[4]::uuid, f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14],
        string_to_array(f[15], ' '), string_to_array(f[16], ' '), string_to_array(f[17], ',')::uuid[],
        mine, link.before + u.ord, link.hash
    FROM link
    CROSS JOIN unnest(lines) WITH ORDINALITY AS u (line, ord)
    CROSS JOIN LATERAL string_to_array(u.line, chr(31), chr(26)) AS f;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'note signature' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- What is wrong with the journal: a link whose hash does not follow, a gap, a lane whose end is not its head.
CREATE OR REPLACE FUNCTION sec.journal_faults() RETURNS TABLE (lane smallint, seq bigint, fault text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH link AS (
        SELECT j.lane, j.hash, min(j.seq) AS first, max(j.seq) AS last, count(*) AS many,
            min(j.at) = max(j.at) AS at_once,
            CASE WHEN j.lane < 64 THEN min(sec.journal_bytes(j)) ELSE
                convert_to(string_agg(sec.journal_line(j), chr(30) ORDER BY j.seq), 'UTF8') END AS looks,
            concat_ws(chr(31), j.lane, min(j.seq), sec.journal_stamp(min(j.at))) AS place
        FROM sec.access_journal AS j GROUP BY j.lane, j.hash
    ), told AS (
        SELECT l.*, CASE
            WHEN l.lane < 64 THEN l.looks
            WHEN l.lane < 128 THEN convert_to(l.place || chr(31), 'UTF8') || l.looks
            ELSE sha256(l.looks) || convert_to(l.place, 'UTF8') END AS bytes
        FROM link AS l
    )
    SELECT t.lane, t.first, t.fault FROM (
        SELECT l.lane, l.first, CASE
            WHEN l.first <> coalesce(lag(l.last) OVER w, 0) + 1 THEN 'a row is missing before this one'
            WHEN l.many <> l.last - l.first + 1 OR NOT l.at_once OR (l.lane < 64 AND l.many > 1)
              OR l.hash <> sha256(coalesce(lag(l.hash) OVER w, '') || l.bytes) THEN 'changed'
        END AS fault
        FROM told AS l WINDOW w AS (PARTITION BY l.lane ORDER BY l.first)) AS t
    WHERE t.fault IS NOT NULL
    UNION ALL
    SELECT h.lane, h.seq, 'the lane does not end here' FROM sec.journal_head AS h
    LEFT JOIN LATERAL (SELECT j.seq, j.hash FROM sec.access_journal AS j
                       WHERE j.lane = h.lane ORDER BY j.seq DESC LIMIT 1) AS last ON true
    WHERE (coalesce(last.seq, 0), coalesce(last.hash, '')) <> (h.seq, h.hash)
$$;

RESET ROLE;
