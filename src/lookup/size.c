/*
 * size.c
 *		How much there is; see size.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "optimizer/plancat.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "lookup/read.h"
#include "lookup/reader.h"
#include "lookup/size.h"

/*
 * Returns how many of `rows` rows have the value in this column of texts: by its most
 * common values and, of the others, by their number.
 */
static double
rows_with(Oid relation, AttrNumber column, const WpText *value, double rows)
{
	HeapTuple statistics = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relation), Int16GetDatum(column), BoolGetDatum(false));
	double distinct;
	double others = 1.0;
	double share = -1;
	int ncommon = 0;
	AttStatsSlot slot;

	if (!HeapTupleIsValid(statistics))
		return rows;
	distinct = ((Form_pg_statistic) GETSTRUCT(statistics))->stadistinct;
	if (get_attstatsslot(&slot, statistics, STATISTIC_KIND_MCV, InvalidOid, ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
	{
		for (int i = 0; i < slot.nvalues && slot.valuetype == TEXTOID && share < 0; i++)
		{
			WpText common = wp_text_of((struct varlena *) DatumGetPointer(slot.values[i]));

			others -= slot.numbers[i];
			if (wp_text_equal(&common, value))
				share = slot.numbers[i];
		}
		ncommon = slot.nvalues;
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(statistics);
	if (distinct < 0)
		distinct *= -rows;
	if (share < 0)
		share = Max(others, 0) / Max(distinct - ncommon, 1.0);
	return rows * share;
}

double
wp_guess_workspaces(const WpText *account)
{
	Oid oid = wp_find_relation("workspaces");
	Relation relation = OidIsValid(oid) ? try_table_open(oid, AccessShareLock) : NULL;
	BlockNumber pages;
	double rows = 0;
	double visible;

	if (relation == NULL)
		return 1;
	if (RELKIND_HAS_TABLE_AM(relation->rd_rel->relkind))
		estimate_rel_size(relation, NULL, &pages, &rows, &visible);
	else
		rows = relation->rd_rel->reltuples;
	rows = rows_with(oid, get_attnum(oid, "account_id"), account, Max(rows, 0));
	table_close(relation, NoLock);
	return Max(rows, 1);
}
