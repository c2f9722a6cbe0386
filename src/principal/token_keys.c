/*
 * token_keys.c
 *		The file of keys (workflow_perms.token_keys_file): a JSON Web Key Set
 *		(RFC 7517), or only its array, of
 *
 * 	{"kid": "2026-01", "alg": "HS256", "secret": "32 bytes of text or more"}
 * 	{"kid": "2026-02", "alg": "RS256",
 * 	 "pem": "-----BEGIN PUBLIC KEY-----\n..."}
 * 	{"kid": "2026-03", "alg": "ES256", "kty": "EC", "crv": "P-256",
 * 	 "x": "...", "y": "..."}
 *
 * The keys are in a file rather than in a setting, because the values of
 * settings show in catalogs (any role can read pg_db_role_setting), views and
 * logs.  The file is stat'ed for each token and read again when it has changed.
 * The backend keeps the parsed keys.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "principal/token_keys.h"
#include "principal/strict_json.h"

#define FILE_MAX (1024 * 1024) /* bytes of the file */
#define KEYS_MAX 1000
#define PEM_IN_BASE64 "LS0tLS1CRUdJTi" /* "-----BEGIN" */

static const char *const unusable =
	"The server has no keys that it can use; its log says why.";

static char *keys_file = NULL;

/*
 * The keys in use and the file that they come from.  All of it lives in
 * `context`.
 */
typedef struct Kept
{
	WpTokenKeys keys;
	MemoryContext context;
	MemoryContextCallback free_keys;
	char *path;
	struct stat file;
} Kept;

static Kept *kept = NULL;

void
wp_keys_init(void)
{
	DefineCustomStringVariable(
		"workflow_perms.token_keys_file",
		"File of the keys that authenticate() verifies tokens with.",
		"Relative to the data directory; nobody but the server may read it.",
		&keys_file, "", PGC_SUSET, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
}

/*
 * A context's reset callback: frees OpenSSL's part of the keys and wipes the
 * secrets.
 */
static void
free_keys(void *argument)
{
	WpTokenKeys *keys = argument;

	for (int i = 0; i < keys->n; i++)
	{
		WpVerifyKey *key = &keys->keys[i].key;

		wp_public_key_free(key->public_key);
		if (key->secret != NULL)
			explicit_bzero((void *) key->secret, key->secret_len);
	}
	keys->n = 0;
}

/* Frees what is kept. */
static void
forget(void)
{
	Kept *old = kept;

	kept = NULL;
	if (old != NULL)
		MemoryContextDelete(old->context);
}

/*
 * Returns the fault in the file's kind, owner, mode or size, or NULL. The rules
 * are those for the server's own TLS key.
 */
static const char *
file_fault(const struct stat *file)
{
	if (!S_ISREG(file->st_mode))
		return "It is not a regular file.";
	if (file->st_uid != geteuid() && file->st_uid != 0)
		return "It must belong to the server's user or to root.";
	if ((file->st_uid == geteuid() &&
		 (file->st_mode & (S_IRWXG | S_IRWXO)) != 0) ||
		(file->st_uid == 0 &&
		 (file->st_mode & (S_IWGRP | S_IXGRP | S_IRWXO)) != 0))
		return "It must have permissions u=rw (0600) or less, or, belonging to "
			   "root, u=rw,g=r (0640) or less.";
	if (file->st_size > FILE_MAX)
		return "It has more than 1 MB.";
	return NULL;
}

/*
 * Logs why the file cannot be used.  Returns the reason that any user may see.
 */
static const char *
log_fault(const char *path, const char *fault)
{
	ereport(LOG, (errcode(ERRCODE_CONFIG_FILE_ERROR),
				  errmsg("cannot use the token keys of file \"%s\"", path),
				  errdetail_internal("%s", fault)));
	return unusable;
}

/*
 * Reads the open file.  Returns its text, palloc'd and NUL-ended, and its
 * length.  Returns NULL if reading failed or the file has grown.
 */
static char *
read_text(int fd, size_t size, size_t *len)
{
	char *text = palloc(size + 1);

	*len = 0;
	for (;;)
	{
		ssize_t n = read(fd, text + *len, size + 1 - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 && *len <= size)
		{
			text[*len] = '\0';
			return text;
		}
		if (n <= 0 || *len + n > size)
			break;
		*len += n;
	}
	explicit_bzero(text, size + 1);
	return NULL;
}

/*
 * Decodes a base64url member, palloc'd.  Returns NULL if it is not base64url.
 */
static uint8 *
member_bytes(const WpJson *object, const char *name, size_t *len)
{
	const WpJson *member = wp_json_member(object, name);
	uint8 *bytes;
	int n;

	if (member == NULL || member->type != WP_JSON_STRING)
		return NULL;
	bytes = palloc(WP_BASE64URL_ROOM((size_t) member->len));
	n = wp_base64url_decode(member->text, member->len, bytes);
	if (n < 0)
		return NULL;
	*len = n;
	return bytes;
}

/* The functions that read keys return the fault, or NULL. */

/* Returns whether the bytes contain the text. */
static bool
contains(const uint8 *bytes, size_t len, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= len; i++)
		if (memcmp(bytes + i, text, n) == 0)
			return true;
	return false;
}

