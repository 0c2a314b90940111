/* memcpy and the like for the harness within a program that ThreadSanitizer watches: the harness's
 * own copies are no accesses of the program, and must not be intercepted. Compiled with
 * -fno-builtin, so that the loops stay loops. */
#include <stddef.h>

void *sley_plain_memcpy(void *to, const void *from, size_t size);
void *sley_plain_memmove(void *to, const void *from, size_t size);
void *sley_plain_memset(void *to, int byte, size_t size);

void *
sley_plain_memcpy(void *to, const void *from, size_t size)
{
    unsigned char *out = to;
    const unsigned char *in = from;
    for (; size >= sizeof(unsigned long); size -= sizeof(unsigned long)) {
        unsigned long word;
        __builtin_memcpy(&word, in, sizeof word);
        __builtin_memcpy(out, &word, sizeof word);
        in += sizeof word;
        out += sizeof word;
    }
    while (size-- > 0) {
        *out++ = *in++;
    }
    return to;
}

void *
sley_plain_memmove(void *to, const void *from, size_t size)
{
    unsigned char *out = to;
    const unsigned char *in = from;
    if (out <= in || out >= in + size) {
        return sley_plain_memcpy(to, from, size);
    }
    while (size-- > 0) {
        out[size] = in[size];
    }
    return to;
}

void *
sley_plain_memset(void *to, int byte, size_t size)
{
    unsigned char *out = to;
    unsigned long word = (unsigned char)byte * 0x0101010101010101ul;
    for (; size >= sizeof word; size -= sizeof word) {
        __builtin_memcpy(out, &word, sizeof word);
        out += sizeof word;
    }
    while (size-- > 0) {
        *out++ = (unsigned char)byte;
    }
    return to;
}
