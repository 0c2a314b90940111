/* Code under test of the benchmark: points that never switch, one task. */
void *straight_run(void *unused);

static long cells[64];

void *
straight_run(void *unused)
{
    for (int i = 0; i < 1000; i++) {
        cells[i % 64]++;
    }
    return unused;
}