static const char *
read_secret(const WpJson *object, WpVerifyKey *key)
{
	const WpJson *secret = wp_json_member(object, "secret");

	if (secret != NULL && secret->type == WP_JSON_STRING)
	{
		key->secret = (const uint8 *) pnstrdup(secret->text, secret->len);
		key->secret_len = secret->len;
	}
	else
	{
		key->secret = member_bytes(object, "k", &key->secret_len);
		if (key->secret == NULL)
			return "HS256 takes \"secret\", a string, or \"k\", a string of "
				   "base64url.";
	}
	/* Any user who knows the public key could sign with it. */
	if (contains(key->secret, key->secret_len, "-----BEGIN") ||
		contains(key->secret, key->secret_len, PEM_IN_BASE64))
		return "The secret of HS256 is a PEM, which others may know.";
	if (key->secret_len < WP_SECRET_MIN)
		return "A secret has at least 32 bytes.";
	return NULL;
}

static const char *
read_public(const WpJson *object, WpVerifyKey *key)
{
	bool is_rsa = key->algorithm == WP_JWS_RS256;
	const WpJson *pem = wp_json_member(object, "pem");
	const WpJson *curve = wp_json_member(object, "crv");
	static const char *const private_parts[] = {"d",  "p",  "q",  "dp",
												"dq", "qi", "oth"};
	size_t first_len;
	size_t second_len;
	uint8 *first;
	uint8 *second;

	for (int i = 0; i < lengthof(private_parts); i++)
		if (wp_json_member(object, private_parts[i]) != NULL)
			return "It is a private key; only its public part belongs here.";
	if (pem != NULL && pem->type == WP_JSON_STRING)
		return wp_public_key_pem(key->algorithm, pem->text, pem->len,
								 &key->public_key);
	first = member_bytes(object, is_rsa ? "n" : "x", &first_len);
	second = member_bytes(object, is_rsa ? "e" : "y", &second_len);
	if (first == NULL || second == NULL)
		return is_rsa ? "RS256 takes \"pem\", or \"n\" and \"e\" in base64url."
					  : "ES256 takes \"pem\", or \"x\" and \"y\" in base64url.";
	if (is_rsa)
		return wp_public_key_rsa(first, first_len, second, second_len,
								 &key->public_key);
	if (curve == NULL || !wp_json_equals(curve, "P-256"))
		return "ES256 takes a key of the curve P-256.";
	return wp_public_key_p256(first, first_len, second, second_len,
							  &key->public_key);
}

/* Returns whether a key lists this operation (RFC 7517, 4.3). */
static bool
may(const WpJson *operations, const char *operation)
{
	for (uint32 i = 0;
		 operations->type == WP_JSON_ARRAY && i < operations->count; i++)
		if (wp_json_equals(&operations->items[i], operation))
			return true;
	return false;
}

