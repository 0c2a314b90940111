/* A bank: tellers take orders from a queue and book them. An ordinary program of threads, built by
 * `cc bank.c bank_local.c -lpthread` as well.
 *
 * usage: bank MODE [verbose]
 *   hasty   a teller looks whether the money suffices and books later: the balance may fall below 0
 *   careful looks and books in one critical section
 *   leave   the second teller ends the program with exit code 3
 *   fail    main returns 5 */
#include "tests/program/bank_local.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TELLERS = 2, ORDERS = 3, BALANCE = 100, AMOUNT = 60 };

struct order {
    int amount;
    struct order *next;
};

static pthread_mutex_t account = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t desk = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrival = PTHREAD_COND_INITIALIZER;
static struct order *waiting;
static bool closed;
static int balance = BALANCE;
static bool hasty, leaving;

/* How often the program has opened its books: once, if every run starts afresh. */
static int
openings(void)
{
    static int count;
    return ++count;
}

static void
order_put(int amount)
{
    struct order *order = malloc(sizeof *order);
    assert(order);
    order->amount = amount;
    pthread_mutex_lock(&desk);
    order->next = waiting;
    waiting = order;
    pthread_cond_signal(&arrival);
    pthread_mutex_unlock(&desk);
}

/* The next order, to be freed by the caller; NULL when the desk is closed. */
static struct order *
order_get(void)
{
    pthread_mutex_lock(&desk);
    while (!waiting && !closed) {
        pthread_cond_wait(&arrival, &desk);
    }
    struct order *order = waiting;
    if (order) {
        waiting = order->next;
    }
    pthread_mutex_unlock(&desk);
    return order;
}

static bool
suffices(int amount)
{
    pthread_mutex_lock(&account);
    bool enough = balance >= amount;
    pthread_mutex_unlock(&account);
    return enough;
}

static void
book(int amount)
{
    pthread_mutex_lock(&account);
    if (hasty || balance >= amount) {
        balance -= amount;
    }
    assert(balance >= 0);
    pthread_mutex_unlock(&account);
}

/* Each teller's failing call is another one, and the number it left is still there after others
 * have made theirs. */
static void
check_errno(int teller)
{
    if (teller == 0) {
        assert(open("/no/such/ledger", O_RDONLY) == -1);
    } else {
        assert(close(-1) == -1);
    }
    pthread_mutex_lock(&account);
    pthread_mutex_unlock(&account);
    assert(errno == (teller == 0 ? ENOENT : EBADF));
}

static void *
serve(void *number)
{
    int teller = (int)(long)number;
    struct order *order;
    check_errno(teller);
    while ((order = order_get())) {
        *bank_local_served() += 1;
        if (suffices(order->amount)) {
            book(order->amount);
        }
        free(order);
    }
    if (leaving && teller == 1) {
        exit(3);
    }
    return (void *)(long)*bank_local_served();
}

static int
open_bank(void)
{
    pthread_t tellers[TELLERS];
    int served = 0;
    for (long i = 0; i < TELLERS; i++) {
        assert(pthread_create(&tellers[i], NULL, serve, (void *)i) == 0);
    }
    for (int i = 0; i < ORDERS; i++) {
        order_put(AMOUNT);
    }
    pthread_mutex_lock(&desk);
    closed = true;
    pthread_cond_broadcast(&arrival);
    pthread_mutex_unlock(&desk);
    for (int i = 0; i < TELLERS; i++) {
        void *count;
        assert(pthread_join(tellers[i], &count) == 0);
        served += (int)(long)count;
    }
    return served;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bank MODE [verbose]\n");
        return 2;
    }
    hasty = strcmp(argv[1], "hasty") == 0;
    leaving = strcmp(argv[1], "leave") == 0;
    assert(openings() == 1);
    assert(balance == BALANCE && !waiting && !closed);
    assert(*bank_local_served() == 0);
    int served = open_bank();
    assert(served == ORDERS);          /* each counted in its own copy */
    assert(*bank_local_served() == 0); /* and none in main's */
    if (argc > 2) {
        printf("bank: %d orders, balance %d\n", served, balance);
    }
    return strcmp(argv[1], "fail") == 0 ? 5 : 0;
}
