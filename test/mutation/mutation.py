#!/usr/bin/env python3
"""mutation.py: what test/mutation/run does once there is a copy of the tree and a server.

A file of faults is a list of entries, divided by blank lines; lines that start with #
between them are comments. An entry:

    fault: walk_grant_first
    what: within a level of the walk a grant beats a deny
    test: regress vectors_execution
    file: src/decide/run_gates.c
    -the text that is there, which must occur exactly once; a line each
    +what takes its place

`test` is a regress or isolation test, "tap NAME", "oracle decisions", "fuzz TARGET SECONDS", or "frames SECONDS";
several tests are each expected to fail. More `file` parts may follow, which are
changed at once: a fault behind a second lock opens both. Instead of `test`, `equivalent: why` says that nothing can
tell the difference; the tests of `unnoticed` then have to pass.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter

sys.dont_write_bytecode = True

# Tests that stand on what others left behind; every other regress test takes matrix_setup at most.
NEEDS = {
    'install': [],
    'matrix_setup': ['install'],
    'model_create': ['install'],
    'registry': ['model_create'],
    'condition_ago': ['install'],
    'relative_instants': ['model_create'],
    'matrix_runs': ['matrix_boards'],
    'vectors_boards': ['matrix_boards'],
    'vectors_runs': ['matrix_runs', 'vectors_boards'],
    'vectors_across': ['vectors_workspaces'],
    'attack_nobody': ['matrix_boards'],
    'answers_explain': ['vectors_runs'],
    'answers_sets': ['answers_explain'],
    'answers_previews': ['answers_explain'],
}
SECONDS = 300  # that a test may take


class Wrong(Exception):
    """What keeps a fault from being tried; says why."""


class Fault:
    """One entry: name, what, tests, edits (file, old, new)."""

    def __init__(self, place):
        self.place, self.name, self.what, self.equivalent = place, '', '', ''
        self.tests, self.edits = [], []

    def add(self, line):
        """Takes a line of the entry."""
        word, _, rest = line.partition(': ')
        if line[:1] in '-+' and self.edits:
            self.edits[-1][1 if line[0] == '-' else 2].append(line[1:])
        elif word == 'file':
            self.edits.append((rest.strip(), [], []))
        elif word == 'fault':
            self.name = rest.strip()
        elif word == 'what':
            self.what = rest.strip()
        elif word in ('test', 'unnoticed'):
            self.tests.append(rest.strip())
        elif word == 'equivalent':
            self.equivalent = rest.strip()
        else:
            raise Wrong('%s: not understood: %s' % (self.place, line))

    def check(self):
        """Raises unless the entry is whole."""
        if not (self.name and self.what and self.tests and self.edits):
            raise Wrong('%s: an entry has fault, what, test (or equivalent and unnoticed) and file' % self.place)

    def changed(self, tree):
        """The texts of the changed files by path; raises where an anchor does not match exactly once."""
        texts = {}
        for path, old, new in self.edits:
            full = os.path.join(tree, path)
            if full not in texts:
                if not os.path.exists(full):
                    raise Wrong('%s: %s: there is no file %s' % (self.place, self.name, path))
                texts[full] = read(full)
            old, new = '\n'.join(old), '\n'.join(new)
            n = texts[full].count(old) if old else 0
            if n != 1:
                raise Wrong('%s: %s: its text is %d times in %s, and has to be there once' % (self.place, self.name, n, path))
            texts[full] = texts[full].replace(old, new)
        return texts


def read(path):
    """The text of a file."""
    with open(path, encoding='utf-8') as source:
        return source.read()


def write(path, text):
    """Writes a file, in the same place, so that its owner stays."""
    with open(path, 'w', encoding='utf-8') as target:
        target.write(text)


def read_faults(directory):
    """All entries, file by file, in their order."""
    faults = []
    for name in sorted(os.listdir(directory)):
        fault = None
        for number, line in enumerate(read(os.path.join(directory, name)).split('\n'), 1):
            if line == '' or line.startswith('#') and fault is None:
                fault = None
                continue
            if fault is None:
                fault = Fault('%s:%d' % (name, number))
                faults.append(fault)
            fault.add(line)
    for fault in faults:
        fault.check()
    doubles = [name for name, n in Counter(fault.name for fault in faults).items() if n > 1]
    if doubles:
        raise Wrong('several faults are called %s' % ', '.join(doubles))
    return faults


def verdicts(said):
    """What pg_regress, of 15 and of 16 and later, says of each test: ok or FAILED, by name."""
    found = dict(re.findall(r'^(?:test)?[ +]*(\w+) +\.\.\. (ok|FAILED)', said, re.M))
    for word, name in re.findall(r'^(ok|not ok) +\d+ +[-+] (\w+) ', said, re.M):
        found[name] = 'ok' if word == 'ok' else 'FAILED'
    return found


def with_needs(test):
    """A regress test and all that has to run before it, in order."""
    order = []
    for need in NEEDS.get(test, ['install', 'matrix_setup']):
        order += [one for one in with_needs(need) if one not in order]
    return order + [test]


class Bench:
    """The copy of the tree, its installation and its server."""

    def __init__(self, tree, bindir, log):
        self.tree, self.bin, self.log = tree, bindir, log
        self.config = os.path.join(bindir, 'pg_config')
        pgxs = subprocess.run([self.config, '--pgxs'], check=True, capture_output=True, text=True).stdout
        self.regress = os.path.join(os.path.dirname(pgxs), '../test/regress/pg_regress')
        self.originals = {}  # of the files that are changed now, by path
        os.makedirs(log, exist_ok=True)

    def call(self, words, log, seconds=SECONDS, server=False, **environment):
        """Runs a command; returns its exit status, None where it took too long, and what it said."""
        if server and os.getuid() == 0:
            words = ['runuser', '-u', 'postgres', '--'] + words
        with open(log, 'w', encoding='utf-8') as out:
            process = subprocess.Popen(words, cwd=self.tree, stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=subprocess.STDOUT, start_new_session=True,
                                       env=dict(os.environ, PG_CONFIG=self.config, WP_BIN=self.bin, **environment))
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                status = None
        with open(log, encoding='utf-8', errors='replace') as out:
            return status, out.read()

    def make(self, *words):
        """A command line of make in the tree."""
        return ['make', '-s', '-C', self.tree, 'PG_CONFIG=' + self.config, 'with_llvm=no'] + list(words)

    def build(self, fault=None):
        """Builds and installs the tree with that fault in it, or with none; what was built of it without one is kept."""
        for path, text in self.originals.items():
            write(path, text)
            built = re.sub(r'\.c$', '.o', path)
            if os.path.exists(built + '.kept'):
                os.replace(built + '.kept', built)
                os.utime(built)
        texts = fault.changed(self.tree) if fault is not None else {}
        self.originals = {path: read(path) for path in texts}
        for path, text in texts.items():
            write(path, text)
            if path.endswith('.c'):
                os.replace(path[:-1] + 'o', path[:-1] + 'o.kept')
        log = os.path.join(self.log, (fault.name if fault else 'no_fault') + '.build.log')
        status, said = self.call(self.make('-j%d' % os.cpu_count(), 'install'), log)
        if status != 0:
            raise Wrong('it does not build: ' + (re.findall(r'error: .*', said) or ['see ' + log])[0])

    def clean(self):
        """Leaves the server without the databases and roles of tests, which one that failed may have left behind."""
        psql = [os.path.join(self.bin, 'psql'), '-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-c']
        for _ in range(60):
            if subprocess.run([os.path.join(self.bin, 'pg_isready'), '-q'], check=False).returncode == 0:
                break
            time.sleep(0.5)
        for select, drop in (("datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'", 'DROP DATABASE "%s" (FORCE)'),
                             ("rolname FROM pg_roles WHERE oid >= 16384", 'DROP ROLE "%s"')):
            for name in subprocess.run(psql + ['SELECT ' + select], check=True, capture_output=True, text=True).stdout.split('\n'):
                if name:
                    subprocess.run(psql + [drop % name], check=True)

    def fails(self, test, tag):
        """Whether a test fails; raises where it cannot be told."""
        kind, _, name = test.partition(' ')
        log = os.path.join(self.log, '%s.%s.log' % (tag, re.sub(r'\W+', '_', test)))
        self.clean()
        if kind in ('regress', 'isolation'):
            order = with_needs(name) if kind == 'regress' else [] if name == 'install' else ['install', name]
            # As `make installcheck` calls it, which takes longer to find out how.
            words = [self.regress, '--inputdir=' + self.tree, '--bindir=' + self.bin, '--dbname=contrib_regression'] + order
            if kind == 'isolation':
                words = self.make('installcheck', 'REGRESS=', 'TAP_TESTS=', 'ISOLATION=' + ' '.join(order))
            status, said = self.call(words, log, server=True)
            if status is None:
                raise Wrong('%s takes too long' % test)
            verdict = verdicts(said)
            before = [one for one in order[:-1] if verdict.get(one) != 'ok']
            if before or name not in verdict:
                raise Wrong('%s cannot be tried: %s fails' % (test, before[0] if before else 'the harness'))
            return verdict[name] != 'ok'
        if kind == 'tap':
            words = self.make('installcheck', 'REGRESS=', 'ISOLATION=', 'PROVE_TESTS=test/tap/%s.pl' % name)
            status, said = self.call(words, log, server=True)
            # One that ends early has failed, unless it was in what comes before the first check.
            if status is None or status != 0 and ('No subtests run' in said or 'Dubious' not in said and 'Failed test' not in said):
                raise Wrong('%s cannot be tried, see %s' % (test, log))
            return status != 0
        if kind == 'oracle':
            status, said = self.call(['test/oracle/run', '--seed', '1', '--seconds', '10', '--only', name], log)
            if status != 0 and 'DIFFERENCE' not in said:
                raise Wrong('%s cannot be tried, see %s' % (test, log))
            return status != 0
        if kind == 'fuzz':
            target, seconds = name.split()
            status, said = self.call(['test/fuzz/run', seconds, target], log, server=True, CLANG='clang-14')
            if status != 0 and 'FINDING' not in said:
                raise Wrong('%s cannot be tried, see %s' % (test, log))
            return status != 0
        if kind == 'frames':
            status, said = self.call(['test/fuzz/frames', '--seconds', name], log)
            if status != 0 and 'FINDING' not in said:
                raise Wrong('%s cannot be tried, see %s' % (test, log))
            return status != 0
        raise Wrong('no kind of test: ' + test)


def part(faults, which):
    """The K-th of N parts of them, as "K/N" says; those of the same test stay together, as it is run without a fault first."""
    number, of = map(int, which.split('/'))
    weights = {'tap': 4, 'oracle': 4, 'fuzz': 8}
    groups = {}
    for fault in faults:
        groups.setdefault(fault.tests[0], []).append(fault)
    parts = [[0, []] for _ in range(of)]
    for test in sorted(groups, key=lambda test: (-len(groups[test]), test)):
        least = min(parts, key=lambda one: one[0])
        least[0] += weights.get(test.split()[0], 1) * (1 + len(groups[test]))
        least[1] += groups[test]
    mine = parts[number - 1][1]
    return [fault for fault in faults if fault in mine]


def find(bench, faults):
    """Prints which of all the regress and isolation tests notice each fault."""
    for fault in faults:
        bench.build(fault)
        noticed = []
        for kind in ('REGRESS', 'ISOLATION'):
            bench.clean()
            empty = {'REGRESS': 'ISOLATION', 'ISOLATION': 'REGRESS'}[kind]
            _, said = bench.call(bench.make('installcheck', empty + '=', 'TAP_TESTS='),
                                 os.path.join(bench.log, '%s.%s.log' % (fault.name, kind)), 3 * SECONDS, server=True)
            noticed += ['%s %s' % (kind.lower(), name) for name, verdict in verdicts(said).items() if verdict != 'ok']
        print('%-34s %s' % (fault.name, ', '.join(noticed) or 'NOTHING'), flush=True)
    bench.build()
    return 0


def try_faults(bench, faults):
    """Tries all of them; returns how many are not as their entries say."""
    bench.build()
    failing = [test for test in sorted({test for fault in faults for test in fault.tests}) if bench.fails(test, 'no_fault')]
    if failing:
        raise Wrong('without any fault there fails %s' % ', '.join(failing))
    totals = Counter()
    for fault in faults:
        began = time.monotonic()
        try:
            bench.build(fault)
            silent = [test for test in fault.tests if not bench.fails(test, fault.name)]
        except Wrong as wrong:
            verdict, note = 'ERROR', str(wrong)
        else:
            noticed = [test for test in fault.tests if test not in silent]
            if fault.equivalent:
                verdict, note = ('NOTICED', ', '.join(noticed)) if noticed else ('equivalent', fault.equivalent)
            else:
                verdict, note = ('MISSED', ', '.join(silent)) if silent else ('caught', ', '.join(noticed))
        totals[verdict] += 1
        print('%-10s %-34s %5.1f s  %s  [%s]' % (verdict, fault.name, time.monotonic() - began, fault.what, note), flush=True)
    bench.build()
    print('\n%d faults: %s' % (len(faults), ', '.join('%d %s' % (n, verdict) for verdict, n in sorted(totals.items()))))
    return sum(n for verdict, n in totals.items() if verdict not in ('caught', 'equivalent'))


def main():
    """Returns the exit status."""
    options = argparse.ArgumentParser(allow_abbrev=False)
    options.add_argument('--faults', required=True)
    options.add_argument('--tree', required=True)
    options.add_argument('--bin')
    options.add_argument('--log')
    options.add_argument('--list', action='store_true')
    options.add_argument('--check', action='store_true')
    options.add_argument('--find', action='store_true')
    options.add_argument('--part', default='1/1')
    options.add_argument('names', nargs='*')
    asked = options.parse_args()
    faults = read_faults(asked.faults)
    unknown = set(asked.names) - {fault.name for fault in faults}
    if unknown:
        raise Wrong('there is no fault %s' % ', '.join(sorted(unknown)))
    chosen = [fault for fault in faults if not asked.names or fault.name in asked.names]
    chosen = part(chosen, asked.part)
    stale = []
    for fault in chosen:
        try:
            fault.changed(asked.tree)
        except Wrong as wrong:
            stale.append(str(wrong))
    if stale:
        raise Wrong('\n'.join(stale))
    if asked.list:
        for fault in chosen:
            print('%-34s %s  [%s]' % (fault.name, fault.what, fault.equivalent or ', '.join(fault.tests)))
        print('%d faults' % len(chosen))
    if asked.list or asked.check:
        return 0
    bench = Bench(asked.tree, asked.bin, asked.log)
    if asked.find:
        return find(bench, chosen)
    return 1 if try_faults(bench, chosen) else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except Wrong as wrong:
        sys.exit('mutation: %s' % wrong)
