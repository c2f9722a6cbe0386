#!/usr/bin/python3
"""run.py CLIENT: tries a client of Python by its adapter below, over the files of
docs/clients.md, and prints a line for each case, as run.mjs does."""
import contextlib
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

from refusal import refusal

COLUMNS = ["account_id", "workflow_id", "workspace_id", "name", "visibility", "status", "condition", "hidden", "default_enabled",
           "created_by", "run_as", "live_version"]


class RolledBack(Exception):
    pass


class Psycopg:
    def __init__(self):
        import queue
        import db
        self.db = db
        self.pool = queue.Queue()
        for _ in range(2):
            connection = db.connect()
            connection.prepare_threshold = 0
            self.pool.put(connection)

    @contextlib.contextmanager
    def bare(self):
        connection = self.pool.get()
        try:
            with connection.transaction():
                yield connection
        finally:
            self.pool.put(connection)

    @contextlib.contextmanager
    def acting(self, account, user):
        connection = self.pool.get()
        try:
            with self.db.principal(connection, account, user) as tx:
                yield tx
        finally:
            self.pool.put(connection)

    @contextlib.contextmanager
    def tester(self):
        connection = self.db.connect(user="tester")
        with contextlib.suppress(RolledBack), connection.transaction():
            yield connection, lambda account, user: connection.execute("SELECT workflow_perms.set_principal(%s, %s)", [account, user])
            raise RolledBack
        connection.close()

    def list(self, tx):
        return [row[0] for row in tx.execute("SELECT workflow_id FROM workflow_perms.workflows ORDER BY workflow_id")]

    def check(self, tx, workflow):
        return list(tx.execute("SELECT workflow_perms.can_view(%s::text), workflow_perms.can_edit(%s::text)", [workflow, workflow]).fetchone())

    def find(self, tx, workflow):
        row = tx.execute(f"SELECT {', '.join(COLUMNS)} FROM workflow_perms.workflows WHERE workflow_id = %s", [workflow]).fetchone()
        return dict(zip(COLUMNS, row))

    def insert(self, tx, row):
        tx.execute(f"INSERT INTO workflow_perms.workflows ({', '.join(COLUMNS)}) VALUES ({', '.join('%s' if c in row else 'DEFAULT' for c in COLUMNS)})",
                   [row[c] for c in COLUMNS if c in row])

    def save(self, tx, row, **changes):
        row = {**row, **changes}
        tx.execute(f"UPDATE workflow_perms.workflows SET {', '.join(c + ' = %s' for c in COLUMNS[2:])} WHERE account_id = %s AND workflow_id = %s",
                   [row[c] for c in COLUMNS[2:]] + [row["account_id"], row["workflow_id"]])

    def upsert(self, tx, row):
        tx.execute("INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, name) VALUES (%(account_id)s, %(workflow_id)s, %(workspace_id)s, %(name)s)"
                   " ON CONFLICT (account_id, workflow_id) DO UPDATE SET name = EXCLUDED.name", row)

    def roles(self, tx):
        return [role.name for role in tx.execute("SELECT creator_roles FROM workflow_perms.accounts").fetchone()[0]]

    def execute(self, tx, statement):
        tx.execute(statement)


class SqlAlchemy:
    def __init__(self):
        import alchemy
        import sqlalchemy
        self.m, self.sa = alchemy, sqlalchemy
        alchemy.engine.dispose()

    @contextlib.contextmanager
    def bare(self):
        with self.m.Session(self.m.engine) as session, session.begin():
            yield session

    def acting(self, account, user):
        return self.m.principal(account, user)

    @contextlib.contextmanager
    def tester(self):
        own = self.sa.create_engine("postgresql+psycopg2://tester@/clients")
        with contextlib.suppress(RolledBack), self.m.Session(own) as session, session.begin():
            yield session, lambda account, user: session.execute(self.sa.text("SELECT workflow_perms.set_principal(:a, :u)"), {"a": account, "u": user})
            raise RolledBack
        own.dispose()

    def list(self, tx):
        return [w.workflow_id for w in tx.query(self.m.Workflow).order_by(self.m.Workflow.workflow_id)]

    def check(self, tx, workflow):
        return list(tx.execute(self.sa.text("SELECT workflow_perms.can_view((:w)::text), workflow_perms.can_edit((:w)::text)"), {"w": workflow}).one())

    def find(self, tx, workflow):
        tx.flush()
        tx.expire_all()
        found = tx.query(self.m.Workflow).filter_by(workflow_id=workflow).one()
        return {c: getattr(found, c) for c in COLUMNS}

    def insert(self, tx, row):
        tx.add(self.m.Workflow(**row))
        tx.flush()

    def save(self, tx, row, **changes):
        tx.execute(self.sa.update(self.m.Workflow).where(self.m.Workflow.workflow_id == row["workflow_id"]).values({**row, **changes}),
                   execution_options={"synchronize_session": False})

    def upsert(self, tx, row):
        from sqlalchemy.dialects.postgresql import insert
        tx.execute(insert(self.m.Workflow).values(row).on_conflict_do_update(index_elements=["account_id", "workflow_id"], set_={"name": row["name"]}))

    def roles(self, tx):
        return tx.query(self.m.Account).one().creator_roles

    def execute(self, tx, statement):
        tx.execute(self.sa.text(statement))


