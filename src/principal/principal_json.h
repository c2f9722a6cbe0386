/*
 * principal_json.h
 *		A principal as a value: the type workflow_perms.principal (spec 3).
 *
 * The stored form is jsonb's own container under a type of our own.  So jsonb's
 * iterator reads it after nothing but detoasting.  It is one object with
 * exactly the keys below.  Lists are in the order of principal.h and without
 * duplicates, so equal principals have equal bytes:
 *
 * 	{"version": 1,
 * 	 "account": "acme",
 * 	 "user": "u1" | null,
 * 	 "kind": "member" | "connected" | "service" | null,
 * 	 "account_role": "admin" | "member" | "viewer" | "guest" | null,
 * 	 "active": true,
 * 	 "metadata": {..} | null,
 * 	 "taken_at": "2026-01-31T23:59:59.000000Z",
 * 	 "creator_roles": ["admin", "member"],
 * 	 "guests_see_open_main": true,
 * 	 "default_execution": "grant",
 * 	 "roles": [{"role": "Support", "workspace": null}],
 * 	 "capabilities": [{"capability": "workflows.view", "workspace": null}],
 * 	 "workspaces": [{"workspace": "w1", "kind": "open", "offered": null,
 * 					 "member": true, "owner": false}],
 * 	 "workflows": [{"workflow": "f1", "scope": null, "owner": true,
 * 					"touches": ["w2"]}],
 * 	 "rules": [{"workflow": null, "workspace": "w1", "scope": null,
 * 				"level": "custom", "effect": "deny"}],
 * 	 "enabled": ["f1"]}
 *
 * user, kind and metadata are null for an anonymous principal, and only then.
 * account_role is null for connected users, and for a service that has none.
 * offered is null if the kind decides.
 *
 * Every value is checked for all of this by wp_principal_from_jsonb before it
 * is stored.  So reading a stored value refuses nothing.
 */
#ifndef WP_PRINCIPAL_PRINCIPAL_JSON_H
#define WP_PRINCIPAL_PRINCIPAL_JSON_H

#include "postgres.h"
#include "fmgr.h"
#include "nodes/nodes.h"
#include "utils/jsonb.h"

#include "principal/principal.h"

#define WP_PRINCIPAL_VERSION 1 /* counts from release 1.0 */
#define WP_ID_MAX 255          /* bytes of an id or a name (spec 1) */

/*
 * Returns the principal that the value describes, in the current memory
 * context.  Its texts point into the value, which must live as long.  Errors go
 * to escontext (NULL: they are raised): SQLSTATE 22023, naming the place in the
 * value.  Then it returns NULL.
 */
extern WpPrincipal *wp_principal_from_jsonb(Jsonb *value, Node *escontext);

/*
 * Returns the value that describes the principal, palloc'd.  The principal must
 * be sorted, have every facet and have an account.
 */
extern Jsonb *wp_principal_to_jsonb(const WpPrincipal *principal);

/*
 * State that a SQL function keeps in flinfo->fn_extra for one argument of type
 * principal.  It is embedded in the function's own state there, and zeroed at
 * the start.
 */
typedef struct WpPrincipalValue
{
	MemoryContext context; /* child of fn_mcxt; everything below lives there */
	Jsonb *value;          /* the bytes that were read */
	const WpPrincipal *principal;
	/* differs between values, for data that callers derive from a principal */
	uint64 generation;
} WpPrincipalValue;

/*
 * A join of users and workflows may ask about another principal in each row.
 * So other values than the last are kept too, by a hash of their bytes.
 */
#define WP_PRINCIPAL_VALUES 256

typedef struct WpPrincipalCache
{
	WpPrincipalValue last;    /* principal NULL: none */
	uint64 generation;        /* of the newest value */
	bool constant;            /* the argument is a constant of the query */
	Size size;                /* of all values together */
	WpPrincipalValue *others; /* NULL, or WP_PRINCIPAL_VALUES of them */
} WpPrincipalCache;

/*
 * Returns the principal in argument argno, which is not NULL. It is that of
 * cache->last, and lives until a call of the function brings another value.
 */
extern const WpPrincipal *wp_principal_getarg(FunctionCallInfo fcinfo,
											  int argno,
											  WpPrincipalCache *cache);

#endif
