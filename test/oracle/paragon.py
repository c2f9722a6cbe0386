"""paragon.py: Paragon's own condition trees (spec 2.3), decided directly and not by translation.

A tree is decided as true or not: there is no negation in it, so unknown is no.
"""
from decimal import Decimal

from conditions import ABSENT, IN_ARRAY, Refused, instant, value_at
from samples import NUMBERS, STRINGS, USERS, a_path, any_value, chance


def listed(argument):
    """Returns the strings of an argument of "is in"; between commas nothing is no value."""
    if isinstance(argument, str):
        return [part.strip(' ') for part in argument.split(',') if part.strip(' ')]
    return argument


# What each operator says of a value of its type.
STRING = {
    '$stringContains': lambda value, argument: argument in value,
    '$stringDoesNotContain': lambda value, argument: argument not in value,
    '$stringExactlyMatches': lambda value, argument: value == argument,
    '$stringDoesNotExactlyMatch': lambda value, argument: value != argument,
    '$stringIsIn': lambda value, argument: value in listed(argument),
    '$stringIsNotIn': lambda value, argument: value not in listed(argument),
    '$stringStartsWith': lambda value, argument: value.startswith(argument),
    '$stringDoesNotStartWith': lambda value, argument: not value.startswith(argument),
    '$stringEndsWith': lambda value, argument: value.endswith(argument),
    '$stringDoesNotEndWith': lambda value, argument: not value.endswith(argument),
    '$stringGreaterThan': lambda value, argument: value.encode() > argument.encode(),
    '$stringLessThan': lambda value, argument: value.encode() < argument.encode(),
}
NUMBER = {
    '$numberGreaterThan': lambda value, argument: value > argument,
    '$numberGreaterThanOrEqualTo': lambda value, argument: value >= argument,
    '$numberLessThan': lambda value, argument: value < argument,
    '$numberLessThanOrEqualTo': lambda value, argument: value <= argument,
    '$numberEquals': lambda value, argument: value == argument,
    '$numberDoesNotEqual': lambda value, argument: value != argument,
}
DATE = {
    '$dateTimeAfter': lambda value, argument: value > argument,
    '$dateTimeBefore': lambda value, argument: value < argument,
    '$dateTimeEquals': lambda value, argument: value == argument,
}
WITHOUT_ARGUMENT = {
    '$booleanTrue': lambda value: value is True,
    '$booleanFalse': lambda value: value is False,
    '$arrayIsEmpty': lambda value: value == [],
    '$arrayIsNotEmpty': lambda value: isinstance(value, list) and value != [],
    # The four whose names are crossed at the source.
    '$exists': lambda value: value is not ABSENT and value is not None,
    '$doesNotExist': lambda value: value is None,
    '$isNotUndefinedOrNull': lambda value: value is not ABSENT and value is not None,
    '$isUndefinedOrNull': lambda value: value is ABSENT or value is None,
}
UNKNOWN = ('$none', '$eq', '$stringcontains', '$numberGreaterThanOrEqual', '', '$doesNotExists', '$dateTimeBetween')


def holds(tree, metadata, user):
    """Returns whether a tree is true of some metadata and a user's id."""
    if tree['type'] == 'JOIN':
        answers = [holds(item, metadata, user) for item in tree['conditions']]
        return all(answers) if tree['join'] == 'AND' else any(answers)
    operator, variable = tree['condition']['operator'], tree['condition']['variable']
    if variable == '$userId':
        value = user
    else:
        value = value_at(metadata, variable.split('.'))
    if value is IN_ARRAY:
        return False
    if operator in WITHOUT_ARGUMENT:
        return WITHOUT_ARGUMENT[operator](value)
    argument = tree['condition']['argument']
    if operator in STRING:
        return isinstance(value, str) and STRING[operator](value, argument)
    if operator in NUMBER:
        return isinstance(value, Decimal) and NUMBER[operator](value, argument)
    # An instant has two types: a string, or a number of milliseconds.
    when = instant(value)
    return when is not None and DATE[operator](when, instant(argument))


def check(tree):
    """Raises Refused if the tree has to be refused."""
    if tree['type'] == 'JOIN':
        for item in tree['conditions']:
            check(item)
    elif tree['condition']['operator'] in UNKNOWN:
        raise Refused('operator')
    elif tree['condition']['operator'] in ('$stringIsIn', '$stringIsNotIn') and not listed(tree['condition']['argument']):
        raise Refused('an empty list')


DATES = ('2024-02-29', '2024-02-29T00:00:00Z', '2024-02-29T01:00:00+01:00', '2024-03-01', '1969-12-31T23:59:59.5Z')


def random_tree(rng, depth=3):
    """Returns a tree, seldom one with an unknown operator."""
    if depth > 0 and chance(rng, .45):
        return {'type': 'JOIN', 'join': rng.choice(('AND', 'OR')),
                'conditions': [random_tree(rng, depth - 1) for _ in range(rng.randint(1, 3))]}
    names = rng.choice((tuple(STRING), tuple(NUMBER), tuple(DATE), tuple(WITHOUT_ARGUMENT)))
    operator = rng.choice(names) if chance(rng, .98) else rng.choice(UNKNOWN)
    found = {'operator': operator, 'variable': a_path(rng) if chance(rng, .93) else '$userId'}
    words = [word for word in STRINGS + USERS if word and ',' not in word and word == word.strip()]
    if operator.endswith('IsIn') or operator.endswith('IsNotIn'):
        some = [rng.choice(words) for _ in range(rng.randint(1, 4))]
        if chance(rng, .05):
            some = []
        found['argument'] = some if chance(rng, .4) else rng.choice(('', '', ',', ' ,')) + rng.choice((',', ', ', ' , ', ',,')).join(some) + rng.choice(('', '', ',', ', '))
    elif operator in STRING:
        found['argument'] = rng.choice(STRINGS)
    elif operator in NUMBER:
        found['argument'] = rng.choice(NUMBERS)
    elif operator in DATE:
        found['argument'] = rng.choice(DATES)
    return {'type': 'OPERATOR', 'condition': found}


def leaves(tree):
    """Yields the conditions of a tree."""
    if tree['type'] == 'OPERATOR':
        yield tree['condition']
    else:
        for item in tree['conditions']:
            yield from leaves(item)


def random_value(rng, condition):
    """Returns a value near what a leaf asks."""
    argument = condition.get('argument')
    kind = rng.random()
    if kind < .15:
        return any_value(rng)
    if kind < .25:
        return rng.choice((None, [], [argument], {}, True, False))
    if condition['operator'] in DATE:
        return rng.choice(DATES + (Decimal('1709164800000'), Decimal('1709164800000.5')))
    if isinstance(argument, str) and kind < .8:
        argument = rng.choice(listed(argument) or ('',))
        return rng.choice((argument, argument, argument + 'a', 'a' + argument, argument[:-1]))
    if isinstance(argument, list):
        return rng.choice(argument or ('',))
    if argument is None:
        return rng.choice((True, False, [], [True], None, 'a'))
    return rng.choice((argument, rng.choice(NUMBERS if condition['operator'] in NUMBER else STRINGS)))
