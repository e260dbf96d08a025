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
