#include "report/symbol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct account {
    long balance;
    struct {
        int day;
        int month;
    } opened;
    union {
        int cents;
        unsigned char bytes[4];
    };
    unsigned frozen : 1;
    unsigned limited : 1;
};

struct pair {
    int left;
    int right;
};

int symbol_test_exported = 1;
static volatile int counter = 1;
static int table[8] = {1};
static const int matrix[3][4] = {{1}};
static struct account account = {.balance = 1};
static struct pair pairs[4];
static _Thread_local int private_counter;
/* Larger than the pages of the file: in a mapping of its own, without a name. */
static char big[1 << 20];

/* A data symbol that only the ELF symbol table describes. */
__asm__(".pushsection .data\n"
        ".globl symbol_test_bare\n"
        ".type symbol_test_bare, %object\n"
        ".size symbol_test_bare, 16\n"
        "symbol_test_bare: .zero 16\n"
        ".popsection\n");
extern char symbol_test_bare[];

static uintptr_t
address_of(const volatile void *object)
{
    return (uintptr_t)object;
}

__attribute__((noinline)) static uintptr_t
caller_pc(void)
{
    return (uintptr_t)__builtin_return_address(0) - 1;
}

__attribute__((always_inline)) static inline uintptr_t
inlined_pc(unsigned *line)
{
    *line = __LINE__ + 1;
    uintptr_t pc = caller_pc();
    return pc;
}

__attribute__((noinline)) static uintptr_t
known_function(unsigned *line)
{
    *line = __LINE__ + 1;
    uintptr_t pc = caller_pc();
    counter++;
    return pc;
}

__attribute__((noinline)) static void
statics_of_function(int **outer, int **inner)
{
    static int calls = 1;
    *outer = &calls;
    if (calls > 0) {
        static int calls_above_zero = 1;
        *inner = &calls_above_zero;
    }
}

static int
set_up(void **state)
{
    struct sley_symbolizer *symbolizer = NULL;
    struct sley_error error = {0};
    if (sley_symbolizer_create(&symbolizer, &error) != SLEY_OK) {
        print_error("%s\n", error.text);
        return -1;
    }
    *state = symbolizer;
    return 0;
}

static int
tear_down(void **state)
{
    sley_symbolizer_destroy(*state);
    return 0;
}

static void
assert_place(struct sley_symbolizer *symbolizer, uintptr_t pc, const char *function, unsigned line)
{
    static const char file[] = "symbol_test.c";
    struct sley_place place;
    assert_true(sley_symbolizer_place(symbolizer, pc, &place));
    assert_string_equal(place.function, function);
    assert_true(strlen(place.file) >= strlen(file));
    assert_string_equal(place.file + strlen(place.file) - strlen(file), file);
    assert_int_equal(place.line, line);
}

static void
assert_object(struct sley_symbolizer *symbolizer, const volatile void *object, size_t size,
              const char *expected)
{
    struct sley_object_name name;
    assert_true(
        sley_symbolizer_object(symbolizer, address_of(object), size, name.text, sizeof name.text));
    assert_string_equal(name.text, expected);
}

static void
a_pc_has_its_function_file_and_line(void **state)
{
    unsigned line = 0;
    uintptr_t pc = known_function(&line);
    assert_place(*state, pc, "known_function", line);
}

static void
a_pc_asked_again_has_the_same_place(void **state)
{
    unsigned line = 0;
    uintptr_t pc = known_function(&line);
    struct sley_place first;
    struct sley_place second;
    assert_true(sley_symbolizer_place(*state, pc, &first));
    assert_true(sley_symbolizer_place(*state, pc, &second));
    assert_ptr_equal(first.function, second.function);
    assert_ptr_equal(first.file, second.file);
    assert_int_equal(first.line, second.line);
}

static void
two_pcs_in_one_cache_slot_keep_their_own_places(void **state)
{
    /* 4096 neighbours fill each of the 1024 slots about four times over. */
    unsigned line = 0;
    uintptr_t pc = known_function(&line);
    for (uintptr_t other = pc + 1; other <= pc + 4096; other++) {
        struct sley_place place;
        sley_symbolizer_place(*state, other, &place);
    }
    assert_place(*state, pc, "known_function", line);
}

static void
a_pc_in_inlined_code_has_the_inlined_function(void **state)
{
    unsigned line = 0;
    uintptr_t pc = inlined_pc(&line);
    assert_place(*state, pc, "inlined_pc", line);
}

