/* A command line under construction. */
#ifndef SLEY_CC_WORDS_H
#define SLEY_CC_WORDS_H

/* All zero is empty. */
struct sley_words {
    const char **word; /* word[count] is NULL once there is one */
    int count;
    int capacity;
};

/* Appends a word, which is borrowed. A command without one of its words would be another command:
 * if there is no memory, the process says so and ends with code 2. */
void sley_words_add(struct sley_words *words, const char *word);
void sley_words_add_all(struct sley_words *words, const char *const *word, int count);

/* Frees the list, not the words. */
void sley_words_deinit(struct sley_words *words);

/* Strings that live as long as the list: takes text, which is from malloc, and returns it. NULL
 * stands for a failed allocation, which ends the process as above. */
const char *sley_words_keep(struct sley_words *kept, char *text);
const char *sley_words_join(struct sley_words *kept, const char *a, const char *b, const char *c);

/* Frees the list and the strings that it was given to keep. */
void sley_words_forget(struct sley_words *kept);

#endif
