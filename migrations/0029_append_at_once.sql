-- Where every event follows the head of a stream of its own, as most do, es.append looks the heads up and inserts in
-- two statements; the loop that walks through several events of one stream, and tells who is stale, is es.chained.
-- Order, chain, refusals and answers are those of 0001.
SET LOCAL ROLE yidang_owner;

-- For es.append, under its lock: the hash before each event and its own, and the requests that do not follow their
-- stream's head.
CREATE FUNCTION es.chained(
    requests int[], ids uuid[], versions bigint[], topics text[], states bytea[],
    OUT links bytea[], OUT chain bytea[], OUT stale int[], OUT stale_streams uuid[], OUT heads bigint[]
) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    e record;
    last_request int := 0;
    first_ord int := 1;          -- of the request being read
    last_id uuid;
    head bigint;                 -- version and hash of the stream being read, events of this request included
    prev bytea;
BEGIN
    links := '{}';
    chain := '{}';
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
END $$;
REVOKE EXECUTE ON FUNCTION es.chained(int[], uuid[], bigint[], text[], bytea[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION es.append(
    requests int[], streams text[], ids uuid[], versions bigint[], topics text[], states bytea[],
    command_requests int[], command_ids uuid[], actors uuid[], digests bytea[],
    command_streams uuid[], command_versions bigint[], answers text[],
    OUT positions bigint[], OUT hashes bytea[], OUT recorded_at timestamptz,
    OUT known int[], OUT stale int[], OUT stale_streams uuid[], OUT heads bigint[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    follow boolean;              -- each event its stream's head, and no two of one stream
    links bytea[];               -- hash before each event
    chain bytea[];               -- hash of each event, where the walk made it; else the INSERT does
    refused int[];
    taken int[];
BEGIN
    PERFORM es.lock_append();
    known := '{}';
    IF cardinality(command_ids) > 0 THEN
        -- A scalar subquery, not EXISTS: that the planner may turn into a hash of the whole table.
        known := ARRAY(SELECT c.request FROM unnest(command_requests, command_ids) AS c(request, id)
                       WHERE (SELECT true FROM es.command k WHERE k.command_id = c.id));
    END IF;
    stale := '{}';
    stale_streams := '{}';
    heads := '{}';
    IF cardinality(ids) = requests[cardinality(requests)] THEN
        -- One event a request. Without ORDER BY: unnest answers in order, and a lateral join keeps it.
        SELECT bool_and(t.version = coalesce(v.originator_version, 0) + 1), array_agg(coalesce(v.hash, ''))
        INTO follow, links
        FROM unnest(ids, versions) AS t(id, version)
        LEFT JOIN LATERAL (SELECT w.originator_version, w.hash FROM es.event w WHERE w.originator_id = t.id
                           ORDER BY w.originator_version DESC LIMIT 1) AS v ON true;
    END IF;
    IF follow IS NOT TRUE THEN
        SELECT w.links, w.chain, w.stale, w.stale_streams, w.heads
        INTO links, chain, stale, stale_streams, heads
        FROM es.chained(requests, ids, versions, topics, states) AS w;
    END IF;

    refused := known || stale;
    recorded_at := clock_timestamp();
    WITH written AS (
        INSERT INTO es.event (originator_id, originator_version, notification_id, stream, topic, state,
                              recorded_at, prev_hash, hash)
        SELECT t.id, t.version, nextval('es.event_position'), t.stream, t.topic, t.state,
               append.recorded_at, t.link,
               coalesce(t.hash, sha256(t.link || uuid_send(t.id) || int8send(t.version)
                                       || convert_to(t.topic, 'UTF8') || '\x00'::bytea || t.state))
        FROM unnest(requests, streams, ids, versions, topics, states, links, chain)
             AS t(request, stream, id, version, topic, state, link, hash)
        WHERE t.request <> ALL (refused)
        RETURNING notification_id, hash
    )
    SELECT coalesce(array_agg(w.notification_id), '{}'), coalesce(array_agg(w.hash), '{}')
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

RESET ROLE;
