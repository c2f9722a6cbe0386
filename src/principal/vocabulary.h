/*
 * vocabulary.h
 *		The closed vocabularies of the rules (spec 1), as C enums.  Each except
 *		WpRuleLevel and WpOffered has a SQL enum with the same labels in the
 *		same order (vocabulary.sql), so a value's position there is its number
 *		here.
 */
#ifndef WP_PRINCIPAL_VOCABULARY_H
#define WP_PRINCIPAL_VOCABULARY_H

#include "postgres.h"

typedef enum WpUserKind
{
	WP_KIND_MEMBER,
	WP_KIND_CONNECTED,
	WP_KIND_SERVICE
} WpUserKind;

typedef enum WpAccountRole
{
	WP_ACCOUNT_ADMIN,
	WP_ACCOUNT_MEMBER,
	WP_ACCOUNT_VIEWER,
	WP_ACCOUNT_GUEST,
	WP_ACCOUNT_NONE /* no label: SQL NULL */
} WpAccountRole;

typedef enum WpWorkspaceKind
{
	WP_WORKSPACE_OPEN,
	WP_WORKSPACE_CLOSED,
	WP_WORKSPACE_PROJECT,
	WP_WORKSPACE_APP,
	WP_WORKSPACE_UNKNOWN /* no label: no such workspace in the account */
} WpWorkspaceKind;

/* workspaces.offered (spec 4.1): false, true, NULL. */
typedef enum WpOffered
{
	WP_OFFERED_NO,
	WP_OFFERED_YES,
	WP_OFFERED_BY_KIND
} WpOffered;

typedef enum WpVisibility
{
	WP_VISIBILITY_MAIN,
	WP_VISIBILITY_PRIVATE,
	WP_VISIBILITY_UNKNOWN /* no label: NULL or an unknown word; never "main" */
} WpVisibility;

typedef enum WpStatus
{
	WP_STATUS_DRAFT,
	WP_STATUS_LIVE,
	WP_STATUS_STOPPED,
	WP_STATUS_UNKNOWN /* no label: NULL or an unknown word; never "live" */
} WpStatus;

typedef enum WpEffect
{
	WP_EFFECT_GRANT,
	WP_EFFECT_DENY
} WpEffect;

/* How an execution rule names the principal, in the order of precedence. */
typedef enum WpRuleLevel
{
	WP_RULE_USER,
	WP_RULE_CUSTOM, /* a role that is no system role */
	WP_RULE_SYSTEM  /* AuthenticatedUser or NonAuthenticatedUser */
} WpRuleLevel;

typedef enum WpBoardKind
{
	WP_BOARD_MAIN,
	WP_BOARD_SHAREABLE,
	WP_BOARD_PRIVATE,
	WP_BOARD_UNKNOWN /* no label: NULL or an unknown word; no access */
} WpBoardKind;

typedef enum WpAccess
{
	WP_ACCESS_READ,
	WP_ACCESS_WRITE
} WpAccess;

/*
 * A vocabulary: the SQL enum's name in our schema, and its labels, NULL-ended.
 */
typedef struct WpVocabulary
{
	const char *type_name; /* NULL: used in principals only, no SQL enum */
	const char *const *labels;
} WpVocabulary;

extern const WpVocabulary wp_user_kinds;
extern const WpVocabulary wp_account_roles;
extern const WpVocabulary wp_workspace_kinds;
extern const WpVocabulary wp_visibilities;
extern const WpVocabulary wp_statuses;
extern const WpVocabulary wp_effects;
extern const WpVocabulary wp_rule_levels;
extern const WpVocabulary wp_board_kinds;
extern const WpVocabulary wp_accesses;

/* Returns the position of a label in its vocabulary, or -1. */
extern int wp_word(const WpVocabulary *vocabulary, const char *label, int len);

#endif
