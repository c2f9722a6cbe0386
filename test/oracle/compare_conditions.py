"""compare_conditions.py: reads, prints and matches random conditions on both sides."""
import conditions
import samples
from conditions import Refused, Unspecified
from server import copy_in

PER_ROUND = 1200
PER_CONDITION = 12

SETUP = """
CREATE FUNCTION oracle.read(src text, OUT cond workflow_perms.metadata_condition, OUT state text, OUT message text)
LANGUAGE plpgsql AS $$
BEGIN
    cond := src::workflow_perms.metadata_condition;
EXCEPTION WHEN OTHERS THEN
    state := SQLSTATE;
    message := SQLERRM;
END $$;
CREATE UNLOGGED TABLE oracle.sources (id int PRIMARY KEY, src text NOT NULL, same_as int);
CREATE UNLOGGED TABLE oracle.conditions (id int PRIMARY KEY, same_as int, cond workflow_perms.metadata_condition,
    state text, message text);
CREATE UNLOGGED TABLE oracle.pairs (id int, cond_id int, metadata jsonb, user_id text, at timestamptz);
"""

ROUND = """
TRUNCATE oracle.sources, oracle.conditions, oracle.pairs;
%s%s
INSERT INTO oracle.conditions
    SELECT s.id, s.same_as, r.cond, r.state, r.message FROM oracle.sources s, LATERAL oracle.read(s.src) r;
COPY (SELECT 'c', c.id, c.state, c.message, c.cond::text, again.cond OPERATOR(workflow_perms.=) c.cond, again.cond::text = c.cond::text,
        c.cond::jsonb::workflow_perms.metadata_condition OPERATOR(workflow_perms.=) c.cond,
        c.cond OPERATOR(workflow_perms.=) other.cond, c.cond::text = other.cond::text,
        again.message, workflow_perms.metadata_condition_hash(c.cond) = workflow_perms.metadata_condition_hash(other.cond),
        (SELECT json_agg(DISTINCT path) FROM workflow_perms.condition_paths(c.cond))
    FROM oracle.conditions c LEFT JOIN oracle.conditions other ON other.id = c.same_as,
        LATERAL oracle.read(c.cond::text) again ORDER BY c.id) TO STDOUT;
COPY (SELECT 'd', count(cond), count(workflow_perms.describe(cond)) FROM oracle.conditions) TO STDOUT;
SET enable_sort = off;
COPY (SELECT 'd', count(DISTINCT cond::text), (SELECT count(*) FROM (SELECT FROM oracle.conditions WHERE cond IS NOT NULL GROUP BY cond) g)
    FROM oracle.conditions WHERE cond IS NOT NULL) TO STDOUT;
SET enable_sort = on;
SET enable_hashagg = off;
COPY (SELECT 'd', count(DISTINCT cond::text), (SELECT count(*) FROM (SELECT FROM oracle.conditions WHERE cond IS NOT NULL GROUP BY cond) g)
    FROM oracle.conditions WHERE cond IS NOT NULL) TO STDOUT;
SET enable_hashagg = on;
COPY (SELECT 'p', p.id, p.metadata OPERATOR(workflow_perms.~) c.cond, c.cond OPERATOR(workflow_perms.~) p.metadata,
        workflow_perms.matches(p.metadata, p.user_id, c.cond), p.metadata, workflow_perms._matches_at(p.metadata, p.user_id, c.cond, p.at)
    FROM oracle.pairs p JOIN oracle.conditions c ON c.id = p.cond_id WHERE c.cond IS NOT NULL ORDER BY p.id) TO STDOUT;
"""

TRUTH = {'t': True, 'f': False, None: None}


