/*
 * find.h
 *		Look-ups in a principal's sorted lists, by hash where a list is long, or
 *		by bisection.  No list is ever walked for a row that is checked.  What
 *		is found lies in the principal; nothing is found for a text whose data
 *		is NULL, but where that is said to mean something.
 */
#ifndef WP_PRINCIPAL_FIND_H
#define WP_PRINCIPAL_FIND_H

#include "principal/principal.h"

/* The workspace of that id in the principal's account, or NULL. */
extern const WpWorkspace *wp_find_workspace(const WpPrincipal *principal,
											const WpText *workspace);

/*
 * Was the principal filled with that workspace, or with the knowledge that
 * there is none?
 */
extern bool wp_knows_workspace(const WpPrincipal *principal,
							   const WpText *workspace);

/* How many workspaces the account has: a guess where not all are listed. */
extern double wp_account_workspaces(const WpPrincipal *principal);

/* The first of the *n rows that make the principal a member of the workflow. */
extern const WpMembership *wp_find_memberships(const WpPrincipal *principal,
											   const WpText *workflow, int *n);

/*
 * The row by which it holds the capability, for the account or, where workspace
 * is not NULL, for that workspace.
 */
extern const WpCapability *wp_find_capability(const WpPrincipal *principal,
											  const WpText *capability,
											  const WpText *workspace);

/* Held for the account or, where workspace is not NULL, for that workspace? */
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

/* The role as held in just that scope, data NULL: the account; or NULL. */
extern const WpRole *wp_find_role(const WpPrincipal *principal,
								  const WpText *role, const WpText *scope);

/*
 * Execution rules on a workflow, or app-wide ones where its data is NULL; of
 * two at the level and in the scope, the one that denies.
 */
extern bool wp_has_rules(const WpPrincipal *principal, const WpText *workflow);
extern const WpRule *wp_find_rule(const WpPrincipal *principal,
								  const WpText *workflow, WpRuleLevel level,
								  const WpText *scope);

/* Has the connected user the workflow enabled, in some configuration? */
extern bool wp_has_enabled(const WpPrincipal *principal,
						   const WpText *workflow);

#endif
