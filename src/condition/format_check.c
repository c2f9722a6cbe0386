/*
 * format_check.c
 *		Pins the stored form: a number below is on disk in somebody's table, so
 *		what fails to compile here needs a new WP_CONDITION_VERSION.
 */
#include "condition/format.h"

StaticAssertDecl(WP_CONDITION_VERSION == 1, "version byte");
StaticAssertDecl(WP_CONDITION_HEADER == 2 + sizeof(uint64), "version, flags, hash");
StaticAssertDecl(WP_USES_USER_ID == 0x01, "flags");
StaticAssertDecl(WP_LIST_SHORT == 8, "lists with offsets");
StaticAssertDecl(WP_OP_LIMIT <= 128, "an op is one byte");

StaticAssertDecl(WP_ALL == 1 && WP_AND == 2 && WP_OR == 3 && WP_NOR == 4 && WP_NOT == 5 &&
				 WP_FIELD == 6 && WP_USER == 7 && WP_ROLLOUT == 8, "conditions");
StaticAssertDecl(WP_VALUE_NOT == 16 && WP_EXISTS == 17 && WP_TYPE == 18 && WP_SIZE == 19 &&
				 WP_EMPTY == 20 && WP_ELEM_DOCUMENT == 21 && WP_ELEM_VALUE == 22 &&
				 WP_ALL_OF == 23 && WP_ALL_OFI == 24, "tests of the value itself");
StaticAssertDecl(WP_EQ == 32 && WP_NE == 33 && WP_IN == 34 && WP_NIN == 35 && WP_GT == 36 &&
				 WP_GTE == 37 && WP_LT == 38 && WP_LTE == 39 && WP_CONTAINS == 40 &&
				 WP_STARTS_WITH == 41 && WP_ENDS_WITH == 42 && WP_REGEX == 43 &&
				 WP_REGEX_OPTION_I == 44, "scalar tests");
StaticAssertDecl(WP_EQI == 45 && WP_INI == 46 && WP_NINI == 47 && WP_CONTAINSI == 48 &&
				 WP_STARTS_WITHI == 49 && WP_ENDS_WITHI == 50 && WP_REGEXI == 51,
				 "tests without case");
StaticAssertDecl(WP_BEFORE == 52 && WP_AFTER == 53 && WP_AT == 54 && WP_VEQ == 55 &&
				 WP_VNE == 56 && WP_VGT == 57 && WP_VGTE == 58 && WP_VLT == 59 &&
				 WP_VLTE == 60 && WP_CIDR == 61, "instants, versions, networks");
StaticAssertDecl(WP_JSON_NULL == 1 && WP_JSON_FALSE == 2 && WP_JSON_TRUE == 3 &&
				 WP_JSON_NUMBER == 4 && WP_JSON_STRING == 5 && WP_JSON_ARRAY == 6 &&
				 WP_JSON_OBJECT == 7, "literals");
StaticAssertDecl(WP_TAG_INSTANT == 16 && WP_TAG_VERSION == 17 && WP_TAG_NETWORK == 18,
				 "parsed literals");
StaticAssertDecl(sizeof(((WpInstant *) 0)->seconds) == 8 &&
				 sizeof(((WpInstant *) 0)->nanoseconds) == 4, "parsed instants");
StaticAssertDecl(sizeof(((WpVersion *) 0)->part) == 3 * 8, "parsed versions");
StaticAssertDecl(sizeof(((WpNetwork *) 0)->address) == 16, "parsed networks");
