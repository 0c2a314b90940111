/* Response files: @FILE among the arguments stands for the arguments in FILE. */
#ifndef SLEY_CC_RESPONSE_H
#define SLEY_CC_RESPONSE_H

#include "cc/words.h"

/* Appends argv[0..argc-1] to words, with the words of FILE in place of @FILE, also within FILE.
 * Words are parted by white space; quotes of both kinds and a backslash take it into a word (GCC
 * manual, "Overall Options"). As in GCC, @FILE stays as it is if there is no such file. Strings are
 * kept in kept. Returns 1, and writes a line, if a file leads back to itself; else 0. */
int sley_response_expand(struct sley_words *words, struct sley_words *kept, int argc,
                         const char *const *argv);

#endif
