"""compare_paragon.py: imports random trees of Paragon's and compares whom they match."""
import conditions
import paragon
import samples
from conditions import Refused, Unspecified
from server import copy_in

PER_ROUND = 400
PER_TREE = 8

SETUP = """
CREATE FUNCTION oracle.import(tree jsonb, OUT cond workflow_perms.metadata_condition, OUT state text)
LANGUAGE plpgsql AS $$
BEGIN
    cond := workflow_perms.condition_from_paragon(tree);
EXCEPTION WHEN OTHERS THEN
    state := SQLSTATE;
END $$;
CREATE UNLOGGED TABLE oracle.trees (id int, tree jsonb);
CREATE UNLOGGED TABLE oracle.tree_pairs (id int, tree_id int, metadata jsonb, user_id text);
"""

ROUND = """
TRUNCATE oracle.trees, oracle.tree_pairs;
%s%s
CREATE TEMP TABLE imported AS SELECT t.id, i.cond, i.state FROM oracle.trees t, LATERAL oracle.import(t.tree) i;
COPY (SELECT 't', id, state, cond::text FROM imported ORDER BY id) TO STDOUT;
COPY (SELECT 'b', p.id, workflow_perms.matches(p.metadata, p.user_id, i.cond) IS TRUE
    FROM oracle.tree_pairs p JOIN imported i ON i.id = p.tree_id ORDER BY p.id) TO STDOUT;
"""


class Comparison:
    """Compares a batch of trees a round."""

    # Answers that the self-test alters, at least.
    NEEDED = ('b',)

    def __init__(self, server, rng, report):
        self.server, self.rng, self.report = server, rng, report
        self.trees = self.pairs = self.matched = 0
        server.run(SETUP)

    def round(self):
        """Compares one batch."""
        trees = [paragon.random_tree(self.rng) for _ in range(PER_ROUND)]
        pairs = []
        for number, tree in enumerate(trees):
            for _ in range(PER_TREE):
                metadata = {}
                for leaf in paragon.leaves(tree):
                    if leaf['variable'] != '$userId' and self.rng.random() < .9:
                        keys = leaf['variable'].split('.')
                        samples.put(metadata, keys, paragon.random_value(self.rng, leaf), self.rng.choice((None, None, 0)))
                pairs.append((number, metadata, self.rng.choice(samples.USERS)))
        answers = list(self.server.rows(ROUND % (
            copy_in('oracle.trees', ((number, conditions.write_json(tree)) for number, tree in enumerate(trees))),
            copy_in('oracle.tree_pairs', ((number, tree, conditions.write_json(metadata), user)
                                          for number, (tree, metadata, user) in enumerate(pairs))))))
        imported = {int(row[1]): row[2:] for row in answers if row[0] == 't'}
        if len(imported) != len(trees) or len(answers) != len(trees) + len(pairs):
            self.report('paragon: answers are missing', len(answers), len(imported))
        for number, (state, text) in imported.items():
            self.tree_answer(trees[number], state, text)
        for row in answers:
            if row[0] == 'b':
                number, metadata, user = pairs[int(row[1])]
                self.pair_answer(trees[number], imported[number], metadata, user, row[2] == 't')

    def tree_answer(self, tree, state, text):
        """Compares whether a tree is refused."""
        self.trees += 1
        try:
            paragon.check(tree)
            refused = False
        except Refused:
            refused = True
        if refused != (state is not None):
            self.report('paragon: refused, and should be read' if state else 'paragon: read, and should be refused',
                        conditions.write_json(tree), state, text)

    def pair_answer(self, tree, imported, metadata, user, matches):
        """Compares whether a tree is true."""
        if imported[0] is not None:
            return
        try:
            wanted = paragon.holds(tree, metadata, user)
        except Unspecified:
            return
        self.pairs += 1
        self.matched += wanted
        if matches != wanted:
            self.report('paragon: matching', conditions.write_json(tree), 'read as %s' % imported[1],
                        'metadata %s' % conditions.write_json(metadata), 'user %r' % user,
                        'server %s, oracle %s' % (matches, wanted))

    def summary(self):
        """Returns the counts in words."""
        return "%d of Paragon's trees, %d matchings compared (%d true)" % (self.trees, self.pairs, self.matched)
