/*
 * enums.c
 *		The oids of the values of our enums.  They are cached per backend, and
 *		all are forgotten when an enum or a type of the database changes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "lookup/enums.h"

#define MAX_WORDS 4

typedef struct CachedEnum
{
	const WpVocabulary *vocabulary; /* NULL: free */
	Oid type;
	Oid values[MAX_WORDS];
} CachedEnum;

static CachedEnum cache[16];

/* How often the cache was emptied. */
static uint64 forgotten = 0;

static void
forget_enums(Datum arg, int cacheid, uint32 hashvalue)
{
	memset(cache, 0, sizeof(cache));
	forgotten++;
}

void
wp_enums_init(void)
{
	CacheRegisterSyscacheCallback(ENUMOID, forget_enums, (Datum) 0);
	CacheRegisterSyscacheCallback(TYPEOID, forget_enums, (Datum) 0);
}

Oid
wp_our_type(const char *name)
{
	Oid schema = get_namespace_oid("workflow_perms", true);

	return OidIsValid(schema) ? GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
												CStringGetDatum(name),
												ObjectIdGetDatum(schema))
							  : InvalidOid;
}

/*
 * Returns the cached oids of a vocabulary, and looks them up if needed.
 * Returns NULL if its type does not exist.  Raises the errors of a catalog
 * look-up.
 */
static const CachedEnum *
find_enum(const WpVocabulary *vocabulary)
{
	static CachedEnum passing;
	CachedEnum found = {vocabulary, InvalidOid, {InvalidOid}};
	CachedEnum *place = NULL;
	uint64 before = forgotten;

	for (int i = 0; i < lengthof(cache) && cache[i].vocabulary != NULL; i++)
		if (cache[i].vocabulary == vocabulary)
			return &cache[i];

	found.type = wp_our_type(vocabulary->type_name);
	if (!OidIsValid(found.type))
		return NULL;
	for (int i = 0; vocabulary->labels[i] != NULL; i++)
		found.values[i] = GetSysCacheOid2(
			ENUMTYPOIDNAME, Anum_pg_enum_oid, ObjectIdGetDatum(found.type),
			CStringGetDatum(vocabulary->labels[i]));

	/*
	 * An invalidation that arrived during the look-up may concern the type that
	 * we found.  So the result is not cached.
	 */
	if (forgotten != before)
		place = &passing;
	for (int i = 0; i < lengthof(cache) && place == NULL; i++)
		if (cache[i].vocabulary == NULL)
			place = &cache[i];
	if (place == NULL)
		elog(ERROR, "more vocabularies than the cache of enums has places");
	*place = found;
	return place;
}

Oid
wp_enum_type(const WpVocabulary *vocabulary)
{
	const CachedEnum *found = find_enum(vocabulary);

	return found ? found->type : InvalidOid;
}

int
wp_enum_word(const WpVocabulary *vocabulary, Oid value, int absent)
{
	const CachedEnum *found = find_enum(vocabulary);

	for (int i = 0; found != NULL && vocabulary->labels[i] != NULL; i++)
		if (found->values[i] == value)
			return i;
	return absent;
}

Oid
wp_enum_value(const WpVocabulary *vocabulary, int word)
{
	const CachedEnum *found = find_enum(vocabulary);

	if (found == NULL || !OidIsValid(found->values[word]))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("type workflow_perms.%s has no value \"%s\"",
						vocabulary->type_name, vocabulary->labels[word])));
	return found->values[word];
}
