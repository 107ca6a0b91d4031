#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzzers with libFuzzer and the address sanitizer, and runs one or all of them in turn.
# usage: Fuzz/run.sh TARGET|all [SECONDS FOR EACH, default 60]
# Needs a Swift toolchain for Linux; those for macOS come without libFuzzer.
set -euo pipefail
cd "$(dirname "$0")"

mapfile -t targets < <(cd Sources && printf '%s\n' fuzz-*)
if [[ $# -lt 1 || $# -gt 2 || ! ${2:-60} =~ ^[1-9][0-9]*$ ]]; then
    echo "usage: $0 TARGET|all [SECONDS]; targets: ${targets[*]}" >&2
    exit 2
fi
duration=${2:-60}
if [[ $1 != all ]]; then
    if [[ " ${targets[*]} " != *" $1 "* ]]; then
        echo "$0: there is no $1, only: ${targets[*]}" >&2
        exit 2
    fi
    targets=("$1")
fi

# The whole graph is compiled for coverage; only executables are linked with libFuzzer's main, for
# which the package manager must know. Of several -sanitize the Swift compiler heeds but the last,
# and the package manager passes its own in no fixed order: so one for both, behind those.
build=(swift build --configuration release --sanitize fuzzer
    -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=address)
for target in "${targets[@]}"; do
    "${build[@]}" --product "$target"
done
binaries=$("${build[@]}" --show-bin-path)

symbolizer=$(dirname "$(readlink -f "$(command -v swift)")")/llvm-symbolizer
if [[ -x $symbolizer ]]; then export ASAN_SYMBOLIZER_PATH=$symbolizer; fi
# Swift's own crash handler would take the signal first, and the sanitizer objects to how it reads.
export SWIFT_BACKTRACE=enable=no

# statistic NAME LOG: a number that libFuzzer prints at its end.
statistic() { sed -nE "s/^stat::$1: +([0-9]+)$/\1/p" "$2"; }

failed=0
for target in "${targets[@]}"; do
    corpus=.build/corpus/$target
    findings=.build/findings/$target
    log=.build/findings/$target.log
    mkdir -p "$corpus" "$findings"

    echo "$target: $duration s"
    status=0
    "$binaries/$target" "$corpus" "Corpus/$target" -max_total_time="$duration" -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$findings/" 2>"$log" || status=$?
    if ((status != 0)); then
        awk '!/^(#[0-9]+\t|INFO: )/ && ++lines <= 60' "$log" | swift demangle --simplified >&2
        failed=1
        reproducer=$(sed -nE 's/.*Test unit written to (.*)$/\1/p' "$log" | tail -n 1)
        echo "$target: FAILED with status $status; all that it said is in Fuzz/$log" >&2
        if [[ -n $reproducer ]]; then
            echo "$target: the input is Fuzz/$reproducer; to repeat:" >&2
            echo "SWIFT_BACKTRACE=$SWIFT_BACKTRACE $binaries/$target $PWD/$reproducer" >&2
        fi
    fi
    coverage=$(sed -nE 's/^#.* cov: ([0-9]+) ft: .* corp: ([0-9]+).*/\1 edges, \2 inputs kept/p' \
        "$log" | tail -n 1)
    echo "$target: $(statistic number_of_executed_units "$log") executions," \
        "$(statistic average_exec_per_sec "$log") per second, ${coverage:-no coverage at all}"
    # Without feedback it is no fuzzing: the code was not compiled for it.
    if [[ -z $coverage ]]; then failed=1; fi
done
exit $failed
