-- States of long streams, so that whoever meets one for the first time reads only what came after.
--
-- No truth: what stands here is the fold of the events up to a version, and may be deleted at any time. It is bound to the
-- event it stands at by that event's hash, to what folded it by a digest of the code, and sealed with every key of its
-- stream, so that a destroyed key takes it along; it then is deleted, too. One a stream, the newest.
SET LOCAL ROLE yidang_owner;

CREATE TABLE es.snapshot (
    originator_id      uuid   PRIMARY KEY,
    originator_version bigint NOT NULL CHECK (originator_version > 0),
    hash               bytea  NOT NULL CHECK (length(hash) = 32),
    grammar            text   NOT NULL,
    state              bytea  NOT NULL
);
COMMENT ON TABLE es.snapshot IS
    'The state of a long stream after a version, sealed with its keys; told from the log and worth nothing beside it.';
COMMENT ON COLUMN es.snapshot.hash IS 'Of the event of that version: where it is another, the snapshot is none of this log.';
COMMENT ON COLUMN es.snapshot.grammar IS 'A digest of the code that folded it; other code does not read it.';

CREATE VIEW es.snapshot_of_log AS
    SELECT s.* FROM es.snapshot AS s
    JOIN es.event AS e USING (originator_id, originator_version) WHERE e.hash = s.hash;
COMMENT ON VIEW es.snapshot_of_log IS 'The snapshots that were taken of this log.';
GRANT SELECT, INSERT, UPDATE ON es.snapshot TO yidang_writer;
GRANT SELECT ON es.snapshot_of_log TO yidang_writer;

CREATE FUNCTION es.drop_snapshots() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM es.snapshot AS s USING changed AS c
     WHERE c.wrapped IS NULL
       AND s.originator_id = CASE WHEN c.scope ~ ':[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                                  THEN right(c.scope, 36)::uuid END;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION es.drop_snapshots() FROM PUBLIC;
CREATE TRIGGER drop_snapshots AFTER UPDATE ON es.subject_key
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION es.drop_snapshots();

RESET ROLE;
