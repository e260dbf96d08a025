-- Clocks that rang without effect: their command is recorded, no event of it ended or moved them. They are not looked
-- at again, and `yidang clocks` shows them. Not a read model: a retelling makes the clock anew, and it still has rung.

SET LOCAL ROLE yidang_owner;

CREATE TABLE es.clock_rung (
    clock_id uuid        NOT NULL,
    fires_at timestamptz NOT NULL,
    act      text        NOT NULL,
    reason   text        NOT NULL CHECK (reason IN ('no event followed', 'answered before')),
    rung_at  timestamptz NOT NULL,
    PRIMARY KEY (clock_id, fires_at)
);
COMMENT ON TABLE es.clock_rung IS 'One moment of one clock that had no effect; another moment of the same clock rings again.';

GRANT SELECT, INSERT ON es.clock_rung TO yidang_writer;

RESET ROLE;
