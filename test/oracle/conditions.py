"""conditions.py: conditions of spec 2, read, compared and matched a second time.

Written from the specification alone, to disagree with the C wherever one of the
two is wrong. It favours being plain over being fast.

A condition is read by read(text) into a tree of tuples:
    ('and', [node…])  ('or', …)  ('nor', …)  ('not', node)
    ('rollout', hundredths, seed)
    ('path', (key…), [op…])       ops of one path, all of which must hold
    ('user', [op…])               the same of the user's id
An op is (name, argument); names are those of the spec, with $eq spelled out.
match(node, document, user, time) returns True, False or None, SQL's three values; time is a Time, or
None where none is known.

JSON numbers are Decimal, so that they compare exactly; objects are dict.
"""
import ipaddress
import json
import re
import time as clock
from collections import namedtuple
from decimal import Decimal, getcontext

# Arithmetic is exact: nothing here computes with more digits.
getcontext().prec = 5000

MAX_NESTING = 64
MAX_CLAUSES = 10000
MAX_BYTES = 1 << 20
MAX_PATTERN_BYTES = 1024


class Refused(Exception):
    """The text is no condition: the server has to refuse it."""


class Unspecified(Exception):
    """The spec leaves this open: the server may take it or refuse it, but not break."""


class Nowhere:
    """What a path leads to when it leads nowhere."""

    def __init__(self, word):
        self.word = word

    def __repr__(self):
        return self.word


ABSENT = Nowhere('absent')
# Of a path that would have to go on inside an array.
IN_ARRAY = Nowhere('in an array')

FOLD = str.maketrans('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')

LOGIC = ('$and', '$or', '$nor')
ORDER = ('$gt', '$gte', '$lt', '$lte')
TEXT = ('$contains', '$startsWith', '$endsWith', '$containsi', '$startsWithi', '$endsWithi')
REGEX = ('$regex', '$regexi')
LISTS = ('$in', '$nin', '$ini', '$nini', '$all', '$alli')
DATES = ('$before', '$after', '$at')
VERSIONS = ('$veq', '$vne', '$vgt', '$vgte', '$vlt', '$vlte')
# The negative ones, which ask every element of an array and not just some.
NEGATIVE = ('$ne', '$nin', '$nini', '$vne')
# Those that look at an array itself.
WHOLE_ARRAY = ('$size', '$all', '$alli', '$empty', '$elemMatch')
TYPES = ('string', 'number', 'boolean', 'object', 'array', 'null')
OPERATORS = frozenset(('$eq', '$ne', '$eqi', '$options', '$cidr', '$exists', '$type', '$not')
                      + ORDER + TEXT + REGEX + LISTS + DATES + VERSIONS + WHOLE_ARRAY)


# JSON ---------------------------------------------------------------------

def parse_json(text, refuse_duplicates=False):
    """Returns the JSON value of text; raises Refused where there is none."""
    def pairs(items):
        found = dict(items)
        if refuse_duplicates and len(found) < len(items):
            raise Refused('duplicate key')
        return found

    def constant(word):
        raise Refused(word)

    try:
        value = json.loads(text, parse_int=Decimal, parse_float=Decimal,
                           parse_constant=constant, object_pairs_hook=pairs)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise Refused(str(error)) from None
    return value


def write_json(value):
    """Returns the JSON text of a value, compact; numbers keep their digits."""
    if isinstance(value, dict):
        return '{' + ','.join(write_json(k) + ':' + write_json(v) for k, v in value.items()) + '}'
    if isinstance(value, (list, tuple)):
        return '[' + ','.join(map(write_json, value)) + ']'
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def type_name(value):
    """Returns the JSON type of a value, as $type names it."""
    if value is None:
        return 'null'
    if isinstance(value, bool):
        return 'boolean'
    return {str: 'string', Decimal: 'number', dict: 'object', list: 'array'}[type(value)]


def is_scalar(value):
    """True for strings, numbers and booleans."""
    return isinstance(value, (str, bool, Decimal))


