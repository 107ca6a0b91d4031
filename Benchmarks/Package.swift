// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "swift-blobstore", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
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
        .executableTarget(
            name: "grpc-benchmark",
            dependencies: [
                .product(name: "BLAKE3", package: "swift-blobstore"),
                .product(name: "BlobStore", package: "swift-blobstore"),
                .product(name: "BlobGRPC", package: "swift-blobstore"),
                .product(name: "BlobFiles", package: "swift-blobstore"),
                .product(name: "LocalBlobStore", package: "swift-blobstore"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources/GRPCBenchmark"
        ),
    ]
)
