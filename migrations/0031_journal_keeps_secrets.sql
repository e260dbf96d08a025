-- Who reads the journal of a child or a case learns from it nothing that the file itself keeps from them.
--
-- Whoever holds a file reads every look at it, by name. Two kinds of look were told that are a secret of the file: those of
-- whoever reported (P6_REPORTER: unit, township and district do not learn who), and those that only a conduct case explains
-- (P5: it is seen by police, prosecutor, court, justice and the named corrector, and by nobody else). The first are told as of
-- a reporter, on a day; the second, and the class P5 in any look, only to whom P5 is open on the child.
SET LOCAL ROLE yidang_owner;

CREATE FUNCTION sec.conduct_acts() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['child.open_conduct_case', 'child.record_early_intervention', 'child.hold_case_consultation',
    'child.enrol_in_correction', 'child.record_correction_progress', 'child.record_special_education',
    'child.complete_reintegration'];
COMMENT ON FUNCTION sec.conduct_acts() IS 'What is only done where there is a conduct case (domain/child/conduct, correction).';

-- Whether the opened scope opens a class of a child or case, by its relations or by a grant.
CREATE FUNCTION sec.opens(subject uuid, cls text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    obj text := CASE WHEN EXISTS (SELECT FROM read.child AS c WHERE c.child_id = subject) THEN 'child' ELSE 'case' END;
    own text[] := sec.scope(obj, cls);
BEGIN
    RETURN EXISTS (SELECT FROM read.access_relation AS a
                   WHERE a.subject_id = subject AND sec.sealed(a.token) = ANY (own))
        OR subject = ANY (sec.granted(obj, cls));
END $$;

CREATE OR REPLACE FUNCTION sec.journal_of(subject uuid, before bigint, most int) RETURNS TABLE (
    id bigint, at timestamptz, outcome text, door text, act text, obj text, role text, unit_id uuid, person_id uuid,
    purpose text, relation text, classes text[], withheld text[], policy_version text, trace_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    opened   text := sec.journal_class(subject);
    own      text[] := sec.scope('access', coalesce(opened, 'P2'));
    me       uuid := sec.actor();
    at_      timestamptz := sec.moment();
    for_     text := sec.purpose();
    conduct  boolean := sec.opens(subject, 'P5');      -- may know of a conduct case
    reporter boolean := sec.opens(subject, 'P6_REPORTER');
    whole    boolean;
    firsts   date[];
    lasts    date[];
BEGIN
    IF opened = 'P2' THEN
        whole := EXISTS (SELECT FROM read.access_relation AS a
                         WHERE a.subject_id = subject AND sec.sealed(a.token) = ANY (own));
        SELECT whole OR bool_or(g.records_from IS NULL), array_agg(g.records_from), array_agg(g.records_to)
          INTO whole, firsts, lasts
          FROM read.access_grant AS g
         WHERE g.subject_id = subject AND g.grantee = ANY (own) AND opened = ANY (g.classes)
           AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_);
        RETURN QUERY SELECT j.id, CASE WHEN h.hidden THEN date_trunc('day', j.at, 'Asia/Shanghai') ELSE j.at END,
                j.outcome, j.door, j.act, j.obj, CASE WHEN h.hidden THEN 'reporter' ELSE j.role END,
                CASE WHEN NOT h.hidden THEN j.unit_id END, CASE WHEN NOT h.hidden THEN j.person_id END, j.purpose,
                CASE WHEN NOT h.hidden THEN j.relation END,
                CASE WHEN conduct THEN j.classes ELSE array_remove(j.classes, 'P5') END,
                CASE WHEN conduct THEN j.withheld ELSE array_remove(j.withheld, 'P5') END,
                j.policy_version, CASE WHEN NOT h.hidden THEN j.trace_id END
            FROM sec.access_journal AS j
            CROSS JOIN LATERAL (SELECT NOT reporter AND j.person_id <> me
                                       AND coalesce(j.relation = 'own_report' OR j.role = 'reporter', false)) AS h (hidden)
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

REVOKE ALL ON FUNCTION sec.opens(uuid, text), sec.conduct_acts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.conduct_acts() TO yidang_reader, yidang_writer;

RESET ROLE;
