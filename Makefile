# workflow_perms: PGXS build. `make`, `make install`, `make installcheck`,
# PG_CONFIG=… for another server. WERROR=1 turns warnings into errors (our own
# test commands do).
EXTENSION = workflow_perms
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(srcdir)/workflow_perms.control)
MODULE_big = workflow_perms

# One concern a file; the rooms and who may include whom: test/layering.
OBJS = $(patsubst $(srcdir)/%.c,%.o,$(sort $(wildcard $(srcdir)/src/*.c $(srcdir)/src/*/*.c)))

# The install script, in order. SQL declarations stand beside the C they declare.
SQL_PARTS = \
	src/prologue.sql \
	src/condition/condition.sql \
	src/condition/describe.sql \
	src/condition/paragon.sql \
	src/planner/gin.sql \
	src/principal/vocabulary.sql \
	src/principal/principal.sql \
	src/query/set_principal.sql \
	src/query/decisions.sql \
	src/query/workflow_sets.sql \
	src/planner/visible_page.sql \
	src/query/metadata_paths.sql \
	src/query/board_access.sql \
	src/query/run_access.sql \
	src/query/by_id.sql \
	src/query/answers.sql \
	src/planner/access_report.sql \
	src/planner/planner.sql \
	src/planner/source_support.sql \
	src/model/tables.sql \
	src/model/checks.sql \
	src/model/indexes.sql \
	src/model/comments.sql \
	src/model/capabilities.sql \
	src/model/trigger_functions.sql \
	src/model/extension_columns.sql \
	src/model/effects.sql \
	src/model/triggers.sql \
	src/model/guard_refusals.sql \
	src/model/create_account.sql \
	src/model/members_and_owners.sql \
	src/model/guards_account.sql \
	src/model/guards_roles.sql \
	src/model/guards_workspaces.sql \
	src/model/guards_workflows.sql \
	src/model/drafts.sql \
	src/model/publishing.sql \
	src/model/offboard.sql \
	src/model/guards_boards.sql \
	src/model/runs.sql \
	src/model/workflow_names.sql \
	src/model/enable.sql \
	src/model/merge_metadata.sql \
	src/model/audit.sql \
	src/model/forget_history.sql \
	src/model/register_conditions.sql \
	src/model/protect_workflows.sql \
	src/model/protect.sql \
	src/model/reevaluate_on.sql \
	src/model/sources.sql \
	src/model/drift_tables.sql \
	src/model/policies.sql \
	src/model/upgrade.sql \
	src/model/record.sql \
	src/model/grants.sql \
	src/model/model.sql \
	src/model/drift_roles.sql \
	src/model/drift_definitions.sql \
	src/model/drift_schema.sql \
	src/model/drift_code.sql \
	src/model/drift_privileges.sql \
	src/model/drift_sources.sql \
	src/model/permission_drift.sql \
	src/model/guard_schema.sql \
	src/installed.sql \
	src/privileges.sql

DATA_built = workflow_perms--$(EXTVERSION).sql

REGRESS = install principal_value
REGRESS += condition_input condition_match condition_order condition_io
REGRESS += condition_describe condition_literals condition_paragon condition_random condition_gin
REGRESS += condition_refusals condition_escapes condition_array_paths condition_instants condition_casts condition_generic
REGRESS += condition_cost condition_ago
REGRESS += model_create model_invariants model_delete_account
REGRESS += metadata_paths registry
REGRESS += principal_identity principal_change other_nodes principal_tokens decide_forms vectors_conditions
# The write matrix and the vectors that go with it, on the accounts of matrix_setup.
REGRESS += matrix_setup matrix_grants matrix_accounts matrix_users matrix_roles \
	matrix_workspaces matrix_workflows vectors_roles vectors_workspaces vectors_across refusals refusal_codes codes_told unknown_ids
# Running: the execution rules.
REGRESS += vectors_execution matrix_rules
# Enabling, and what ends it.
REGRESS += vectors_enabling matrix_enablements reevaluation disabling bulk_writes relative_instants
# Boards, steps and the history of runs, on an account of matrix_boards.
REGRESS += matrix_boards matrix_runs vectors_boards menus vectors_runs
# What a transaction sees of its own changes.
REGRESS += own_changes orm_writes
# How the tables store values.
REGRESS += toasted_ids
REGRESS += audit_log matrix_audit forget_history
# Drafts, versions, ownership.
REGRESS += matrix_drafts vectors_drafts offboard
# Answers beyond yes and no.
REGRESS += answers_explain answers_sets answers_previews workflow_names run_permissions lookup_paths role_closure metadata_size users_matching
# Lists, a page at a time.
REGRESS += pages ordered_path
# Decisions taken apart by the planner.
REGRESS += plans plans_many plans_below principal_joins plans_conditions plans_claims
# What attackers try, on the accounts of matrix_setup.
REGRESS += attack_regexp attack_plans attack_expressions attack_columns attack_hidden_rows attack_all_privileges attack_identity \
	attack_statistics attack_search_path attack_internal attack_returning attack_audit attack_runs attack_verdicts attack_nobody attack_tables \
	attack_calls attack_nulls attack_users attack_triggers attack_support attack_leakproof attack_locks
# Tables of the application, on the accounts of matrix_setup.
REGRESS += screen_plans row_owner protect generated_columns permission_drift drift_definitions drift_privileges drift_schema
# Tables that the application has: sources.
REGRESS += sources_operator sources_decisions sources_refusals sources_plans sources_mixed sources_doubled sources_unique sources_keys vectors_sources vectors_own_tables own_conditions reevaluate_on
# Last: what holds for every object of the extension.
REGRESS += catalog_rules catalog_sanity
REGRESS_OPTS = --inputdir=$(srcdir)
ISOLATION = install audit_log last_owner last_admin last_holders role_cycle role_locks revocation revocation_kinds \
	enabling enabling_levels disabling at_once publish ownership offboard run_as refused_step used_id deleting registry forgetting serializable ordered_path
ISOLATION_OPTS = --inputdir=$(srcdir)/test/isolation --launcher=$(srcdir)/test/isolation/launcher

PG_CPPFLAGS = -I$(srcdir)/src
# Signatures of tokens: OpenSSL 3, which the server itself is linked with.
SHLIB_LINK = -lcrypto
# -MMD -MP: PGXS itself tracks no headers.
PG_CFLAGS = -MMD -MP -Wextra -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-declaration-after-statement
ifdef WERROR
PG_CFLAGS += -Werror
endif
EXTRA_CLEAN = $(OBJS:.o=.d)

srcdir ?= .
PG_CONFIG ?= pg_config
ifneq ($(wildcard $(srcdir)/test/tap/*.pl),)
TAP_TESTS = 1
PROVE_TESTS = test/tap/*.pl
endif
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# A build in a directory of its own (VPATH), as packagers make, needs the same directories there.
ifdef VPATH
$(shell mkdir -p $(sort $(dir $(OBJS))))
endif

workflow_perms--$(EXTVERSION).sql: $(addprefix $(srcdir)/,$(SQL_PARTS)) workflow_perms.control Makefile
	cat $(addprefix $(srcdir)/,$(SQL_PARTS)) > $@

# The archive for PGXN, of what is committed.
DISTNAME = workflow_perms-$(shell sed -n 's/^	"version": "\(.*\)",/\1/p' $(srcdir)/META.json)
.PHONY: dist
dist:
	git -C $(srcdir) archive --format zip --prefix $(DISTNAME)/ -o $(DISTNAME).zip HEAD

-include $(OBJS:.o=.d)