static void
a_pc_in_a_shared_object_has_its_symbol(void **state)
{
    /* A fixed executable that names a function has an address of its own for it; a function that
     * only dlsym names has the one in its shared object. */
    uintptr_t pc = address_of(dlsym(RTLD_DEFAULT, "cmocka_set_message_output"));
    struct sley_place place;
    assert_true(sley_symbolizer_place(*state, pc, &place));
    assert_string_equal(place.function, "cmocka_set_message_output");
}

static void
an_unknown_pc_has_no_place(void **state)
{
    int on_stack = 0;
    uintptr_t unknown[] = {0,
                           1,
                           UINTPTR_MAX,
                           address_of(&on_stack),
                           address_of(&counter),
                           address_of(&big[sizeof big / 2])};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        struct sley_place place;
        assert_false(sley_symbolizer_place(*state, unknown[i], &place));
        assert_string_equal(place.function, "");
        assert_string_equal(place.file, "");
        assert_int_equal(place.line, 0);
    }
}

static void
a_scalar_is_named_as_the_variable(void **state)
{
    assert_object(*state, &counter, sizeof counter, "counter");
    assert_object(*state, &symbol_test_exported, sizeof(int), "symbol_test_exported");
    assert_object(*state, &counter, 0, "counter");
}

static void
an_array_element_is_named_by_its_index(void **state)
{
    assert_object(*state, &table[3], sizeof table[3], "table[3]");
    assert_object(*state, &matrix[2][1], sizeof matrix[2][1], "matrix[2][1]");
    assert_object(*state, &big[sizeof big - 1], 1, "big[1048575]");
}

static void
a_struct_member_is_named_by_its_path(void **state)
{
    assert_object(*state, &account.balance, sizeof account.balance, "account.balance");
    assert_object(*state, &account.opened.month, sizeof(int), "account.opened.month");
    assert_object(*state, &pairs[1].left, sizeof(int), "pairs[1].left");
    assert_object(*state, &pairs[3].right, sizeof(int), "pairs[3].right");
}

static void
an_access_to_several_parts_is_named_by_what_encloses_them(void **state)
{
    assert_object(*state, &account, sizeof account, "account");
    assert_object(*state, table, sizeof table, "table");
    assert_object(*state, matrix[1], sizeof matrix[1], "matrix[1]");
    assert_object(*state, &pairs[2], sizeof pairs[2], "pairs[2]");
    assert_object(*state, &table[1], 2 * sizeof table[1], "table+4");
}

static void
a_union_is_entered_only_for_a_part(void **state)
{
    assert_object(*state, &account.cents, sizeof account.cents, "account");
    assert_object(*state, &account.bytes[2], 1, "account.cents+2");
}

static void
a_bit_field_is_named_by_its_struct(void **state)
{
    unsigned char *after_union = &account.bytes[0] + sizeof account.bytes;
    assert_object(*state, after_union, 1, "account+20");
}

static void
a_static_of_a_function_is_named(void **state)
{
    int *outer = NULL;
    int *inner = NULL;
    statics_of_function(&outer, &inner);
    assert_object(*state, outer, sizeof *outer, "calls");
    assert_object(*state, inner, sizeof *inner, "calls_above_zero");
}

static void
an_object_without_debug_information_is_named_by_its_symbol(void **state)
{
    assert_object(*state, symbol_test_bare, 1, "symbol_test_bare");
    assert_object(*state, symbol_test_bare + 8, 8, "symbol_test_bare+8");
}

static void
a_long_name_is_cut(void **state)
{
    char text[8];
    assert_true(sley_symbolizer_object(*state, address_of(&account.balance), sizeof(long), text,
                                       sizeof text));
    assert_string_equal(text, "account");
    assert_false(sley_symbolizer_object(*state, address_of(&account), 1, text, 0));
}

static void
an_address_outside_all_globals_has_no_name(void **state)
{
    int on_stack = 0;
    private_counter++;
    void *on_heap = malloc(16);
    const uintptr_t unknown[] = {0,
                                 UINTPTR_MAX,
                                 address_of(&on_stack),
                                 address_of(&private_counter),
                                 address_of(on_heap),
                                 (uintptr_t)known_function};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        char text[16] = "old";
        assert_false(sley_symbolizer_object(*state, unknown[i], 1, text, sizeof text));
        assert_string_equal(text, "");
    }
    free(on_heap);
}

