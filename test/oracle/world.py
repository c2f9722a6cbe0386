"""world.py: random accounts, as plain data and as the COPY that loads them.

An Account holds what the tables hold, in the tables' words; expiries are kept as
True (over), False. Ids repeat between accounts on purpose, and some are awkward.
"""
import hashlib
from decimal import Decimal

import conditions
import history
import samples
from conditions import Refused, Unspecified
from server import copy_in, literal

TEAM_CAPABILITIES = ('integrations.manage', 'workflows.view', 'workflows.create', 'workflows.modify', 'workflows.deploy',
                     'sdk_setup.update', 'projects.create', 'projects.modify', 'credentials.view',
                     'environment_secrets.create')
ADMIN_CAPABILITIES = ('event_destinations.view', 'event_destinations.update', 'environment_secrets.update',
                      'api_keys.manage', 'team.invite', 'team.manage_roles', 'billing.view', 'billing.update',
                      'event_destinations.create')
USER_CAPABILITIES = ('connected_users.view', 'connected_users.manage', 'task_history.view', 'task_history.replay')
OWN_CAPABILITIES = ('acme.export', 'acme.ünï')
BUILT_IN = {
    'Admin': set(TEAM_CAPABILITIES + ADMIN_CAPABILITIES + USER_CAPABILITIES),
    'Member': set(TEAM_CAPABILITIES + USER_CAPABILITIES),
    'Support': set(USER_CAPABILITIES),
}
# What account admins hold without a role, for the whole account.
CARRIED_BY_ADMIN = ('team.invite', 'api_keys.manage')
SYSTEM_ROLES = ('AuthenticatedUser', 'NonAuthenticatedUser')
CAPABILITIES = TEAM_CAPABILITIES + ADMIN_CAPABILITIES + USER_CAPABILITIES + OWN_CAPABILITIES

IDS = ('1', '2', '3', 'a', 'A', 'b', 'é', 'e\u0301', '日本', "o'clock", 'with space', ' ', 'a,b', '{"a":1}', 'back\\slash',
       'tab\there', 'line\nbreak', '/path/to', 'auth0|123', '00000000-0000-0000-0000-000000000001', 'x' * 255,
       'é' * 127 + 'x', '\U0010ffff', 'NULL', '\\N', '(a,b)', '"quoted"', '%s', '$1', '-1', '0', '00', 'Admin', 'u1', 'U1', '\u05e9\u05dc\u05d5\u05dd',
       '\u05e9' * 127 + 'x', '\u202eabc', '\u200b', 'a\u200b', 'a\u200d', '\ufeffa', '\u0627\u0644', 'e\u0301\u0323', 'e\u0323\u0301')
NUMBERS = tuple(map(str, (*range(-3, 25), 9223372036854775807, -9223372036854775808)))
UUIDS = tuple('%08x-0000-4000-8000-%012x' % (n * 268435457 % 4294967296, n * 77) for n in range(28))
# Half of them have 200 bytes and compress well, half of them do not compress at all.
LONG = tuple(('%d ' % n + 'long ' * 48)[:200] if n % 2 else (hashlib.sha512(b'%d' % n).hexdigest() + hashlib.sha512(b'-%d' % n).hexdigest())[:250] for n in range(28))
MANY = tuple('%d of many' % n for n in range(200))
NAMES = ('Editors', 'Viewers', 'Ops', 'Ünï', 'Ops\u200b', '\u05e9' * 127, 'r' * 255, 'a.b', 'admin', 'Support team')
PLANS = ('pro', 'free', 'team')
CONDITIONS = ('{"plan":"pro"}', '{"plan":{"$ne":"free"}}', '{"plan":{"$in":["pro","team"]}}', '{}', '{"$userId":"1"}',
              '{"$not":{"plan":"free"}}', '{"$rollout":{"percent":50}}', '{"seats":{"$gte":10}}', '{"tags":"beta"}',
              '{"$or":[{"plan":"pro","seats":{"$gte":10}},{"beta":true}]}', '{"$nor":[{"plan":"free"}]}', '{"plan":null}',
              '{"since":{"$after":{"$ago":"P30D"}}}', '{"$not":{"since":{"$after":{"$ago":"P30D"}}}}', '{"$or":[{"since":{"$before":{"$ago":"-P1M"}}},{"plan":"pro"}]}')
# Days from now that are near those of the conditions, and not so near that it matters when they are asked.
SINCE = (-400, -40, -34, -26, -3, 25, 40)
PAST = ("1999-01-01Z", '-infinity', '2020-02-02 02:02:02Z')
FUTURE = ('2999-01-01Z', 'infinity')


