"""server.py: the server under test, through psql and COPY alone.

PGHOST, PGPORT and PGUSER say where it is, PSQL or WP_BIN which psql is used. The user has
to be a superuser. The database made here is dropped by close(), with its two roles.
"""
import json
import os
import re
import subprocess
import sys

PSQL = os.environ.get('PSQL') or (os.path.join(os.environ['WP_BIN'], 'psql') if os.environ.get('WP_BIN') else 'psql')


# How the database's name ends in which a comparison of sources has a model of its own.
SOURCES = '_sources'


class ServerError(Exception):
    """psql failed: what it said."""


def copy_field(value):
    """Returns a value as a field of COPY's text format."""
    if value is None:
        return r'\N'
    if isinstance(value, bool):
        return 't' if value else 'f'
    return str(value).replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')


def uncopy_field(field):
    """Returns the text of a field of COPY's text format, None for NULL."""
    if field == r'\N':
        return None
    if '\\' not in field:
        return field
    letters = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', '\\': '\\'}
    return re.sub(r'\\(.)', lambda found: letters.get(found.group(1), found.group(1)), field, flags=re.S)


def copy_in(target, rows):
    """Returns psql input that copies rows into a table ("name (columns)")."""
    lines = ['\t'.join(map(copy_field, row)) for row in rows]
    return 'COPY %s FROM STDIN;\n%s\n\\.\n' % (target, '\n'.join(lines)) if lines else ''


def literal(text):
    """Returns an SQL literal, NULL for None."""
    return 'NULL' if text is None else "'" + text.replace("'", "''") + "'"


def psql(script, database):
    """Returns what psql prints for a script; raises ServerError."""
    done = subprocess.run([PSQL, '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-d', database, '-f', '-'],
                          input=('SET standard_conforming_strings = on;\n' + script).encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, PGCLIENTENCODING='UTF8'))
    if done.returncode != 0:
        raise ServerError(done.stderr.decode(errors='replace').strip())
    return done.stdout.decode()


class Server:
    """A database of its own, with the extension and the model."""

    def __init__(self, number=0, name=None):
        """number: to tell those of one process apart; name: of another for a database."""
        self.name = name or 'wp_oracle_%d_%d' % (os.getpid(), number)
        self.application = self.name + '_app'
        self.engine = self.name + '_engine'
        # The accounts that are there, and what was made for asking.
        self.loaded, self.made = None, set()
        # What the self-test does to a row on its way here; None: the row is lost.
        self.alter = lambda row: row
        self.had_owner = psql("SELECT count(*) FROM pg_roles WHERE rolname = 'workflow_perms_owner';",
                              'template1').strip() != '0'
        psql("CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8';" % self.name, 'template1')
        try:
            self.run('CREATE EXTENSION workflow_perms; CREATE ROLE %s; CREATE ROLE %s; CREATE SCHEMA oracle;'
                     % (self.application, self.engine))
            self.run("SELECT workflow_perms.create_model('%s', '%s');" % (self.application, self.engine))
        except ServerError:
            self.close()
            raise

    def run(self, script):
        """Returns what the server prints for a script."""
        return psql('SET client_min_messages = warning;\n' + script, self.name)

    def once(self, script):
        """Runs a script that has not been run here."""
        if script not in self.made:
            self.run(script)
            self.made.add(script)

    def rows(self, script):
        """Yields the rows that a script copies out, or prints as oracle.word(), as lists of text and None."""
        for line in self.run(script).split('\n'):
            if line.startswith('hex '):
                row = self.alter(json.loads(bytes.fromhex(line[4:])))
            else:
                row = self.alter([uncopy_field(field) for field in line.split('\t')]) if line else None
            if row is not None:
                yield row

    def close(self):
        """Drops what was made."""
        try:
            for name in self.name + SOURCES, self.name:
                psql('DROP DATABASE IF EXISTS %s WITH (FORCE);' % name, 'template1')
                psql('DROP ROLE IF EXISTS %s_app; DROP ROLE IF EXISTS %s_engine;' % (name, name), 'template1')
            if not self.had_owner:
                # Made by create_model(); another database may have come to need it.
                psql('DROP ROLE IF EXISTS workflow_perms_owner;', 'template1')
        except ServerError as error:
            print('oracle: could not clean up: %s' % error, file=sys.stderr)
