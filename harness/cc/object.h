/* What a file that is to be linked holds, by its content. */
#ifndef SLEY_CC_OBJECT_H
#define SLEY_CC_OBJECT_H

enum sley_object {
    SLEY_OBJECT_UNREADABLE,   /* errno says why */
    SLEY_OBJECT_INSTRUMENTED, /* an object or archive that sley cc compiled, at least in part */
    SLEY_OBJECT_ASSEMBLED,    /* an object that no compiler made */
    SLEY_OBJECT_FOREIGN,      /* an object of a compiler without instrumentation */
    SLEY_OBJECT_LIBRARY       /* anything else: an archive without, a shared library, a script */
};

/* An archive within a thin archive is looked into as well, but no deeper than the system's limit of
 * open files allows. */
enum sley_object sley_object_of(const char *path);

#endif
