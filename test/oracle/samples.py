"""samples.py: random conditions, spellings of them, metadata near them, and text that is none.

Everything comes from the random.Random given, so a seed repeats a run.
"""
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal

from conditions import DATES, LISTS, ORDER, REGEX, TEXT, TYPES, VERSIONS, ago, duration, instant, now, write_json

DOTTED = ('org.tier', 'org.address.city', 'Größe.日本', 'items.x', 'tags.x.y')
PATHS = ('plan', 'seats', 'tags', 'org.tier', 'org.address.city', 'beta', 'version', 'ip', 'since', 'x', 'ünï',
         'Größe.日本', 'a b', 'items', '0', 'org')
STRINGS = ('', 'pro', 'PRO', 'Pro', 'free', 'enterprise', 'a', 'ab', 'abc', 'ABC', 'b', 'ba', 'Ärger', 'ärger',
           'ß', 'K', '日本', '𝔘𝔫𝔦', 'a\nb', 'b\n', 'abc\n', 'ä', 'Ä', '\u212a', 'ſ', 'k', 'a_1', '٣', '\u00a0', 'aab', 'tab\t', 'quote"', 'back\\slash', '12', '1.0', 'true', 'null', 'x' * 40,
           'é', 'e\u0301', '\x7f', '\u0080', '\uffff', '\U0010ffff', "o'clock", '$x', '10.0.0.1', '1.2.3', '2024-01-01')
NUMBERS = tuple(map(Decimal, (
    '0', '-0', '1', '1.0', '2', '3', '10', '12', '-1', '0.1', '0.10', '1e2', '100', '1.5', '99.99',
    '9007199254740992', '9007199254740993', '9007199254740992.5', '-9007199254740993', '18446744073709551616',
    '18446744073709551617', '1e30', '1000000000000000000000000000000', '1e-30', '123456789012345678901234567890.5',
    '9223372036854775807', '9223372036854775808', '-9223372036854775809', '1e308', '1e400', '4294967296',
    '10000', '10001', '99999999', '0.00001', '-2147483649', '1704067200000')))
INSTANTS = ('2024-01-01', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00', '2024-01-01T02:00:00+02:00',
            '2023-12-31T19:00:00-05:00', '2024-01-01T00:00:00.000001Z', '2024-01-01T00:00:00.5Z',
            '2024-02-29', '2024-02-29T23:59:59.999Z', '2024-03-01T00:00:00+00:30', '1969-12-31T23:59:59Z',
            '0001-01-01', '9999-12-31T23:59:59Z', '2000-02-29', '1900-02-28', '2024-01-01t00:00:00z',
            '2024-01-01 00:00:00+00', '2024-01-01 02:00:00+02', '2023-12-31 18:30-0530', '2024-01-01T00:00', '2024-01-01 00:00+00:00',
            '2024-01-01 05:53:28.5+05:53:28', '2023-12-31 19:00:00-05', '0001-01-01 00:00:00+15', '9999-12-31 23:59:59-15',
            '1970-01-01T00:00:00.001Z', Decimal('1704067200000'), Decimal('1704067200001'), Decimal('0'),
            Decimal('-1000'), Decimal('1'), Decimal('1704067200000.5'), Decimal('1.7040672e12'))
NO_INSTANTS = ('2024-13-01', '2023-02-29', '1900-02-29', '2024-01-01T24:00:00Z', '2024-01-01T00:60:00Z', '24-01-01',
               '2024-1-1', 'yesterday', '', '2024-01-01T00:00:00+24:00', '2024-01-01T00:00:00.Z', '2024-00-10',
               '2024-01-32', 'infinity', 'now', '2024-01-01 BC', '2024-01-01 00:00:00+00 BC', '0000-01-01', '0000-12-31 12:00:00+00',
               '10000-01-01', '2024-01-01 00', '2024-01-01 00:00:', '2024-01-01 00:00.5', '2024-01-01 00:00:00+000', '2024-01-01 00:00:00 +00',
               '2024-01-01 00:00:00+00:0', '2024-01-01 00:00:00+24', '2024-01-01 00:00:00+00:60', '2024-01-01 00:00:00+00:00:60',
               '1704067200000')
