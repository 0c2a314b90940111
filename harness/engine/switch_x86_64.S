/* System V x86-64. Frame, from low to high: mxcsr and x87 control word (8 bytes), r15, r14, r13,
 * r12, rbx, rbp, the address to continue at. Ends in an indirect jump, not in `ret`: the return
 * stack of the processor would mispredict every switch. */
    .text
    .globl sley_switch
    .type sley_switch, @function
    .p2align 4
sley_switch:
    .cfi_startproc
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    popq %rcx
    jmpq *%rcx
    .cfi_endproc
    .size sley_switch, . - sley_switch

/* First instruction of a fresh context: rbx = entry, r12 = argument, r13 = finish. rbp is zero, so
 * that a walk along frame pointers ends here. */
    .globl sley_switch_start
    .type sley_switch_start, @function
    .p2align 4
sley_switch_start:
    .cfi_startproc
    .cfi_undefined rip
    movq %r12, %rdi
    callq *%rbx
    movq %rax, %rdi
    callq *%r13
    ud2
    .cfi_endproc
    .size sley_switch_start, . - sley_switch_start
    .section .note.GNU-stack, "", @progbits