def equal(a, b, fold=False):
    """True if two JSON values are equal: never across types, numbers exactly."""
    if type_name(a) != type_name(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(equal(x, y, fold) for x, y in zip(a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k], fold) for k in a)
    if fold and isinstance(a, str):
        return a.translate(FOLD) == b.translate(FOLD)
    return a == b


def number_key(number):
    """Returns what is the same for equal numbers only."""
    sign, digits, exponent = number.as_tuple()
    digits = list(digits)
    while len(digits) > 1 and digits[-1] == 0:
        digits.pop()
        exponent += 1
    if digits == [0]:
        return ('0',)
    return (sign, tuple(digits), exponent)


def value_key(value):
    """Returns something hashable that is the same for equal JSON values only."""
    if isinstance(value, dict):
        return ('object', tuple((k, value_key(value[k])) for k in sorted(value)))
    if isinstance(value, list):
        return ('array', tuple(map(value_key, value)))
    if isinstance(value, Decimal):
        return ('number', number_key(value))
    return (type_name(value), value)


# Literals -----------------------------------------------------------------

INSTANT = re.compile(r'(\d{4})-(\d\d)-(\d\d)'
                     r'(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?([Zz]|([+-])(\d\d)(?:(\d\d)|:(\d\d)(?::(\d\d))?)?)?)?', re.ASCII)
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_before(year):
    """Returns the days from 0000-01-01 to the first day of a year."""
    return 365 * year + (year + 3) // 4 - (year + 99) // 100 + (year + 399) // 400


def instant(value):
    """Returns an instant as femtoseconds since 1970, None if the value is none.

    Epoch milliseconds, RFC 3339, a bare date, what PostgreSQL prints; without offset it is UTC. The specification
    does not end the milliseconds; 10^16 of them are none here and in the extension."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        sign, digits, exponent = value.as_tuple()
        if abs(value) >= 10 ** 16:
            return None
        scaled = int(''.join(map(str, digits)) or '0') * (-1 if sign else 1)
        power = exponent + 12
        if power < 0:
            raise Unspecified('an instant finer than a femtosecond')
        return scaled * 10 ** power
    if not isinstance(value, str):
        return None
    found = INSTANT.fullmatch(value)
    if not found:
        return None
    year, month, day = (int(part) for part in found.group(1, 2, 3))
    if year == 0:
        return None
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= MONTH_DAYS[month - 1] + (leap and month == 2):
        return None
    days = days_before(year) - days_before(1970) + sum(MONTH_DAYS[:month - 1]) + (leap and month > 2) + day - 1
    seconds = days * 86400
    fraction = ''
    if found.group(4) is not None:
        hour, minute, second = (int(part or 0) for part in found.group(4, 5, 6))
        if hour > 23 or minute > 59 or second > 60:
            return None
        if second == 60:
            raise Unspecified('leap second')
        seconds += hour * 3600 + minute * 60 + second
        fraction = found.group(7) or ''
        if found.group(9):
            hours, minutes, rest = int(found.group(10)), int(found.group(11) or found.group(12) or 0), int(found.group(13) or 0)
            if hours > 23 or minutes > 59 or rest > 59:
                return None
            offset = hours * 3600 + minutes * 60 + rest
            seconds -= -offset if found.group(9) == '-' else offset
    if len(fraction) > 15:
        raise Unspecified('an instant finer than a femtosecond')
    return seconds * 10 ** 15 + int(fraction.ljust(15, '0') or '0')


# What $ago is reckoned from, in femtoseconds since 1970. What would be another within the margin is Unspecified.
Time = namedtuple('Time', 'at margin')
DAY = 86400 * 10 ** 15


def now(margin=0):
    """Returns the time as it is."""
    return Time(clock.time_ns() * 10 ** 6, margin)


DURATION = re.compile(r'(-)?P(?=[0-9T])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?'
                      r'(?:T(?=[0-9])(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?', re.ASCII)


def duration(value):
    """Returns a duration as (months, femtoseconds), both of one sign; raises Refused."""
    found = DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise Refused('no duration')
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.group(2, 3, 4, 5, 6, 7, 8))
    decimals = found.group(9) or ''
    if len(decimals) > 9 or max(map(len, re.findall(r'\d+', value))) > 18:
        raise Unspecified('a duration of so many digits')
    months += years * 12
    seconds += weeks * 604800 + days * 86400 + hours * 3600 + minutes * 60
    if max(months, seconds) >= 1 << 63:
        raise Unspecified('a duration of so many digits')
    sign = -1 if found.group(1) else 1
    return sign * months, sign * (seconds * 10 ** 15 + int(decimals.ljust(15, '0')))


def date_of(days):
    """Returns (year, month, day) of days since 1970, which are not before the year 1."""
    days += days_before(1970)
    year = days * 400 // 146097 + 1
    while days_before(year) > days:
        year -= 1
    left = days - days_before(year)
    for month, length in enumerate(lengths(year), 1):
        if left < length:
            return year, month, left + 1
        left -= length
    raise AssertionError(days)


def lengths(year):
    """Returns the days in each month of a year."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return [length + (leap and month == 1) for month, length in enumerate(MONTH_DAYS)]


