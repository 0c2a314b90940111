# libsley: everything but the command line. It knows no scenario and no model.
set(switch ${CMAKE_SYSTEM_PROCESSOR})
if(switch MATCHES "^(x86_64|aarch64)$")
    set(switch_sources harness/engine/switch_${switch}.c harness/engine/switch_${switch}.S)
else()
    set(switch_sources harness/engine/switch_ucontext.c)
endif()

add_library(sley_core STATIC
    harness/base/note.c
    harness/base/op.c
    harness/base/property.c
    harness/base/status.c
    harness/base/verdict.c
    harness/campaign/campaign.c
    harness/campaign/capture.c
    harness/campaign/driver.c
    harness/campaign/finding.c
    harness/campaign/prober.c
    harness/campaign/census.c
    harness/campaign/judge_outcomes.c
    harness/campaign/outcomes.c
    harness/campaign/output.c
    harness/campaign/schedules.c
    harness/campaign/signals.c
    harness/campaign/statistics.c
    harness/campaign/tally.c
    harness/campaign/target.c
    harness/campaign/token.c
    harness/campaign/worker.c
    harness/detect/race.c
    harness/engine/canonical.c
    harness/engine/clock.c
    harness/engine/death.c
    harness/engine/gate.c
    harness/engine/heap.c
    harness/engine/image.c
    harness/engine/observe.c
    harness/engine/point.c
    harness/engine/baton.c
    harness/engine/record.c
    harness/base/region.c
    harness/engine/run.c
    harness/engine/share.c
    harness/engine/stack.c
    harness/engine/tail.c
    harness/engine/time.c
    harness/engine/world.c
    harness/instrument/atomic.c
    harness/instrument/atomic_library.c
    harness/instrument/copy.c
    harness/instrument/order.c
    harness/instrument/plain.c
    harness/instrument/range.c
    harness/instrument/sync_table.c
    harness/instrument/tls.c
    harness/model/dispatch.c
    harness/model/gil.c
    harness/model/heartbeat.c
    harness/model/machine.c
    harness/model/exception.c
    harness/model/objects.c
    harness/model/process.c
    harness/model/with.c
    harness/oracle/engine.c
    harness/oracle/gauge.c
    harness/oracle/history.c
    harness/oracle/linear.c
    harness/oracle/linear_note.c
    harness/oracle/outcome.c
    harness/oracle/spec.c
    harness/program/assemble.c
    harness/program/declare.c
    harness/program/line.c
    harness/program/operand.c
    harness/program/scan.c
    harness/pthread/alloc.c
    harness/pthread/barrier.c
    harness/pthread/c11.c
    harness/pthread/cleanup.c
    harness/pthread/clock.c
    harness/pthread/cond.c
    harness/pthread/deadline.c
    harness/pthread/format.c
    harness/pthread/key.c
    harness/pthread/lock.c
    harness/pthread/lock_order.c
    harness/pthread/memory.c
    harness/pthread/mutex.c
    harness/pthread/object.c
    harness/pthread/once.c
    harness/pthread/process.c
    harness/pthread/queue.c
    harness/pthread/random.c
    harness/pthread/rwlock.c
    harness/pthread/semaphore.c
    harness/pthread/settings.c
    harness/pthread/spin.c
    harness/pthread/string.c
    harness/pthread/thread.c
    harness/search/exhaustive.c
    harness/search/replay.c
    harness/search/shrink.c
    harness/statistics/interval.c
    harness/strategy/mix.c
    harness/strategy/pct.c
    harness/strategy/pos.c
    harness/strategy/random_walk.c
    harness/strategy/registry.c
    harness/strategy/sticky.c
    harness/strategy/surw.c
    ${switch_sources})
target_link_libraries(sley_core PUBLIC sley_flags m)
set_target_properties(sley_core PROPERTIES OUTPUT_NAME sley)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(sley_core PRIVATE $<$<COMPILE_LANGUAGE:C>:-mcx16>)
endif()
