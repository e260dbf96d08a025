-- How often somebody has asked today whether a child has a file already (ADR 0066).
--
-- Whoever registers may ask by an identity they hold (0034); each question is a look in the access journal. This counts one's
-- own, so that the platform can end a day's asking where it is no registering any more. It tells nobody of anybody else.
SET LOCAL ROLE yidang_owner;

CREATE INDEX access_journal_asked ON sec.access_journal (person_id, at) WHERE act = 'possible_duplicates';
COMMENT ON INDEX sec.access_journal_asked IS 'The questions of one person whether there is a file; of no other look.';

CREATE FUNCTION sec.asked_on_file(since timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT count(*) FROM sec.access_journal AS j
        WHERE j.act = 'possible_duplicates' AND j.person_id = sec.actor() AND j.at >= since);
COMMENT ON FUNCTION sec.asked_on_file(timestamptz) IS 'How often the opener of the scope has asked since then.';
REVOKE ALL ON FUNCTION sec.asked_on_file(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.asked_on_file(timestamptz) TO yidang_reader;

RESET ROLE;
