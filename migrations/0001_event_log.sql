-- The event log (schema es): what happened, who asked for it, the keys of what is sealed in it, and the
-- proof that nothing was changed.
--
-- Three laws, each kept here and not by the good will of a caller:
--   order    one advisory lock, held to the end of the transaction, so position order is commit order and a
--            reader that remembers one number never skips the events of a slow transaction;
--   chain    hash = sha256(previous hash || stream id || version || topic || 0x00 || state), computed by
--            es.append alone: no login role may insert, so a client can forge neither hash, position nor time;
--   append   UPDATE, DELETE and TRUNCATE are refused by privilege and, for the owner and superusers too,
--            by triggers that fire ALWAYS (also under session_replication_role = replica).
-- Roles: roles.sql.

CREATE SCHEMA es AUTHORIZATION yidang_owner;
SET LOCAL ROLE yidang_owner;

REVOKE ALL ON SCHEMA es FROM PUBLIC;
GRANT USAGE ON SCHEMA es TO yidang_writer;

CREATE SEQUENCE es.event_position;

-- Column names are those of the eventsourcing library, whose own reads run on this table unchanged.
CREATE TABLE es.event (
    originator_id      uuid        NOT NULL,
    originator_version bigint      NOT NULL CHECK (originator_version > 0),
    notification_id    bigint      NOT NULL UNIQUE,
    stream             text        NOT NULL CHECK (stream IN ('child', 'case', 'unit', 'rules', 'access')),
    topic              text        NOT NULL,
    state              bytea       NOT NULL,
    recorded_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    prev_hash          bytea       NOT NULL,
    hash               bytea       NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (originator_id, originator_version)
);
COMMENT ON TABLE es.event IS 'Every event, for ever. Read it as es.event_log.';
COMMENT ON COLUMN es.event.notification_id IS 'Position in the whole log; gaps are harmless and never filled.';
COMMENT ON COLUMN es.event.state IS 'Canonical JSON bytes {"meta":…,"data":…}, exactly as hashed.';
COMMENT ON COLUMN es.event.prev_hash IS 'Hash of the previous version of this stream; empty for version 1.';

