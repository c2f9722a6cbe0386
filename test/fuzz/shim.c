/*
 * shim.c
 *		The few services of the server that src/condition/ leans on, for the
 *		build outside it.  Every palloc is a malloc of its own, so that the
 *		sanitizers see each one's bounds; all are freed between two inputs.
 */
#include "postgres.h"

#include <setjmp.h>
#include <stdarg.h>

#include "catalog/namespace.h"
#include "common/jsonapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/memnodes.h"
#include "utils/memutils.h"

#include "shim.h"

/*
 * Memory
 */

/* In front of every allocation; all of them hang in one ring. */
typedef struct Block
{
	struct Block *next;
	struct Block *previous;
} Block;

#define BLOCK_SIZE MAXALIGN(sizeof(Block))

static Block ring = {&ring, &ring};
static MemoryContextData only_context = {.type = T_AllocSetContext, .name = "shim"};

MemoryContext CurrentMemoryContext = &only_context;
MemoryContext TopMemoryContext = &only_context;
MemoryContext CacheMemoryContext = &only_context;
MemoryContext ErrorContext = &only_context;

static void *
allocate(Size size, int flags)
{
	if (size > MaxAllocHugeSize || (size > MaxAllocSize && !(flags & MCXT_ALLOC_HUGE)))
		elog(ERROR, "invalid memory alloc request size %zu", size);

	Block *block = malloc(BLOCK_SIZE + size);

	if (block == NULL)
		elog(ERROR, "out of memory");
	block->next = &ring;
	block->previous = ring.previous;
	ring.previous->next = block;
	ring.previous = block;

	void *pointer = (char *) block + BLOCK_SIZE;

	if (flags & MCXT_ALLOC_ZERO)
		memset(pointer, 0, size);
	return pointer;
}

void *
palloc(Size size)
{
	return allocate(size, 0);
}

void *
palloc0(Size size)
{
	return allocate(size, MCXT_ALLOC_ZERO);
}

void *
palloc_extended(Size size, int flags)
{
	return allocate(size, flags);
}

void *
MemoryContextAlloc(MemoryContext context, Size size)
{
	return allocate(size, 0);
}

void *
MemoryContextAllocHuge(MemoryContext context, Size size)
{
	return allocate(size, MCXT_ALLOC_HUGE);
}

void *
MemoryContextAllocZero(MemoryContext context, Size size)
{
	return allocate(size, MCXT_ALLOC_ZERO);
}

void *
MemoryContextAllocZeroAligned(MemoryContext context, Size size)
{
	return allocate(size, MCXT_ALLOC_ZERO);
}

void *
MemoryContextAllocExtended(MemoryContext context, Size size, int flags)
{
	return allocate(size, flags);
}

void
pfree(void *pointer)
{
	Block *block = (Block *) ((char *) pointer - BLOCK_SIZE);

	block->previous->next = block->next;
	block->next->previous = block->previous;
	free(block);
}

void *
repalloc(void *pointer, Size size)
{
	Block *block = (Block *) ((char *) pointer - BLOCK_SIZE);

	if (size > MaxAllocSize)
		elog(ERROR, "invalid memory alloc request size %zu", size);
	block = realloc(block, BLOCK_SIZE + size);
	if (block == NULL)
		elog(ERROR, "out of memory");
	block->previous->next = block;
	block->next->previous = block;
	return (char *) block + BLOCK_SIZE;
}

