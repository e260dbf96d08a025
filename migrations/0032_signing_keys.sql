-- Which key signed which checkpoints: the signing key follows from the master key, and that one is changed.
--
-- Each key after the first vouches for the one before it and for the checkpoints made until then (a digest of them all), so
-- that whoever holds the key in force can check every signature, and a retired key is good for nothing: what it signs now is
-- after its time, and what it signed then is pinned.
SET LOCAL ROLE yidang_owner;

CREATE TABLE es.signing_key (
    no         bigint PRIMARY KEY CHECK (no > 0),
    since      bigint NOT NULL CHECK (since > 0),
    public_key bytea  NOT NULL UNIQUE CHECK (length(public_key) = 32),
    past       bytea  NOT NULL CHECK (length(past) = 32),
    signature  bytea  NOT NULL CHECK (length(signature) = 64)
);
COMMENT ON TABLE es.signing_key IS 'The keys that sign checkpoints (Ed25519), each from the checkpoint of number since on.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON es.signing_key
    FOR EACH STATEMENT EXECUTE FUNCTION es.refuse();
ALTER TABLE es.signing_key ENABLE ALWAYS TRIGGER append_only;
REVOKE UPDATE, DELETE, TRUNCATE ON es.signing_key FROM yidang_owner;
GRANT SELECT, INSERT ON es.signing_key TO yidang_writer;

RESET ROLE;
