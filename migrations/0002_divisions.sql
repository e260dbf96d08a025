-- Reference data: divisions with their codes and places by date, and the calendar of working days.
-- Periods are half-open: valid_from is the first day, valid_to the first day no longer; null is
-- "before" or "after all that is known". Rows come from data/*.csv by ops/load_reference.py.
-- Needs the roles yidang_owner, yidang_writer and yidang_reader of 0001.

CREATE SCHEMA ref AUTHORIZATION yidang_owner;

SET LOCAL ROLE yidang_owner;

CREATE TABLE ref.dataset (
    name text PRIMARY KEY CHECK (name IN ('divisions', 'calendar')),
    version text NOT NULL CHECK (version ~ '^[0-9a-f]{64}$'),
    loaded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ref.dataset IS 'Which version (sha256 of the files) of each dataset is loaded';

CREATE TABLE ref.division (
    id text PRIMARY KEY CHECK (id ~ '^[a-z]{2}[0-9]{5}$'),
    name text NOT NULL CHECK (name <> ''),
    level text NOT NULL CHECK (level IN ('PROVINCE', 'DISTRICT', 'TOWNSHIP', 'VILLAGE')),
    valid_from date,
    valid_to date,
    CHECK (valid_from < valid_to)
);
COMMENT ON TABLE ref.division IS '行政区划: own stable ids, never derived from a code';
CREATE INDEX division_name ON ref.division (name text_pattern_ops);

CREATE TABLE ref.division_parent (
    id text NOT NULL REFERENCES ref.division,
    parent_id text NOT NULL REFERENCES ref.division,
    valid_from date,
    valid_to date,
    CHECK (id <> parent_id),
    CHECK (valid_from < valid_to),
    UNIQUE NULLS NOT DISTINCT (id, valid_from)
);
COMMENT ON TABLE ref.division_parent IS 'Under which division one lies, by date';
CREATE INDEX division_parent_children ON ref.division_parent (parent_id);

CREATE TABLE ref.division_code (
    id text NOT NULL REFERENCES ref.division,
    code_system text NOT NULL CHECK (code_system IN ('NBS', 'MCA')),
    code text NOT NULL CHECK (code ~ '^[0-9]{12}$'),
    valid_from date,
    valid_to date,
    name text,
    CHECK (valid_from < valid_to),
    UNIQUE NULLS NOT DISTINCT (code_system, code, valid_from)
);
COMMENT ON TABLE ref.division_code IS
    'Codes by system and date; the code alone identifies nothing';
COMMENT ON COLUMN ref.division_code.name IS 'Name in that system where it is another one';
CREATE INDEX division_code_id ON ref.division_code (id, code_system);

CREATE TABLE ref.division_change (
    changed_on date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('ESTABLISHED', 'ABOLISHED', 'MOVED')),
    division_id text NOT NULL REFERENCES ref.division,
    old_id text REFERENCES ref.division,
    new_id text REFERENCES ref.division,
    document text NOT NULL,
    PRIMARY KEY (changed_on, kind, division_id)
);
COMMENT ON TABLE ref.division_change IS 'Changes of divisions by published document';

CREATE TABLE ref.calendar_day (
    day date PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('REST', 'WORK', 'STATUTORY')),
    name text NOT NULL
);
COMMENT ON TABLE ref.calendar_day IS
    'Days the yearly notices name; STATUTORY: holiday of a year that has no notice yet';

GRANT USAGE ON SCHEMA ref TO yidang_writer, yidang_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA ref TO yidang_writer, yidang_reader;

RESET ROLE;