def days_of(year, month, day):
    """Returns days since 1970."""
    return days_before(year) - days_before(1970) + sum(lengths(year)[:month - 1]) + day - 1


def in_years(at):
    """True if an instant is of the years 1 to 9999."""
    return days_of(1, 1, 1) * DAY <= at < days_of(10000, 1, 1) * DAY


def ago(at, span):
    """Returns the instant a duration before another, None where one of them is not of the years 1 to 9999."""
    months, rest = span
    if not in_years(at):
        return None
    if months:
        days, of_day = divmod(at, DAY)
        year, month, day = date_of(days)
        year, month = divmod(year * 12 + month - 1 - months, 12)
        if not 1 <= year <= 9999:
            return None
        at = days_of(year, month + 1, min(day, lengths(year)[month])) * DAY + of_day
    at -= rest
    return at if in_years(at) else None


NUMERIC = r'(?:0|[1-9][0-9]*)'
IDENTIFIER = r'(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
VERSION = re.compile(r'v?(%s)(?:\.(%s))?(?:\.(%s))?(?:-(%s(?:\.%s)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?'
                     % (NUMERIC, NUMERIC, NUMERIC, IDENTIFIER, IDENTIFIER))


def version(value):
    """Returns a key that orders versions by SemVer's precedence, None if it is none."""
    found = VERSION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    numbers = tuple(int(part or 0) for part in found.group(1, 2, 3))
    if max(numbers) >= 1 << 64:
        raise Unspecified('a version part beyond 64 bits')
    if found.group(4) is None:
        return numbers, 1, ()
    return numbers, 0, tuple((0, int(part), '') if part.isdigit() else (1, 0, part)
                             for part in found.group(4).split('.'))


def unmapped(address):
    """Returns an IPv4-mapped address as IPv4, any other as it is."""
    return getattr(address, 'ipv4_mapped', None) or address


def address_of(value):
    """Returns an IP address, None if the value is none."""
    if not isinstance(value, str) or '%' in value:
        return None
    try:
        return unmapped(ipaddress.ip_address(value))
    except ValueError:
        return None


def network_of(value):
    """Returns the network that a literal of $cidr names; raises Refused."""
    if not isinstance(value, str) or '%' in value:
        raise Refused('no network')
    if '/' in value and not re.fullmatch(r'[0-9]{1,3}', value.split('/', 1)[1], re.ASCII):
        raise Refused('no prefix length')
    try:
        network = ipaddress.ip_network(value)
    except ValueError as error:
        raise Refused(str(error)) from None
    mapped = getattr(network.network_address, 'ipv4_mapped', None)
    if mapped is not None:
        if network.prefixlen < 96:
            raise Unspecified('a network wider than the mapped addresses')
        return ipaddress.ip_network((mapped, network.prefixlen - 96))
    return network


