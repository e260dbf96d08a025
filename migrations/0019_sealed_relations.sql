-- What relations say to whoever may see a row but not what the relation is of; and a grant's validity, said once.
--
--   sealed   a row's tokens are read with the row. Four of them name what a class protects: who reported (W), where a
--            child is placed (L), who corrects a child's conduct (K), who is kept away (X). The read models carry them as
--            sec.sealed says: a keyed hash, which tells neither the id nor, of the first three, what kind of relation it
--            is. The application seals what an assignment holds with the same key (authz/sealing.py). The key is made
--            here and read by the writer alone; it is as old as the database, and every read model is told with it.
--   valid    sec.valid is the one place that says when a grant counts. It has neither a setting nor other rights, so
--            PostgreSQL takes it into each statement that asks.
--
-- Before: tokens named the person and the site in plain, and five functions each said when a grant counts.
SET LOCAL ROLE yidang_owner;

-- Two independent keys of one block each: H(outer || H(inner || token)), as HMAC but for where the pads come from.
CREATE TABLE sec.relation_key (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    inner_pad bytea NOT NULL CHECK (length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64)
);
COMMENT ON TABLE sec.relation_key IS 'The key under which relations are told that must name nobody.';
REVOKE ALL ON sec.relation_key FROM PUBLIC;
GRANT SELECT ON sec.relation_key TO yidang_writer;

CREATE FUNCTION sec.random_block() RETURNS bytea LANGUAGE sql VOLATILE
RETURN sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    || sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
INSERT INTO sec.relation_key (inner_pad, outer_pad) VALUES (sec.random_block(), sec.random_block());
DROP FUNCTION sec.random_block();

CREATE FUNCTION sec.sealed(token text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind text := left(token, 2);
BEGIN
    IF kind NOT IN ('K:', 'L:', 'W:', 'X:') THEN
        RETURN token;
    END IF;
    RETURN CASE kind WHEN 'X:' THEN 'X:' ELSE 'S:' END || (
        SELECT left(encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(token, 'UTF8'))), 'hex'), 32)
        FROM sec.relation_key AS k);
END $$;
COMMENT ON FUNCTION sec.sealed(text) IS 'A token as rows carry it that others read, too.';
REVOKE ALL ON FUNCTION sec.sealed(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.sealed(text) TO yidang_writer;

CREATE FUNCTION sec.valid(from_ timestamptz, to_ timestamptz, for_ text, moment timestamptz, purpose text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN from_ <= moment AND to_ > moment AND (for_ IS NULL OR for_ = purpose);
COMMENT ON FUNCTION sec.valid(timestamptz, timestamptz, text, timestamptz, text) IS
    'Whether a grant from, to and for something counts at a moment for a purpose.';
REVOKE ALL ON FUNCTION sec.valid(timestamptz, timestamptz, text, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.valid(timestamptz, timestamptz, text, timestamptz, text)
    TO yidang_reader, yidang_writer;

DROP FUNCTION sec.opens_journal(uuid, text);  -- asked by nobody since sec.journal_class

CREATE OR REPLACE FUNCTION sec.granted(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own  text[] := sec.scope(obj, cls);
    at_  timestamptz;
    for_ text;
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(own) AS o (token) WHERE o.token LIKE 'G:%') THEN
        RETURN '{}';
    END IF;
    at_ := sec.moment();
    for_ := sec.purpose();
    RETURN ARRAY(
        SELECT g.subject_id FROM read.access_grant AS g
        WHERE g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_));
END $$;

CREATE OR REPLACE FUNCTION sec.for_a_time(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own  text[] := sec.scope(obj, cls);
    at_  timestamptz;
    for_ text;
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(own) AS o (token) WHERE o.token LIKE 'G:%') THEN
        RETURN '{}';
    END IF;
    at_ := sec.moment();
    for_ := sec.purpose();
    RETURN ARRAY(
        SELECT g.subject_id FROM read.access_grant AS g
        WHERE g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_)
        GROUP BY g.subject_id HAVING bool_and(g.records_from IS NOT NULL));
END $$;

CREATE OR REPLACE FUNCTION sec.stood(subjects uuid[], obj text, cls text, first date, last date) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own  text[] := sec.scope(obj, cls);
    at_  timestamptz := sec.moment();
    for_ text := sec.purpose();
BEGIN
    RETURN EXISTS (
        SELECT FROM read.access_grant AS g
        WHERE g.subject_id = ANY (subjects) AND g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_)
          AND (g.records_from IS NULL OR (g.records_from <= last AND g.records_to >= first)));
END $$;

CREATE OR REPLACE FUNCTION sec.journal_class(subject uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stands text[];
    own    text[];
    cls    text;
    at_    timestamptz := sec.moment();
    for_   text := sec.purpose();
BEGIN
    SELECT array_agg(sec.sealed(a.token)) INTO stands FROM read.access_relation AS a WHERE a.subject_id = subject;
    IF stands IS NULL OR stands && sec.conflicts() THEN
        RETURN NULL;
    END IF;
    FOREACH cls IN ARRAY ARRAY['P2', 'P0'] LOOP
        own := sec.scope('access', cls);
        IF stands && own OR EXISTS (
            SELECT FROM read.access_grant AS g
            WHERE g.subject_id = subject AND g.grantee = ANY (own) AND cls = ANY (g.classes)
              AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_))
        THEN
            RETURN cls;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION sec.journal_of(subject uuid, before bigint, most int) RETURNS TABLE (
    id bigint, at timestamptz, outcome text, door text, act text, obj text, role text, unit_id uuid, person_id uuid,
    purpose text, relation text, classes text[], withheld text[], policy_version text, trace_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    opened text := sec.journal_class(subject);
    own    text[] := sec.scope('access', coalesce(opened, 'P2'));
    me     uuid := sec.actor();
    at_    timestamptz := sec.moment();
    for_   text := sec.purpose();
    whole  boolean;
    firsts date[];
    lasts  date[];
BEGIN
    IF opened = 'P2' THEN
        whole := EXISTS (SELECT FROM read.access_relation AS a
                         WHERE a.subject_id = subject AND sec.sealed(a.token) = ANY (own));
        SELECT whole OR bool_or(g.records_from IS NULL), array_agg(g.records_from), array_agg(g.records_to)
          INTO whole, firsts, lasts
          FROM read.access_grant AS g
         WHERE g.subject_id = subject AND g.grantee = ANY (own) AND opened = ANY (g.classes)
           AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_);
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

RESET ROLE;
