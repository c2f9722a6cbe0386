/*
 * find.h
 *		Look-ups in a principal's sorted lists: by hash if a list is long,
 *		otherwise by bisection.  No list is walked from end to end for one row.
 *		The results point into the principal.  A text whose data is NULL finds
 *		nothing, unless the function gives it a meaning.
 */
#ifndef WP_PRINCIPAL_FIND_H
#define WP_PRINCIPAL_FIND_H

#include "principal/principal.h"

/* The workspace with that id in the principal's account, or NULL. */
extern const WpWorkspace *wp_find_workspace(const WpPrincipal *principal,
											const WpText *workspace);

/* Was the principal filled with that workspace, or is it known not to exist? */
extern bool wp_knows_workspace(const WpPrincipal *principal,
							   const WpText *workspace);

/*
 * The number of workspaces in the account; an estimate if not all are listed.
 */
extern double wp_account_workspaces(const WpPrincipal *principal);

/* The first of the *n rows that make the principal a member of the workflow. */
extern const WpMembership *wp_find_memberships(const WpPrincipal *principal,
											   const WpText *workflow, int *n);

/*
 * The row through which the principal holds the capability, for the account or,
 * if workspace is not NULL, for that workspace.  A capability that the account
 * role carries has a row of its own, which names no role.
 */
extern const WpCapability *wp_find_capability(const WpPrincipal *principal,
											  const WpText *capability,
											  const WpText *workspace);

/* Held for the account or, if workspace is not NULL, for that workspace? */
extern bool wp_holds_capability(const WpPrincipal *principal,
								const char *capability,
								const WpText *workspace);
extern bool wp_holds_capability_text(const WpPrincipal *principal,
									 const WpText *capability,
									 const WpText *workspace);

/* Held for the account or for any workspace? */
extern bool wp_holds_capability_somewhere(const WpPrincipal *principal,
										  const WpText *capability);

/* The first of the *n scopes in which the role is held. */
extern const WpRole *wp_find_roles(const WpPrincipal *principal,
								   const WpText *role, int *n);

/* The role as held in exactly that scope (data NULL: the account), or NULL. */
extern const WpRole *wp_find_role(const WpPrincipal *principal,
								  const WpText *role, const WpText *scope);

/*
 * Execution rules on a workflow; on a workspace if the workflow's data is NULL;
 * on the account if both are NULL.  Of two rules of that level and scope,
 * wp_find_rule returns the one that denies.
 */
extern bool wp_has_rules(const WpPrincipal *principal, const WpText *workflow,
						 const WpText *workspace);
extern const WpRule *wp_find_rule(const WpPrincipal *principal,
								  const WpText *workflow,
								  const WpText *workspace, WpRuleLevel level,
								  const WpText *scope);

/* Has the connected user enabled the workflow in any configuration? */
extern bool wp_has_enabled(const WpPrincipal *principal,
						   const WpText *workflow);

#endif