# The part of regular expressions on which PostgreSQL and Python agree.
SAFE_PATTERN = re.compile(r'(?:\\[.*+?()\[\]^$|{}\\dDwWsS]|\{[0-9]+(?:,[0-9]*)?\}|[^\\{}])*')


# Escapes that JavaScript, RE2 or Java understand otherwise, each with what follows it.
FOREIGN = re.compile(r'[bBvZ]|c(?![A-Z])|x[0-9a-fA-F]{3}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[0-9][0-9]')


def foreign_escape(source):
    """True if the pattern has an escape that means something else elsewhere, or turns all of them into others."""
    if source.startswith('***='):
        return False
    rest = source[4:] if source.startswith('***:') else source
    options = re.match(r'\(\?([A-Za-z]+)', rest)
    if options and set(options.group(1)) & set('be'):
        return True
    if options and 'q' in options.group(1):
        return False
    return any(FOREIGN.match(rest, found.end() - 1) for found in re.finditer(r'\\.', rest, re.S))


def pattern(source, fold):
    """Returns a compiled regular expression; raises Refused, or Unspecified outside the safe part."""
    if len(source.encode()) > MAX_PATTERN_BYTES:
        raise Refused('pattern too long')
    if foreign_escape(source):
        raise Refused('an escape that means something else elsewhere')
    if any(found.group(1) for found in re.finditer(r'\\(?:([1-9])|.)', source, re.S)):
        raise Refused('back-reference')
    if not SAFE_PATTERN.fullmatch(source) or re.search(r'\(\?(?!:)', source) or '[[' in source or source.startswith('***'):
        raise Unspecified('pattern outside what both understand')
    if any(int(bound) > 255 for bound in re.findall(r'[{,]([0-9]+)(?=[,}])', source)):
        raise Refused('more than 255 repetitions')
    # Python of 3.11 and later has quantifiers that give nothing back; PostgreSQL has none.
    bare = re.sub(r'\\.|\[\^?\]?(?:\\.|[^\]\\])*\]', 'x', source, flags=re.S)
    if re.search(r'(?:[*+?]|\{[0-9,]+\})\+', bare):
        raise Refused('possessive quantifier')
    # $ is the very end in PostgreSQL, and also before a last newline in Python.
    translated = re.sub(r'\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$',
                        lambda found: r'\Z' if found.group() == '$' else found.group(), source, flags=re.S)
    try:
        return re.compile(translated, re.S | re.A | (re.I if fold else 0))
    except (re.error, OverflowError) as error:
        raise Refused(str(error)) from None


# Reading ------------------------------------------------------------------