# In rows over 2 kB ids are compressed where they can be, and stored out of line where not.
PAD = """BEGIN;
SET LOCAL session_replication_role = replica;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY workflow_perms._model_tables() LOOP
        CONTINUE WHEN t IN ('audit_log', 'conditions');
        EXECUTE format('ALTER TABLE workflow_perms.%1$I ADD COLUMN IF NOT EXISTS padding text, ALTER padding SET STORAGE PLAIN', t);
        EXECUTE format('GRANT SELECT (padding) ON workflow_perms.%I TO PUBLIC', t);
        EXECUTE format('UPDATE workflow_perms.%I SET padding = repeat(''x'', 2100)', t);
    END LOOP;
END
$$;
COMMIT;
"""


class Workflow:
    """A row of workflows, with its condition also as a node."""

    def __init__(self, account, number, workspace, visibility, status, condition, hidden, created_by):
        self.account, self.id, self.workspace = account, number, workspace
        self.visibility, self.status, self.hidden, self.created_by = visibility, status, hidden, created_by
        self.condition = condition
        # Who it runs as, which history.py says.
        self.run_as = None
        # What people call it, which decides nothing, and a column of the application's own, to order by.
        self.name = self.rank = None
        self.node = None if condition is None else conditions.read(condition)
        self.two_sets = condition is not None and samples.has_two_sets(conditions.parse_json(condition))


class Account:
    """The rows of one account."""

    def __init__(self, number):
        self.id = number
        self.creator_roles, self.guests_see_open_main = ['admin', 'member'], False
        self.users, self.roles, self.capabilities, self.includes = {}, set(), {}, {}
        self.grants, self.workspaces, self.workspace_members = [], {}, []
        # Of each workspace True, False, or None: by its kind.
        self.offered = {}
        self.workflows, self.workflow_members, self.steps = {}, [], []
        self.first_user = None


class User:
    """A row of users."""

    def __init__(self, kind, account_role, metadata, active):
        self.kind, self.account_role, self.metadata, self.active = kind, account_role, metadata, active


def distinct(rng, source, count):
    """Returns up to count different items of a source."""
    return rng.sample(source, min(count, len(source)))


def expiry(rng):
    """Returns True in some calls: the row is over."""
    return rng.random() < .15


def random_condition(rng):
    """Returns the text of a condition that is surely specified, or None."""
    kind = rng.random()
    if kind < .4:
        return None
    if kind < .75:
        return rng.choice(CONDITIONS)
    text = conditions.write_json(samples.two_sets(rng) if kind < .92 else samples.condition(rng, 1))
    try:
        conditions.read(text)
    except (Refused, Unspecified):
        return None
    return text


