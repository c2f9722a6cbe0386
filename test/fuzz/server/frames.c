/*
 * frames.c
 *		Malformed binary frames of metadata_condition and principal, as a client
 *		sends them: as parameters and through binary COPY.  See test/fuzz/frames.
 *
 * usage: frames SECONDS SEED metadata_condition|principal TEXT…
 *
 * The server is what libpq's environment says; the files are texts of the type to
 * begin with.  A frame must be refused with a SQLSTATE for bad input, in words that are
 * valid UTF-8, or be text and read as a value that comes back as a frame which reads as
 * the same bytes and holds the text form; what COPY makes of a frame must be what a
 * parameter makes of it.  Exit status 1 on a finding.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libpq-fe.h>

#define FRAME_MAX 65536
#define VERSION 1

/* Of so many frames one goes through COPY too. */
#define COPY_EVERY 8

typedef struct Frame
{
	size_t len;
	char data[FRAME_MAX];
} Frame;

/* What became of a frame. */
typedef struct Answer
{
	bool read;
	char state[6]; /* of the refusal */
	Frame value; /* as it came back */
} Answer;

static uint64_t random_state;
static PGconn *conn;
static const char *type;
static unsigned long long findings;

/* Returns a random number below the limit. */
static unsigned
random_below(unsigned limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 32) % limit;
}

/* Prints what is wrong with what came of the frame; gives up after ten. */
static void
finding(const char *why, const char *detail, const Frame *frame)
{
	printf("FINDING: %s: %s: %s\nframe: ", type, why, detail);
	for (size_t i = 0; i < frame->len; i++)
		printf("%02x", (unsigned char) frame->data[i]);
	printf("\n");
	if (++findings == 10)
		exit(1);
}

/* Runs SQL that must succeed. */
static void
must(const char *sql)
{
	PGresult *result = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
	{
		fprintf(stderr, "frames: %s: %s", sql, PQerrorMessage(conn));
		exit(2);
	}
	PQclear(result);
}

/* Returns whether the bytes are UTF-8, roughly (of overlong ones those of two bytes alone), and none of them NUL. */
static bool
is_text(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *) text;
	const unsigned char *end = p + len;

	while (p < end)
	{
		int more = *p < 0x80 ? 0 : (*p & 0xE0) == 0xC0 && *p >= 0xC2 ? 1 : (*p & 0xF0) == 0xE0 ? 2 : (*p & 0xF8) == 0xF0 ? 3 : -1;

		if (*p == '\0' || more < 0 || end - p <= more)
			return false;
		for (p++; more > 0; more--, p++)
			if ((*p & 0xC0) != 0x80)
				return false;
	}
	return true;
}

/* Puts the bytes in place of others, as far as they fit. */
static void
splice(Frame *frame, size_t at, size_t removed, const char *bytes, size_t len)
{
	if (frame->len - removed + len > FRAME_MAX)
		return;
	memmove(frame->data + at + len, frame->data + at + removed, frame->len - at - removed);
	memcpy(frame->data + at, bytes, len);
	frame->len = frame->len - removed + len;
}

