"""Keys of subjects: sealed values, destroyed for ever, never returned when they are not what they were."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.conninfo import make_conninfo
from psycopg.errors import CheckViolation, InsufficientPrivilege

from eventlog.connections import Timeouts
from eventlog.errors import KeyDestroyed, LogUnavailable, Tampered, WrongMasterKey
from eventlog.keyring import Keyring, _KeyCache
from eventlog.recorder import LogRecorder
from eventlog.verify import verify
from tests.database import Database
from tests.eventlog.conftest import Sql, event

MASTER = bytes(range(32))
AAD = b"case|1|case.noted|subject"
OpenKeyring = Callable[..., Keyring]


@pytest.fixture
def open_keyring(database: Database) -> Iterator[OpenKeyring]:
    opened: list[Keyring] = []

    def open_one(master: bytes = MASTER, **kwargs: int) -> Keyring:
        opened.append(Keyring(database.writer_dsn, master, **kwargs))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for keyring in opened:
        keyring.close()


@pytest.fixture
def keyring(open_keyring: OpenKeyring) -> Keyring:
    return open_keyring()


def child() -> str:
    return f"child:{uuid4()}"


def until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 120
    while not condition():
        assert monotonic() < deadline


def test_a_value_comes_back_and_its_box_tells_nothing(keyring: Keyring) -> None:
    scope, value = child(), "王小明".encode()
    box = keyring.seal(scope, value, AAD)
    assert value not in box
    assert box != keyring.seal(scope, value, AAD)
    assert keyring.open(scope, box, AAD) == value
    assert keyring.open(scope, keyring.seal(scope, b"", b""), b"") == b""


def test_a_box_opens_only_unchanged_at_its_place_with_its_key(keyring: Keyring) -> None:
    scope, other = child(), child()
    box = keyring.seal(scope, b"value", AAD)
    keyring.ensure([other])
    changed = [bytes([*box[:n], box[n] ^ 1, *box[n + 1 :]]) for n in range(len(box))]
    for bad in (*changed, box[:-1], box + b"\0", b"", b"\1"):
        with pytest.raises(Tampered):
            keyring.open(scope, bad, AAD)
    with pytest.raises(Tampered):
        keyring.open(scope, box, b"elsewhere")
    with pytest.raises(Tampered):
        keyring.open(other, box, AAD)


def test_another_master_key_is_told_apart_from_a_changed_one(
    open_keyring: OpenKeyring, admin: Sql
) -> None:
    scope, other = child(), child()
    box = open_keyring().seal(scope, b"value", AAD)
    with pytest.raises(WrongMasterKey):
        open_keyring(bytes(32)).open(scope, box, AAD)
    # A superuser hands one child's key to another, past the trigger.
    admin(
        "INSERT INTO es.subject_key (scope, wrapped) SELECT %s, wrapped FROM es.subject_key", other
    )
    with pytest.raises(Tampered):
        open_keyring().open(other, box, AAD)
    with pytest.raises(ValueError, match="32 bytes"):
        open_keyring(b"short")


def test_destroyed_is_unreadable_for_ever_and_everywhere_while_the_log_still_verifies(
    open_keyring: OpenKeyring, log: LogRecorder, database: Database
) -> None:
    here, elsewhere, scope, kept = open_keyring(), open_keyring(), child(), child()
    box, other = here.seal(scope, b"value", AAD), here.seal(kept, b"kept", AAD)
    log.insert_events([event(uuid4(), 1, note=box.hex())])
    until(lambda: elsewhere.open(scope, box, AAD) == b"value" and scope in elsewhere._cache._keys)
    here.destroy([scope])
    assert here.open(scope, box, AAD) is None
    until(lambda: elsewhere.open(scope, box, AAD) is None)  # a notice away
    assert elsewhere.destroyed(scope)
    assert not elsewhere.destroyed(kept)
    assert elsewhere.open(kept, other, AAD) == b"kept"
    for keyring in (here, elsewhere, open_keyring()):
        with pytest.raises(KeyDestroyed):
            keyring.seal(scope, b"again", AAD)
        assert keyring.ensure([scope, kept]) == {scope}
    assert verify(database.writer_dsn).ok


def test_a_scope_destroyed_before_it_had_a_key_never_gets_one(keyring: Keyring) -> None:
    scope = child()
    assert not keyring.destroyed(scope)
    keyring.destroy([scope])
    keyring.destroy([scope])
    assert keyring.destroyed(scope)
    with pytest.raises(KeyDestroyed):
        keyring.seal(scope, b"value", AAD)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE es.subject_key SET wrapped = 'again'",
        "UPDATE es.subject_key SET destroyed_at = NULL, wrapped = 'again'",
        "DELETE FROM es.subject_key",
        "TRUNCATE es.subject_key",
    ],
)
def test_not_even_a_superuser_sets_a_key_again(
    keyring: Keyring, admin: Sql, statement: str
) -> None:
    keyring.seal(child(), b"value", AAD)
    destroyed = child()
    keyring.destroy([destroyed])
    (before,) = admin("SELECT destroyed_at FROM es.subject_key WHERE scope = %s", destroyed)
    with pytest.raises((InsufficientPrivilege, CheckViolation)):
        admin(statement)
    keyring.destroy([destroyed])
    assert admin("SELECT destroyed_at FROM es.subject_key WHERE scope = %s", destroyed) == [before]


def test_a_new_scope_has_one_key_however_many_begin_at_once(open_keyring: OpenKeyring) -> None:
    keyrings = [open_keyring() for _ in range(4)]
    scopes = [child() for _ in range(20)]
    with ThreadPoolExecutor(16) as pool:
        boxes = list(
            pool.map(lambda n: keyrings[n % 4].seal(scopes[n % 20], b"value", AAD), range(160))
        )
    assert all(
        keyrings[0].open(scopes[n % 20], box, AAD) == b"value" for n, box in enumerate(boxes)
    )


def test_keys_are_made_by_the_batch_and_forgotten_beyond_the_bound(
    open_keyring: OpenKeyring,
) -> None:
    small = open_keyring(cache_max=3)
    scopes = [child() for _ in range(10)]
    assert small.ensure(scopes) == frozenset()
    boxes = {scope: small.seal(scope, scope.encode(), AAD) for scope in scopes}
    assert all(small.open(scope, box, AAD) == scope.encode() for scope, box in boxes.items())
    assert len(small._cache._keys) <= 3


def test_a_key_read_before_a_destruction_was_told_is_not_kept_after_it() -> None:
    cache, key = _KeyCache(10), AESGCM(MASTER)
    cache.keep("child:1", key, cache.epoch)
    assert cache.get("child:1") is None  # nobody listens yet
    cache.enable()
    epoch = cache.epoch
    cache.clear()
    cache.keep("child:1", key, epoch)
    assert cache.get("child:1") is None
    cache.keep("child:1", key, cache.epoch)
    assert cache.get("child:1") is key
    cache.disable()
    assert cache.get("child:1") is None


def test_without_a_database_keys_are_unavailable_not_absent(database: Database) -> None:
    elsewhere = make_conninfo(database.writer_dsn, dbname="no_such_database")
    keyring = Keyring(elsewhere, MASTER, timeouts=Timeouts(connect_s=2, answer_s=0.5))
    with pytest.raises(LogUnavailable):
        keyring.open(child(), b"\1" * 40, AAD)
    keyring.close()
