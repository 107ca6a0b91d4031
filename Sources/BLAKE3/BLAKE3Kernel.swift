// SPDX-License-Identifier: Apache-2.0

internal import BLAKE3Kernels

/// A set of instructions for which there is a compression function.
///
/// Hashing picks ``best`` by itself. Tests and benchmarks name others to check and compare them.
@_spi(Kernels)
public enum BLAKE3Kernel: String, CaseIterable, Sendable {
    /// Plain C, on any processor.
    case portable
    /// 128-bit vectors on 64-bit Arm.
    case neon
    /// 128-bit vectors on any x86-64 processor.
    case sse2
    /// 128-bit vectors on x86-64 with SSE4.1.
    case sse41
    /// 256-bit vectors on x86-64.
    case avx2
    /// 512-bit vectors on x86-64 (AVX-512 F and VL).
    case avx512

    /// The kernels that this build has and this processor runs, slowest first.
    public static var supported: [Self] { allCases.filter(\.isSupported) }

    /// The fastest supported kernel, looked up once for each process.
    public static let best = supported.last ?? .portable

    /// Whether this build has the kernel and this processor runs it.
    public var isSupported: Bool { b3k_is_supported(code) }

    var code: b3k_kernel {
        switch self {
        case .portable: B3K_PORTABLE
        case .neon: B3K_NEON
        case .sse2: B3K_SSE2
        case .sse41: B3K_SSE41
        case .avx2: B3K_AVX2
        case .avx512: B3K_AVX512
        }
    }
}