/* Changes the frame in one place; the other one is to take pieces of. */
static void
mutate(Frame *frame, const Frame *other)
{
	static const struct
	{
		size_t len;
		const char *bytes;
	} pieces[] = {
#define PIECE(text) {sizeof(text) - 1, text}
		PIECE("\0"), PIECE("\xff"), PIECE("\xc3"), PIECE("\xe2\x82"), PIECE("\xf0\x9f\x98\x80"), PIECE("\xed\xa0\x80"),
		PIECE("\xc0\x80"), PIECE("\xc3\xa9"), PIECE("\\u0000"), PIECE("\\ud800"), PIECE("\\u00e9"), PIECE("\""), PIECE("{"),
		PIECE("}"), PIECE("["), PIECE("]"), PIECE(","), PIECE(":"), PIECE("null"), PIECE("true"), PIECE("-1"), PIECE("1e400"),
		PIECE("1e-400"), PIECE("9223372036854775808"), PIECE("\"\""), PIECE("[[[[[[[["), PIECE("{\"a\":{\"a\":{\"a\":"),
		PIECE("{\"$not\":"), PIECE("{\"$regex\":\"(\"}"), PIECE("\"$or\":[{}],"), PIECE("\"2026-13-31T23:59:59.000000Z\""),
		PIECE("\x01"), PIECE("\x02"),
#undef PIECE
	};
	size_t at = random_below(frame->len + 1);
	size_t left = frame->len - at;
	size_t removed = (size_t[]) {0, 1, 2, 8, 40, left}[random_below(6)];

	if (removed > left)
		removed = left;
	switch (random_below(8))
	{
		case 0: /* a bit */
			if (left > 0)
				frame->data[at] ^= 1 << random_below(8);
			break;
		case 1: /* a byte */
			if (left > 0)
				frame->data[at] = random_below(256);
			break;
		case 2: /* cut off */
			frame->len = at;
			break;
		case 3: /* taken out */
			splice(frame, at, removed, "", 0);
			break;
		case 4: /* the version */
			if (frame->len > 0 && random_below(8) == 0)
				frame->data[0] = random_below(256);
			break;
		case 5: /* of another */
			{
				size_t from = random_below(other->len + 1);
				size_t len = random_below(64);

				splice(frame, at, removed, other->data + from, len < other->len - from ? len : other->len - from);
				break;
			}
		default:
			{
				unsigned chosen = random_below(sizeof(pieces) / sizeof(pieces[0]));

				splice(frame, at, removed, pieces[chosen].bytes, pieces[chosen].len);
			}
	}
}

/*
 * Takes the answer from the result, which it frees; a refusal that no bad input
 * makes is a finding about the frame.
 */
static void
take_answer(PGresult *result, const Frame *frame, Answer *answer)
{
	/*
	 * No such text in the encoding; not JSON; no such value; a limit, a depth, a number out of range; a
	 * wrong type; a bad instant, pattern or JSON; another version; a message too short.
	 */
	static const char refusals[] = "22021 22P02 22P05 22023 54000 54001 22003 22007 22008 42804 2201B 22030 22019 22P03 08P01";
	ExecStatusType status = PQresultStatus(result);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorMessage(result);

	answer->read = status == PGRES_TUPLES_OK;
	answer->state[0] = '\0';
	if (answer->read)
	{
		answer->value.len = PQgetlength(result, 0, 0);
		if (PQntuples(result) != 1 || PQgetisnull(result, 0, 0) || answer->value.len > FRAME_MAX)
			finding("read as no value", "", frame);
		else
			memcpy(answer->value.data, PQgetvalue(result, 0, 0), answer->value.len);
	}
	else
	{
		if (state == NULL || PQstatus(conn) != CONNECTION_OK)
		{
			finding("the connection is lost", PQerrorMessage(conn), frame);
			exit(1);
		}
		memcpy(answer->state, state, 6);
		if (strstr(refusals, state) == NULL)
			finding("refused in another way", message, frame);
		if (!is_text(message, strlen(message)))
			finding("refused in words that are no text", message, frame);
	}
	PQclear(result);
}

/* Sends the frame as a parameter. */
static void
try_parameter(const Frame *frame, Answer *answer)
{
	const char *values[1] = {frame->data};
	int lengths[1] = {frame->len};
	int formats[1] = {1};

	take_answer(PQexecPrepared(conn, "receive", 1, values, lengths, formats, 1), frame, answer);
}

/* Sends the frame as the only field of the only row of a binary COPY. */
static void
try_copy(const Frame *frame, Answer *answer)
{
	static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
	uint16_t fields = htons(1);
	uint16_t end = htons(0xffff);
	uint32_t len = htonl(frame->len);
	PGresult *result;

	must("TRUNCATE received");
	must("COPY received FROM STDIN (FORMAT binary)");
	PQputCopyData(conn, header, sizeof(header) - 1);
	PQputCopyData(conn, (char *) &fields, 2);
	PQputCopyData(conn, (char *) &len, 4);
	PQputCopyData(conn, frame->data, frame->len);
	PQputCopyData(conn, (char *) &end, 2);
	PQputCopyEnd(conn, NULL);
	result = PQgetResult(conn);
	while (PQresultStatus(result) == PGRES_COMMAND_OK)
	{
		PQclear(result);
		result = PQgetResult(conn);
		if (result == NULL)
		{
			take_answer(PQexecPrepared(conn, "received", 0, NULL, NULL, NULL, 1), frame, answer);
			return;
		}
	}
	take_answer(result, frame, answer);
	PQclear(PQgetResult(conn));
}