class Django:
    def __init__(self):
        import os
        import django
        from django.conf import settings
        place = {"ENGINE": "django.db.backends.postgresql", "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"], "NAME": os.environ["PGDATABASE"]}
        settings.configure(DATABASES={"default": {**place, "USER": os.environ["PGUSER"]}, "tester": {**place, "USER": "tester"}})
        django.setup()
        import models
        from django.db import connections, transaction
        self.m, self.connections, self.transaction = models, connections, transaction

    @contextlib.contextmanager
    def bare(self):
        with self.transaction.atomic():
            yield "default"

    @contextlib.contextmanager
    def acting(self, account, user):
        with self.m.principal(account, user):
            yield "default"

    @contextlib.contextmanager
    def tester(self):
        def become(account, user):
            with self.connections["tester"].cursor() as cursor:
                cursor.execute("SELECT workflow_perms.set_principal(%s, %s)", [account, user])

        with contextlib.suppress(RolledBack), self.transaction.atomic(using="tester"):
            yield "tester", become
            raise RolledBack

    def rows(self, tx):
        return self.m.Workflow.objects.using(tx)

    def list(self, tx):
        return list(self.rows(tx).order_by("workflow_id").values_list("workflow_id", flat=True))

    def check(self, tx, workflow):
        with self.connections[tx].cursor() as cursor:
            cursor.execute("SELECT workflow_perms.can_view(%s::text), workflow_perms.can_edit(%s::text)", [workflow, workflow])
            return list(cursor.fetchone())

    def find(self, tx, workflow):
        return self.rows(tx).values(*COLUMNS).get(workflow_id=workflow)

    def insert(self, tx, row):
        self.m.Workflow(**row).save(using=tx, force_insert=True)

    def save(self, tx, row, **changes):
        self.m.Workflow(**{**row, **changes}).save(using=tx, force_update=True)

    def upsert(self, tx, row):
        self.rows(tx).update_or_create(account_id=row["account_id"], workflow_id=row["workflow_id"], defaults=row)

    def roles(self, tx):
        with self.connections[tx].cursor() as cursor:
            cursor.execute("SELECT creator_roles::text[] FROM workflow_perms.accounts")
            return cursor.fetchone()[0]

    def execute(self, tx, statement):
        with self.connections[tx].cursor() as cursor:
            cursor.execute(statement)


def workflow(key, **more):
    return {"account_id": "acme", "workflow_id": key, "workspace_id": "office", **more}


def refused(how, work):
    try:
        with how as tx:
            work(tx)
    except Exception as error:
        found = refusal(error)
        assert found, f"no code can be read from {error!r}"
        return found
    raise AssertionError("nothing was refused")


def same(got, expected):
    assert got == expected, f"{got!r} is not {expected!r}"


def case_list(c):
    """list"""
    for user, expected in [("ann", ["letter", "secret"]), ("bob", ["letter"]), ("pro", ["sync"]), ("free", [])]:
        with c.acting("acme", user) as tx:
            same(c.list(tx), expected)
    with c.bare() as tx:
        same(c.list(tx), [])


def case_check(c):
    """check"""
    with c.acting("acme", "bob") as tx:
        same(c.check(tx, "letter"), [True, False])
        same(c.check(tx, "secret"), [False, False])