CREATE TABLE es.command (
    command_id  uuid        PRIMARY KEY,
    actor       uuid        NOT NULL,
    digest      bytea       NOT NULL,
    stream_id   uuid,
    version     bigint,
    position    bigint,
    answer      jsonb       NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE es.command IS 'What each command id was answered, without a time limit: a retry is answered the same.';
COMMENT ON COLUMN es.command.position IS 'Position of the last event of this command; null when it caused none.';

CREATE TABLE es.subject_key (
    scope        text        PRIMARY KEY,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
COMMENT ON TABLE es.subject_key IS
    'One data key a subject (child:<uuid>, case:<uuid>, reporter:<case uuid>), wrapped by a master key outside '
    'the database. A destroyed key stays as a tombstone, so it can never be made again.';

CREATE TABLE es.checkpoint (
    no            bigint      PRIMARY KEY CHECK (no > 0),
    from_position bigint      NOT NULL UNIQUE,
    to_position   bigint      NOT NULL UNIQUE,
    root          bytea       NOT NULL CHECK (length(root) = 32),
    prev_root     bytea       NOT NULL,
    at            timestamptz NOT NULL,
    signature     bytea       NOT NULL CHECK (length(signature) = 64),
    CHECK (from_position <= to_position)
);
COMMENT ON TABLE es.checkpoint IS 'Signed Merkle roots (RFC 6962) over the events of a range of positions, chained.';

CREATE FUNCTION es.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: it is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- A statement trigger, so that an UPDATE that would meet no row is refused as well.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON es.event
    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON es.command
    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON es.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse();
CREATE TRIGGER never_forgotten BEFORE DELETE OR TRUNCATE ON es.subject_key
    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse();
ALTER TABLE es.event ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE es.command ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE es.checkpoint ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE es.subject_key ENABLE ALWAYS TRIGGER never_forgotten;

CREATE FUNCTION es.destroy_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.wrapped IS NOT NULL OR NEW.scope <> OLD.scope OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'a subject key can only be destroyed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.destroyed_at IS NOT NULL THEN
        RETURN NULL;  -- destroyed once is destroyed: the first date stands
    END IF;
    NEW.destroyed_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER destroy_only BEFORE UPDATE ON es.subject_key
    FOR EACH ROW EXECUTE FUNCTION es.destroy_only();
ALTER TABLE es.subject_key ENABLE ALWAYS TRIGGER destroy_only;

-- No payload: any session may listen, and whose key was destroyed is nobody's business.
CREATE FUNCTION es.tell_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('es_key', '');
    RETURN NULL;
END $$;
CREATE TRIGGER tell_destroyed AFTER UPDATE ON es.subject_key
    FOR EACH STATEMENT EXECUTE FUNCTION es.tell_destroyed();

CREATE FUNCTION es.lock_append() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(6573001)  -- one key for the log; released by the end of the transaction
$$;

-- Append the events of many requests in one statement.
--   Events come as parallel arrays in order; `request` numbers the request each belongs to (ascending).
--   Commands come as parallel arrays, at most one a request.
--   A request is taken or refused whole: `known` lists those whose command id exists, `stale` those whose
--   versions do not follow their stream's head (`stale_streams`, `heads`: the first such, and that head). A refused request hurts no other.
--   Two requests of one call must not touch the same stream or command id (the caller sees to it; the
--   keys enforce it). Answers the positions and hashes of the events taken, in order, and their one time.
CREATE FUNCTION es.append(
    requests int[], streams text[], ids uuid[], versions bigint[], topics text[], states bytea[],
    command_requests int[], command_ids uuid[], actors uuid[], digests bytea[],
    command_streams uuid[], command_versions bigint[], answers text[],
    OUT positions bigint[], OUT hashes bytea[], OUT recorded_at timestamptz,
    OUT known int[], OUT stale int[], OUT stale_streams uuid[], OUT heads bigint[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    e record;
    last_request int := 0;
    first_ord int := 1;          -- of the request being read
    last_id uuid;
    head bigint;                 -- version and hash of the stream being read, events of this request included
    prev bytea;
    links bytea[] := '{}';       -- hash before each event
    chain bytea[] := '{}';       -- hash of each event
    refused int[];
    taken int[];
BEGIN
    PERFORM es.lock_append();
    -- A scalar subquery, not EXISTS: that the planner may turn into a hash of the whole table.
    known := ARRAY(SELECT c.request FROM unnest(command_requests, command_ids) AS c(request, id)
                   WHERE (SELECT true FROM es.command k WHERE k.command_id = c.id));
    stale := '{}';
    stale_streams := '{}';
    heads := '{}';
    FOR e IN SELECT * FROM unnest(requests, ids, versions, topics, states) WITH ORDINALITY
             AS t(request, id, version, topic, state, ord)
    LOOP
        IF e.request <> last_request THEN
            last_request := e.request;
            first_ord := e.ord;
            last_id := NULL;
        END IF;
        IF last_id IS DISTINCT FROM e.id THEN
            -- The stream's head: an earlier event of this same request, else what the log holds.
            last_id := e.id;
            head := NULL;
            FOR earlier IN REVERSE e.ord - 1 .. first_ord LOOP
                IF ids[earlier] = e.id THEN
                    head := versions[earlier];
                    prev := chain[earlier];
                    EXIT;
                END IF;
            END LOOP;
            IF head IS NULL THEN
                SELECT v.originator_version, v.hash INTO head, prev FROM es.event v
                WHERE v.originator_id = e.id ORDER BY v.originator_version DESC LIMIT 1;
                IF NOT FOUND THEN
                    head := 0;
                    prev := ''::bytea;
                END IF;
            END IF;
        END IF;
        IF e.version <> head + 1 AND e.request <> ALL (stale) THEN
            stale := stale || e.request;
            stale_streams := stale_streams || e.id;
            heads := heads || head;
        END IF;
        links[e.ord] := prev;
        prev := sha256(prev || uuid_send(e.id) || int8send(e.version) || convert_to(e.topic, 'UTF8')
                       || '\x00'::bytea || e.state);
        chain[e.ord] := prev;
        head := e.version;
    END LOOP;

    refused := known || stale;
    recorded_at := clock_timestamp();
    WITH written AS (
        INSERT INTO es.event (originator_id, originator_version, notification_id, stream, topic, state,
                              recorded_at, prev_hash, hash)
        SELECT t.id, t.version, nextval('es.event_position'), t.stream, t.topic, t.state,
               append.recorded_at, t.link, t.hash
        FROM unnest(requests, streams, ids, versions, topics, states, links, chain) WITH ORDINALITY
             AS t(request, stream, id, version, topic, state, link, hash, ord)
        WHERE t.request <> ALL (refused)
        RETURNING notification_id, hash
    )
    SELECT coalesce(array_agg(w.notification_id ORDER BY w.notification_id), '{}'),
           coalesce(array_agg(w.hash ORDER BY w.notification_id), '{}')
    INTO positions, hashes FROM written w;

    IF cardinality(command_ids) > 0 THEN
        taken := ARRAY(SELECT t.request FROM unnest(requests) WITH ORDINALITY AS t(request, ord)
                       WHERE t.request <> ALL (refused) ORDER BY t.ord);
        INSERT INTO es.command (command_id, actor, digest, stream_id, version, position, answer, recorded_at)
        SELECT c.id, c.actor, c.digest, c.stream, c.version, last.position, c.answer::jsonb, append.recorded_at
        FROM unnest(command_requests, command_ids, actors, digests, command_streams, command_versions, answers)
             AS c(request, id, actor, digest, stream, version, answer)
        LEFT JOIN (SELECT t.request, max(t.position) AS position
                   FROM unnest(taken, positions) AS t(request, position) GROUP BY t.request) AS last
            ON last.request = c.request
        WHERE c.request <> ALL (refused);
    END IF;
    IF cardinality(positions) > 0 THEN
        PERFORM pg_notify('es_event', positions[cardinality(positions)]::text);
    END IF;
END $$;

CREATE VIEW es.event_log AS
    SELECT notification_id AS position, stream, originator_id AS stream_id, originator_version AS version,
           topic AS event, recorded_at, j.doc -> 'meta' AS meta, j.doc -> 'data' AS data,
           encode(hash, 'hex') AS hash
    FROM es.event
    CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::json AS doc) AS j;
COMMENT ON VIEW es.event_log IS 'The log, legible: SELECT * FROM es.event_log ORDER BY position DESC LIMIT 20.';

REVOKE UPDATE, DELETE, TRUNCATE ON es.event, es.command, es.checkpoint FROM yidang_owner;
REVOKE DELETE, TRUNCATE ON es.subject_key FROM yidang_owner;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA es FROM PUBLIC;

GRANT SELECT ON es.event, es.command, es.subject_key, es.checkpoint, es.event_log TO yidang_writer;
GRANT INSERT ON es.checkpoint TO yidang_writer;
GRANT INSERT (scope, wrapped, destroyed_at), UPDATE (wrapped) ON es.subject_key TO yidang_writer;
GRANT EXECUTE ON FUNCTION es.lock_append() TO yidang_writer;
GRANT EXECUTE ON FUNCTION es.append(int[], text[], uuid[], bigint[], text[], bytea[], int[], uuid[], uuid[],
                                    bytea[], uuid[], bigint[], text[]) TO yidang_writer;

RESET ROLE;
