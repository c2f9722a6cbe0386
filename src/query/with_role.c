/*
 * with_role.c
 *		with_role() and without_role(): a principal as if one direct grant of a
 *		role were added or removed (spec 3).
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "lookup/load_whatif.h"
#include "principal/principal_json.h"
#include "query/argument.h"
#include "query/set_principal.h"

/*
 * Makes sure that the role can be granted in that account.  Raises
 * undefined_object if it does not exist, invalid_parameter_value for a system
 * role.
 */
static void
check_role(const WpText *account, const WpText *role)
{
	static const char *const system_roles[] = {
		"AuthenticatedUser", "NonAuthenticatedUser", "NotAuthenticatedUser"};

	for (int i = 0; i < lengthof(system_roles); i++)
		if (role->len == strlen(system_roles[i]) &&
			memcmp(role->data, system_roles[i], role->len) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("role \"%s\" is never granted", system_roles[i]),
					 errhint("Who has it follows from who asks.")));
	if (!wp_role_exists(account, role))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("role \"%.*s\" does not exist in account \"%.*s\"",
						role->len, role->data, account->len, account->data),
				 errhint("Roles are rows of workflow_perms.roles.")));
}

/*
 * Returns the principal in the first argument as if the role in the second were
 * granted, or not granted, for the whole account.
 */
static Datum
change_role(FunctionCallInfo fcinfo, bool with)
{
	WpPrincipalCache *cache = fcinfo->flinfo->fn_extra;
	WpText role = wp_arg_text(fcinfo, 1);
	const WpPrincipal *principal;
	WpPrincipal changed;

	if (cache == NULL)
		cache = fcinfo->flinfo->fn_extra = MemoryContextAllocZero(
			fcinfo->flinfo->fn_mcxt, sizeof(WpPrincipalCache));
	principal = wp_principal_getarg(fcinfo, 0, cache);
	if (principal->user.data == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("an anonymous principal is granted no roles"),
						errhint("Take the principal of a user.")));
	check_role(&principal->account, &role);
	if (wp_load_with_role(principal, &role, with, &changed) != WP_LOADED)
		wp_raise_no_user(&principal->account, &principal->user,
						 "The principal is of a user who is there no more.");
	PG_RETURN_JSONB_P(wp_principal_to_jsonb(&changed));
}

/* with_role(principal, role) → principal. */
PG_FUNCTION_INFO_V1(wp_with_role);
Datum
wp_with_role(PG_FUNCTION_ARGS)
{
	return change_role(fcinfo, true);
}

/* without_role(principal, role) → principal. */
PG_FUNCTION_INFO_V1(wp_without_role);
Datum
wp_without_role(PG_FUNCTION_ARGS)
{
	return change_role(fcinfo, false);
}