struct seen {
    size_t visit_count;
    size_t table_count; /* visits of table with the right name and address */
    size_t table_size;  /* bytes; clang's AddressSanitizer counts the red zone behind it */
    uintptr_t last;
    bool ordered;
};

static void
see(void *context, const char *name, uintptr_t address, size_t size)
{
    struct seen *seen = context;
    seen->ordered = seen->ordered && address >= seen->last && size > 0;
    seen->last = address;
    seen->visit_count++;
    if (strcmp(name, "table") == 0 && address == address_of(table)) {
        seen->table_count++;
        seen->table_size = size;
    }
}

static int visits;

static void
count_visit(void *context, const char *name, uintptr_t address, size_t size)
{
    (void)context, (void)name, (void)address, (void)size;
    visits++;
}

static void
a_closed_symbolizer_answers_as_before(void **state)
{
    unsigned line = 0;
    uintptr_t pc = known_function(&line);
    for (int i = 0; i < 2; i++) {
        assert_place(*state, pc, "known_function", line);
        assert_object(*state, &counter, sizeof counter, "counter");
        sley_symbolizer_close(*state);
        sley_symbolizer_close(*state);
        visits = 0;
        assert_int_equal(sley_symbolizer_globals(*state, 0, UINTPTR_MAX, count_visit, NULL),
                         SLEY_OK);
        assert_true(visits > 0);
        sley_symbolizer_close(*state);
    }
}

static void
globals_are_visited_in_address_order(void **state)
{
    struct seen seen = {.ordered = true};
    assert_int_equal(sley_symbolizer_globals(*state, 0, UINTPTR_MAX, see, &seen), SLEY_OK);
    assert_true(seen.visit_count > 5);
    assert_int_equal(seen.table_count, 1);
    assert_true(seen.table_size >= sizeof table);
    assert_true(seen.ordered);
}

static void
globals_partly_outside_the_range_are_not_visited(void **state)
{
    struct seen all = {.ordered = true};
    assert_int_equal(sley_symbolizer_globals(*state, 0, UINTPTR_MAX, see, &all), SLEY_OK);
    uintptr_t low = address_of(table);
    uintptr_t high = low + all.table_size;
    struct seen exact = {.ordered = true};
    assert_int_equal(sley_symbolizer_globals(*state, low, high, see, &exact), SLEY_OK);
    assert_int_equal(exact.visit_count, 1);
    assert_int_equal(exact.table_count, 1);
    struct seen partly = {.ordered = true};
    assert_int_equal(sley_symbolizer_globals(*state, low, high - 1, see, &partly), SLEY_OK);
    assert_int_equal(sley_symbolizer_globals(*state, low + 1, high, see, &partly), SLEY_OK);
    assert_int_equal(partly.visit_count, 0);
}

static void
destroying_no_symbolizer_does_nothing(void **state)
{
    (void)state;
    sley_symbolizer_destroy(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pc_has_its_function_file_and_line),
        cmocka_unit_test(a_pc_asked_again_has_the_same_place),
        cmocka_unit_test(two_pcs_in_one_cache_slot_keep_their_own_places),
        cmocka_unit_test(a_pc_in_inlined_code_has_the_inlined_function),
        cmocka_unit_test(a_pc_in_a_shared_object_has_its_symbol),
        cmocka_unit_test(an_unknown_pc_has_no_place),
        cmocka_unit_test(a_scalar_is_named_as_the_variable),
        cmocka_unit_test(an_array_element_is_named_by_its_index),
        cmocka_unit_test(a_struct_member_is_named_by_its_path),
        cmocka_unit_test(an_access_to_several_parts_is_named_by_what_encloses_them),
        cmocka_unit_test(a_union_is_entered_only_for_a_part),
        cmocka_unit_test(a_bit_field_is_named_by_its_struct),
        cmocka_unit_test(a_static_of_a_function_is_named),
        cmocka_unit_test(an_object_without_debug_information_is_named_by_its_symbol),
        cmocka_unit_test(a_long_name_is_cut),
        cmocka_unit_test(an_address_outside_all_globals_has_no_name),
        cmocka_unit_test(a_closed_symbolizer_answers_as_before),
        cmocka_unit_test(globals_are_visited_in_address_order),
        cmocka_unit_test(globals_partly_outside_the_range_are_not_visited),
        cmocka_unit_test(destroying_no_symbolizer_does_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
