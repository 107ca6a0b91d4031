// SPDX-License-Identifier: Apache-2.0

// Checks all kernels of this machine in a release build on inputs that are too large for the unit
// tests. Prints a line for each kernel, and exits with an error if anything differs.

@_spi(Kernels) import BLAKE3

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

var total = Tally()
for kernel in BLAKE3Kernel.supported {
    let tally = check(kernel)
    print("\(kernel.rawValue): \(tally)")
    total.add(tally)
}
print(total)
exit(total.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE)