class Reader:
    """Turns a JSON value into a condition, counting clauses on the way."""

    def __init__(self):
        self.clauses = 0

    def condition(self, value):
        """Returns the node of a condition; raises Refused or Unspecified."""
        if not isinstance(value, dict):
            raise Refused('a condition is an object')
        return ('and', [self.clause(key, value[key]) for key in value])

    def clause(self, key, value):
        """Returns the node of one key of a condition."""
        self.clauses += 1
        if key in LOGIC:
            if not isinstance(value, list) or not value:
                raise Refused(key + ' takes a list that is not empty')
            return (key[1:], [self.condition(item) for item in value])
        if key == '$not':
            return ('not', self.condition(value))
        if key == '$rollout':
            return self.rollout(value)
        if key == '$userId':
            return ('user', self.operators(value))
        if key.startswith('$'):
            raise Refused('unknown operator ' + key)
        path = tuple(key.split('.'))
        if any(part == '' or part.startswith('$') for part in path):
            raise Unspecified('a path with an odd key')
        return ('path', path, self.operators(value))

    def rollout(self, value):
        """Returns the node of $rollout."""
        if not isinstance(value, dict) or not set(value) <= {'percent', 'seed'} or 'percent' not in value:
            raise Refused('$rollout takes percent and seed')
        percent, seed = value['percent'], value.get('seed', '')
        if not isinstance(percent, Decimal) or not isinstance(seed, str):
            raise Refused('$rollout takes a number and a text')
        if not 0 <= percent <= 100:
            raise Refused('percent out of range')
        hundredths = percent.scaleb(2)
        if hundredths != int(hundredths):
            raise Refused('percent has two decimals')
        return ('rollout', int(hundredths), seed)

    def operators(self, value):
        """Returns the list of ops of what stands under a path."""
        if not isinstance(value, dict) or not any(key.startswith('$') for key in value):
            return [self.literal('$eq', value)]
        if not all(key.startswith('$') for key in value):
            raise Refused('operators and keys mixed')
        found = []
        for name, argument in value.items():
            if name == '$options':
                if '$regex' not in value:
                    raise Refused('$options without $regex')
                if argument != 'i':
                    raise Unspecified('$options') if argument == '' else Refused('$options')
                continue
            if name not in OPERATORS:
                raise Refused('unknown operator ' + name)
            self.clauses += 1
            if name == '$regex' and '$options' in value:
                name = '$regexi'
            found.append(self.operator(name, argument))
        return found

    def literal(self, name, value):
        """Returns $eq or $ne of any JSON value."""
        if isinstance(value, (dict, list)) and has_dollar_key(value):
            raise Refused('an operator inside a literal')
        if value is None:
            return ('$exists', name == '$ne')
        return (name, value)

    def operator(self, name, value):
        """Returns an op, its argument checked and made ready for match()."""
        if name in ('$eq', '$ne'):
            return self.literal(name, value)
        if name == '$eqi':
            if isinstance(value, (list, dict)) or value is None:
                raise Unspecified('$eqi of something else than a scalar')
            return (name, value)
        if name in LISTS:
            if not isinstance(value, list) or not value:
                raise Refused(name + ' takes a list that is not empty')
            if not all(map(is_scalar, value)):
                raise Refused(name + ' takes scalars')
            return (name, value)
        if name in ORDER:
            if not isinstance(value, (str, Decimal)):
                raise Refused(name + ' takes a number or a string')
            return (name, value)
        if name in TEXT:
            if not isinstance(value, str):
                raise Refused(name + ' takes a string')
            return (name, value)
        if name in REGEX:
            if not isinstance(value, str):
                raise Refused(name + ' takes a string')
            return (name, (value, pattern(value, name == '$regexi')))
        if name in DATES:
            if isinstance(value, dict) and list(value) == ['$ago']:
                return (name, (value, duration(value['$ago'])))
            when = instant(value)
            if when is None:
                raise Refused('no instant')
            return (name, (value, when))
        if name in VERSIONS:
            what = version(value)
            if what is None:
                raise Refused('no version')
            return (name, (value, what))
        if name == '$cidr':
            names = value if isinstance(value, list) else [value]
            if not names:
                raise Refused('$cidr takes a list that is not empty')
            return (name, (names, [network_of(item) for item in names]))
        if name in ('$exists', '$empty'):
            if not isinstance(value, bool):
                raise Refused(name + ' takes true or false')
            return (name, value)
        if name == '$type':
            if isinstance(value, list):
                raise Unspecified('$type of a list')
            if value not in TYPES:
                raise Refused('no JSON type')
            return (name, value)
        if name == '$size':
            return (name, self.size(value))
        if name == '$not':
            if not isinstance(value, dict) or not all(key.startswith('$') for key in value):
                raise Refused('$not takes operators')
            if not value:
                raise Unspecified('$not of nothing')
            return (name, self.operators(value))
        assert name == '$elemMatch'
        if not isinstance(value, dict):
            raise Refused('$elemMatch takes an object')
        return (name, self.element(value))

    def size(self, value):
        """Returns the ops on an array's length."""
        if isinstance(value, Decimal):
            if value < 0 or value != value.to_integral_value():
                raise Unspecified('a size that no array has')
            return [('$eq', value)]
        if not isinstance(value, dict) or not value:
            raise Refused('$size takes a number or operators')
        for name, argument in value.items():
            if not name.startswith('$') or name not in OPERATORS:
                raise Refused('$size takes a number or operators')
            listed = argument if isinstance(argument, list) else [argument]
            if name not in ('$eq', '$ne', '$in', '$nin') + ORDER:
                raise Unspecified('an operator that no number answers')
            if not all(isinstance(item, Decimal) for item in listed):
                raise Unspecified('a size that is no number')
        return self.operators(value)

    def element(self, value):
        """Returns ('ops', ops) or ('node', node): what $elemMatch asks of an element."""
        logic = [key for key in value if key in LOGIC + ('$rollout', '$userId')]
        plain = [key for key in value if not key.startswith('$')]
        names = [key for key in value if key in OPERATORS and key != '$not']
        if '$not' in value and not plain and not logic:
            inner = value['$not']
            if not isinstance(inner, dict):
                raise Refused('$not takes an object')
            if names or (inner and all(key.startswith('$') for key in inner)):
                if any(key in LOGIC + ('$rollout', '$userId', '$not') for key in inner):
                    raise Unspecified('logic between $elemMatch and operators')
                return ('ops', self.operators(value))
            return ('node', self.condition(value))
        if names and logic:
            raise Unspecified('logic between $elemMatch and operators')
        if names or not value.keys() <= set(plain) | set(logic) | {'$not'}:
            return ('ops', self.operators(value))
        for key in logic:
            if key in LOGIC and isinstance(value[key], list):
                for item in value[key]:
                    if isinstance(item, dict) and any(name in OPERATORS and name != '$not' for name in item):
                        raise Unspecified('logic between $elemMatch and operators')
        return ('node', self.condition(value))