def case_refused(c):
    """refused writes, with codes read from a field"""
    same(refused(c.acting("acme", "bob"), lambda tx: c.save(tx, c.find(tx, "letter"), name="mine")), ("not_owner", 403))
    same(refused(c.acting("acme", "gus"), lambda tx: c.insert(tx, workflow("no"))), ("account_role", 403))
    same(refused(c.acting("acme", "bob"), lambda tx: c.execute(tx, "SELECT workflow_perms.publish('secret')")), ("not_visible", 404))
    same(refused(c.acting("acme", "bob"), lambda tx: c.execute(tx, "SELECT workflow_perms.publish('nothing')")), ("not_found", 404))
    same(refused(c.bare(), lambda tx: c.insert(tx, workflow("no"))), ("no_principal", 401))


def case_states(c):
    """a refusal of every SQLSTATE"""
    same(refused(c.acting("acme", "deleted"), c.list), ("no_principal", 401))
    same(refused(c.acting("acme", None), c.list), ("no_principal", 401))
    for user, statement, expected in [
            ("ann", "DELETE FROM workflow_perms.workflow_members WHERE workflow_id = 'letter'", ("last_workflow_owner", 409)),
            ("ann", "INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('acme', 'letter', 'nobody')", ("not_found", 404)),
            ("ann", "UPDATE workflow_perms.workflows SET created_by = 'bob' WHERE workflow_id = 'letter'", ("system", 409)),
            ("bob", "INSERT INTO labels VALUES ('acme', 'letter', 'mine')", ("policy", 403))]:
        same(refused(c.acting("acme", user), lambda tx, statement=statement: c.execute(tx, statement)), expected)


def case_defaults(c):
    """insert and update by the defaults of the client"""
    with c.acting("acme", "ann") as tx:
        c.insert(tx, workflow("poster", name="first"))
        made = c.find(tx, "poster")
        same((made["status"], made["visibility"], made["created_by"], made["condition"]), ("draft", "private", "ann", None))
        c.save(tx, made, name="second", hidden=True)
        saved = c.find(tx, "poster")
        same((saved["name"], saved["hidden"], saved["created_by"]), ("second", True, "ann"))


def case_condition(c):
    """a condition as an object"""
    condition = {"plan": {"$in": ["pro", "team"]}, "seats": {"$gte": 10}}
    with c.acting("acme", "olga") as tx:
        c.save(tx, c.find(tx, "sync"), condition=condition)
    with c.acting("acme", "olga") as tx:
        same(c.find(tx, "sync")["condition"], condition)
    with c.acting("acme", "pro") as tx:
        same(c.list(tx), [])
    try:
        with c.acting("acme", "olga") as tx:
            c.save(tx, c.find(tx, "sync"), condition={"plan": {"$like": "p%"}})
    except Exception as error:
        same(refusal(error), None)
    else:
        raise AssertionError("a condition that is none was taken")
    with c.acting("acme", "olga") as tx:
        c.save(tx, c.find(tx, "sync"), condition={"plan": "pro"})


def case_array(c):
    """an array of enumerated values"""
    with c.acting("acme", "olga") as tx:
        same(c.roles(tx), ["admin", "member"])


def case_upsert(c):
    """upsert"""
    with c.acting("acme", "ann") as tx:
        c.upsert(tx, workflow("flyer", name="first"))
        c.upsert(tx, workflow("flyer", name="second"))
        same((c.find(tx, "flyer")["name"], c.find(tx, "flyer")["created_by"]), ("second", "ann"))


def case_pool(c):
    """two principals over one pool, again and again"""
    def look(i):
        with c.acting("acme", "pro" if i % 2 else "free") as tx:
            return c.list(tx), c.check(tx, "sync")[0]

    with ThreadPoolExecutor(4) as threads:
        for i, seen in enumerate(threads.map(look, range(40))):
            same(seen, (["sync"], True) if i % 2 else ([], False))


def case_harness(c):
    """a test in one transaction, as several users"""
    with c.tester() as (tx, become):
        become("acme", "ann")
        c.insert(tx, workflow("tested", visibility="main"))
        become("acme", "bob")
        assert "tested" in c.list(tx)
        become("acme", "pro")
        same(c.list(tx), ["sync"])
    with c.acting("acme", "ann") as tx:
        assert "tested" not in c.list(tx)


name = sys.argv[1]
client = {"psycopg": Psycopg, "sqlalchemy": SqlAlchemy, "django": Django}[name]()
failed = False
for case in (case_list, case_check, case_refused, case_states, case_defaults, case_condition, case_array, case_upsert, case_pool, case_harness):
    try:
        case(client)
        print(f"ok {name}: {case.__doc__}")
    except Exception:
        failed = True
        print(f"FAILED {name}: {case.__doc__}")
        traceback.print_exc()
sys.exit(failed)
