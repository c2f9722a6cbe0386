/*
 * list_order.h
 *		The order in which workflows are listed: by one column of
 *		workflow_perms.workflows, which may be the application's own, then by
 *		workflow_id in the same direction.  So no two rows have the same place.
 */
#ifndef WP_LOOKUP_LIST_ORDER_H
#define WP_LOOKUP_LIST_ORDER_H

#include "postgres.h"

#include "access/attnum.h"

#include "principal/principal.h"

typedef struct WpOrder
{
	Oid table;
	AttrNumber column;
	char *name;
	Oid type;
	int32 typmod;
	bool nullable;
	bool descending;
	bool nulls_first; /* if the column is nullable */
	bool by_id;       /* the column is workflow_id, the only key */

	/* of its type's default btree operator class */
	Oid family;
	Oid family_type;
} WpOrder;

/* A row's place in the order. */
typedef struct WpPlace
{
	Datum value;
	bool is_null;
	WpText id;
} WpPlace;

/*
 * Reads an ORDER BY item such as "updated_at DESC NULLS LAST"; palloc'd.
 * Raises syntax_error, undefined_table before create_model(), undefined_column,
 * undefined_function for a type without an order, and insufficient_privilege if
 * the current user may not read the column: an order reveals its values, as
 * ORDER BY does.
 */
extern WpOrder *wp_order_parse(const char *text);

/*
 * Returns the order in its canonical spelling, the same for equal orders;
 * palloc'd.
 */
extern char *wp_order_text(const WpOrder *order);

#endif
