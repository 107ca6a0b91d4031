#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints Sources/BLAKE3Kernels/avx512-chunks32.S, which hashes 32 chunks at once.

    dev/generate-avx512-kernel.py > Sources/BLAKE3Kernels/avx512-chunks32.S

A stream is 16 chunks, one in each lane of 16 registers: register i has word i of the state of all
chunks. One stream cannot keep the processor busy: the steps of a round wait for each other, and
between the rounds of two blocks the next message must be read and transposed. So there are two
streams in all 32 registers, and the second is half a block behind. While one stream reads its
message, for which it has registers to spare just then, the other one is in the midst of its rounds.
Before it begins, the second stream works on nothing for half a block, and so does the first one
after it has ended.

A compiler would not keep to this order, which is why it is written down here. Each stream is first
made by itself, as a list of instructions; then the lists are merged.
"""

IV = ["0x6A09E667", "0xBB67AE85", "0x3C6EF372", "0xA54FF53A"]
PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
CHUNK = 1024
BLOCK = 64
VALUE = 32
LANES = 16
BLOCKS = CHUNK // BLOCK
GROUP = 2 * LANES * CHUNK
FETCH_BLOCKS = 2  # how far ahead of a chunk its lines are fetched
RUN = 4  # how many instructions of a stream follow each other: one step of all four columns

# Fields of b3k_job, checked in avx512.c.
JOB_FLAGS, JOB_FIRST_FLAGS, JOB_LAST_FLAGS, JOB_KEY = 16, 20, 24, 40

INPUT, GROUPS, JOB, COUNTER, VALUES = "%rdi", "%rsi", "%rdx", "%rcx", "%r8"  # the arguments
AHEAD = "%r9"
BLOCK_INDEX, FLAGS = "%r10d", "%r11d"
SCRATCH, SCRATCH_WORD = "%rax", "%eax"
STARTED = "%ebx"

# The stack frame: messages of both streams, then the counters of both.
FRAME = 2 * LANES * BLOCK + 4 * BLOCK


class Stream:
    """The instructions for one of the two streams, in the order in which it needs them."""

    def __init__(self, index):
        self.index = index
        self.message = index * LANES * BLOCK
        self.counter = 2 * LANES * BLOCK + index * 2 * BLOCK

    def register(self, i, kind="zmm"):
        return f"%{kind}{16 * self.index + i}"

    def op(self, name, *operands):
        """An instruction; numbers stand for registers of this stream, the last is the result."""
        names = [self.register(x) if isinstance(x, int) else x for x in operands]
        return f"{name} {', '.join(names)}"

    def transpose(self, row, spare):
        """Transposes the 4 by 4 words in each 128-bit part of four registers, with four others."""
        result = []
        for low, high in ((0, 1), (2, 3)):
            for half, name in ((0, "vpunpckldq"), (1, "vpunpckhdq")):
                result.append(self.op(name, row[high], row[low], spare[low + half]))
        for half in (0, 1):
            for i, name in ((0, "vpunpcklqdq"), (1, "vpunpckhqdq")):
                result.append(self.op(name, spare[2 + half], spare[half], row[2 * half + i]))
        return result

    def load(self):
        """Reads a block of each chunk.

        First 16 bytes of every fourth chunk are joined, in memory: inserting them into a register
        would take time from the rounds of the other stream.
        """
        copies = []
        transpositions = []
        row, spare = list(range(8, 12)), list(range(12, 16))
        for quad in range(4):
            for i in range(4):
                for part in range(4):
                    chunk = LANES * self.index + 4 * part + i
                    source = f"{CHUNK * chunk + 16 * quad}({INPUT})"
                    target = f"{self.message + BLOCK * (4 * quad + i) + 16 * part}(%rsp)"
                    copy = self.register(row[part], "xmm")
                    copies += [f"vmovdqu32 {source}, {copy}", f"vmovdqa32 {copy}, {target}"]
            slots = [f"{self.message + BLOCK * (4 * quad + i)}(%rsp)" for i in range(4)]
            transpositions += [self.op("vmovdqa64", slots[i], row[i]) for i in range(4)]
            transpositions += self.transpose(row, spare)
            transpositions += [self.op("vmovdqa64", row[i], slots[i]) for i in range(4)]
        return copies + transpositions

    def set_up(self):
        """Sets the second half of the state; the first is the chaining value."""
        result = [self.op("vpbroadcastd", f"L(iv)+{4 * i}(%rip)", 8 + i) for i in range(4)]
        for i in range(2):
            result.append(self.op("vmovdqa64", f"{self.counter + BLOCK * i}(%rsp)", 12 + i))
        result.append(self.op("vpbroadcastd", "L(block_length)(%rip)", 14))
        result.append(self.op("vpbroadcastd", FLAGS, 15))
        return result

    def quarter_round(self, a, b, c, d, words):
        result = []
        for word, left_d, left_b in zip(words, (16, 24), (20, 25)):
            result += [
                self.op("vpaddd", f"{self.message + BLOCK * word}(%rsp)", a, a),
                self.op("vpaddd", b, a, a),
                self.op("vpxord", a, d, d),
                self.op("vprold", f"${left_d}", d, d),
                self.op("vpaddd", d, c, c),
                self.op("vpxord", c, b, b),
                self.op("vprold", f"${left_b}", b, b),
            ]
        return result

    def rounds(self):
        result = []
        schedule = list(range(16))
        for _ in range(7):
            for turn in (0, 1):  # columns, then diagonals
                quarters = []
                for i in range(4):
                    words = schedule[8 * turn + 2 * i :][:2]
                    b, c, d = (4 * row + (i + row * turn) % 4 for row in (1, 2, 3))
                    quarters.append(self.quarter_round(i, b, c, d, words))
                for step in zip(*quarters):
                    result += step
            schedule = [schedule[i] for i in PERMUTATION]
        return result

    def block(self):
        """All that happens to one block."""
        chain = [self.op("vpxord", 8 + i, i, i) for i in range(8)]
        return self.load() + self.set_up() + self.rounds() + chain

    def fetch(self):
        """Fetches half of the lines that both streams will read soon.

        Some are of the next 32 chunks, from one end to the other, which keeps main memory busy. The
        others are of these chunks, for input that no call before has fetched: pieces of 64 KiB in
        random order take a fifth less time. Where the input ends is of no interest. Addresses after
        it cannot fail, and callers often go on there: pieces in order take a third less.
        """
        result = []
        for i in range(LANES):
            chunk = LANES * self.index + i
            result.append(f"prefetcht0 {BLOCK * chunk}({AHEAD})")
            result.append(f"prefetcht0 {CHUNK * chunk + FETCH_BLOCKS * BLOCK}({INPUT})")
        return result

    def begin(self):
        """Sets the chaining values of new chunks to the key, and their counters."""
        first = LANES * self.index
        low, high, base = 8, 9, 10
        result = [self.op("vpbroadcastd", f"{JOB_KEY + 4 * i}({JOB})", i) for i in range(8)]
        result += [
            f"lea {first}({COUNTER}), {SCRATCH}",
            self.op("vpbroadcastd", SCRATCH_WORD, base),
            self.op("vpaddd", "L(lanes)(%rip)", base, low),
            # Where the low word ran over, one is added to the high word.
            self.op("vpcmpltud", base, low, "%k1"),
            f"shr $32, {SCRATCH}",
            self.op("vpbroadcastd", SCRATCH_WORD, high),
            self.op("vpaddd", "L(one)(%rip){1to16}", high, high) + "{%k1}",
            self.op("vmovdqa64", low, f"{self.counter}(%rsp)"),
            self.op("vmovdqa64", high, f"{self.counter + BLOCK}(%rsp)"),
        ]
        return result

    def store(self):
        """Writes the chaining values."""
        result = []
        for half in (0, 4):
            row = list(range(half, half + 4))
            result += self.transpose(row, list(range(8, 12)))
            for i in range(4):
                for part in range(4):
                    chunk = LANES * self.index + 4 * part + i
                    target = f"{VALUE * chunk + 4 * half}({VALUES})"
                    result.append(self.op("vextracti32x4", f"${part}", row[i], target))
        return result


def merge(first, second, fetches):
    """Takes runs of two equally long lists in turn, and spreads the fetches evenly over them."""
    result = []
    starts = range(0, len(first), RUN)
    for number, start in enumerate(starts):
        result += first[start : start + RUN] + second[start : start + RUN]
        done = len(fetches) * number // len(starts)
        result += fetches[done : len(fetches) * (number + 1) // len(starts)]
    return result


def enter():
    return [
        "push %rbp",
        ".cfi_def_cfa_offset 16",
        ".cfi_offset %rbp, -16",
        "mov %rsp, %rbp",
        ".cfi_def_cfa_register %rbp",
        "push %rbx",
        ".cfi_offset %rbx, -24",
        f"sub ${FRAME}, %rsp",
        "and $-64, %rsp",
        f"xor {STARTED}, {STARTED}",
    ]


def leave():
    return [
        "vzeroupper",
        "lea -8(%rbp), %rsp",
        "pop %rbx",
        "pop %rbp",
        ".cfi_def_cfa %rsp, 8",
        "ret",
    ]


def code():
    a, b = Stream(0), Stream(1)
    half = len(a.block()) // 2
    return [
        *enter(),
        "",
        "L(group):  # The first stream begins with new chunks.",
        *a.begin(),
        f"lea {GROUP}({INPUT}), {AHEAD}",
        f"xor {BLOCK_INDEX}, {BLOCK_INDEX}",
        f"mov {JOB_FLAGS}({JOB}), {FLAGS}",
        f"or {JOB_FIRST_FLAGS}({JOB}), {FLAGS}",
        "",
        "L(block):  # The first stream begins a block, the second ends the one before.",
        *merge(a.block()[:half], b.block()[half:], a.fetch()),
        f"test {BLOCK_INDEX}, {BLOCK_INDEX}",
        "jnz L(half)",
        "",
        "# The second stream had none before, or ends its chunks and begins with new ones.",
        f"test {STARTED}, {STARTED}",
        "jz 1f",
        *b.store(),
        f"add ${2 * LANES * VALUE}, {VALUES}",
        f"test {GROUPS}, {GROUPS}",
        "jz L(end)",
        "1:",
        f"mov $1, {STARTED}",
        *b.begin(),
        f"add ${2 * LANES}, {COUNTER}",
        "",
        "L(half):  # The first stream ends the block, the second begins it.",
        *merge(a.block()[half:], b.block()[:half], b.fetch()),
        "",
        f"add ${BLOCK}, {INPUT}",
        f"add ${GROUP // BLOCKS}, {AHEAD}",
        f"mov {JOB_FLAGS}({JOB}), {FLAGS}",
        f"inc {BLOCK_INDEX}",
        f"cmp ${BLOCKS - 1}, {BLOCK_INDEX}",
        "jb L(block)",
        f"mov {JOB_LAST_FLAGS}({JOB}), {SCRATCH_WORD}",
        f"or {SCRATCH_WORD}, {FLAGS}",
        f"cmp ${BLOCKS}, {BLOCK_INDEX}",
        "jb L(block)",
        "",
        "# The first stream ends its chunks.",
        *a.store(),
        f"add ${GROUP - CHUNK}, {INPUT}",
        f"dec {GROUPS}",
        "jnz L(group)",
        "# It has no others, but the second stream is still busy: read something again.",
        f"sub ${GROUP}, {INPUT}",
        f"xor {BLOCK_INDEX}, {BLOCK_INDEX}",
        "jmp L(block)",
        "",
        "L(end):",
        *leave(),
    ]


HEAD = """\
// SPDX-License-Identifier: Apache-2.0
// Generated by dev/generate-avx512-kernel.py, which explains it; do not edit.

#if defined(__x86_64__) && !defined(_WIN32)

#if defined(__APPLE__)
#define L(name) L##name
#define NAME _b3k_avx512_hash_chunks32
.private_extern NAME
#else
#define L(name) .L##name
#define NAME b3k_avx512_hash_chunks32
.hidden NAME
.type NAME, @function
#endif

.text
.p2align 6
L(lanes):
.long 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
L(iv):
.long {iv}
L(block_length):
.long {block_length}
L(one):
.long 1

.globl NAME
.p2align 6
NAME:
.cfi_startproc"""

TAIL = """\
.cfi_endproc
#if defined(__ELF__)
.size NAME, . - NAME
#endif

#endif

#if defined(__ELF__)
.section .note.GNU-stack, "", @progbits
#endif"""


if __name__ == "__main__":
    print(HEAD.format(iv=", ".join(IV), block_length=BLOCK))
    for line in code():
        is_plain = line and not line.startswith(("L(", "1:"))
        print("    " + line if is_plain else line)
    print(TAIL)