# Each row is one length of time, spelt in several ways.
SPELT = (('P30D', 'PT720H', 'P4W2D', 'P30DT0S'), ('-P30D', '-PT43200M'), ('P1M', 'P0Y1M'), ('-P1M',), ('P1Y', 'P12M'), ('P1Y2M', 'P14M'), ('PT0S', 'P0D', '-P0Y'),
         ('P1M1D', 'P1MT24H'), ('P7D', 'P1W', 'PT168H'), ('PT36H', 'P1DT12H'), ('PT0.000001S', 'PT0,0000010S'), ('-PT1.5S', '-PT1.500S'), ('P400Y',), ('P2100Y',), ('-P9000Y',), ('P13M', 'P1Y1M'),
         ('PT1M', 'PT60S'), ('P99999999999999D',), ('-P100000000000000000Y',), ('PT0.000000001S',), ('P6M',), ('-P2Y6M3DT4H5M6.789S',))
DURATIONS = tuple(text for row in SPELT for text in row)
NO_DURATIONS = ('', 'P', '-P', 'PT', 'P1DT', 'P1', '30D', 'p30D', 'P30d', '+P30D', 'P-30D', 'P1D2M', 'P1H', 'PT1D', 'P1D1D', 'P1.5D', 'PT1.S', 'PT.5S', ' P1D', 'P1D ', '1 day', 'P1Y-2M', 'P\u0663D', '--P1D', 'PT1S1M')
# Times that principals are taken at, in microseconds.
TIMES = ('2024-03-31T12:00:00.000000Z', '2024-02-29T23:59:59.999999Z', '2023-03-01T00:00:00.000000Z', '2024-01-01T00:00:00.000000Z', '1970-01-01T00:00:00.000000Z',
         '1969-12-31T23:59:59.500000Z', '2000-02-29T00:00:00.000001Z', '0001-01-15T00:00:00.000000Z', '9999-12-20T23:59:59.999999Z', '2100-12-31T23:59:59.999999Z')
ADDRESSES = ('10.0.0.1', '10.0.0.255', '10.0.1.0', '192.168.1.1', '::1', '2001:db8::1', '2001:DB8:0:0::1',
             '::ffff:10.0.0.1', '::ffff:0a00:1', '255.255.255.255', '0.0.0.0', '10.1.2.3', 'fe80::1', '::')
NO_ADDRESSES = ('10.0.0', '10.0.0.256', '10.0.0.1.2', 'localhost', '', ':::1', '1::2::3', '10.0.0.1:80', '12345::',
                'g::1', ' 10.0.0.1')
NETWORKS = ('10.0.0.0/8', '10.0.0.0/24', '10.0.0.1/32', '10.0.0.1', '192.168.0.0/16', '0.0.0.0/0', '::/0', '::1/128',
            '2001:db8::/32', '::ffff:10.0.0.0/104', '::ffff:10.0.0.0/120', 'fe80::/10', '2001:db8::1', '10.0.0.0/31')
NO_NETWORKS = ('10.0.0.1/8', '10.0.0.0/33', '2001:db8::1/32', '10.0.0.0/', '10.0.0.0/-1', '10/8', '', 'net',
               '10.0.0.0/8/8', '::/129', '10.0.0.0/8.5', '::ffff:10.0.0.1/104')
VERSION_TEXTS = ('1', '1.0', '1.0.0', 'v1', 'v1.0.0', '1.2.3', '1.2', '2.0.0', '1.0.0-alpha', '1.0.0-alpha.1',
                 '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0+build.5',
                 '1.0.0-alpha+x', '0.0.0', '0', '10.0.0', '9.9.9', '1.10.0', '1.9.0', '1.0.0-0', '1.0.0--', '1.0.0-a-b',
                 '99999999999999999999.0.1', '99999999999999999999.0.0', '1.0.0-99999999999999999999',
                 '1.0.0-99999999999999999998', '1.0.0-A', '1.0.0-1a')
NO_VERSIONS = ('01', '1.02', '1.2.3.4', '', 'v', 'x', '1.', '.1', '1..2', '-1', '1.0.0-', '1.0.0-01', '1.0.0-a..b',
               '1.0.0+', ' 1.0', '1.0 ', 'vv1', '1.0.0-ä', '1.x', '1,2')
