#!/usr/bin/env python3
"""compare.py OLD NEW FROM TO: prints the upgrade script that makes of the members of
the extension in OLD those in NEW (files that members.sql wrote). Fails on what must be
thought about: a type or cast that changed, a function whose arguments or result did."""
import json
import re
import sys

old_file, new_file, from_version, to_version = sys.argv[1:]


def members(file):
    """Returns the members by kind and name, in the order in which they were made."""
    with open(file) as lines:
        return {(m['kind'], m['name']): m for m in map(json.loads, lines)}


def quoted(text):
    """Returns the text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def declaration(member, again=False):
    """Returns the command that makes the member; a function's replaces it where it is made again."""
    text = member['definition'].rstrip()
    if member['kind'] == 'function':
        text = text.replace("'$libdir/workflow_perms'", "'MODULE_PATHNAME'")
        if not again:
            text = text.replace('CREATE OR REPLACE FUNCTION', 'CREATE FUNCTION', 1)
    return text + ';\n'


def estimators(operator):
    """Returns an operator's definition without its estimators, and these as ALTER OPERATOR names them."""
    found = [(word, re.search(', %s = ([^,)]+)' % word, operator['definition'])) for word in ('RESTRICT', 'JOIN')]
    rest = re.sub(', (RESTRICT|JOIN) = [^,)]+', '', operator['definition'])
    return rest, ', '.join('%s = %s' % (word, match.group(1) if match else 'NONE') for word, match in found)


def named(member):
    """Returns the member's name as a command has it: the arguments of an operator stand apart."""
    return member['name'].replace('(', ' (', 1) if member['kind'] == 'operator' else member['name']


old, new = members(old_file), members(new_file)
added = [m for key, m in new.items() if key not in old]
gone = [m for key, m in old.items() if key not in new]
changed = [m for key, m in new.items() if key in old and m['definition'] != old[key]['definition']]

problems = ['%s %s is new' % (m['kind'], m['name']) for m in added
            if m['kind'] not in ('function', 'operator', 'operator class', 'operator family')]
problems += ['%s %s is gone' % (m['kind'], m['name']) for m in gone if m['kind'] != 'function']
estimated = [m for m in changed if m['kind'] == 'operator' and estimators(m)[0] == estimators(old['operator', m['name']])[0]]
changed = [m for m in changed if m not in estimated]
problems += ['%s %s changed' % (m['kind'], m['name']) for m in changed if m['kind'] != 'function']
problems += ['function %s was (%s) and is (%s)' % (m['name'], old['function', m['name']]['signature'], m['signature'])
             for m in changed if m['kind'] == 'function' and m['signature'] != old['function', m['name']]['signature']]
problems += ['the privileges of %s %s changed' % (m['kind'], m['name']) for key, m in new.items()
             if key in old and (m['open'] != old[key]['open'] or m['initial_privileges'] != old[key]['initial_privileges'])]
if problems:
    sys.exit('\n'.join(problems) + '\nThis needs a command of its own: see test/upgrade/compare.py.')


def functions(language, supporting=False):
    """Returns the new functions of a language, those apart that tell the planner about others."""
    return [m for m in added if m['kind'] == 'function' and m['language'] == language and m['supports'] == supporting]


print(f'''-- workflow_perms--{from_version}--{to_version}.sql: the functions, operators and comments of {to_version} in a
-- database that has those of {from_version}. Made by test/upgrade/script, which compares the two
-- install scripts; not to be edited. The tables, which are no members of the extension, are brought
-- up to date by upgrade_model().
--
-- CREATE OR REPLACE below is for functions that are members of the extension: since the first
-- 15, PostgreSQL refuses to replace in an extension script what is not.
\\echo Use "ALTER EXTENSION workflow_perms UPDATE TO '{to_version}'" to load this file. \\quit
SET LOCAL search_path = pg_catalog, pg_temp;
''')
# What others need comes first.
made = functions('c', True) + functions('c') + [m for m in added if m['kind'] == 'operator'] \
    + [m for m in added if m['kind'] == 'operator class'] + functions('sql')
print('-- New.')
for member in made:
    print(declaration(member))
print('-- Changed.')
for member in sorted(changed, key=lambda m: m['language'] != 'c'):
    print(declaration(member, True))
for member in estimated:
    print('ALTER OPERATOR %s SET (%s);' % (named(member), estimators(member)[1]))
if gone:
    print('-- Gone.')
    for member in gone:
        print('DROP FUNCTION %s;' % member['name'])
print('\n-- Comments.')
for key, member in new.items():
    before = old[key]['comment'] if key in old else None
    if member['comment'] != before:
        print('COMMENT ON %s %s IS %s;' % (member['kind'].upper(), named(member), quoted(member['comment']) if member['comment'] else 'NULL'))
print('\n-- Privileges.')
for member in made:
    if member['open'] is False:
        print('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC;' % member['name'])
