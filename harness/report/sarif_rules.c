#include "report/sarif_rules.h"

const char *
sley_sarif_help(enum sley_verdict verdict)
{
    switch (verdict) {
    case SLEY_VERDICT_CRASH:
        return "The code under test was ended by a signal in this schedule. Replay the token under "
               "--gdb and look at the steps before it.";
    case SLEY_VERDICT_STACK_OVERFLOW:
        return "A task used more stack than it has. Look for unbounded recursion, or large "
               "variables on the stack.";
    case SLEY_VERDICT_OUT_OF_MEMORY:
        return "The code under test used up its heap, which is finite in every run.";
    case SLEY_VERDICT_EXIT:
        return "The code under test ended the process before the property's body returned.";
    case SLEY_VERDICT_STUCK:
        return "A task ran on without a scheduling point. A loop that waits for another task must "
               "touch shared memory or yield.";
    case SLEY_VERDICT_ASSERTION:
        return "A check of the property does not hold in this schedule. The table of sley explain "
               "marks the steps that made the value wrong.";
    case SLEY_VERDICT_HEAP:
        return "Memory of the heap was used after it was freed, freed twice, or used outside its "
               "bounds. The related place is where it was freed or allocated.";
    case SLEY_VERDICT_DEADLOCK_SELF:
        return "A task waits for a lock that it holds. Use a recursive lock, or a function that "
               "expects the lock to be held.";
    case SLEY_VERDICT_DEADLOCK_CYCLE:
        return "Each task of the cycle waits for what the next one holds. Take the locks in one "
               "order everywhere. The related places are the members of the cycle.";
    case SLEY_VERDICT_LOST_WAKEUP:
        return "A task waits for a signal that came before it waited. Test the condition under "
               "the lock that the signaller holds, in a loop around the wait.";
    case SLEY_VERDICT_ORPHANED_LOCK:
        return "A task waits for a lock whose owner ended without releasing it.";
    case SLEY_VERDICT_BLOCKED:
        return "A task waits for ever for something that no other task will do.";
    case SLEY_VERDICT_LIVELOCK:
        return "Tasks go on without progress although the scheduler is fair to them.";
    case SLEY_VERDICT_STEP_BOUND:
        return "The run did not end within its bound of steps, even under a fair schedule.";
    case SLEY_VERDICT_MISUSE:
        return "A synchronisation object was used in a way that its contract forbids, such as a "
               "lock that another task holds being released.";
    case SLEY_VERDICT_LEAK:
        return "A task was never joined, or still ran when the body returned.";
    case SLEY_VERDICT_INVERSION:
        return "Two locks are taken in opposite orders: another schedule may deadlock. Take them "
               "in one order everywhere.";
    case SLEY_VERDICT_RACE:
        return "Two tasks access the same memory, at least one of them writing, and nothing orders "
               "the accesses. The related place is the other access.";
    case SLEY_VERDICT_NONDETERMINISM:
        return "Executing the same schedule twice had two results: something outside the choices "
               "of the harness decides, such as an address, the time or a random number.";
    case SLEY_VERDICT_DISCARDED:
        return "The run was discarded because an assumption on its inputs did not hold.";
    case SLEY_VERDICT_COUNT:
        break;
    }
    return "";
}