PATTERNS = ('a', '^a', 'b$', '^abc$', 'p.o', 'pro|free', '[a-c]+', '[^a-c]', 'a*', 'a+b?', '(ab)+', '^(pro|free)$', '日',
            'Ä', 'ä', '^$', '', '^.$', 'a.b', r'\.', r'\$', '[.]', r'1\.0', 'x+', 'K', 'k', 'ß', '[A-Z]', '(a|b)(b|c)',
            '^[^$]', '^ä$', '^k$', '^s$', r'^\d+$', r'\D', r'^\w+$', r'\W', r'\s', r'^\S+$', 'a{2}', '^[ab]{2,3}$', 'b{0,1}c',
           '(a|ab)(c|bcd)?$', 'a+?b', '(?:ab)+', '日{1,}')
NO_PATTERNS = ('(', '[a', 'a**', r'\w++', 'a?+', 'a*+', 'a{2}+', '*a', '[b-a]', r'(a)\1', '?',
               r'\bpro', r'pro\B', r'[\b]', r'\v', r'a\Z', r'\ca', r'\x041', r'\ud83d', r'\012', r'\\\b', '(?b)a', '(?ie)a',
               'x' * 1025, 'é' * 600, 'a)(', 'a{2,1}', 'a{256}', r'([ab])c\1')
UNKNOWN = ('$foo', '$GT', '$inGroup', '$notInGroup', '$where', '$eqI', '$', '$expr', '$regexI', '$notIn', '$elemmatch',
           '$nori', '$sizei', '$gti', '$none')
USERS = ('u1', 'u42', 'pro', '', '日本', 'x' * 255, '12', 'U42')


def chance(rng, share):
    """True in that share of calls."""
    return rng.random() < share


def scalar(rng):
    """Returns a string, a number or a boolean."""
    kind = rng.random()
    if kind < .5:
        return rng.choice(STRINGS)
    return rng.choice(NUMBERS) if kind < .85 else rng.choice((True, False))


def a_path(rng):
    """Returns a path; one of three goes through an object."""
    return rng.choice(DOTTED) if chance(rng, .2) else rng.choice(PATHS)