def has_dollar_key(value):
    """True if some object inside a value has a key that begins with $."""
    if isinstance(value, dict):
        return any(key.startswith('$') or has_dollar_key(item) for key, item in value.items())
    return isinstance(value, list) and any(map(has_dollar_key, value))


def has_duplicates(text):
    """True if some object of the text has a key twice."""
    try:
        parse_json(text, refuse_duplicates=True)
    except Refused as error:
        return error.args[0] == 'duplicate key'
    return False


def json_depth(text):
    """Returns how deep the brackets of a JSON text nest, without descending."""
    depth = deepest = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[][{}]', text, re.S):
        if found.group() in ('[', '{'):
            depth += 1
            deepest = max(deepest, depth)
        elif found.group() in (']', '}'):
            depth -= 1
    return deepest


def storable(value):
    """True if PostgreSQL can hold the strings and numbers of a value."""
    if isinstance(value, dict):
        return all(map(storable, value)) and all(map(storable, value.values()))
    if isinstance(value, list):
        return all(map(storable, value))
    if isinstance(value, str):
        return '\0' not in value and not any('\ud800' <= char <= '\udfff' for char in value)
    return True


def read(text):
    """Returns the node of a condition; raises Refused, or Unspecified where the spec says nothing."""
    if len(text.encode()) > MAX_BYTES:
        raise Refused('too long')
    depth = json_depth(text)
    if depth > MAX_NESTING:
        raise Refused('too deep')
    value = parse_json(text, refuse_duplicates=True)
    if not storable(value):
        raise Refused('not storable')
    reader = Reader()
    node, unclear = None, None
    try:
        node = reader.condition(value)
    except Unspecified as error:
        unclear = error
    if reader.clauses > MAX_CLAUSES:
        raise Refused('too many clauses')
    if 2 * reader.clauses > MAX_CLAUSES:
        # A path and what it is compared with may be counted as one clause or as two.
        raise Unspecified('about too many clauses')
    if unclear is not None:
        raise unclear
    return node


def paths(node, within=''):
    """Yields the dotted paths that a condition reads, $userId among them; path[] are the elements of an array."""
    kind = node[0]
    if kind == 'path':
        yield within + '.'.join(node[1])
        yield from paths_of_ops(node[2], within + '.'.join(node[1]))
    elif kind == 'rollout':
        yield '$userId'
    elif kind == 'user':
        yield '$userId'
        yield from paths_of_ops(node[1], '$userId')
    elif kind == 'not':
        yield from paths(node[1], within)
    else:
        for item in node[1]:
            yield from paths(item, within)


