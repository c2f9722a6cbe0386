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

/* Returns the type with that name in our schema, or InvalidOid; not cached. */
extern Oid wp_our_type(const char *name);

/*
 * Returns the vocabulary's type, or InvalidOid if the extension is not
 * installed.
 */
extern Oid wp_enum_type(const WpVocabulary *vocabulary);

/*
 * Returns the position of an enum value in its vocabulary, or `absent` if it is
 * not in it.
 */
extern int wp_enum_word(const WpVocabulary *vocabulary, Oid value, int absent);

/*
 * Returns the enum value of a word.  Raises undefined_object if the catalog
 * lacks it.
 */
extern Oid wp_enum_value(const WpVocabulary *vocabulary, int word);

#endif
