"""plans.py: lists of workflows, each asked for in plans forced one way and the other.

A list is what WHERE can_*() leaves, what visible_workflows() and its like return, or what a
walk over the pages finds. The statements are prepared once for all principals of a session,
so that a generic plan is kept while the principal changes. However it is planned, a list has
to be what the rules say of each workflow, one by one.
"""
import json

import decisions
import running
from server import literal

WORKFLOW_ACTIONS = decisions.ACTIONS + ('enable', 'run')
COLUMNS = 'w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden'

PARALLEL = """DO $$ BEGIN PERFORM set_config(name, value, {local}) FROM pg_settings JOIN (VALUES ('force_parallel_mode', 'on'),
    ('debug_parallel_query', 'on'), ('parallel_setup_cost', '0'), ('parallel_tuple_cost', '0'), ('min_parallel_table_scan_size', '0'),
    ('min_parallel_index_scan_size', '0'), ('max_parallel_workers_per_gather', '2')) AS v (name, value) USING (name); END $$;
"""


ALL = ('seqscan', 'indexscan', 'indexonlyscan', 'bitmapscan')


def scans(*names):
    """Returns SQL that allows plans with these kinds of scans only, and no workers; scope is filled in later."""
    return 'SET {scope} max_parallel_workers_per_gather = 0; ' + ''.join('SET {scope} enable_%s = %s; ' % (name, 'on' if name in names else 'off')
                   for name in ALL)


# {scope}: LOCAL or SESSION; {local}: the same as a boolean.
SETTINGS = {
    'plain': scans(*ALL),
    'index': scans('indexscan', 'indexonlyscan'),
    'bitmap': scans('bitmapscan'),
    'heap': scans('seqscan'),
    'parallel': scans('seqscan') + PARALLEL,
}
# In generic plans, planned once; the others are planned each time.
WAYS = tuple(SETTINGS) + ('generic',)
# What a plan of the way has, and what it has not.
MARKS = {'index': ('Index Scan using ', 'Seq Scan on workflows'), 'bitmap': ('Bitmap Heap Scan on workflows', 'Seq Scan on workflows'),
         'heap': ('Seq Scan on workflows', 'Index'), 'parallel': ('Gather', None), 'generic': ('Scan', None)}


def settings(way, local):
    """Returns SQL that forces plans into a way, for the transaction or for the session."""
    return SETTINGS[way].format(scope='LOCAL' if local else 'SESSION', local=str(local).lower())


# The kinds of answers that are lists: filters, sets, pages.
LISTS = ('f', 'v', 'g')

# $1: the way, for the answer alone; $2: a principal.
FORMS = {'row': 'w', 'columns': COLUMNS, 'id': 'w.workflow_id', 'principal and row': '$2, w',
         'principal and columns': '$2, ' + COLUMNS, 'principal and id': '$2, w.workflow_id', 'NOT row': 'w'}

# By columns with and without an index of their own, with ties and without.
ORDERS = ('workflow_id', 'workflow_id DESC', 'rank', 'rank DESC', 'rank NULLS FIRST', 'rank DESC NULLS LAST', 'status DESC',
          'visibility', 'workspace_id', 'hidden DESC', 'workspace_id DESC')

EXTRA_COLUMNS = """
-- Columns of the application's own: n names a row in a few bytes.
ALTER TABLE workflow_perms.workflows ADD COLUMN n int, ADD COLUMN rank int;
CREATE INDEX ON workflow_perms.workflows (account_id, rank, workflow_id);
CREATE INDEX ON workflow_perms.workflows (account_id, workspace_id, rank, workflow_id);
CREATE INDEX ON workflow_perms.workflows (account_id, rank DESC NULLS LAST, workflow_id DESC);
"""
SETUP = """
-- All pages, one after the other.
CREATE FUNCTION oracle.walk(order_by text, page_size int) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    found text[] := '{}';
    page text[];
    at jsonb;
BEGIN
    LOOP
        SELECT array_agg(p.workflow_id ORDER BY p.n), (array_agg(p.cursor ORDER BY p.n DESC))[1] INTO page, at
            FROM workflow_perms.visible_workflows(order_by, page_size, at) WITH ORDINALITY AS p (workflow_id, cursor, n);
        found := found || page;
        IF coalesce(cardinality(page), 0) > page_size OR cardinality(found) > 100000 THEN
            RETURN '["too many"]';
        END IF;
        EXIT WHEN coalesce(cardinality(page), 0) < page_size;
    END LOOP;
    RETURN to_json(found);
END $$;
CREATE FUNCTION oracle.plan(statement text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        lines := lines || line || E'\\n';
    END LOOP;
    RETURN lines;
END $$;
"""