/*
 * Returns whether a key is not for signatures.  Issuers' sets may contain keys
 * for encryption.
 */
static bool
is_for_others(const WpJson *object)
{
	const WpJson *use = wp_json_member(object, "use");
	const WpJson *operations = wp_json_member(object, "key_ops");

	if (use != NULL)
		return !wp_json_equals(use, "sig");
	return operations != NULL && operations->type == WP_JSON_ARRAY &&
		   operations->count > 0 && !may(operations, "verify") &&
		   !may(operations, "sign");
}

static const char *
read_key(const WpJson *object, WpTokenKey *key)
{
	static const char *const types[] = {
		[WP_JWS_HS256] = "oct", [WP_JWS_RS256] = "RSA", [WP_JWS_ES256] = "EC"};
	const WpJson *algorithm = wp_json_member(object, "alg");
	const WpJson *type = wp_json_member(object, "kty");
	const WpJson *kid = wp_json_member(object, "kid");
	const WpJson *operations = wp_json_member(object, "key_ops");

	if (operations != NULL && !may(operations, "verify"))
		return "Its \"key_ops\" do not have \"verify\".";
	if (algorithm == NULL || algorithm->type != WP_JSON_STRING)
		return "It names no algorithm (\"alg\").";
	key->key.algorithm = wp_jws_algorithm(algorithm->text, algorithm->len);
	if (key->key.algorithm == WP_JWS_OTHER)
		return "Its \"alg\" is none of HS256, RS256, ES256.";
	if (type != NULL && !wp_json_equals(type, types[key->key.algorithm]))
		return "Its \"kty\" is not that of its \"alg\".";
	if (kid != NULL)
	{
		if (kid->type != WP_JSON_STRING)
			return "Its \"kid\" is not a string.";
		key->kid = pnstrdup(kid->text, kid->len);
	}
	return key->key.algorithm == WP_JWS_HS256 ? read_secret(object, &key->key)
											  : read_public(object, &key->key);
}

/* Returns whether an earlier key matches the same tokens. */
static bool
is_double(const WpTokenKeys *keys, const WpTokenKey *key)
{
	for (int i = 0; i < keys->n; i++)
		if (keys->keys[i].key.algorithm == key->key.algorithm &&
			keys->keys[i].kid != NULL && key->kid != NULL &&
			strcmp(keys->keys[i].kid, key->kid) == 0)
			return true;
	return false;
}

/*
 * Reads the keys of a file's tree into *keys, in the current memory context.
 * Skips keys that are not for signatures.  Returns NULL, or why there are no
 * keys.  One unusable key makes the whole file unusable, so that it is noticed.
 * A public key is checked for soundness when a token first uses it, because
 * that takes milliseconds.
 */
static const char *
read_keys(const char *path, const WpJson *tree, WpTokenKeys *keys)
{
	const WpJson *list = tree;

	if (tree != NULL && tree->type == WP_JSON_OBJECT)
		list = wp_json_member(tree, "keys");
	if (list == NULL || list->type != WP_JSON_ARRAY)
		return log_fault(path, "It is not a JSON array of keys, nor an object "
							   "with one as \"keys\", "
							   "or names a member twice.");
	if (list->count > KEYS_MAX)
		return log_fault(path, "It has more than 1000 keys.");
	keys->keys = palloc0(Max(list->count, 1) * sizeof(WpTokenKey));
	for (uint32 i = 0; i < list->count; i++)
	{
		const WpJson *object = &list->items[i];
		WpTokenKey *key = &keys->keys[keys->n];
		const char *fault;

		CHECK_FOR_INTERRUPTS();
		if (is_for_others(object))
			continue;
		fault = read_key(object, key);
		if (fault == NULL && is_double(keys, key))
			fault = "Another key has its \"kid\" and \"alg\".";
		/* Counted even if faulty, so that its memory is freed. */
		keys->n++;
		if (fault != NULL)
			return log_fault(
				path, psprintf("Key %u: %s", i + 1, fault)); /* stop here */
	}
	return keys->n > 0 ? NULL : log_fault(path, "It has no key that signs.");
}

