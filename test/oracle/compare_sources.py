"""compare_sources.py: the decisions of compare_decisions.py, over an application's own tables.

The same random accounts, in a database of its own. Each world draws which of the six tables
are read from sources, the type of each column of ids, how words and conditions are stored, the
indexes, and whether the source is the application's table itself or a view of one kind or
another. What changes in between is the application's own DML on its tables.
"""
import re

import compare_decisions
import plans
import world
from plans import Lists
from rows import ROWS
from server import SOURCES, Server

# A table of the application for each table of the model: its columns, and those of its key behind the account.
TABLES = {
    'users': ('account_id user_id kind account_role metadata active', 'user_id'),
    'role_grants': ('account_id user_id role workspace_id whole_account expires_at', 'user_id role workspace_id'),
    'workspaces': ('account_id workspace_id kind offered', 'workspace_id'),
    'workspace_members': ('account_id workspace_id user_id role is_owner expires_at', 'workspace_id user_id role'),
    'workflows': ('account_id workflow_id workspace_id name visibility status condition hidden created_by run_as live_version rank', 'workflow_id'),
    'workflow_members': ('account_id workflow_id user_id role is_owner expires_at', 'workflow_id user_id role'),
}
WORDS = {'kind': {'users': 'user_kind', 'workspaces': 'workspace_kind'}, 'account_role': 'account_role',
         'visibility': 'workflow_visibility', 'status': 'workflow_status'}
FIXED = {'metadata': 'jsonb', 'active': 'boolean', 'offered': 'boolean', 'is_owner': 'boolean', 'expires_at': 'timestamptz',
         'hidden': 'boolean', 'live_version': 'int', 'rank': 'int', 'role': 'text', 'name': 'text'}
# What a source may leave out where no row says anything else.
DEFAULTS = {'metadata': "'{}'", 'active': 'true', 'is_owner': 'false', 'hidden': 'false', 'visibility': "'private'", 'status': "'draft'"}
# Which ids a column holds.
SPACES = {'created_by': 'user_id', 'run_as': 'user_id'}
NUMBER = re.compile(r'(0|-?[1-9][0-9]{0,18})\Z')
UUID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z')

# The order in which tables are given back: none names rows of one that is gone.
BACK = ('workflow_members', 'workflows', 'workspace_members', 'role_grants', 'workspaces', 'users')
# A row's number, for a row that has no column for it.
ROW_NUMBER = '(SELECT r.n FROM oracle.rows r WHERE r.account_id = w.account_id AND r.workflow_id = w.workflow_id)'


def values(accounts, column):
    """Returns the ids that a column of the accounts can have."""
    if column == 'account_id':
        return list(accounts)
    of = {'user_id': 'users', 'workspace_id': 'workspaces', 'workflow_id': 'workflows'}[column]
    return [number for account in accounts.values() for number in getattr(account, of)]


class Layout:
    """Which tables are sources in a world, and how the application has laid them out."""

    def __init__(self, rng, accounts):
        self.tables = sorted(TABLES) if rng.random() < .4 else sorted(rng.sample(sorted(TABLES), rng.randint(1, 5)))
        self.ids = {column: self.id_type(rng, values(accounts, column)) for column in ('account_id', 'user_id', 'workspace_id', 'workflow_id')}
        self.script = '\n'.join(self.table(rng, name) for name in self.tables)

    @staticmethod
    def id_type(rng, found):
        """Returns a type that such ids can have."""
        types = ['text', 'text', 'varchar']
        if all(NUMBER.match(number) and -2 ** 63 <= int(number) < 2 ** 63 for number in found):
            types += ['bigint'] * 6
        if all(UUID.match(number) for number in found):
            types += ['uuid'] * 6
        return rng.choice(types)

    def type_of(self, rng, table, column):
        """Returns the type of a column of the application's table."""
        if column in FIXED:
            return FIXED[column]
        if column == 'whole_account':
            return 'boolean GENERATED ALWAYS AS (workspace_id IS NULL) STORED'
        if column == 'condition':
            return rng.choice(('workflow_perms.metadata_condition', 'workflow_perms.metadata_condition', 'jsonb', 'text'))
        if column in WORDS:
            word = WORDS[column]
            return rng.choice(('text', 'varchar', 'workflow_perms.' + (word if isinstance(word, str) else word[table])))
        return self.ids[SPACES.get(column, column)]

    def table(self, rng, name):
        """Returns SQL that makes a table and the view that is read, or the table alone."""
        columns, key = (words.split() for words in TABLES[name])
        types = {column: self.type_of(rng, name, column) for column in columns}
        script = ['CREATE TABLE app.%s (%s);' % (name, ', '.join('%s %s%s' % (
            column, types[column], ' DEFAULT ' + DEFAULTS[column] if column in DEFAULTS else '') for column in columns))]
        for indexed in (['account_id'] + key, key[:1], key[-1:], ['account_id', 'user_id'] if 'user_id' in columns else key, ['workspace_id'] if 'workspace_id' in columns else key):
            if rng.random() < .6:
                script.append('CREATE INDEX ON app.%s (%s);' % (name, ', '.join(indexed)))
        read = [column for column in columns if column != 'rank']
        form = rng.choice(('table', 'view', 'view', 'union', 'union', 'kinds' if name == 'workspaces' else 'view', 'join', 'barrier'))
        if form == 'table':
            return '\n'.join(script)
        source = 'SELECT %s FROM app.%s t' % (', '.join('t.' + column for column in read), name)
        if form == 'union':
            half = 'hashtext(t.%s::text) %% 2 = 0' % rng.choice(key)
            source += ' WHERE (%s) IS TRUE UNION ALL %s WHERE (%s) IS NOT TRUE' % (half, source, half)
        elif form == 'kinds':
            source = ' UNION ALL '.join("SELECT t.account_id, t.workspace_id, '%s' AS kind, t.offered FROM app.workspaces t WHERE t.kind = '%s'" % (
                kind, kind) for kind in ('open', 'closed', 'project', 'app'))
        elif form == 'join':
            source = 'SELECT %s FROM app.%s t JOIN app.orgs o ON o.id = t.account_id::text' % (
                ', '.join('o.id AS account_id' if column == 'account_id' and rng.random() < .5 else 't.' + column for column in read), name)
        script.append('CREATE VIEW app.wp_%s%s AS %s;' % (name, ' WITH (security_barrier)' if form == 'barrier' else '', source))
        return '\n'.join(script)


