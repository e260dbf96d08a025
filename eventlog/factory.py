"""How an ``eventsourcing`` application is given this log: one topic in its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventsourcing.postgres import PostgresFactory
from psycopg.conninfo import conninfo_to_dict

from eventlog.connections import RECONNECT_S, Timeouts, bounded, server_limits
from eventlog.recorder import LogRecorder

if TYPE_CHECKING:
    from eventsourcing.persistence import ApplicationRecorder
    from eventsourcing.utils import Environment, EnvType

TOPIC = "eventlog.factory:LogFactory"


def environment(
    dsn: str, timeouts: Timeouts | None = None, *, pool_size: int = 4
) -> dict[str, str]:
    """The ``env`` of an Application whose events go to this log, written as the role of ``dsn``."""
    timeouts = timeouts or Timeouts()
    params = conninfo_to_dict(dsn)
    return {
        "PERSISTENCE_MODULE": TOPIC,
        "POSTGRES_DBNAME": str(params.get("dbname", "")),
        "POSTGRES_HOST": str(params.get("host", "")),
        "POSTGRES_PORT": str(params.get("port", 5432)),
        "POSTGRES_USER": str(params.get("user", "")),
        "POSTGRES_PASSWORD": str(params.get("password", "")),
        "POSTGRES_POOL_SIZE": str(pool_size),
        "POSTGRES_MAX_OVERFLOW": "16",
        "POSTGRES_CONNECT_TIMEOUT": str(timeouts.connect_s),
        "POSTGRES_SCHEMA": "es",
        "CREATE_TABLE": "no",
        "LOG_STATEMENT_TIMEOUT": str(timeouts.statement_s),
        "LOG_LOCK_TIMEOUT": str(timeouts.lock_s),
        "LOG_ANSWER_TIMEOUT": str(timeouts.answer_s),
    }


class LogFactory(PostgresFactory):
    """The library's PostgreSQL factory, with bounded connections and ``LogRecorder``."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        """Reads ``environment()``; what is missing has the defaults of ``Timeouts``."""
        super().__init__(env)
        default = Timeouts()
        self.timeouts = Timeouts(
            connect_s=int(self.env.get("POSTGRES_CONNECT_TIMEOUT") or default.connect_s),
            statement_s=float(self.env.get("LOG_STATEMENT_TIMEOUT") or default.statement_s),
            lock_s=float(self.env.get("LOG_LOCK_TIMEOUT") or default.lock_s),
            answer_s=float(self.env.get("LOG_ANSWER_TIMEOUT") or default.answer_s),
        )
        pool = self.datastore.pool
        pool.connection_class = bounded(self.timeouts)
        pool.reconnect_timeout = RECONNECT_S
        pool.kwargs = {
            **(pool.kwargs if isinstance(pool.kwargs, dict) else {}),
            "options": server_limits(self.timeouts),
            "connect_timeout": self.timeouts.connect_s,
            "application_name": "yidang log",
        }

    def application_recorder(self) -> ApplicationRecorder:
        """The recorder of this log."""
        return LogRecorder(self.datastore, timeouts=self.timeouts)