/*
 * Reads the open file and keeps its keys.  Returns NULL, or why there are none.
 * Until the keys are known to be good, everything lives below the caller's
 * context, so an error leaves nothing behind.
 */
static const char *
load(const char *path, int fd, const struct stat *file)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "workflow_perms token keys",
							  ALLOCSET_SMALL_SIZES);
	MemoryContext scratch = AllocSetContextCreate(
		CurrentMemoryContext, "workflow_perms token keys file",
		ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Kept *fresh = palloc0(sizeof(Kept));
	const char *reason = unusable;
	char *text;
	size_t len;

	fresh->context = context;
	fresh->path = pstrdup(path);
	fresh->file = *file;
	fresh->free_keys.func = free_keys;
	fresh->free_keys.arg = &fresh->keys;
	MemoryContextRegisterResetCallback(context, &fresh->free_keys);

	MemoryContextSwitchTo(scratch);
	text = read_text(fd, file->st_size, &len);
	if (text == NULL)
		log_fault(path, "Reading it failed.");
	else
	{
		const WpJson *tree = wp_strict_json(text, len, PG_UTF8);

		explicit_bzero(text, len);
		MemoryContextSwitchTo(context);
		reason = read_keys(path, tree, &fresh->keys);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	if (reason != NULL)
		MemoryContextDelete(context);
	else
	{
		MemoryContextSetParent(context, TopMemoryContext);
		kept = fresh;
	}
	return reason;
}

/* Returns whether the kept keys come from this file in its present state. */
static bool
still_good(const char *path, const struct stat *file)
{
	return kept != NULL && strcmp(kept->path, path) == 0 &&
		   kept->file.st_dev == file->st_dev &&
		   kept->file.st_ino == file->st_ino &&
		   kept->file.st_size == file->st_size &&
		   kept->file.st_mode == file->st_mode &&
		   kept->file.st_uid == file->st_uid &&
		   kept->file.st_mtim.tv_sec == file->st_mtim.tv_sec &&
		   kept->file.st_mtim.tv_nsec == file->st_mtim.tv_nsec &&
		   kept->file.st_ctim.tv_sec == file->st_ctim.tv_sec &&
		   kept->file.st_ctim.tv_nsec == file->st_ctim.tv_nsec;
}

/*
 * See token_keys.h.  Returns the keys, which this file owns, or NULL and the
 * reason.  The file is opened before it is checked, so that the same file is
 * checked and read.  Opening does not wait, in case it is a pipe.
 */
WpTokenKeys *
wp_token_keys(const char **reason)
{
	const char *path = keys_file;
	struct stat file;
	int fd;

	*reason = NULL;
	if (path == NULL || path[0] == '\0')
	{
		forget();
		*reason = "No keys are configured (workflow_perms.token_keys_file).";
		return NULL;
	}
	if (stat(path, &file) == 0 && still_good(path, &file))
		return &kept->keys;

	forget();
	*reason = unusable;
	fd = OpenTransientFile(path, O_RDONLY | O_NONBLOCK | PG_BINARY);
	if (fd < 0 || fstat(fd, &file) != 0)
		ereport(LOG,
				(errcode_for_file_access(),
				 errmsg("could not open file \"%s\" of token keys: %m", path)));
	else
	{
		const char *fault = file_fault(&file);

		if (fault != NULL)
			log_fault(path, fault);
		else
			*reason = load(path, fd, &file);
	}
	if (fd >= 0)
		CloseTransientFile(fd);
	return kept != NULL ? &kept->keys : NULL;
}

const char *
wp_token_key_fault(WpTokenKey *key)
{
	const char *fault;

	if (key->key.public_key == NULL)
		return NULL;
	if (!key->is_checked)
	{
		fault = wp_public_key_unsound(key->key.public_key);
		key->fault = fault == NULL ? NULL : log_fault(kept->path, fault);
		key->is_checked = true;
	}
	return key->fault;
}
