/* AAPCS64. Frame, from low to high: x19-x30 (12 words), d8-d15 (8 words), fpcr and padding. */
    .text
    .globl sley_switch
    .type sley_switch, %function
    .p2align 4
sley_switch:
    .cfi_startproc
    sub sp, sp, #176
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mrs x9, fpcr
    str x9, [sp, #160]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldr x9, [sp, #160]
    msr fpcr, x9
    ldp d14, d15, [sp, #144]
    ldp d12, d13, [sp, #128]
    ldp d10, d11, [sp, #112]
    ldp d8, d9, [sp, #96]
    ldp x29, x30, [sp, #80]
    ldp x27, x28, [sp, #64]
    ldp x25, x26, [sp, #48]
    ldp x23, x24, [sp, #32]
    ldp x21, x22, [sp, #16]
    ldp x19, x20, [sp, #0]
    add sp, sp, #176
    br x30
    .cfi_endproc
    .size sley_switch, . - sley_switch

/* First instruction of a fresh context: x19 = entry, x20 = argument, x21 = finish. */
    .globl sley_switch_start
    .type sley_switch_start, %function
    .p2align 4
sley_switch_start:
    .cfi_startproc
    .cfi_undefined x30
    mov x0, x20
    blr x19
    blr x21
    brk #1
    .cfi_endproc
    .size sley_switch_start, . - sley_switch_start
    .section .note.GNU-stack, "", %progbits