def any_value(rng, depth=2):
    """Returns any JSON value, null included."""
    kind = rng.random()
    if kind < .6 or depth == 0:
        return scalar(rng) if kind > .05 else None
    if kind < .8:
        return [any_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {rng.choice(('a', 'b', 'tier', 'x', 'ü', '')): any_value(rng, depth - 1) for _ in range(rng.randrange(3))}


def some(rng, source, most=4):
    """Returns a list of one or more of a source, repetitions possible."""
    return [rng.choice(source) for _ in range(rng.randint(1, most))]


def argument(rng, name, depth):
    """Returns a good argument for an operator."""
    if name in ('$eq', '$ne'):
        return any_value(rng) if chance(rng, .4) else scalar(rng)
    if name == '$eqi':
        return rng.choice(STRINGS) if chance(rng, .8) else scalar(rng)
    if name in LISTS:
        return [scalar(rng) for _ in range(rng.randint(1, 5))]
    if name in ORDER:
        return rng.choice(NUMBERS) if chance(rng, .6) else rng.choice(STRINGS)
    if name in TEXT:
        return rng.choice(STRINGS)
    if name in REGEX:
        return rng.choice(PATTERNS)
    if name in DATES:
        return {'$ago': rng.choice(DURATIONS)} if chance(rng, .4) else rng.choice(INSTANTS)
    if name in VERSIONS:
        return rng.choice(VERSION_TEXTS)
    if name == '$cidr':
        return some(rng, NETWORKS) if chance(rng, .6) else rng.choice(NETWORKS)
    if name in ('$exists', '$empty'):
        return chance(rng, .5)
    if name == '$type':
        return rng.choice(TYPES)
    if name == '$size':
        if chance(rng, .5):
            return Decimal(rng.randrange(4))
        return {rng.choice(ORDER + ('$eq', '$ne')): Decimal(rng.randrange(4)) for _ in range(rng.randint(1, 2))}
    if name == '$not':
        return operators(rng, depth - 1)
    assert name == '$elemMatch'
    return operators(rng, depth - 1) if chance(rng, .5) else condition(rng, depth - 1)


NAMES = ('$eq', '$ne', '$eqi', '$cidr', '$exists', '$type', '$size', '$empty') + ORDER + TEXT + REGEX + LISTS + DATES + VERSIONS


def operators(rng, depth):
    """Returns an object of one or more operators."""
    found = {}
    for _ in range(1 if chance(rng, .7) else rng.randint(2, 3)):
        name = rng.choice(NAMES)
        if depth > 0 and chance(rng, .15):
            name = rng.choice(('$not', '$elemMatch'))
        found[name] = argument(rng, name, depth)
        if name == '$regex' and chance(rng, .3):
            found['$options'] = 'i'
    return found


def condition(rng, depth=3):
    """Returns a good condition."""
    if depth == 3 and chance(rng, .08):
        return two_sets(rng)
    found = {}
    for _ in range(rng.choice((0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3))):
        kind = rng.random()
        if kind < .25 and depth > 0:
            found[rng.choice(('$and', '$or', '$nor'))] = [condition(rng, depth - 1) for _ in range(rng.randint(1, 3))]
        elif kind < .33 and depth > 0:
            found['$not'] = condition(rng, depth - 1)
        elif kind < .38:
            found['$userId'] = rng.choice(USERS) if chance(rng, .5) else operators(rng, depth)
        elif kind < .42:
            found['$rollout'] = {'percent': Decimal(rng.randrange(10001)).scaleb(-2)}
            if chance(rng, .6):
                found['$rollout']['seed'] = rng.choice(STRINGS)
        elif kind < .6:
            found[a_path(rng)] = any_value(rng) if chance(rng, .3) else scalar(rng)
        elif kind < .63:
            relative = {rng.choice(DATES): {'$ago': rng.choice(DURATIONS)}}
            found[a_path(rng)] = relative if chance(rng, .7) else {'$not': relative}
        elif kind < .7:
            # What is true of nothing at all.
            found[a_path(rng)] = rng.choice(({'$exists': chance(rng, .7)}, {'$exists': False}, None, {'$not': {'$exists': True}}, {'$ne': None}))
        else:
            found[a_path(rng)] = operators(rng, depth)
    return found


def deep(rng):
    """Returns a good condition that nests as deep as a careful reader may accept."""
    found = {'plan': 'pro'}
    for _ in range(rng.randint(5, 20)):
        found = rng.choice(({'$not': found}, {'$or': [found]}, {'$and': [found, {'x': 1}]}))
    return plain_numbers(found)


def wide(rng):
    """Returns a good condition of many clauses."""
    return {'$or': [{rng.choice(PATHS): scalar(rng)} for _ in range(500)]}


def plain_numbers(value):
    """Returns a value with Python's integers as Decimal."""
    if isinstance(value, dict):
        return {key: plain_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_numbers(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


# Other spellings ------------------------------------------------------------

def respelled_number(rng, number):
    """Returns the same number in other digits."""
    text = str(number)
    if 'E' not in text and chance(rng, .5):
        return Decimal(text + ('0' if '.' in text else '.0'))
    return number


def respelled(rng, value, under=None):
    """Returns another spelling of a condition, one that the canonical form makes the same."""
    if isinstance(value, dict):
        items = list(value.items())
        rng.shuffle(items)
        return {key: respelled(rng, item, key) for key, item in items}
    if isinstance(value, list):
        again = [respelled(rng, item) for item in value]
        if under in ('$in', '$nin', '$ini', '$nini', '$all', '$alli'):
            again += some(rng, again, 2)
            rng.shuffle(again)
        return again
    if isinstance(value, Decimal):
        return respelled_number(rng, value)
    if under == '$ago':
        return next((rng.choice(row) for row in SPELT if value in row), value)
    if under is not None and not under.startswith('$') and isinstance(value, (str, bool)) and chance(rng, .3):
        return {'$eq': value}
    return value


def respell(rng, value):
    """Returns another spelling of a condition; literals stay outside $eq's reach."""
    return respelled(rng, value) if not holds_literal_object(value) else {
        key: value[key] for key in rng.sample(list(value), len(value))}


def holds_literal_object(value):
    """True if some object of a condition is a literal, in which $eq cannot be written."""
    if isinstance(value, list):
        return any(map(holds_literal_object, value))
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in ('$and', '$or', '$nor', '$not', '$elemMatch', '$size'):
            if holds_literal_object(item):
                return True
        elif key == '$rollout':
            return True
        elif isinstance(item, dict):
            if not item or not all(name.startswith('$') for name in item) or holds_literal_object(item):
                return True
        elif isinstance(item, list) and any(isinstance(part, (dict, list)) for part in item):
            return True
    return False


# Bad ones -------------------------------------------------------------------

def nested(count, around):
    """Returns the text of a condition nested count times."""
    before, after = around
    return before * count + '{"a":1}' + after * count


TOO_MUCH = (
    lambda: '{"a":"' + 'x' * (1 << 20) + '"}',
    lambda: nested(200, ('{"$not":', '}')),
    lambda: nested(300, ('{"$and":[', ']}')),
    lambda: nested(20000, ('{"$not":', '}')),
    lambda: nested(5000, ('{"$or":[', ']}')),
    lambda: '{"a":' + '[' * 300 + ']' * 300 + '}',
    lambda: '{"a":' + '[' * 30000 + ']' * 30000 + '}',
    lambda: '{"a":{"$not":' * 250 + '1' + '}}' * 250,
    lambda: '{"$or":[' + ','.join(['{"a":1}'] * 31000) + ']}')


def broken_text(rng):
    """Returns text that is no JSON, or no object, or too much of either."""
    if chance(rng, .02):
        return rng.choice(TOO_MUCH)()
    return rng.choice((
        '', '{', '{"a":1', '{"a":1}}', '{"a":}', '{a:1}', "{'a':1}", '[]', '[{"a":1}]', '"a"', '1', 'null', 'true',
        '{"a":01}', '{"a":+1}', '{"a":1.}', '{"a":.5}', '{"a":NaN}', '{"a":Infinity}', '{"a":1,}', '{"a":"\\u0000"}',
        '{"a":"\\ud800"}', '{"a":"\\x"}', '{"a":"\n"}', '{"a":1}{"b":2}', '{"\\u0000":1}', '{"a":tru}', '{,}', '{"a" 1}',
        '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"$or":[{"a":1}],"$or":[{"b":1}]}', '{"a":{"$gt":1,"$gt":2}}',
        '{"a":{"b":{"c":1,"c":2}}}', '{"a":[{"c":1,"c":2}]}', '{"a":1} x', '{"a":-}')) if chance(rng, .5) else garbled(rng)


def garbled(rng):
    """Returns the text of a condition with a character dropped, doubled or changed."""
    text = write_json(condition(rng))
    at = rng.randrange(len(text))
    kind = rng.random()
    if kind < .4:
        return text[:at] + text[at + 1:]
    if kind < .6:
        return text[:at] + text[at] + text[at:]
    return text[:at] + rng.choice('{}[]",:$0a\\é') + text[at + 1:]


def bad_argument(rng, name):
    """Returns an argument that an operator refuses."""
    if name in LISTS:
        return rng.choice(([], None, 'pro', {}, ['a', None], [['a']], [{'a': 'b'}], True))
    if name in ORDER:
        return rng.choice((None, True, [], {}, [Decimal(1)], {'a': Decimal(1)}, {'$ago': 'P30D'}))
    if name in TEXT:
        return rng.choice((None, True, Decimal(1), [], ['a'], {}, {'$ago': 'P30D'}))
    if name in REGEX:
        return rng.choice(NO_PATTERNS + (None, Decimal(1), True, ['a'], {}))
    if name in DATES:
        if chance(rng, .4):
            return rng.choice(({'$ago': rng.choice(NO_DURATIONS)}, {'$ago': rng.choice((None, Decimal(30), True, [], {}, ['P30D']))}, [{'$ago': 'P30D'}], {'$ago': 'P30D', 'a': Decimal(1)}, {'$Ago': 'P30D'}))
        return rng.choice(NO_INSTANTS + (None, True, [], {}, ['2024-01-01']))
    if name in VERSIONS:
        return rng.choice(NO_VERSIONS + (None, Decimal(1), True, [], {}, ['1.0']))
    return {
        '$eq': lambda: rng.choice(({'$in': ['free']}, {'a': {'$gt': Decimal(1)}}, [{'$x': None}], {'$': Decimal(1)}, {'a': Decimal(1), '$b': []})),
        '$ne': lambda: rng.choice(({'$in': ['free']}, {'$eq': 'free'}, {'a': [{'$gt': Decimal(1)}]}, [Decimal(1), {'$x': None}])),
        '$cidr': lambda: rng.choice(NO_NETWORKS + (None, Decimal(1), True, [], {}, ['10.0.0.0/8', None], ['10.0.0.1/8'],
                                                   [['10.0.0.0/8']])),
        '$exists': lambda: rng.choice((None, Decimal(1), 'true', [], {})),
        '$empty': lambda: rng.choice((None, Decimal(0), 'false', [], {})),
        '$type': lambda: rng.choice((None, Decimal(1), 'int', 'String', '', True, {})),
        '$size': lambda: rng.choice((None, '1', True, [], {}, {'$foo': Decimal(1)}, {'a': Decimal(1)})),
        '$not': lambda: rng.choice((None, 'pro', Decimal(1), [], {'a': Decimal(1)}, {'$foo': Decimal(1)})),
        '$elemMatch': lambda: rng.choice((None, 'pro', Decimal(1), [], {'$foo': Decimal(1)}, {'$gt': None},
                                          {'$gt': Decimal(1), 'a': Decimal(1)})),
    }[name]()


def bad_condition(rng):
    """Returns a JSON value that is nearly a condition, or one by luck."""
    found = condition(rng, 1)
    kind = rng.randrange(8)
    if kind == 0:
        found[rng.choice(UNKNOWN)] = any_value(rng)
    elif kind == 1:
        found[rng.choice(PATHS)] = {rng.choice(UNKNOWN): any_value(rng)}
    elif kind == 2:
        found[rng.choice(PATHS)] = {'$gt': Decimal(1), 'b': Decimal(2)}
    elif kind == 3:
        found[rng.choice(('$and', '$or', '$nor'))] = rng.choice(([], {}, None, 'a', [Decimal(1)], [None], {'a': Decimal(1)}))
    elif kind == 4:
        found['$rollout'] = rng.choice((None, Decimal(50), {}, {'seed': 'a'}, {'percent': Decimal(101)},
                                        {'percent': Decimal(-1)}, {'percent': Decimal('0.001')}, {'percent': '50'},
                                        {'percent': Decimal(50), 'seed': Decimal(1)},
                                        {'percent': Decimal(50), 'sed': 'a'}, {'percent': None}, [Decimal(1)]))
    elif kind == 5:
        found['$not'] = rng.choice((None, Decimal(1), 'a', [], [{}], {'$foo': Decimal(1)}))
    else:
        name = rng.choice([name for name in NAMES if name != '$eqi'] + ['$not', '$elemMatch'])
        found[rng.choice(PATHS + ('$userId',))] = {name: bad_argument(rng, name)}
    where = rng.random()
    if where < .2:
        found = {'$or': [condition(rng, 0), found]}
    elif where < .3:
        found = {'$not': found}
    elif where < .4:
        found = {'items': {'$elemMatch': found}}
    return found


# Metadata ---------------------------------------------------------------------

def near(rng, value):
    """Returns a value that an operator with this argument has something to say about."""
    if isinstance(value, dict) and any(key.startswith('$') for key in value):
        name = rng.choice(list(value))
        inner = value[name]
        if name == '$elemMatch' or name in ('$all', '$alli') and isinstance(inner, list):
            picked = [near(rng, inner)] if name == '$elemMatch' else [near(rng, item) for item in inner]
            return picked + [any_value(rng, 1) for _ in range(rng.randrange(3))]
        if name == '$size' or name == '$empty':
            return [scalar(rng) for _ in range(rng.randrange(4))]
        if name == '$type':
            return rng.choice(('a', Decimal(1), True, None, [], {}))
        if name in VERSIONS:
            return rng.choice(VERSION_TEXTS) if chance(rng, .85) else rng.choice(NO_VERSIONS)
        if name in DATES and isinstance(inner, dict) and inner.get('$ago') in DURATIONS and chance(rng, .9):
            return near_ago(rng, inner['$ago'])
        if name in DATES:
            return rng.choice(INSTANTS) if chance(rng, .85) else rng.choice(NO_INSTANTS)
        if name == '$cidr':
            return rng.choice(ADDRESSES) if chance(rng, .85) else rng.choice(NO_ADDRESSES)
        if name in REGEX:
            return rng.choice(STRINGS)
        if name in ('$in', '$nin', '$ini', '$nini') and isinstance(inner, list) and inner:
            return near(rng, rng.choice(inner))
        if name in ('$eq', '$ne', '$not') + ORDER + TEXT:
            return near(rng, inner)
        return near(rng, inner) if not isinstance(inner, (dict, list)) else any_value(rng)
    if isinstance(value, dict):
        return metadata(rng, value) if chance(rng, .3) else value if chance(rng, .7) else any_value(rng)
    if isinstance(value, list):
        kind = rng.random()
        return value if kind < .4 else value[:-1] if kind < .6 else value + [scalar(rng)] if kind < .8 else any_value(rng)
    if isinstance(value, Decimal) and chance(rng, .8):
        return rng.choice((value, value, respelled_number(rng, value), rng.choice(NUMBERS), beside(rng, value)))
    if isinstance(value, str) and chance(rng, .8):
        return rng.choice((value, value, value.swapcase(), value + 'a', 'a' + value, value[:-1], value.upper()))
    if isinstance(value, bool) and chance(rng, .8):
        return chance(rng, .5)
    return scalar(rng)


def near_ago(rng, text):
    """Returns an instant that is, or is beside, a duration before some time that is asked about."""
    at = instant(rng.choice(TIMES)) if chance(rng, .6) else now().at
    there = ago(at, duration(text))
    if there is None:
        return rng.choice(INSTANTS)
    beside = rng.choice((0, 0, 1, -1, 3 * 86400 * 10 ** 6, -3 * 86400 * 10 ** 6, 40 * 86400 * 10 ** 6, -40 * 86400 * 10 ** 6))
    microseconds = there // 10 ** 9 + beside
    if chance(rng, .2) and abs(microseconds) < 10 ** 17:
        return Decimal(microseconds) / 1000
    try:
        return (datetime(1970, 1, 1) + timedelta(microseconds=microseconds)).isoformat() + 'Z'
    except OverflowError:
        return rng.choice(INSTANTS)


def beside(rng, number):
    """Returns a number just beside a moderate one."""
    if abs(number.adjusted()) > 40 or abs(number.as_tuple().exponent) > 40:
        return number
    return number + rng.choice((1, -1))


def paths_of(value):
    """Yields (path, what stands under it) of a condition, right or wrong."""
    if isinstance(value, list):
        for item in value:
            yield from paths_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ('$and', '$or', '$nor', '$not'):
                yield from paths_of(item)
            elif not key.startswith('$'):
                yield key, item


def metadata(rng, found):
    """Returns a metadata object near a condition."""
    document = {}
    asked_at = {}
    for path, asked in paths_of(found):
        asked_at.setdefault(path, []).append(asked)
    for path, several in asked_at.items():
        if len(several) > 1 and chance(rng, .6):
            put(document, path.split('.'), [near(rng, asked) for asked in several])
    for path, asked in paths_of(found):
        kind = rng.random()
        if kind < .08:
            continue
        value = None if kind < .14 else near(rng, asked)
        if chance(rng, .18):
            value = [value] + [any_value(rng, 1) if chance(rng, .3) else near(rng, asked) for _ in range(rng.randrange(3))]
        elif chance(rng, .03):
            value = []
        keys = path.split('.')
        put(document, keys, value, rng.randrange(len(keys) - 1) if len(keys) > 1 and chance(rng, .3) else None)
    for _ in range(rng.randrange(3)):
        put(document, rng.choice(PATHS).split('.'), any_value(rng))
    return document


def two_sets(rng):
    """Returns a condition with two sets of values at one place, which two elements of an array may meet."""
    path = rng.choice(PATHS)
    one, other = ({rng.choice(('$in', '$in', '$in', '$ini')): rng.sample(STRINGS, 3)} for _ in range(2))
    if chance(rng, .3):
        other = rng.choice(STRINGS)
    if isinstance(other, dict) and not set(one) & set(other) and chance(rng, .5):
        return {path: dict(one, **other)}
    return {rng.choice(('$and', '$and', '$or')): [{path: one}, {path: other}]}


def has_two_sets(value):
    """True if a condition, right or wrong, asks for two sets of values at one place."""
    seen = set()
    for path, asked in paths_of(value):
        sets = sum(name in ('$in', '$ini') for name in asked) if isinstance(asked, dict) else 1
        if sets > 1 or sets and path in seen:
            return True
        if sets:
            seen.add(path)
    return False


def put(document, path, value, array_at=None):
    """Puts a value at a path, making objects on the way; leaves what stands in the way.

    array_at: at that key of the path the rest of it stands in an array."""
    for number, key in enumerate(path[:-1]):
        if number == array_at:
            inner = {}
            put(inner, path[number + 1:], value)
            document.setdefault(key, [inner])
            return
        document = document.setdefault(key, {})
        if not isinstance(document, dict):
            return
    document.setdefault(path[-1], deepcopy(value))