def paths_of_ops(ops, path):
    """Yields the paths below one that its ops read."""
    for name, argument in ops:
        if name == '$not':
            yield from paths_of_ops(argument, path)
        elif name == '$elemMatch' and argument[0] == 'node':
            yield from paths(argument[1], path + '[].')
        elif name == '$elemMatch':
            yield path + '[]'
            yield from paths_of_ops(argument[1], path + '[]')


# Equality -----------------------------------------------------------------

def key_of(node):
    """Returns what is the same for conditions of one canonical form.

    It is coarser than the canonical form where the spec lets two spellings be one
    ({"x": null} and {"$exists": false}), so only a difference of keys proves that
    two conditions differ. In tuples alone, whose repr, unlike a set's, says nothing but what they hold."""
    kind = node[0]
    if kind in ('or', 'nor'):
        return (kind, tuple(map(key_of, node[1])))
    if kind == 'and':
        return (kind, tuple(sorted(map(key_of, node[1]), key=repr)))
    if kind == 'not':
        return (kind, key_of(node[1]))
    if kind == 'path':
        return (kind, node[1], ops_key(node[2]))
    if kind == 'user':
        return (kind, ops_key(node[1]))
    return node


def ops_key(ops):
    """Returns the key of the ops of one path."""
    return tuple(sorted(map(op_key, ops), key=repr))


def op_key(op):
    """Returns the key of one op."""
    name, value = op
    if name in LISTS:
        return (name, tuple(sorted(set(map(value_key, value)), key=repr)))
    if name in REGEX:
        return (name, value[0])
    if name in DATES:
        return (name, value[1])
    if name in VERSIONS:
        return (name, value[1])
    if name == '$cidr':
        return (name, tuple(sorted(set(value[1]), key=repr)))
    if name == '$elemMatch':
        return (name, value[0], key_of(value[1]) if value[0] == 'node' else ops_key(value[1]))
    if name in ('$size', '$not'):
        return (name, ops_key(value))
    return (name, value_key(value))


# Matching -----------------------------------------------------------------

def kleene_and(values):
    """Returns SQL's AND of the values."""
    result = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def kleene_or(values):
    """Returns SQL's OR of the values."""
    result = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def kleene_not(value):
    """Returns SQL's NOT of the value."""
    return None if value is None else not value


def fnv1a32(data):
    """Returns the 32-bit FNV-1a hash of bytes."""
    result = 0x811C9DC5
    for byte in data:
        result = (result ^ byte) * 0x01000193 & 0xFFFFFFFF
    return result


def bucket(seed, user):
    """Returns the bucket of a user in a rollout, 0 to 9999."""
    return fnv1a32(str(fnv1a32((seed + user).encode())).encode()) % 10000


def match_metadata(node, metadata, user, time=None):
    """Returns what matches(metadata, user, condition) has to, or a gate that knows the time; metadata ABSENT stands for SQL's NULL."""
    if metadata is ABSENT:
        return None
    return match(node, metadata, user, time)


def match(node, document, user, time):
    """Returns whether a document matches a node: True, False or None."""
    kind = node[0]
    if kind == 'and':
        return kleene_and([match(item, document, user, time) for item in node[1]])
    if kind == 'or':
        return kleene_or([match(item, document, user, time) for item in node[1]])
    if kind == 'nor':
        return kleene_not(kleene_or([match(item, document, user, time) for item in node[1]]))
    if kind == 'not':
        return kleene_not(match(node[1], document, user, time))
    if kind == 'rollout':
        return None if user is None else bucket(node[2], user) < node[1]
    if kind == 'user':
        return None if user is None else match_ops(node[1], user, user, time)
    return match_ops(node[2], value_at(document, node[1]), user, time)


def value_at(document, path):
    """Returns what stands at a path, ABSENT or IN_ARRAY where nothing does."""
    for key in path:
        if isinstance(document, list):
            return IN_ARRAY
        document = document[key] if isinstance(document, dict) and key in document else ABSENT
    return document


