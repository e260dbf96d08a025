-- What the journal told of whoever reported, and of where a child is placed, beside what it already kept (0031).
--
-- A look of whoever reported was told as of a reporter, but with the purpose of their own role: schooling and treatment tell
-- the category of the reporter, which is P6_REPORTER, and in a village with one teacher the person. And what they asked for
-- in vain was told by name: a denial rests on no relation, so nothing said that it was theirs. Both are told now as a
-- reporter's: on a day, for casework, as a reading. Whoever reported is known by the relation itself (W), also on a child by
-- its cases.
-- An auditor reads the journal without the second approval that P6_ADDRESS asks for: whoever looked as the site of a
-- placement is told to them as to the family, without saying which site.
SET LOCAL ROLE yidang_owner;

-- Who reported this case, or a case of this child: a case has the relations of its children for that reason
-- (projections/case_told.py). Asked by the journal alone.
CREATE FUNCTION sec.reporters_of(subject uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY(
        SELECT substr(a.token, 3)::uuid FROM read.access_relation AS a
        WHERE a.token LIKE 'W:%' AND a.subject_id = ANY (
            ARRAY(SELECT c.subject_id FROM read.access_relation AS c WHERE c.reason = 'child:' || subject) || subject));
END $$;
REVOKE ALL ON FUNCTION sec.reporters_of(uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION sec.journal_of(subject uuid, before bigint, most int) RETURNS TABLE (
    id bigint, at timestamptz, outcome text, door text, act text, obj text, role text, unit_id uuid, person_id uuid,
    purpose text, relation text, classes text[], withheld text[], policy_version text, trace_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    opened    text := sec.journal_class(subject);
    own       text[] := sec.scope('access', coalesce(opened, 'P2'));
    me        uuid := sec.actor();
    at_       timestamptz := sec.moment();
    for_      text := sec.purpose();
    conduct   boolean := sec.opens(subject, 'P5');      -- may know of a conduct case
    reporter  boolean := sec.opens(subject, 'P6_REPORTER');
    placed    boolean := sec.opens(subject, 'P6_ADDRESS');
    reporters uuid[] := CASE WHEN opened = 'P2' AND NOT reporter THEN sec.reporters_of(subject) END;
    whole     boolean;
    firsts    date[];
    lasts     date[];
BEGIN
    IF opened = 'P2' THEN
        whole := EXISTS (SELECT FROM read.access_relation AS a
                         WHERE a.subject_id = subject AND sec.sealed(a.token) = ANY (own));
        SELECT whole OR bool_or(g.records_from IS NULL), array_agg(g.records_from), array_agg(g.records_to)
          INTO whole, firsts, lasts
          FROM read.access_grant AS g
         WHERE g.subject_id = subject AND g.grantee = ANY (own) AND opened = ANY (g.classes)
           AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_);
        RETURN QUERY SELECT j.id, CASE WHEN h.reported THEN date_trunc('day', j.at, 'Asia/Shanghai') ELSE j.at END,
                j.outcome, j.door, CASE WHEN h.reported THEN 'read' ELSE j.act END, j.obj,
                CASE WHEN h.reported THEN 'reporter' WHEN h.cares THEN 'placement' ELSE j.role END,
                CASE WHEN NOT (h.reported OR h.cares) THEN j.unit_id END,
                CASE WHEN NOT (h.reported OR h.cares) THEN j.person_id END,
                CASE WHEN h.reported THEN 'casework' ELSE j.purpose END,
                CASE WHEN NOT h.reported THEN j.relation END,
                CASE WHEN conduct THEN j.classes ELSE array_remove(j.classes, 'P5') END,
                CASE WHEN conduct THEN j.withheld ELSE array_remove(j.withheld, 'P5') END,
                j.policy_version, CASE WHEN NOT (h.reported OR h.cares) THEN j.trace_id END
            FROM sec.access_journal AS j
            CROSS JOIN LATERAL (
                SELECT NOT reporter AND j.person_id <> me AND coalesce(
                           j.relation = 'own_report' OR j.role = 'reporter'
                           OR j.outcome = 'DENIED' AND j.person_id = ANY (reporters), false) AS reported,
                       NOT placed AND j.person_id <> me AND sec.of_a_site(j.role, j.relation) AS cares) AS h
            WHERE j.subjects @> ARRAY[subject] AND j.id < before
              AND (whole OR j.person_id = me OR EXISTS (
                   SELECT FROM unnest(firsts, lasts) AS p (first, last)
                   WHERE (j.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN p.first AND p.last))
              AND (conduct OR j.person_id = me
                   OR j.relation IS DISTINCT FROM 'corrector' AND j.act <> ALL (sec.conduct_acts()))
            ORDER BY j.id DESC LIMIT most;
    ELSIF opened = 'P0' THEN
        RETURN QUERY SELECT j.id, date_trunc('day', j.at, 'Asia/Shanghai'), j.outcome, j.door, j.act, j.obj,
                CASE WHEN sec.of_a_site(j.role, j.relation) THEN 'placement' ELSE j.role END,
                CASE WHEN sec.of_a_site(j.role, j.relation) THEN NULL ELSE j.unit_id END, NULL::uuid,
                j.purpose, NULL::text, '{}'::text[], '{}'::text[], NULL::text, NULL::text
            FROM sec.access_journal AS j
            WHERE j.subjects @> ARRAY[subject] AND j.id < before AND j.outcome = 'SEEN' AND j.obj IN ('child', 'case')
              AND j.purpose NOT IN ('investigation', 'judicial', 'emergency', 'audit', 'oversight')
              AND j.role <> 'reporter' AND j.act <> ALL (sec.conduct_acts())
              AND (j.relation IS NULL OR j.relation NOT IN ('break_glass', 'order', 'own_report', 'corrector'))
            ORDER BY j.id DESC LIMIT most;
    END IF;
END $$;

RESET ROLE;
