/* What a run of a program may change of its process beside its memory, and how that is taken back:
 * open descriptors and streams, the standard streams, the working directory, the file mode mask,
 * the environment, the locale, signals, and the place of getopt. */
#ifndef SLEY_CAMPAIGN_SURROUNDINGS_H
#define SLEY_CAMPAIGN_SURROUNDINGS_H

/* Notes how things are before the first run of this process, and gives the program the locale and
 * the getopt that a process begins with. */
void sley_surroundings_begin(void);

/* After a run: everything is as it was noted. Streams are closed, which writes what they hold. The
 * first runs of a process, and each 256th, are looked at whole, which takes some 10 us; the others
 * only for what such a run changed. */
void sley_surroundings_reset(void);

#endif
