// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "swift-blobstore", path: "..")],
    targets: [
        .target(name: "Measuring"),
        .executableTarget(
            name: "hash-benchmark",
            dependencies: ["Measuring", .product(name: "BLAKE3", package: "swift-blobstore")],
            path: "Sources/HashBenchmark"
        ),
        .executableTarget(
            name: "bao-benchmark",
            dependencies: [
                "Measuring",
                .product(name: "BLAKE3", package: "swift-blobstore"),
                .product(name: "Bao", package: "swift-blobstore"),
            ],
            path: "Sources/BaoBenchmark"
        ),
        .executableTarget(
            name: "chunking-benchmark",
            dependencies: ["Measuring", .product(name: "Chunking", package: "swift-blobstore")],
            path: "Sources/ChunkingBenchmark"
        ),
    ]
)
