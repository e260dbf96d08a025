-- The journal as far as an audit order goes, and as its family may read it.
--
-- An order is for a period (read.access_grant.records_from, records_to). Whoever reads the journal of a child or case by
-- such a grant and by nothing else sees the looks of that period, and their own under the order; before, all of them.
--
-- The family (class P0) learns of no look that would tell who reported (relation own_report, role reporter), and of a
-- look by those a child is placed with neither which unit it was nor what kind: the unit is the address. Before, both
-- were told.
SET LOCAL ROLE yidang_owner;

CREATE OR REPLACE FUNCTION sec.journal_of(subject uuid, before bigint, most int) RETURNS SETOF sec.access_journal
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
        RETURN QUERY SELECT j.* FROM sec.access_journal AS j
            WHERE j.subject_id = subject AND j.id < before
              AND (whole OR j.person_id = me OR EXISTS (
                   SELECT FROM unnest(firsts, lasts) AS p (first, last)
                   WHERE (j.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN p.first AND p.last))
            ORDER BY j.id DESC LIMIT most;
    ELSIF opened = 'P0' THEN
        RETURN QUERY SELECT j.id,
                date_trunc('day', j.at, 'Asia/Shanghai'), NULL::uuid, NULL::uuid,
                CASE WHEN sec.of_a_site(j.role, j.relation) THEN 'placement' ELSE j.role END, j.purpose, NULL::text,
                NULL::text, NULL::text, j.subject_id, j.obj, '{}'::text[], j.outcome, j.door, j.act, NULL::text,
                CASE WHEN sec.of_a_site(j.role, j.relation) THEN NULL ELSE j.unit_id END, NULL::text, '{}'::text[],
                NULL::smallint, NULL::bigint, NULL::bytea
            FROM sec.access_journal AS j
            WHERE j.subject_id = subject AND j.id < before AND j.outcome = 'SEEN' AND j.obj IN ('child', 'case')
              AND j.purpose NOT IN ('investigation', 'judicial', 'emergency', 'audit', 'oversight')
              AND j.role <> 'reporter'
              AND (j.relation IS NULL OR j.relation NOT IN ('break_glass', 'order', 'own_report'))
            ORDER BY j.id DESC LIMIT most;
    END IF;
END $$;

-- A look by those a child is placed with: to say which unit is to say where the child is.
CREATE FUNCTION sec.of_a_site(role text, relation text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(relation = 'placed', false)
    OR role IN ('placement_site', 'rescue_institution', 'child_welfare_institution');
REVOKE ALL ON FUNCTION sec.of_a_site(text, text) FROM PUBLIC;

-- Row security of what is dated asks the same of a row: whom this actor may see for a period alone, and whether a row
-- stood in one (projections/row_law.py).
CREATE FUNCTION sec.for_a_time(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own text[] := sec.scope(obj, cls);
    at_ timestamptz;
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(own) AS o (token) WHERE o.token LIKE 'G:%') THEN
        RETURN '{}';
    END IF;
    at_ := sec.moment();
    RETURN ARRAY(
        SELECT g.subject_id FROM read.access_grant AS g
        WHERE g.grantee = ANY (own) AND cls = ANY (g.classes) AND g.valid_from <= at_ AND g.valid_to > at_
          AND (g.for_purpose IS NULL OR g.for_purpose = sec.purpose())
        GROUP BY g.subject_id HAVING bool_and(g.records_from IS NOT NULL));
END $$;
COMMENT ON FUNCTION sec.for_a_time(text, text) IS
    'The children and cases that grants open to this actor for periods alone.';

CREATE FUNCTION sec.stood(subjects uuid[], obj text, cls text, first date, last date) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own text[] := sec.scope(obj, cls);
    at_ timestamptz := sec.moment();
BEGIN
    RETURN EXISTS (
        SELECT FROM read.access_grant AS g
        WHERE g.subject_id = ANY (subjects) AND g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND g.valid_from <= at_ AND g.valid_to > at_
          AND (g.for_purpose IS NULL OR g.for_purpose = sec.purpose())
          AND (g.records_from IS NULL OR (g.records_from <= last AND g.records_to >= first)));
END $$;
COMMENT ON FUNCTION sec.stood(uuid[], text, text, date, date) IS
    'Whether what stood between two days is of a period for which a grant opens one of these to this actor.';

REVOKE ALL ON FUNCTION sec.for_a_time(text, text), sec.stood(uuid[], text, text, date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.for_a_time(text, text), sec.stood(uuid[], text, text, date, date)
    TO yidang_reader, yidang_writer;