class Comparison:
    """Compares conditions round by round; counts, and reports what differs."""

    # Answers that the self-test alters, at least.
    NEEDED = ('c', 'p')

    def __init__(self, server, rng, report):
        self.server, self.rng, self.report = server, rng, report
        self.texts = self.pairs = self.accepted = self.matched = self.timed = self.skipped = 0
        server.run(SETUP)

    def draw(self):
        """Returns a random text, and the value it spells if it is a good condition."""
        kind = self.rng.random()
        if kind < .1:
            return samples.broken_text(self.rng), None
        if kind < .25:
            return conditions.write_json(samples.bad_condition(self.rng)), None
        value = samples.plain_numbers(samples.deep(self.rng) if kind < .26 else
                                      samples.wide(self.rng) if kind < .262 else
                                      samples.condition(self.rng, self.rng.choice((0, 0, 1, 1, 2, 3))))
        return conditions.write_json(value), value

    def round(self):
        """Compares one batch."""
        sources, asked, pairs = [], {}, []
        # Those that are another spelling of the one before, not just any other one.
        self.respelt = set()
        while len(sources) < PER_ROUND:
            text, value = self.draw()
            number = len(sources)
            if '\0' in text:
                continue
            try:
                node, expected = conditions.read(text), 'accept'
            except Refused as refusal:
                node, expected = None, 'refuse: %s' % refusal
            except Unspecified as gap:
                node, expected = None, 'either: %s' % gap
            asked[number] = (text, node, expected)
            sources.append((number, text, None))
            if node is None:
                continue
            if value is None:
                value = conditions.parse_json(text)
            for _ in range(PER_CONDITION):
                metadata = conditions.ABSENT if self.rng.random() < .02 else samples.metadata(self.rng, value)
                if self.rng.random() < .02:
                    metadata = samples.any_value(self.rng)
                user = None if self.rng.random() < .1 else self.rng.choice(samples.USERS)
                pairs.append((number, metadata, user, self.rng.choice(samples.TIMES)))
            if self.rng.random() < .5:
                text = conditions.write_json(samples.respell(self.rng, value))
                again = conditions.read(text)
                self.respelt.add(len(sources))
                asked[len(sources)] = (text, again, 'accept')
                sources.append((len(sources), text, number))
            elif self.rng.random() < .2:
                sources[-1] = (number, sources[-1][1], self.rng.randrange(number + 1))
        self.answers(sources, asked, pairs)

    def answers(self, sources, asked, pairs):
        """Asks the server about a batch and compares."""
        written = [conditions.write_json(metadata) if metadata is not conditions.ABSENT else None
                   for _, metadata, _, _ in pairs]
        answers = self.server.rows(ROUND % (
            copy_in('oracle.sources', sources),
            copy_in('oracle.pairs', ((number, pairs[number][0], written[number], pairs[number][2], pairs[number][3])
                                     for number in range(len(pairs))))))
        seen = {'c': 0, 'd': 0, 'p': 0}
        taken = set()
        for row in answers:
            seen[row[0]] += 1
            if row[0] == 'c':
                self.text_answer(sources, asked, row)
                if row[4] is not None:
                    taken.add(int(row[1]))
            elif row[0] == 'd':
                if row[1] != row[2]:
                    self.report('descriptions, or texts by hashing or sorting, are not as many as conditions', row[1:])
            else:
                number = int(row[1])
                cond, metadata, user, at = pairs[number]
                self.pair_answer(asked[cond], metadata, written[number], user, at, row)
        expected_pairs = sum(pair[0] in taken for pair in pairs)
        if seen != {'c': len(sources), 'd': 3, 'p': expected_pairs}:
            self.report('conditions: answers are missing', seen, len(sources), expected_pairs)

    def text_answer(self, sources, asked, row):
        """Compares what the server said about one text."""
        number = int(row[1])
        state, message, canonical = row[2:5]
        text, node, expected = asked[number]
        shown = text if len(text) < 2000 else text[:2000] + '…'
        self.texts += 1
        self.accepted += canonical is not None
        if state is not None and state not in ('22P02', '22023', '54000'):
            self.report('refused by another state', shown, state, message)
        if expected == 'accept' and state is not None:
            self.report('refused, and should be accepted', shown, state, message)
        if expected.startswith('refuse') and state is None:
            self.report('accepted, and should be refused', shown, expected, canonical)
        if canonical is None:
            return
        equal, same_text, by_jsonb, as_other, other_text, again, same_hash, paths = row[5:13]
        if again is not None or equal != 't' or same_text != 't' or by_jsonb != 't':
            self.report('does not round-trip', shown, canonical, again, equal, same_text, by_jsonb)
        try:
            self.canonical_answer(shown, node, canonical)
        except (Refused, Unspecified) as problem:
            self.report('canonical text is no condition' if isinstance(problem, Refused) else
                        'canonical text leaves the specified part', shown, canonical, str(problem)) if node else None
        if node is not None:
            read = set(conditions.parse_json(paths) if paths else ())
            wanted = set(conditions.paths(node))
            if read != wanted:
                self.report('condition_paths()', shown, sorted(read), sorted(wanted))
        other = sources[number][2]
        if other is None or as_other is None or node is None or asked[other][1] is None:
            return
        same = conditions.key_of(node) == conditions.key_of(asked[other][1])
        respelt = number in self.respelt
        if as_other != other_text:
            self.report('equality is not equality of texts', shown, asked[other][0], as_other, other_text)
        if as_other == 't' and same_hash != 't':
            self.report('equal, and another hash', shown, asked[other][0])
        if (as_other == 't') != same and (respelt or not same):
            self.report('equal' if as_other == 't' else 'not equal', shown, asked[other][0], canonical)

    def canonical_answer(self, shown, node, canonical):
        """Checks the canonical text of a condition that the oracle has read."""
        value = conditions.parse_json(canonical)
        problem = uncanonical(value)
        if problem:
            self.report('canonical text is not canonical', shown, canonical, problem)
        if node is not None and conditions.key_of(conditions.read(canonical)) != conditions.key_of(node):
            self.report('canonical text is another condition', shown, canonical)

    def pair_answer(self, about, metadata, written, user, at, row):
        """Compares what the server said about one pair."""
        text, node, expected = about
        plain, commuted, known, then = (TRUTH[row[field]] for field in (2, 3, 4, 6))
        if node is None:
            self.skipped += 1
            return
        parsed = conditions.ABSENT if written is None else conditions.parse_json(written)
        try:
            want_plain = conditions.match_metadata(node, parsed, None)
            want_known = conditions.match_metadata(node, parsed, user)
            want_then = conditions.match_metadata(node, parsed, user, conditions.Time(conditions.instant(at), 0))
        except Unspecified:
            self.skipped += 1
            return
        self.pairs += 3
        self.matched += want_then is True
        self.timed += want_then != want_known
        if (plain, known, then) != (want_plain, want_known, want_then) or commuted != plain:
            self.report('matching', 'condition ' + text, 'metadata %s' % written, 'user %r' % user,
                        'server: ~ %s, commuted %s, matches() %s, at %s %s' % (plain, commuted, known, at, then),
                        'oracle: ~ %s, matches() %s, then %s' % (want_plain, want_known, want_then))

    def summary(self):
        """Returns the counts in words."""
        return '%d conditions read (%d accepted), %d matchings compared (%d true, %d that the time decides, %d pairs not specified)' % (
            self.texts, self.accepted, self.pairs, self.matched, self.timed, self.skipped)


def uncanonical(value, under=None):
    """Returns what is not canonical about a parsed canonical text, None if all is well."""
    if isinstance(value, list):
        if under in conditions.LISTS:
            keys = [conditions.value_key(item) for item in value]
            if len(set(keys)) < len(keys):
                return 'a repeated value under ' + under
        for item in value:
            found = uncanonical(item)
            if found:
                return found
    elif isinstance(value, dict):
        keys = list(value)
        if keys != sorted(keys, key=str.encode) and keys != sorted(keys, key=lambda key: (len(key.encode()), key.encode())):
            return 'keys in disorder: %s' % keys
        for key, item in value.items():
            if isinstance(item, dict) and list(item) == ['$eq'] and under != '$size' and not key.startswith('$'):
                return '$eq could go'
            found = uncanonical(item, key)
            if found:
                return found
    elif isinstance(value, conditions.Decimal):
        text = str(value)
        if text == '-0' or '.' in text and text.endswith('0') and 'E' not in text:
            return 'number %s' % text
    return None
