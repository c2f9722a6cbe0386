/*
 * enums.h
 *		Values of our SQL enums as the numbers of principal/vocabulary.h.
 */
#ifndef WP_LOOKUP_ENUMS_H
#define WP_LOOKUP_ENUMS_H

#include "postgres.h"

#include "principal/vocabulary.h"

/* Registers the callback that forgets cached oids. */
extern void wp_enums_init(void);

/*
 * The type of our schema of that name, InvalidOid if there is none; not cached.
 */
extern Oid wp_our_type(const char *name);

/* The type of that vocabulary; InvalidOid if the extension is not installed. */
extern Oid wp_enum_type(const WpVocabulary *vocabulary);

/*
 * The place of an enum value in its vocabulary, `absent` for one that is none
 * of it.
 */
extern int wp_enum_word(const WpVocabulary *vocabulary, Oid value, int absent);

/* The value of a word.  Raises undefined_object if the catalog lacks it. */
extern Oid wp_enum_value(const WpVocabulary *vocabulary, int word);

#endif