def filter_name(action, form):
    """Returns the name of a prepared statement."""
    return '%s_by_%s' % (action, form.replace(' ', '_'))


def prepare(number='w.n'):
    """Returns SQL that prepares what every principal is asked; number: the SQL of a row's number."""
    script = []
    for action in WORKFLOW_ACTIONS:
        for form, columns in FORMS.items():
            script.append("PREPARE %s (text%s) AS SELECT oracle.word('f', $1, '%s', '%s', coalesce(string_agg((%s)::text, ','), '')) "
                          'FROM workflow_perms.workflows w WHERE %sworkflow_perms.can_%s(%s);' % (
                              filter_name(action, form), ', workflow_perms.principal' if form.startswith('principal') else '',
                              action, form, number, 'NOT ' if form.startswith('NOT') else '', action, columns))
    for name, query in (
            ('visible', "coalesce(json_agg(s.workflow_id), '[]')::text) FROM workflow_perms.visible_workflows() s"),
            ('runnable', "coalesce(json_agg(s.workflow_id), '[]')::text) FROM workflow_perms.runnable_workflows() s"),
            ('what', "coalesce(json_agg(json_build_array(s.workflow_id, s.actions)), '[]')::text) FROM workflow_perms.what_can() s")):
        script.append("PREPARE %s (text) AS SELECT oracle.word('v', $1, '%s', %s;" % (name, name, query))
    script.append("PREPARE pages (text, text, int) AS SELECT oracle.word('g', $1, $2, $3::text, oracle.walk($2, $3));")
    return '\n'.join(script) + '\n'