def random_metadata(rng, wanted):
    """Returns the metadata of a connected user, near one of the conditions wanted."""
    if wanted and rng.random() < .4:
        return samples.metadata(rng, conditions.parse_json(rng.choice(wanted)))
    found = {}
    if rng.random() < .8:
        found['plan'] = rng.choice(PLANS)
    if rng.random() < .5:
        found['seats'] = Decimal(rng.choice((3, 10, 12)))
    if rng.random() < .3:
        found['beta'] = rng.random() < .5
    if rng.random() < .3:
        found['tags'] = rng.sample(('beta', 'alpha', 'x'), rng.randrange(3))
    if rng.random() < .5:
        found['since'] = Decimal(conditions.now().at // 10 ** 12 + rng.choice(SINCE) * 86400000)
    return found


def random_account(rng, number, ids, width=1):
    """Returns an account whose objects have some of the ids; width: so many times as many workspaces."""
    account = Account(number)
    if rng.random() < .5:
        account.creator_roles = [role for role in ('admin', 'member', 'viewer', 'guest') if rng.random() < .4]
    account.guests_see_open_main = rng.random() < .4
    wanted = [text for text in (random_condition(rng) for _ in range(6)) if text]
    add_users(rng, account, wanted, ids)
    add_roles(rng, account)
    for workspace in distinct(rng, ids, rng.randint(4, 8) * width):
        account.workspaces[workspace] = rng.choice(('open', 'open', 'closed', 'closed', 'project', 'app'))
        account.offered[workspace] = rng.choice((None, None, True, False))
    add_grants(rng, account)
    add_members(rng, account, account.workspaces, account.workspace_members, 4)
    add_workflows(rng, account, wanted, ids, min(width, 4))
    add_members(rng, account, account.workflows, account.workflow_members, 3)
    history.fill(rng, account, ids)
    for number, user in account.users.items():
        if not specified(user.metadata, number, [row.node for row in account.workflows.values()]):
            user.metadata = {}
    return account


def specified(metadata, user, nodes, time=None):
    """True if the spec says what these conditions make of the metadata, at the time or, without one, now and some time later."""
    try:
        for node in nodes:
            if node is not None:
                conditions.match_metadata(node, metadata, user, time or conditions.now(2 * conditions.DAY))
    except Unspecified:
        return False
    return True


def add_users(rng, account, wanted, source):
    """Fills users; the first is the one that create_account() makes."""
    ids = distinct(rng, source, rng.randint(10, 18))
    account.first_user = ids[0]
    account.users[ids[0]] = User('member', 'admin', {}, True)
    for user in ids[1:]:
        kind = rng.choice(('member', 'member', 'member', 'service', 'connected', 'connected'))
        role = {'member': ('admin', 'member', 'member', 'viewer', 'guest', 'guest'),
                'service': (None, None, 'admin', 'member', 'viewer', 'guest'), 'connected': (None,)}[kind]
        account.users[user] = User(kind, rng.choice(role), random_metadata(rng, wanted), rng.random() < .85)


def add_roles(rng, account):
    """Fills roles, their capabilities and inclusions, which have no cycle."""
    account.roles = set(BUILT_IN) | set(SYSTEM_ROLES)
    account.capabilities = {role: set(found) for role, found in BUILT_IN.items()}
    own = distinct(rng, NAMES, rng.randint(2, len(NAMES)))
    for role in own:
        account.roles.add(role)
        account.capabilities[role] = {name for name in CAPABILITIES if rng.random() < rng.choice((0, .1, .3))}
        if rng.random() < .5:
            account.capabilities[role] |= {name for name in CAPABILITIES if name.startswith('workflows.') and rng.random() < .6}
    order = own + list(BUILT_IN)
    rng.shuffle(order)
    for at, role in enumerate(order):
        account.includes[role] = {other for other in order[at + 1:] if rng.random() < .15}


def custom_roles(account):
    """Returns the roles that can be granted or be members, in a fixed order."""
    return sorted(account.roles - set(SYSTEM_ROLES))


def add_grants(rng, account):
    """Fills role_grants; the first user's Admin comes with the account."""
    account.grants = [(account.first_user, 'Admin', None, False)]
    keys = {(account.first_user, 'Admin', None)}
    for user in account.users:
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
            key = (user, rng.choice(custom_roles(account)),
                   rng.choice(list(account.workspaces)) if rng.random() < .6 else None)
            if key not in keys:
                keys.add(key)
                account.grants.append(key + (expiry(rng),))


def add_members(rng, account, objects, members, most):
    """Fills workspace_members or workflow_members: (object, user, role, is_owner, over)."""
    team = [user for user, row in account.users.items() if row.kind != 'connected']
    for thing in objects:
        for user in distinct(rng, team, rng.randrange(most + 1)):
            members.append((thing, user, None, rng.random() < .5, expiry(rng)))
        for role in distinct(rng, custom_roles(account), rng.choice((0, 0, 1, 2))):
            members.append((thing, None, role, False, expiry(rng)))


def add_workflows(rng, account, wanted, ids, width):
    """Fills workflows and the steps of their live versions."""
    workspaces = list(account.workspaces)
    for number in distinct(rng, ids, rng.randint(12, 26) * width):
        condition = rng.choice(wanted) if wanted and rng.random() < .4 else random_condition(rng)
        account.workflows[number] = Workflow(
            account.id, number, rng.choice(workspaces), rng.choice(('main', 'main', 'private')),
            rng.choice(('draft', 'live', 'live', 'live', 'stopped')), condition, rng.random() < .2,
            rng.choice(list(account.users)) if rng.random() < .5 else None)
        account.workflows[number].name = rng.choice((None,) + IDS)
        account.workflows[number].rank = rng.choice((None, 1, 2, 3, rng.randrange(100), rng.randrange(100)))
        home = account.workflows[number].workspace
        for step in range(rng.choice((0, 0, 1, 2, 3))):
            account.steps.append((number, str(step), home if rng.random() < .5 else rng.choice(workspaces)))


def random_world(rng):
    """Returns some accounts, by id; in some of them is one that has many workspaces."""
    ids = rng.choice((IDS, IDS, IDS, NUMBERS, UUIDS, LONG))
    numbers = distinct(rng, ids, 3)
    # Ids that are decompressed at every look make a wide account take minutes.
    wide = numbers[0] if rng.random() < (.02 if ids is LONG else .2) else None
    return {number: random_account(rng, number, ids + MANY, 20) if number == wide else random_account(rng, number, ids)
            for number in numbers}


def has_long_ids(world):
    """True if the accounts' ids are such as are compressed or stored out of line in long rows."""
    return set(world) <= set(LONG)


def random_rows(rng, world):
    """Returns rows of an application's own table: its word for a workflow's columns is what counts.

    Some have the id of a workflow, and with it its members and steps, some have none."""
    rows = []
    for account in world.values():
        for _ in range(8):
            number = rng.choice(list(account.workflows)) if rng.random() < .6 else rng.choice(IDS + NUMBERS + UUIDS + LONG)
            row = Workflow(account.id, number, rng.choice(list(account.workspaces)), rng.choice(('main', 'private')),
                           rng.choice(('draft', 'live', 'live', 'stopped')),
                           rng.choice(CONDITIONS) if rng.random() < .6 else None, rng.random() < .2, None)
            rows.append(row)
    return rows


def load(rng, world, sources=()):
    """Returns psql input that makes the accounts and nothing else; in some calls their values are stored toasted.

    sources: the tables that are read from sources, whose rows the caller redirects."""
    made = {'users', 'role_grants'}.isdisjoint(sources)

    def until(over):
        return rng.choice(PAST) if over else rng.choice(FUTURE) if rng.random() < .3 else None

    script = ['BEGIN;']
    for account in world.values():
        script.append('SELECT workflow_perms.create_account(%s, %s);' % (
            literal(account.id), literal(None if 'users' in sources else account.first_user)))
    # Some of this could not be reached by writing under the invariants, and decides all the same.
    script.append('SET LOCAL session_replication_role = replica;')
    for account in world.values():
        number = account.id
        script.append('UPDATE workflow_perms.accounts SET creator_roles = %s, guests_see_open_main = %s WHERE account_id = %s;'
                      % (literal('{%s}' % ','.join(account.creator_roles)), account.guests_see_open_main, literal(number)))
        script += [
            copy_in('workflow_perms.users (account_id, user_id, kind, account_role, metadata, active)',
                    [(number, user, row.kind, row.account_role, conditions.write_json(row.metadata), row.active)
                     for user, row in account.users.items() if 'users' in sources or user != account.first_user]),
            copy_in('workflow_perms.roles (account_id, role)',
                    [(number, role) for role in account.roles if role not in BUILT_IN and role not in SYSTEM_ROLES]),
            copy_in('workflow_perms.role_capabilities (account_id, role, capability)',
                    [(number, role, name) for role, names in account.capabilities.items() if role not in BUILT_IN
                     for name in names]),
            copy_in('workflow_perms.role_includes (account_id, role, included_role)',
                    [(number, role, other) for role, others in account.includes.items() for other in others]),
            copy_in('workflow_perms.workspaces (account_id, workspace_id, kind, offered)',
                    [(number,) + item + (account.offered[item[0]],) for item in account.workspaces.items()]),
            copy_in('workflow_perms.role_grants (account_id, user_id, role, workspace_id, expires_at)',
                    [(number, user, role, workspace, until(over)) for user, role, workspace, over in account.grants[made:]]),
            copy_in('workflow_perms.workspace_members (account_id, workspace_id, user_id, role, is_owner, expires_at)',
                    [(number,) + row[:4] + (until(row[4]),) for row in account.workspace_members]),
            copy_in('workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, '
                    'hidden, created_by, run_as, name, rank)',
                    [(number, row.id, row.workspace, row.visibility, row.status, row.condition, row.hidden, row.created_by, row.run_as, row.name, row.rank)
                     for row in account.workflows.values()]),
            copy_in('workflow_perms.workflow_members (account_id, workflow_id, user_id, role, is_owner, expires_at)',
                    [(number,) + row[:4] + (until(row[4]),) for row in account.workflow_members])]
        script += history.load(account, until)
    return '\n'.join(script + ['COMMIT;\n']) + (PAD if not sources and rng.random() < (.8 if has_long_ids(world) else .2) else '')


def unload(world):
    """Returns psql input that takes the accounts away again."""
    return 'SET session_replication_role = replica;\n' + ''.join(
        'DELETE FROM workflow_perms.%s;\n' % table for table in history.TABLES + (
            'workflow_members', 'workflows', 'workspace_members', 'role_grants', 'workspaces',
            'role_includes', 'role_capabilities', 'roles', 'users', 'audit_log', 'accounts')) if world else ''