def match_ops(ops, value, user, time, enter=True):
    """Returns whether a value satisfies all ops; enter: an array's elements are asked."""
    return kleene_and([match_op(name, argument, value, user, time, enter) for name, argument in ops])


def match_op(name, argument, value, user, time, enter):
    """Returns whether a value satisfies one op."""
    if value is IN_ARRAY:
        return None
    present = value is not ABSENT and value is not None
    if name == '$not':
        return kleene_not(match_ops(argument, value, user, time, enter))
    if name == '$exists':
        return present == argument
    if name == '$type' and value is not ABSENT:
        if value is None:
            return True if argument == 'null' else None
        return type_name(value) == argument
    if not present:
        return None
    if name in WHOLE_ARRAY:
        return match_array(name, argument, value, user, time) if isinstance(value, list) else None
    if name in ('$eq', '$ne') and isinstance(argument, list):
        return equal(value, argument) == (name == '$eq')
    if isinstance(value, list) and enter:
        answers = [None if item is None else match_scalar(name, argument, item, time) for item in value]
        return kleene_and(answers) if name in NEGATIVE else kleene_or(answers)
    return match_scalar(name, argument, value, time)


def match_array(name, argument, value, user, time):
    """Returns the answer of an op that looks at an array itself."""
    if name == '$size':
        return match_ops(argument, Decimal(len(value)), user, time)
    if name == '$empty':
        return (not value) == argument
    if name in ('$all', '$alli'):
        return kleene_and([kleene_or([None if item is None else equal(item, wanted, name == '$alli')
                                      for item in value]) for wanted in argument])
    kind, asked = argument
    if kind == 'node':
        return kleene_or([match(asked, item, user, time) for item in value])
    return kleene_or([match_ops(asked, item, user, time, enter=False) for item in value])


def compare(name, a, b):
    """Returns the answer of an ordering op, whose name ends in gt, gte, lt or lte."""
    if name.endswith('gte'):
        return a >= b
    if name.endswith('lte'):
        return a <= b
    return a > b if name.endswith('gt') else a < b


def match_scalar(name, argument, value, time):
    """Returns the answer of a scalar op about one value that is there."""
    if name == '$eq':
        return equal(value, argument)
    if name == '$ne':
        return not equal(value, argument)
    if name == '$eqi':
        return equal(value, argument, True)
    if name in ('$in', '$nin', '$ini', '$nini'):
        listed = any(equal(value, item, name.endswith('i')) for item in argument)
        return listed != (name in NEGATIVE)
    if name in ORDER:
        if isinstance(argument, str):
            return compare(name, value.encode(), argument.encode()) if isinstance(value, str) else None
        return compare(name, value, argument) if type_name(value) == 'number' else None
    if name in TEXT:
        if not isinstance(value, str):
            return None
        if name.endswith('i'):
            value, argument = value.translate(FOLD), argument.translate(FOLD)
        if name.startswith('$contains'):
            return argument in value
        return value.startswith(argument) if name.startswith('$startsWith') else value.endswith(argument)
    if name in REGEX:
        return argument[1].search(value) is not None if isinstance(value, str) else None
    if name in DATES:
        when, wanted = instant(value), argument[1]
        if isinstance(wanted, tuple):
            wanted = ago(time.at, wanted) if time is not None else None
            if time is not None and time.margin and when is not None and (wanted is None or abs(when - wanted) < time.margin):
                raise Unspecified('another some time later')
        if when is None or wanted is None:
            return None
        return {'$before': when < wanted, '$after': when > wanted, '$at': when == wanted}[name]
    if name in VERSIONS:
        what = version(value)
        if what is None:
            return None
        if name in ('$veq', '$vne'):
            return (what == argument[1]) == (name == '$veq')
        return compare(name, what, argument[1])
    assert name == '$cidr'
    address = address_of(value)
    if address is None:
        return None
    return any(address.version == network.version and address in network for network in argument[1])