class Lists:
    """What is asked of one principal, and what comes back; comparison: the one that asks."""

    KINDS = 'fvge'

    def __init__(self, rng, principal, generic, ways=WAYS, most=None, orders=ORDERS, marks=MARKS):
        """generic: the settings under which the generic plans are made; most: so many filters a way, None: all; marks: of the plans that are looked at."""
        self.orders, self.marks = orders, marks
        self.asked = dict.fromkeys(self.KINDS, 0)
        self.principal = principal
        script = []
        for way in ways:
            script += ['SAVEPOINT way;', settings(generic if way == 'generic' else way, True),
                       'SET LOCAL plan_cache_mode = force_%s_plan;' % ('generic' if way == 'generic' else 'custom')]
            script += self.ask(rng, way, most)
            script.append('ROLLBACK TO way; RELEASE way;')
        self.script = '\n'.join(script)

    def ask(self, rng, way, most):
        """Returns the statements that ask in one way."""
        account, script = self.principal.account, []
        filters = [(action, form) for action in WORKFLOW_ACTIONS for form in FORMS
                   if account is not None or not form.startswith('principal')]
        if way == 'parallel':
            # To start the workers is what takes the time.
            most = 5
        if most is not None:
            filters = rng.sample(filters, most)
        given = account is not None and ', workflow_perms.principal(%s, %s)' % (literal(account.id), literal(self.principal.user_id))
        for action, form in filters:
            script.append('EXECUTE %s (%s%s);' % (filter_name(action, form), literal(way), given if form.startswith('principal') else ''))
        self.asked['f'] += len(filters)
        names = ('visible', 'runnable', 'what')
        script += ['EXECUTE %s (%s);' % (name, literal(way)) for name in names]
        self.asked['v'] += len(names)
        walks = 1 if most is not None else 4
        script += ['EXECUTE pages (%s, %s, %d);' % (literal(way), literal(rng.choice(self.orders)), rng.choice((1, 2, 3, 5, 8, 20, 1000)))
                   for _ in range(walks)]
        self.asked['g'] += walks
        if way in self.marks and self.principal.user is not None:
            script.append("SELECT oracle.word('e', %s, oracle.plan(%s));" % (
                literal(way), literal('EXECUTE %s (NULL)' % filter_name('view', 'columns'))))
            self.asked['e'] += 1
        return script

    def compare(self, comparison, row):
        """Compares one row."""
        getattr(self, {'f': 'filtered', 'v': 'listed', 'g': 'paged', 'e': 'planned'}[row[0]])(comparison, *row[1:])

    def allowed(self, comparison, action):
        """Returns the workflows of the principal's account on which it may act so."""
        workflows = self.principal.account.workflows.values() if self.principal.account is not None else ()
        return [row for row in workflows if comparison.verdict(action, self.principal, row) == 'allowed']

    def filtered(self, comparison, way, action, form, got):
        """What is left by WHERE is what is allowed, or with NOT what is not, of all accounts."""
        rows = comparison.numbered
        allowed = {row.id for row in self.allowed(comparison, action)}
        mine = self.principal.account.id if self.principal.account is not None else None
        wanted = [n for n, (account, number) in enumerate(rows) if number in comparison.now[account].workflows
                  and (number in allowed and (account == mine or form.endswith('id'))) != form.startswith('NOT')]
        found = sorted(map(int, got.split(','))) if got else []
        comparison.check_list(found, wanted, len(rows), 'WHERE can_%s by %s, %s plan' % (action, form, way), self.principal,
                              lambda n: comparison.describe_number(n))

    def listed(self, comparison, way, name, got):
        """What is listed is what is allowed."""
        found, number = sorted(json.loads(got)), len(self.principal.account.workflows) if self.principal.account else 0
        if name == 'what':
            # view_draft and so on, in the order of the actions.
            wanted = {}
            for action in WORKFLOW_ACTIONS:
                for row in self.allowed(comparison, action):
                    wanted.setdefault(row.id, []).append(action)
            wanted = sorted(map(list, wanted.items()))
            number *= len(WORKFLOW_ACTIONS)
        else:
            wanted = sorted(row.id for row in self.allowed(comparison, 'view' if name == 'visible' else 'run'))
        comparison.check_list(found, wanted, number, '%s workflows, %s plan' % (name, way), self.principal, str)

    def paged(self, comparison, way, order, size, got):
        """The pages, one behind the other, are what is visible, in order."""
        column, _, rest = order.partition(' ')
        down = 'DESC' in rest
        first = ('NULLS FIRST' in rest) or (down and 'NULLS LAST' not in rest)
        places = {'status': ('draft', 'live', 'stopped').index, 'visibility': ('main', 'private').index}
        attribute = {'workflow_id': 'id', 'workspace_id': 'workspace'}.get(column, column)

        def key(row):
            value = getattr(row, attribute)
            value = places[column](value) if column in places else value.encode() if isinstance(value, str) else value
            # Of one type for comparing; which end they are put to is seen to below.
            return (value if value is not None else 0), row.id.encode()

        rows = self.allowed(comparison, 'view')
        nulls = sorted((row for row in rows if getattr(row, attribute) is None), key=key, reverse=down)
        others = sorted((row for row in rows if getattr(row, attribute) is not None), key=key, reverse=down)
        wanted = [row.id for row in (nulls + others if first else others + nulls)]
        comparison.check_list(json.loads(got), wanted, len(self.principal.account.workflows) if self.principal.account else 0,
                              'pages of %s by %s, %s plan' % (size, order, way), self.principal, str)

    def planned(self, comparison, way, plan):
        """Counts the plans that are what they were forced to be."""
        has, has_not = MARKS[way]
        comparison.forced[way] = comparison.forced.get(way, 0) + (has in plan and not (has_not and has_not in plan))
