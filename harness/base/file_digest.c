#include "base/file_digest.h"

#include "base/rng.h"

#include <stdio.h>
#include <string.h>

uint64_t
sley_file_digest(const char *path)
{
    static uint64_t block[8192];
    uint64_t digest = 1;
    size_t got;
    FILE *file = fopen(path, "rb");
    if (!file) {
        return 0;
    }
    while ((got = fread(block, 1, sizeof block, file)) > 0) {
        memset((char *)block + got, 0, sizeof block - got);
        for (size_t i = 0; i < (got + 7) / 8; i++) {
            digest = sley_mix64(digest ^ block[i]);
        }
        digest = sley_mix64(digest + got);
    }
    fclose(file);
    return digest | 1; /* 0 is taken */
}
