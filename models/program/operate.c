/* Operators: of numbers in C, of instances by the functions that their class defines. */
#include "models/program/interpreter.h"

#include "models/fault.h"

#include <string.h>

static bool
is_number(uint64_t value)
{
    return sley_value_tag(value) == SLEY_TAG_INT || value == sley_value_bool(true) ||
           value == sley_value_bool(false);
}

static int64_t
number_of(uint64_t value)
{
    return sley_value_tag(value) == SLEY_TAG_INT ? sley_value_number(value)
                                                 : value == sley_value_bool(true);
}

/* Number of the class's function; -1: value is no instance or its class has none. */
static int32_t
special_of(const struct sley_interpreter *in, uint64_t value, enum sley_special special)
{
    if (sley_value_tag(value) != SLEY_TAG_OBJECT ||
        sley_object_of(value)->kind != SLEY_OBJECT_INSTANCE) {
        return -1;
    }
    return in->program->class[sley_object_of(value)->class_index].special[special];
}

/* The operator of an instance is a function that is called inside the one bytecode. */
static bool
call_special(struct sley_interpreter *in, int32_t function, uint64_t left, uint64_t right,
             uint64_t *result)
{
    uint64_t arguments[2] = {left, right};
    bool atomic = sley_fault(SLEY_FAULT_PROGRAM_OPERATOR_ATOMIC);
    in->uninterrupted += atomic;
    bool good = sley_interpret(in, (uint64_t)function, arguments, 2, result);
    in->uninterrupted -= atomic;
    return good;
}

static bool
type_error(struct sley_interpreter *in, uint64_t left, uint64_t right)
{
    sley_interpreter_drop(in, left);
    sley_interpreter_drop(in, right);
    return sley_interpreter_raise(in, SLEY_EXCEPTION_TYPE);
}

/* Wraps where Python would grow; // and % round towards minus infinity. */
static int64_t
arithmetic(enum sley_special operator_, int64_t left, int64_t right)
{
    uint64_t a = (uint64_t)left, b = (uint64_t)right;
    switch (operator_) {
    case SLEY_SPECIAL_ADD:
        return (int64_t)(a + b);
    case SLEY_SPECIAL_SUB:
        return (int64_t)(a - b);
    case SLEY_SPECIAL_MUL:
        return (int64_t)(a * b);
    case SLEY_SPECIAL_FLOORDIV:
        return left / right - (left % right != 0 && (left < 0) != (right < 0));
    case SLEY_SPECIAL_MOD:
        return left % right + (left % right != 0 && (left < 0) != (right < 0) ? right : 0);
    case SLEY_SPECIAL_AND:
        return left & right;
    case SLEY_SPECIAL_OR:
        return left | right;
    case SLEY_SPECIAL_XOR:
        return left ^ right;
    case SLEY_SPECIAL_LT:
    case SLEY_SPECIAL_EQ:
    case SLEY_SPECIAL_DEL:
    case SLEY_SPECIAL_COUNT:
        break;
    }
    return 0;
}

bool
sley_operate(struct sley_interpreter *in, enum sley_special operator_, uint64_t left,
             uint64_t right, uint64_t *result)
{
    int32_t function = special_of(in, left, operator_);
    if (function >= 0) {
        return call_special(in, function, left, right, result);
    }
    if (!is_number(left) || !is_number(right)) {
        return type_error(in, left, right);
    }
    bool divides = operator_ == SLEY_SPECIAL_FLOORDIV || operator_ == SLEY_SPECIAL_MOD;
    if (divides && number_of(right) == 0) {
        return sley_interpreter_raise(in, SLEY_EXCEPTION_ZERO_DIVISION);
    }
    *result = sley_value_int(arithmetic(operator_, number_of(left), number_of(right)));
    return true;
}

/* -1, 0 or 1; false: there is no order between the two. */
static bool
order(const struct sley_program *program, uint64_t left, uint64_t right, int *sign)
{
    if (is_number(left) && is_number(right)) {
        *sign = (number_of(left) > number_of(right)) - (number_of(left) < number_of(right));
        return true;
    }
    if (sley_value_is(left, SLEY_NAMED_STRING) && sley_value_is(right, SLEY_NAMED_STRING)) {
        *sign = strcmp(program->string[sley_value_index(left)],
                       program->string[sley_value_index(right)]);
        return true;
    }
    *sign = left != right;
    return false;
}

static bool
holds(enum sley_comparison comparison, int sign)
{
    switch (comparison) {
    case SLEY_COMPARISON_LT:
        return sign < 0;
    case SLEY_COMPARISON_LE:
        return sign <= 0;
    case SLEY_COMPARISON_EQ:
        return sign == 0;
    case SLEY_COMPARISON_NE:
        return sign != 0;
    case SLEY_COMPARISON_GT:
        return sign > 0;
    case SLEY_COMPARISON_GE:
        return sign >= 0;
    }
    return false;
}

/* `a > b` of instances is `b < a`; <=, >= and != ask for no function of theirs. */
bool
sley_compare(struct sley_interpreter *in, enum sley_comparison comparison, uint64_t left,
             uint64_t right, uint64_t *result)
{
    int32_t less = special_of(in, left, SLEY_SPECIAL_LT);
    int32_t greater = special_of(in, right, SLEY_SPECIAL_LT);
    int32_t equal = special_of(in, left, SLEY_SPECIAL_EQ);
    if (comparison == SLEY_COMPARISON_LT && less >= 0) {
        return call_special(in, less, left, right, result);
    }
    if (comparison == SLEY_COMPARISON_GT && greater >= 0) {
        return call_special(in, greater, right, left, result);
    }
    if (comparison == SLEY_COMPARISON_EQ && equal >= 0) {
        return call_special(in, equal, left, right, result);
    }
    int sign;
    bool ordered = order(in->program, left, right, &sign);
    bool equality = comparison == SLEY_COMPARISON_EQ || comparison == SLEY_COMPARISON_NE;
    if (!ordered && !equality) {
        return type_error(in, left, right);
    }
    sley_interpreter_drop(in, left);
    sley_interpreter_drop(in, right);
    *result = sley_value_bool(holds(comparison, sign));
    return true;
}

bool
sley_truth(uint64_t value)
{
    if (sley_value_tag(value) == SLEY_TAG_OBJECT) {
        const struct sley_object *object = sley_object_of(value);
        bool sized = object->kind == SLEY_OBJECT_LIST || object->kind == SLEY_OBJECT_DICT;
        return !sized || sley_object_length(object) != 0;
    }
    return value != sley_value_int(0) && value != sley_value_bool(false) &&
           value != sley_value_singleton(SLEY_NONE);
}