/* Returns whether both frames are the same bytes. */
static bool
same(const Frame *a, const Frame *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Judges what came back for a frame that was read. */
static void
judge(const Frame *frame, const Answer *answer)
{
	static Answer again;
	PGresult *result;
	const char *values[1] = {answer->value.data};
	int lengths[1] = {answer->value.len};
	int formats[1] = {1};

	if (!is_text(frame->data + 1, frame->len - 1) || !is_text(answer->value.data + 1, answer->value.len - 1))
		finding("what is no text was read", "", frame);
	try_parameter(&answer->value, &again);
	if (!again.read || !same(&answer->value, &again.value))
		finding("what is sent reads as another value", again.state, frame);

	/* In text. */
	result = PQexecPrepared(conn, "receive", 1, values, lengths, formats, 0);
	if (PQresultStatus(result) != PGRES_TUPLES_OK || answer->value.data[0] != VERSION ||
		answer->value.len != 1 + strlen(PQgetvalue(result, 0, 0)) ||
		memcmp(answer->value.data + 1, PQgetvalue(result, 0, 0), answer->value.len - 1) != 0)
		finding("the text form differs from what is sent", PQresultErrorMessage(result), frame);
	PQclear(result);
}

/* Reads the file as a frame; exits where there is none. */
static void
read_frame(const char *name, Frame *frame)
{
	FILE *file = fopen(name, "rb");

	if (file == NULL)
	{
		perror(name);
		exit(2);
	}
	frame->data[0] = VERSION;
	frame->len = 1 + fread(frame->data + 1, 1, FRAME_MAX - 1, file);
	fclose(file);
}

int
main(int argc, char **argv)
{
	static Answer answer, copied;
	static Frame frame;
	int ncorpus = argc - 4;
	Frame *corpus;
	unsigned long long executions = 0, reads = 0;
	char sql[200];
	time_t end;

	if (argc < 5)
	{
		fprintf(stderr, "usage: frames SECONDS SEED metadata_condition|principal TEXT…\n");
		return 2;
	}
	end = time(NULL) + atoi(argv[1]);
	random_state = strtoull(argv[2], NULL, 10) * UINT64_C(0x9E3779B97F4A7C15) + 1;
	type = argv[3];
	corpus = malloc(ncorpus * sizeof(Frame));
	for (int i = 0; i < ncorpus; i++)
		read_frame(argv[4 + i], &corpus[i]);

	conn = PQconnectdb("application_name=frames client_encoding=UTF8");
	if (PQstatus(conn) != CONNECTION_OK)
	{
		fprintf(stderr, "frames: %s", PQerrorMessage(conn));
		return 2;
	}
	snprintf(sql, sizeof(sql), "CREATE TEMPORARY TABLE received (value workflow_perms.%s)", type);
	must(sql);
	snprintf(sql, sizeof(sql), "PREPARE receive (workflow_perms.%s) AS SELECT $1", type);
	must(sql);
	must("PREPARE received AS SELECT value FROM received");

	while (time(NULL) < end)
	{
		memcpy(&frame, &corpus[random_below(ncorpus)], sizeof(frame));
		for (unsigned n = (unsigned[]) {0, 1, 1, 1, 2, 2, 4, 16}[random_below(8)]; n > 0; n--)
			mutate(&frame, &corpus[random_below(ncorpus)]);
		try_parameter(&frame, &answer);
		executions++;
		if (answer.read)
		{
			reads++;
			judge(&frame, &answer);
		}
		if (random_below(COPY_EVERY) == 0)
		{
			try_copy(&frame, &copied);
			if (copied.read != answer.read || strcmp(copied.state, answer.state) != 0 ||
				(copied.read && !same(&copied.value, &answer.value)))
				finding("COPY makes something else of it than a parameter", copied.state, &frame);
		}
	}
	PQfinish(conn);
	if (reads == 0 || reads == executions)
	{
		printf("recv_%s: the corpus tries too little\n", type);
		return 1;
	}
	printf("recv_%s: %llu executions in %ss, %llu findings (%llu read, %llu refused)\n", type, executions, argv[1], findings,
		   reads, executions - reads);
	return findings > 0;
}