char *
pnstrdup(const char *text, Size len)
{
	char *copy;

	len = strnlen(text, len);
	copy = palloc(len + 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
pstrdup(const char *text)
{
	return pnstrdup(text, strlen(text));
}

MemoryContext
AllocSetContextCreateInternal(MemoryContext parent, const char *name, Size min_context_size,
							  Size initial_block_size, Size max_block_size)
{
	return &only_context;
}

/* Contexts are one and the same here: shim_reset() frees what they hold. */
void
MemoryContextDelete(MemoryContext context)
{
}

#undef MemoryContextReset
void
MemoryContextReset(MemoryContext context)
{
}

void
MemoryContextSetParent(MemoryContext context, MemoryContext parent)
{
}

void
shim_reset(void)
{
	while (ring.next != &ring)
		pfree((char *) ring.next + BLOCK_SIZE);
}

/*
 * Errors
 */

sigjmp_buf *PG_exception_stack = NULL;
ErrorContextCallback *error_context_stack = NULL;
volatile sig_atomic_t InterruptPending = false;
volatile uint32 InterruptHoldoffCount = 0;
volatile uint32 QueryCancelHoldoffCount = 0;
volatile uint32 CritSectionCount = 0;
static int raised_level;
static char raised_message[1000];
static char *stack_base = NULL;

/* Deeper than any condition within the limits of the type needs, sanitized frames included. */
#define STACK_LIMIT (3 * 1024 * 1024)

void
pg_re_throw(void)
{
	if (PG_exception_stack == NULL)
	{
		fprintf(stderr, "error outside shim_try(): %s\n", raised_message);
		abort();
	}
	siglongjmp(*PG_exception_stack, 1);
}

bool
errstart(int elevel, const char *domain)
{
	raised_level = elevel;
	return elevel >= ERROR;
}

bool
errstart_cold(int elevel, const char *domain)
{
	return errstart(elevel, domain);
}

void
errfinish(const char *filename, int lineno, const char *funcname)
{
	if (raised_level >= ERROR)
		pg_re_throw();
}

/* All parts of a report that take a format: the first is kept, the others are formatted for the sanitizers' sake. */
static int
format_part(char *into, size_t size, const char *format, va_list args)
{
	vsnprintf(into, size, format, args);
	return 0;
}

int
errmsg(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_part(raised_message, sizeof(raised_message), format, args);
	va_end(args);
	return 0;
}

int
errmsg_internal(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_part(raised_message, sizeof(raised_message), format, args);
	va_end(args);
	return 0;
}

int
errdetail(const char *format, ...)
{
	char scratch[1000];
	va_list args;

	va_start(args, format);
	format_part(scratch, sizeof(scratch), format, args);
	va_end(args);
	return 0;
}

int
errdetail_internal(const char *format, ...)
{
	char scratch[1000];
	va_list args;

	va_start(args, format);
	format_part(scratch, sizeof(scratch), format, args);
	va_end(args);
	return 0;
}

int
errhint(const char *format, ...)
{
	char scratch[1000];
	va_list args;

	va_start(args, format);
	format_part(scratch, sizeof(scratch), format, args);
	va_end(args);
	return 0;
}

int
errcode(int sqlerrcode)
{
	return 0;
}

bool
shim_try(void (*work)(void *argument), void *argument)
{
	sigjmp_buf here;
	sigjmp_buf *outer = PG_exception_stack;
	char base;
	bool returned;

	stack_base = &base;
	raised_message[0] = '\0';
	if (sigsetjmp(here, 0) == 0)
	{
		PG_exception_stack = &here;
		work(argument);
		returned = true;
	}
	else
		returned = false;
	PG_exception_stack = outer;
	CurrentMemoryContext = &only_context;
	return returned;
}

const char *
shim_message(void)
{
	return raised_message;
}

void
shim_finding(const char *why, const char *input, size_t len)
{
	fprintf(stderr, "FINDING: %s\ninput: %.*s\n", why, (int) len, input);
	abort();
}

/* A failed Assert() is a finding. */
void
ExceptionalCondition(const char *condition, const char *type, const char *file, int line)
{
	fprintf(stderr, "FINDING: %s: %s, %s:%d\n", type, condition, file, line);
	abort();
}

bool
stack_is_too_deep(void)
{
	char here;

	return stack_base != NULL && labs(stack_base - &here) > STACK_LIMIT;
}

void
check_stack_depth(void)
{
	if (stack_is_too_deep())
		ereport(ERROR, (errcode(ERRCODE_STATEMENT_TOO_COMPLEX), errmsg("stack depth limit exceeded")));
}

void
ProcessInterrupts(void)
{
}

/*
 * Encoding: the server's is UTF-8.
 */

int
GetDatabaseEncoding(void)
{
	return PG_UTF8;
}

const char *
GetDatabaseEncodingName(void)
{
	return "UTF8";
}

int
pg_mblen(const char *text)
{
	return pg_encoding_mblen(PG_UTF8, text);
}

bool
pg_verifymbstr(const char *text, int len, bool no_error)
{
	return pg_encoding_verifymbstr(PG_UTF8, text, len) == len;
}

int
pg_mbcliplen(const char *text, int len, int limit)
{
	int clipped = 0;

	while (clipped < len)
	{
		int next = pg_encoding_mblen(PG_UTF8, text + clipped);

		if (clipped + next > limit)
			break;
		clipped += next;
	}
	return clipped;
}

/* No conversion is ever needed: everything is UTF-8 already. */
Oid
FindDefaultConversionProc(int32 for_encoding, int32 to_encoding)
{
	return InvalidOid;
}

int
pg_do_encoding_conversion_buf(Oid proc, int src_encoding, int dest_encoding, unsigned char *src, int srclen,
							  unsigned char *dest, int destlen, bool no_error)
{
	abort();
}

bool
shim_valid_text(const char *text, size_t len)
{
	return memchr(text, '\0', len) == NULL && pg_encoding_verifymbstr(PG_UTF8, text, len) == len;
}

/*
 * JSON: the parser is the server's own, from libpgcommon, which leaves this out.
 */

char *
json_errdetail(JsonParseErrorType error, JsonLexContext *lex)
{
	return psprintf("JSON error %d", (int) error);
}

/* Nothing interrupts a fuzzer. */
void
qsort_interruptible(void *base, size_t nel, size_t elsize,
					qsort_arg_comparator cmp, void *arg)
{
	qsort_arg(base, nel, elsize, cmp, arg);
}