class Comparison(compare_decisions.Comparison):
    """Compares one random world a round."""

    # A world takes long: what the first has enough of.
    NEEDED = tuple('wioskxqyz') + tuple('%s: %s plan' % (kind, way) for kind in 'fv' for way in plans.WAYS)
    SETUP = compare_decisions.SETUP + 'CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO PUBLIC;'
    NUMBER = ''
    LEANINGS = {}

    def __init__(self, server, rng, report):
        own = Server(name=server.name + SOURCES)
        # What the self-test does on the way here.
        own.alter = lambda row: server.alter(row)
        super().__init__(own, rng, report)
        self.former = self.layout = None
        self.forced = dict.fromkeys(plans.MARKS, 1)

    def write(self, sql):
        """Returns SQL that writes the application's tables."""
        return re.sub(r'\bworkflow_perms\.(%s)\b(?= *\(| |\n)' % '|'.join(self.layout.tables), r'app.\1', sql)

    def loading(self, accounts):
        """Lays a world out."""
        self.former, self.layout = self.layout, Layout(self.rng, accounts)
        self.tables = [table for table in ROWS if table not in self.layout.tables]
        sources = self.layout.tables
        if 'workflows' in sources:
            # The application writes its workflows by itself.
            self.questions.writes, self.questions.turns = [], []
        script = ['CREATE TABLE app.orgs (id text PRIMARY KEY);', 'INSERT INTO app.orgs VALUES %s;' % ', '.join(
            '(%s)' % compare_decisions.literal(number) for number in accounts), self.layout.script]
        script += ["SELECT workflow_perms.read_from('%s', coalesce(to_regclass('app.wp_%s'), 'app.%s'));" % (name, name, name) for name in sources]
        loading = world.load(self.rng, accounts, sources)
        if 'workflows' not in sources:
            # The model's own table has no column of the application's.
            loading = loading.replace(', name, rank)', ', name)')
        head, *copies = re.split(r'(?m)^(?=COPY )', loading)
        # Of what is copied in, the words that name a table stand in the first line.
        return '\n'.join(script + [self.write(head)] + [self.write(copy.split('\n', 1)[0]) + '\n' + self.rest(copy) for copy in copies])

    def rest(self, copy):
        """Returns what follows the first line of a COPY, and the SQL behind it."""
        rows, end, sql = copy.split('\n', 1)[1].partition('\n\\.\n')
        if copy.startswith('COPY workflow_perms.workflows') and 'workflows' not in self.layout.tables:
            rows = '\n'.join(line.rpartition('\t')[0] for line in rows.split('\n'))
        return rows + end + self.write(sql)

    def unloading(self):
        """Takes the world before away, and gives the model its tables back."""
        if self.former is None:
            return ''
        sources = self.former.tables
        kept = [line for line in world.unload(self.server.loaded).split('\n') if not re.search(r'DELETE FROM workflow_perms\.(%s);' % '|'.join(sources), line)]
        return '\n'.join(kept + ["SELECT workflow_perms.read_from('%s', NULL);" % name for name in BACK if name in sources]
                         + ['DROP TABLE app.%s CASCADE;' % name for name in sources] + ['DROP TABLE app.orgs;\n'])

    def prepare(self):
        """The rows have no number."""
        return plans.prepare(ROW_NUMBER)

    def lists(self, principal, generic):
        """Pages are by the model's own columns; which plans are forced is looked at elsewhere."""
        return Lists(self.rng, principal, generic, most=8, orders=[order for order in plans.ORDERS if not order.startswith('rank')], marks={})

    def askers(self, account):
        """Few of many, so that many layouts are tried."""
        users = super().askers(account)
        return self.rng.sample(users, min(len(users), 4))

    def where(self):
        """Returns where in the run it is."""
        return '%s, sources %s, ids %s, laid out as:\n%s' % (super().where(), self.layout.tables, self.layout.ids, self.layout.script)
